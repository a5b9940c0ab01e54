// What the pointer is on, in words; over time lines, the value of each line at that time.
const tip = html("div", "tip");
tip.setAttribute("role", "status");
tip.hidden = true;
document.body.append(tip);

function showTip(lines, event) {
  tip.replaceChildren(...lines.map((line) => html("div", "", line)));
  tip.hidden = lines.length === 0;
  const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
  const below = event.clientY + 18 + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${below ? event.clientY + 18 : event.clientY - tip.offsetHeight - 12}px`;
}

const traced = new WeakMap();

// Corners of a path as [x, y], in the units of the figure; a path of steps ("m") is added up.
function corners(group) {
  if (!traced.has(group)) {
    const path = group.querySelector("path")?.getAttribute("d") || "", numbers = path.match(/-?(?:\d+\.?\d*|\.\d+)/g) || [];
    let last = [0, 0];
    const move = path.startsWith("m") ? (x, y) => (last = [last[0] + x, last[1] + y]) : (x, y) => [x, y];
    traced.set(group, Array.from({ length: numbers.length / 2 }, (_, i) => move(Number(numbers[2 * i]), Number(numbers[2 * i + 1]))));
  }
  return traced.get(group);
}

function heightAt(points, x) {
  const after = points.findIndex((point) => point[0] >= x);
  if (after < 0 || (after === 0 && points[0][0] > x + 1)) return null;
  const [x1, y1] = points[after], [x0, y0] = points[Math.max(0, after - 1)];
  return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

// The box of a frame by its path, also where a figure of another shape is shown in its place.
function boxOf(frame) {
  const points = corners(frame), [x, y] = [0, 1].map((side) => points.map((point) => point[side]));
  const [left, top] = [Math.min(...x), Math.min(...y)];
  return { x: left, y: top, width: Math.max(...x) - left, height: Math.max(...y) - top };
}

// The time and the value of each line of a frame, at a share of its width.
function readingsAt(frame, share) {
  const box = boxOf(frame), { x, y, unit } = frame.dataset, isShare = "share" in frame.dataset;
  const [first, last] = x.split(" ").map(Number), [low, high] = y.split(" ").map(Number);
  const lines = [...frame.parentElement.querySelectorAll("g[data-series]")].filter((line) => !line.classList.contains("off"));
  const valueAt = (height) => low + ((box.y + box.height - height) / box.height) * (high - low);
  const write = (value) => (isShare ? `${(100 * value).toFixed(1)}\u00a0%` : axisNumber(Number(value.toPrecision(3))));
  const values = lines.map((line) => [line.dataset.series, heightAt(corners(line), box.x + share * box.width)])
    .filter(([, height]) => height !== null).sort((a, b) => a[1] - b[1]);
  return [`${unit} ${axisNumber(Math.floor(first + share * (last - first)))}`, ...values.map(([name, height]) => `${name}: ${write(valueAt(height))}`)];
}

function readings(svg, event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  for (const frame of svg.querySelectorAll("g[data-x]")) {
    const box = boxOf(frame);
    if (at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + box.height)
      return readingsAt(frame, (at.x - box.x) / box.width);
  }
  return [];
}

function listen(figure) {
  figure.addEventListener("pointermove", (event) => {
    const group = event.target.closest("[data-says]");
    const svg = event.target.closest("svg");
    showTip(group ? [group.dataset.says] : svg ? readings(svg, event) : [], event);
  });
  figure.addEventListener("pointerleave", () => { tip.hidden = true; });
}
