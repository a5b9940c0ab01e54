// Values of a figure by keyboard, and as a table.
const SAMPLES = 25;

const shownParts = (svg, selector) => [...svg.querySelectorAll(selector)].filter((part) => !part.classList.contains("off"));
// What the parts of a figure tell, each value once.
const valuesOf = (svg) => [...new Set(shownParts(svg, "[data-says]").map((part) => part.dataset.says))].map((text) => [text]);
// What is shown of a figure; the shape for a phone has its values in the figure.
function drawing(figure) {
  const svg = [...figure.querySelectorAll("svg")].find((one) => getComputedStyle(one).display !== "none");
  return svg?.matches(".phone") ? figure.querySelector("svg") : svg;
}

// The shape for a phone tells what the figure does, part by part.
function shareValues(figure) {
  const [parts, others] = ["svg:not(.phone) [data-says]", "svg.phone [data-says]"].map((selector) => figure.querySelectorAll(selector));
  others.forEach((part, i) => { part.dataset.says = parts[i].dataset.says; });
}

// Arrow keys go through the values; Home and End to the first and the last one.
function walk(figure, event) {
  const svg = drawing(figure), steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!svg || event.target !== figure || !(event.key in steps)) return;
  const values = linesOf(svg) || valuesOf(svg);
  if (values.length === 0) return;
  event.preventDefault();
  const before = Number(figure.dataset.at ?? -1);
  const at = Math.min(Math.max(before + steps[event.key], 0), values.length - 1);
  figure.dataset.at = at;
  const box = figure.getBoundingClientRect();
  showTip(values[at], { clientX: Math.max(box.left, 0) + 40, clientY: Math.max(box.top, 0) + 40 });
}

// Of a figure over time: the lines of the tip at evenly spaced times; else nothing.
function linesOf(svg) {
  const frames = [...svg.querySelectorAll("g[data-x]")];
  if (frames.length === 0) return null;
  return Array.from({ length: SAMPLES }, (_, i) => {
    const share = i / (SAMPLES - 1);
    return frames.flatMap((frame, place) => readingsAt(frame, share).slice(place ? 1 : 0));
  });
}

function tableOf(figure) {
  const svg = drawing(figure), values = linesOf(svg);
  const rows = values || valuesOf(svg);
  const body = html("tbody", "", null, rows.map((row) => html("tr", "", null, row.map((text) => html("td", "left", text)))));
  const table = html("table", "", null, [html("caption", "small faint", "Values of the figure"), body]);
  const box = html("div", "scroll values", null, [table]);
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Values of the figure");
  return box;
}

function offerTable(figure) {
  const caption = figure.querySelector("figcaption");
  if (!caption || !figure.querySelector("[data-says], g[data-x]")) return;
  const button = html("button", "", "as a table");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = figure.querySelector(".values");
    if (open) open.remove();
    else figure.append(tableOf(figure));
    button.setAttribute("aria-expanded", String(!open));
  });
  caption.append(" ", button);
}

for (const figure of document.querySelectorAll("figure")) {
  shareValues(figure);
  listen(figure);
  offerTable(figure);
  figure.addEventListener("keydown", (event) => walk(figure, event));
  figure.addEventListener("blur", () => { tip.hidden = true; });
}
