// Precision and recall of another class, drawn into the panels of the mean, or of class 1.
const drawnPanels = new WeakMap();

// The panels of precision and recall of a section's figure: those whose axis of values can change.
const classPanels = (section) => [...section.querySelectorAll("figure.quality svg [data-part=y]")].map((part) => part.parentElement);

// Of a panel: its box, and functions from a tick and from thousandths to its units.
function panelScales(panel, limits) {
  const frame = panel.querySelector("g[data-x]"), box = boxOf(frame);
  return { frame, box, x: scale({ limits: frame.dataset.x.split(" ").map(Number) }, box.x, box.x + box.width), y: scale({ limits }, box.y + box.height, box.y) };
}

function redrawAxis(panel, { box, y }, limits) {
  const part = panel.querySelector("[data-part=y]"), look = part.querySelector("text"), line = part.querySelector("path");
  const copy = (node, attributes) => {
    const made = node.cloneNode();
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  part.replaceChildren(...ticks({ limits, steps: 4 }).filter((value) => value <= 1000).flatMap((value) => {
    const text = copy(look, { x: box.x - 4, y: y(value) + 3.8, "text-anchor": "end" });
    text.removeAttribute("textLength");
    text.textContent = `${axisNumber(value / 10)} %`;
    return [copy(line, { d: `M${box.x} ${y(value)} ${box.x + box.width} ${y(value)}` }), text];
  }));
}

function redrawLimits(panel, { box, y }, limits) {
  const [left, right] = [box.x, box.x + box.width], shape = (selector) => [...panel.querySelectorAll(`[data-part=${selector}]`)];
  for (const part of [...shape("band"), ...shape("limit")]) part.style.display = limits ? "" : "none";
  if (!limits) return;
  const [low, high] = limits.map(y);
  for (const part of shape("band")) part.querySelector("path").setAttribute("d", `M${left} ${low} ${right} ${low} ${right} ${high} ${left} ${high}z`);
  shape("limit").forEach((part, i) => part.querySelector("path").setAttribute("d", `M${left} ${[low, high][i]} ${right} ${[low, high][i]}`));
}

// A path through the defined values; where one is undefined it begins anew.
function pathOf(values, x, y) {
  return values.map((value, i) => (value === null ? "" : `${i && values[i - 1] !== null ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`)).join("");
}

function redrawPanel(panel, chart, { at, reference }) {
  const every = Object.values(chart.values).flat().concat(chart.limits ?? []).filter((value) => value !== null);
  const low = Math.min(...every), high = Math.max(...every), room = 0.08 * (high - low || 100);
  const limits = [low - room, high + room], scales = panelScales(panel, limits), place = (i) => scales.x(at[i]);
  scales.frame.dataset.y = limits.map((value) => value / 1000).join(" ");
  redrawAxis(panel, scales, limits);
  redrawLimits(panel, scales, chart.limits);
  const title = panel.querySelector("[data-part=title] text");
  const longest = panel.closest("svg").matches(".phone") ? 30 : Infinity;
  title.textContent = chart.title.length > longest ? `${chart.title.slice(0, longest - 1).trimEnd()}\u2026` : chart.title;
  title.removeAttribute("textLength");
  panel.querySelectorAll("[data-out]").forEach((dots) => dots.remove());
  const isOut = (value, i) => value !== null && chart.limits && i >= reference && (value < chart.limits[0] || value > chart.limits[1]);
  for (const [label, values] of Object.entries(chart.values)) {
    const series = panel.querySelector(`[data-series="${CSS.escape(label)}"]`), line = series.querySelector("path");
    line.setAttribute("d", pathOf(values, place, scales.y));
    series.after(dotsLike(series, line, values.map((value, i) => (isOut(value, i) ? `M${place(i).toFixed(1)} ${scales.y(value).toFixed(1)}h.1` : "")).join("")));
  }
}

// Dots in the colour of a line, hidden with it.
function dotsLike(series, line, d) {
  const group = element("g", { "data-strategy": series.dataset.strategy, "data-out": series.dataset.series });
  group.append(element("path", { d, class: line.getAttribute("class"), style: "stroke-width:4;stroke-linecap:round;stroke-dasharray:none" }));
  return group;
}

async function chooseClass(chooser) {
  const select = chooser.querySelector("select"), values = await unpack(chooser.querySelector("script").textContent);
  const panels = classPanels(chooser.closest("section")), charts = values.charts[select.value];
  panels.forEach((panel, i) => {
    if (!drawnPanels.has(panel)) drawnPanels.set(panel, [panel.innerHTML, panel.querySelector("g[data-x]").dataset.y]);
    [panel.innerHTML] = drawnPanels.get(panel);
    if (charts) redrawPanel(panel, charts[i % charts.length], values);
  });
  chooser.querySelector("output").textContent = values.says[select.value] ?? "";
  followBoxes();
}

const choosers = [...document.querySelectorAll("[data-classes]")];

function offerClasses() {
  for (const chooser of choosers) {
    chooser.hidden = false;
    chooser.querySelector("select").addEventListener("change", () => chooseClass(chooser));
  }
}
