// A small chart as SVG: axes, lines, marks with error bars, and level lines with labels.
const SVG = "http://www.w3.org/2000/svg";
const BOX = { top: 44, bottom: 52, width: 720, height: 430 };
const SHAPES = {
  o: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", s: "M-5-5H5V5H-5Z", D: "M0-6L6 0L0 6L-6 0Z",
  "^": "M0-6L6 5H-6Z", v: "M0 6L6-5H-6Z", "<": "M-6 0L5-6V6Z", ">": "M6 0L-5-6V6Z",
  X: "M-5-5L5 5M-5 5L5-5", P: "M-6 0H6M0-6V6", "*": "M-6 0H6M-3-5L3 5M-3 5L3-5",
};

function element(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

function scale(low, high, from, to, log) {
  const at = log ? Math.log : (value) => value;
  const span = at(high) - at(low) || 1;
  return (value) => from + ((at(value) - at(low)) / span) * (to - from);
}

function ticks(low, high, log) {
  const found = [];
  if (log) {
    for (let ten = 10 ** Math.floor(Math.log10(low)); ten <= high; ten *= 10)
      found.push(...[1, 2, 5].map((digit) => digit * ten));
  } else {
    const raw = (high - low) / 5, ten = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((digit) => digit * ten >= raw) * ten;
    for (let i = Math.ceil(low / step); i * step <= high; i += 1) found.push(i * step);
  }
  return found.filter((value) => value >= low * 0.9999 && value <= high * 1.0001);
}

function apart(wanted, gap, high) {
  const order = wanted.map((at, i) => [at, i]).sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < order.length; i += 1) order[i][0] = Math.max(order[i][0], order[i - 1][0] + gap);
  for (let i = order.length - 1; i >= 0; i -= 1)
    order[i][0] = Math.min(order[i][0], i + 1 < order.length ? order[i + 1][0] - gap : high);
  const placed = [];
  for (const [at, i] of order) placed[i] = at;
  return placed;
}

// spec: title, x and y {label, low, high, log, write}, lines, marks, levels.
function chart(spec) {
  const svg = element("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", class: "live", "aria-label": spec.title });
  const heights = ticks(spec.y.low, spec.y.high, false), longest = (texts, least) => 8 * Math.max(least, ...texts.map((text) => text.length));
  const left = 36 + longest(heights.map(spec.y.write), 4), right = BOX.width - 24 - longest(spec.levels.map((level) => level.text), 16), bottom = BOX.height - BOX.bottom;
  const x = scale(spec.x.low, spec.x.high, left, right, spec.x.log);
  const y = scale(spec.y.low, spec.y.high, bottom, BOX.top, false);
  svg.append(element("text", { x: 12, y: 22, class: "title" }, spec.title));
  svg.append(element("text", { x: (left + right) / 2, y: BOX.height - 12, "text-anchor": "middle" }, spec.x.label));
  svg.append(element("text", { transform: `translate(16 ${(BOX.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, spec.y.label));
  for (const value of ticks(spec.x.low, spec.x.high, spec.x.log)) {
    svg.append(element("path", { d: `M${x(value)} ${BOX.top}V${bottom}`, class: "grid" }));
    svg.append(element("text", { x: x(value), y: bottom + 18, "text-anchor": "middle", class: "tick" }, spec.x.write(value)));
  }
  for (const value of heights) {
    svg.append(element("path", { d: `M${left} ${y(value)}H${right}`, class: "grid" }));
    svg.append(element("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end", class: "tick" }, spec.y.write(value)));
  }
  svg.append(element("path", { d: `M${left} ${BOX.top}V${bottom}H${right}`, class: "axis" }));
  const inside = (mark) => mark.x >= spec.x.low && mark.x <= spec.x.high && mark.y >= spec.y.low && mark.y <= spec.y.high;
  levels(svg, spec.levels, y, spec.y, left, right, bottom);
  for (const line of spec.lines) {
    const shown = line.points.filter(([a, b]) => inside({ x: a, y: b }));
    const points = shown.map(([a, b]) => `${x(a)},${y(b)}`).join(" ");
    svg.append(element("polyline", { points, class: "line", stroke: line.colour, ...(line.strategy && { "data-strategy": line.strategy }) }));
  }
  for (const mark of spec.marks.filter(inside)) svg.append(drawn(mark, x, y));
  return svg;
}

function drawn(mark, x, y) {
  const group = element("g", { "data-strategy": mark.strategy, "data-says": mark.says, "data-label": mark.label });
  const [px, py] = [x(mark.x), y(mark.y)];
  if (mark.dy) group.append(element("path", { d: `M${px} ${y(mark.y - mark.dy)}V${y(mark.y + mark.dy)}`, stroke: mark.colour }));
  if (mark.dx) group.append(element("path", { d: `M${x(mark.x - mark.dx)} ${py}H${x(mark.x + mark.dx)}`, stroke: mark.colour }));
  const shape = SHAPES[mark.marker] || SHAPES.o, isOpen = !shape.endsWith("Z");
  group.append(element("path", {
    d: shape, transform: `translate(${px} ${py})`, fill: mark.hollow || isOpen ? "var(--ffffff)" : mark.colour,
    stroke: mark.hollow || isOpen ? mark.colour : "var(--ffffff)", "stroke-width": isOpen ? 2.6 : mark.hollow ? 1.6 : 0.7,
  }));
  if (mark.ring) {
    group.append(element("circle", { cx: px, cy: py, r: 10, class: "ring" }));
    const left = px > BOX.width / 2;
    group.append(element("text", { x: px + (left ? -14 : 14), y: py - 10, "text-anchor": left ? "end" : "start" }, mark.label));
  }
  return group;
}

function levels(svg, lines, y, axis, left, right, bottom) {
  const clipped = lines.map((line) => Math.min(Math.max(y(line.y), BOX.top), bottom));
  const places = apart(clipped, 15, bottom);
  lines.forEach((line, i) => {
    const way = line.y < axis.low ? "\u2193 " : line.y > axis.high ? "\u2191 " : "";
    const group = element("g", { "data-strategy": line.strategy, "data-says": line.text });
    if (!way) group.append(element("path", { d: `M${left} ${y(line.y)}H${right}`, stroke: line.colour, class: "level" }));
    group.append(element("text", { x: right + 6, y: places[i] + 4, fill: line.colour, class: "name" }, way + line.text));
    svg.append(group);
  });
}
