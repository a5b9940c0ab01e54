// A small chart as SVG: axes, lines, marks with error bars, and level lines with labels.
const SVG = "http://www.w3.org/2000/svg";
const IS_PHONE = matchMedia("screen and (max-width: 740px)");
const SHAPES = {
  o: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", s: "M-5-5H5V5H-5Z", D: "M0-6L6 0L0 6L-6 0Z",
  "^": "M0-6L6 5H-6Z", v: "M0 6L6-5H-6Z", "<": "M-6 0L5-6V6Z", ">": "M6 0L-5-6V6Z",
  X: "M-5-5L5 5M-5 5L5-5", P: "M-6 0H6M0-6V6", "*": "M-6 0H6M-3-5L3 5M-3 5L3-5",
  p: "M0-6L5.7-1.9L3.5 4.9H-3.5L-5.7-1.9Z", h: "M0-6L5.2-3V3L0 6L-5.2 3V-3Z", H: "M-6 0L-3-5.2H3L6 0L3 5.2H-3Z",
  d: "M0-6L3.6 0L0 6L-3.6 0Z", 8: "M-2.5-6H2.5L6-2.5V2.5L2.5 6H-2.5L-6 2.5V-2.5Z",
};
const DIGITS = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

// Numbers along an axis; all other numbers of the page are written by Python.
const axisNumber = (value) => DIGITS.format(value || 0).replace("-", "\u2212");
const axisPercent = (value) => `${axisNumber(100 * value)}\u00a0%`;

function element(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

const GAP = 0.4; // decades of a log axis from 0 to its least positive value, as in zero_log.py

// Decades from 0, what lies below the low end at it.
const fromZero = (least, low) => (value) => (value < least ? (GAP * Math.max(value, low)) / least : GAP + Math.log10(value / least));

// A function from [low, high] to pixels; least: where a log axis with a zero begins.
function scale({ limits: [low, high], log, least }, from, to) {
  const at = least ? fromZero(least, low) : log ? Math.log : (value) => value;
  const span = at(high) - at(low) || 1;
  return (value) => from + ((at(value) - at(low)) / span) * (to - from);
}

function ticksFromZero(least, high) {
  const decades = Math.log10(high / least), digits = decades < 1.5 ? [1, 2, 5] : decades < 3.5 ? [1, 3] : [1], values = [];
  for (let ten = Math.floor(Math.log10(least)); ten <= Math.log10(high); ten += 1)
    values.push(...digits.map((digit) => digit * 10 ** ten));
  return [0, ...values.filter((value) => value >= least * 0.9999 && value <= high * 1.0001)];
}

function ticks({ limits: [low, high], log, least, steps = 5 }) {
  if (least) return ticksFromZero(least, high);
  const values = [];
  if (log) {
    for (let ten = 10 ** Math.floor(Math.log10(low)); ten <= high; ten *= 10)
      values.push(...[1, 2, 5].map((digit) => digit * ten));
  } else {
    const raw = (high - low) / steps, ten = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((digit) => digit * ten >= raw) * ten;
    for (let i = Math.ceil(low / step); i * step <= high; i += 1) values.push(i * step);
  }
  return values.filter((value) => value >= low * 0.9999 && value <= high * 1.0001);
}

// Positions of labels, moved as little as keeps them apart.
function apart(wanted, gap, high) {
  const order = wanted.map((at, i) => [at, i]).sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < order.length; i += 1) order[i][0] = Math.max(order[i][0], order[i - 1][0] + gap);
  for (let i = order.length - 1; i >= 0; i -= 1)
    order[i][0] = Math.min(order[i][0], i + 1 < order.length ? order[i + 1][0] - gap : high);
  const placed = [];
  for (const [at, i] of order) placed[i] = at;
  return placed;
}

// Words in lines of so many letters.
function broken(text, letters) {
  return text.split(" ").reduce((lines, word) => {
    const longer = `${lines.at(-1)} ${word}`;
    return longer.length <= letters ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, [""]).map((line) => line.trim()).filter(Boolean);
}

const longest = (texts, least) => 8 * Math.max(least, ...texts.map((text) => text.length));
const leftOf = (spec) => 36 + longest(ticks(spec.y).map(spec.y.write), 4);

function wideFrame(spec) {
  const right = 720 - 24 - longest(spec.levels.map((level) => level.text), 16);
  return { width: 720, height: 430, left: leftOf(spec), right, top: 44, bottom: 378, titles: [spec.title], labels: [spec.x.label], legend: [] };
}

// On a phone all names stand below, a line each.
function phoneFrame(spec) {
  const titles = broken(spec.title, 36), labels = broken(spec.x.label, 40), legend = legendOf(spec);
  const top = 22 + 19 * titles.length, bottom = top + 250;
  return { width: 344, height: bottom + 28 + 17 * labels.length + 19 * legend.length, left: leftOf(spec), right: 328, top, bottom, titles, labels, legend };
}

function legendOf(spec) {
  const strategies = [...new Map(spec.marks.map((mark) => [mark.strategy, mark])).values()], chosen = spec.marks.find((mark) => mark.ring);
  const ring = () => element("circle", { r: 8, class: "ring" });
  return [
    ...strategies.map((mark) => ({ strategy: mark.strategy, text: mark.strategy, sample: symbol(mark) })),
    ...(chosen ? [{ strategy: chosen.strategy, text: spec.mark, sample: ring() }] : []),
    ...spec.levels.map((level) => ({
      strategy: level.strategy, text: wayTo(level, spec) + level.text, sample: element("path", { d: "M-12 0H12", stroke: level.colour, class: "level" }),
    })),
  ];
}

function drawLegend(svg, { height, legend }) {
  legend.forEach(({ strategy, text, sample }, i) => {
    const line = element("g", { "data-strategy": strategy, transform: `translate(28 ${height - 10 - 19 * (legend.length - 1 - i)})` });
    line.append(sample, element("text", { x: 22, y: 4 }, text));
    svg.append(line);
  });
}

// spec: title, mark (what a ring says), x and y {label, limits, log, write}, lines, marks, levels.
function chart(spec) {
  const frame = IS_PHONE.matches ? phoneFrame(spec) : wideFrame(spec), { left, right } = frame;
  const svg = element("svg", { viewBox: `0 0 ${frame.width} ${frame.height}`, role: "img", class: "live", "aria-label": spec.title });
  const x = scale(spec.x, left, right), y = scale(spec.y, frame.bottom, frame.top);
  const inside = (px, py) => px >= left && px <= right && py >= frame.top && py <= frame.bottom;
  drawAxes(svg, spec, frame, x, y);
  drawLevels(svg, spec, frame, y);
  drawLegend(svg, frame);
  for (const line of spec.lines) {
    const points = line.points.map(([a, b]) => [x(a), y(b)]).filter(([px, py]) => inside(px, py)).join(" ");
    svg.append(element("polyline", { points, class: "line", stroke: line.colour, ...(line.strategy && { "data-strategy": line.strategy }) }));
  }
  const marks = spec.marks.filter((mark) => mark.y !== null && inside(x(mark.x), y(mark.y))).sort((a, b) => a.ring - b.ring);
  svg.append(...marks.map((mark) => drawMark(mark, x, y)));
  const place = (mark) => [x(mark.x), y(mark.y)], chosen = marks.find((mark) => mark.ring);
  if (chosen && !IS_PHONE.matches) svg.lastChild.append(drawLabel(chosen.label, place(chosen), marks.map(place), frame));
  return svg;
}

// Values of an axis whose texts keep apart.
function sparse(axis, place) {
  let end = -Infinity;
  return ticks(axis).filter((value) => {
    const half = 4 * axis.write(value).length, isFree = place(value) - half > end;
    if (isFree) end = place(value) + half;
    return isFree;
  });
}

function drawAxes(svg, spec, { left, right, top, bottom, titles, labels }, x, y) {
  svg.append(...titles.map((line, i) => element("text", { x: 12, y: 22 + 19 * i, class: "title" }, line)));
  svg.append(...labels.map((line, i) => element("text", { x: (left + right) / 2, y: bottom + 40 + 17 * i, "text-anchor": "middle" }, line)));
  svg.append(element("text", { transform: `translate(16 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, spec.y.label));
  for (const value of sparse(spec.x, x)) {
    svg.append(element("path", { d: `M${x(value)} ${top}V${bottom}`, class: "grid" }));
    svg.append(element("text", { x: x(value), y: bottom + 18, "text-anchor": "middle", class: "tick" }, spec.x.write(value)));
  }
  for (const value of ticks(spec.y)) {
    svg.append(element("path", { d: `M${left} ${y(value)}H${right}`, class: "grid" }));
    svg.append(element("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end", class: "tick" }, spec.y.write(value)));
  }
  svg.append(element("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "axis" }));
}

function symbol(mark) {
  const shape = SHAPES[mark.marker] || SHAPES.o, isOpen = !shape.endsWith("Z");
  return element("path", {
    d: shape, fill: mark.hollow || isOpen ? "var(--ffffff)" : mark.colour,
    stroke: mark.hollow || isOpen ? mark.colour : "var(--ffffff)", "stroke-width": isOpen ? 2.6 : mark.hollow ? 1.6 : 0.7,
  });
}

function drawMark(mark, x, y) {
  const group = element("g", {
    "data-strategy": mark.strategy, "data-says": mark.says, "data-label": mark.label,
    "data-x": mark.x, "data-y": mark.y, "data-dx": mark.dx || 0, "data-dy": mark.dy || 0,
  });
  const [px, py] = [x(mark.x), y(mark.y)];
  if (mark.dy) group.append(element("path", { d: `M${px} ${y(mark.y - mark.dy)}V${y(mark.y + mark.dy)}`, stroke: mark.colour }));
  if (mark.dx) group.append(element("path", { d: `M${x(mark.x - mark.dx)} ${py}H${x(mark.x + mark.dx)}`, stroke: mark.colour }));
  const point = symbol(mark);
  point.setAttribute("transform", `translate(${px} ${py})`);
  group.append(point);
  if (mark.ring) group.append(element("circle", { cx: px, cy: py, r: 10, class: "ring" }));
  return group;
}

// The label of the ringed mark, where it covers the fewest other marks.
function drawLabel(text, [px, py], others, { left, right, bottom }) {
  const width = 7.5 * text.length, places = [];
  for (const dy of [-10, 22, -26, 38])
    for (const [x, from, anchor] of [[px + 14, px + 14, "start"], [px - 14, px - 14 - width, "end"]]) {
      const covers = ([ox, oy]) => ox > from - 7 && ox < from + width + 7 && oy > py + dy - 18 && oy < py + dy + 9;
      const isOutside = from < left || from + width > right || py + dy > bottom - 4;
      places.push({ x, y: py + dy, anchor, cost: others.filter(covers).length + (isOutside ? others.length + 1 : 0) });
    }
  const best = places.sort((a, b) => a.cost - b.cost)[0];
  return element("text", { x: best.x, y: best.y, "text-anchor": best.anchor }, text);
}

// An arrow to what lies outside of the frame.
function wayTo(level, spec) {
  const [low, high] = spec.y.limits;
  return level.y < low ? "\u2193 " : level.y > high ? "\u2191 " : "";
}

function drawLevels(svg, spec, { left, right, top, bottom }, y) {
  const places = apart(spec.levels.map((level) => Math.min(Math.max(y(level.y), top), bottom)), 15, bottom);
  spec.levels.forEach((level, i) => {
    const way = wayTo(level, spec);
    const group = element("g", { "data-strategy": level.strategy, "data-says": level.text });
    if (!way) group.append(element("path", { d: `M${left} ${y(level.y)}H${right}`, stroke: level.colour, class: "level" }));
    if (!IS_PHONE.matches) group.append(element("text", { x: right + 6, y: places[i] + 4, fill: level.colour, class: "name" }, way + level.text));
    svg.append(group);
  });
}
