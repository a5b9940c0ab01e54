// The page at another price. Python has computed what it shows at every step of every price;
// here it is only filled in and drawn.
let study = null;

// What Python packed: base64 of zlib of JSON.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const within = (scenario, selector) => document.querySelectorAll(`[data-scenario="${scenario.anchor}"] ${selector}`);
const fields = (scenario, name) => within(scenario, `[data-field="${name}"]`);

// A step holds what differs from the scenario at its own prices.
function stepOf(scenario, price, index) {
  const changed = scenario.steps[price][index];
  return changed ? { ...scenario.own, ...changed, cells: { ...scenario.own.cells, ...changed.cells } } : scenario.own;
}

function decide(scenario, step) {
  const put = (name, text) => fields(scenario, name).forEach((place) => { place.textContent = text; });
  for (const name of ["badge", "surety", "headline", "evidence", "firm", "rates", "sure"]) put(name, step[name]);
  fields(scenario, "notes").forEach((list) => list.replaceChildren(...step.notes.map((note) => html("li", "", note))));
  fields(scenario, "badge").forEach((badge) => { badge.className = `badge ${step.kind}`; });
  fields(scenario, "worth").forEach((list) => list.replaceChildren(...step.worth.map(worth)));
  within(scenario, ".badges").forEach((line) => { line.dataset.overrides = step.overrides; });
  fields(scenario, "bars").forEach((list) => list.replaceChildren(...step.bars.map(bar)));
}

function worth(entry) {
  const words = entry.same ? [html("b", "", "the same")] : [html("b", "", entry.text), ` (${entry.size})`];
  return html("div", "", null, [html("dt", "", entry.name), html("dd", "", null, words)]);
}

function bar(entry) {
  const parts = [["", entry.error], ["pale", entry.retraining]].map(([className, width]) => {
    const part = html("span", className);
    part.style.width = `${width}%`;
    part.style.background = entry.colour;
    return part;
  });
  return html("li", "", null, [html("span", "name", entry.label), html("span", "track", null, parts), html("span", "value", entry.cost)]);
}

const lineOf = (scenario, label) => within(scenario, `tr[data-label="${CSS.escape(label)}"]`)[0];

function markChosen(scenario, step) {
  for (const { label } of scenario.rows) {
    const line = lineOf(scenario, label), mark = line.querySelector(".recommended");
    line.classList.toggle("chosen", label === step.choice);
    mark.hidden = label !== step.choice;
    mark.textContent = step.mark;
  }
}

function fillTable(scenario, step) {
  markChosen(scenario, step);
  scenario.rows.forEach(({ label }, i) => {
    const line = lineOf(scenario, label);
    for (const [name, column] of Object.entries(step.cells)) {
      const cell = cellOf(line, name);
      cell.dataset.value = column.values[i] ?? "";
      cell.textContent = column.texts[i];
      cell.classList.toggle("best", column.best.includes(i));
    }
  });
}

function listIntervals(scenario, lines) {
  fields(scenario, "intervals").forEach((list) => list.replaceChildren(...lines.map((line) => html("li", "", line))));
}

const money = (text) => (study.labels.currency ? `${text} ${study.labels.currency}` : text);

function tradeoffChart(scenario, step, price) {
  const shared = step.tradeoff ?? scenario.tradeoff, { x, dx, texts, frontier, low_high: limits, least } = step.tradeoff_at;
  const steps = frontier.flatMap((i, at) => (at ? [[x[i], shared.y[frontier[at - 1]]], [x[i], shared.y[i]]] : [[x[i], shared.y[i]]]));
  return chart({
    title: `${shared.title}, at ${price}`,
    mark: step.mark,
    x: { label: least ? `${study.labels.retraining}, ${study.labels.log}` : study.labels.retraining, limits, least, write: axisNumber },
    y: { label: shared.metric, limits: shared.low_high, write: axisPercent },
    lines: [{ points: steps, colour: "var(--5b6470)" }],
    levels: shared.levels,
    marks: x.map((_, i) => ({
      ...scenario.rows[i], x: x[i], y: shared.y[i], dx: dx[i], dy: shared.dy[i], ring: scenario.rows[i].label === step.choice,
      says: `${scenario.rows[i].label}: ${shared.metric} ${shared.texts[i]}, cost of retraining ${money(texts[i])}, total cost ${money(step.cells.cost.texts[i])}`,
    })),
  });
}

function intervalChart(scenario, step, price) {
  const shared = step.interval ?? scenario.interval, { dy, levels, low_high: limits } = step.interval_at, { values, texts } = step.cells.cost;
  const scheduled = new Set(shared.lines.flat()), shown = [...shared.x.keys()].filter((i) => shared.x[i] !== null);
  return chart({
    title: `total cost against the retraining interval, at ${price}`,
    mark: step.mark,
    x: { label: shared.label, limits: shared.low_high, log: true, write: axisNumber },
    y: { label: study.labels.cost, limits, write: axisNumber },
    lines: shared.lines.map((line) => ({ ...scenario.rows[line[0]], points: line.map((i) => [shared.x[i], values[i]]) })),
    levels,
    marks: shown.map((i) => ({
      ...scenario.rows[i], x: shared.x[i], y: values[i], dy: dy[i], hollow: !scheduled.has(i),
      ring: scenario.rows[i].label === step.choice, says: `${scenario.rows[i].label}: total cost ${money(texts[i])}`,
    })),
  });
}

function redraw(scenario, kind, svg) {
  const [figure] = within(scenario, `figure.${kind}`);
  if (!figure) return;
  figure.querySelector("svg.live")?.remove();
  for (const drawn of figure.querySelectorAll("svg")) drawn.style.display = svg ? "none" : "";
  if (svg) figure.querySelector("svg").after(svg);
}

// index: of the step of a slider. Only one price is moved at a time.
function showPrice(slider, index) {
  const isMoved = index !== slider.own, price = slider.texts[index];
  document.body.toggleAttribute("data-moved", isMoved);
  for (const scenario of study.scenarios) {
    const step = stepOf(scenario, slider.name, index);
    decide(scenario, step);
    fillTable(scenario, step);
    listIntervals(scenario, isMoved ? step.intervals : []);
    redraw(scenario, "tradeoff", isMoved && tradeoffChart(scenario, step, price));
    redraw(scenario, "interval", isMoved && scenario.interval && intervalChart(scenario, step, price));
  }
}

const optional = () => new Set(study.scenarios.flatMap((scenario) => Object.keys(scenario.among).flatMap((key) => key.split(","))));

// Decides at the study's prices among the strategies that are shown; returns what to say of it.
function decideAmong(hidden) {
  const counted = optional(), without = [...hidden].filter((name) => counted.has(name)).sort(), key = without.join(",");
  let isKnown = true;
  for (const scenario of study.scenarios) {
    const present = without.filter((name) => scenario.rows.some((row) => row.strategy === name)).join(",");
    const changed = present ? scenario.among[present] : {};
    if (changed === undefined) isKnown = false;
    const step = { ...scenario.own, ...(changed || {}) };
    decide(scenario, step);
    markChosen(scenario, step);
  }
  if (!key) return "";
  return isKnown ? `Decided among what is shown, without ${without.join(", ")}.` : "Decided among all strategies: for this choice of boxes nothing was computed.";
}

function amongAtMoved(hidden) {
  return [...hidden].some((name) => optional().has(name)) ? "At another price the decision is among all strategies, also those that are hidden." : "";
}
