// The time line, step by step: two settings side by side, what they know, do, and have paid so far.
const NEWEST = 5, PACE = 80; // retrainings that are listed; milliseconds of a step

const inMoney = (value, currency) => `${axisNumber(Number(value.toPrecision(3)))}${currency ? `\u00a0${currency}` : ""}`;

// What a setting does between the step before and this one.
function doing(setting, steps, at) {
  const tick = steps.ticks[at], before = at ? steps.ticks[at - 1] : tick - 1;
  const isNew = (moment) => moment > before && moment <= tick;
  const served = setting.retrainings.filter((one) => one.deployed !== null && one.deployed <= tick);
  const newest = served.reduce((last, one) => (last && last.deployed > one.deployed ? last : one), null);
  const newer = setting.retrainings.filter((one) => one.trains && one.decided <= tick && one.ready > tick).at(-1);
  const decided = setting.retrainings.filter((one) => isNew(one.decided)).at(-1);
  return {
    alarm: setting.alarms.some(isNew) ? "alarm" : "\u2013",
    decision: decided ? steps.words[decided.does][0] : "\u2013",
    "under way": newer ? `${steps.words[newer.does][1]}, ready in ${newer.ready - tick}` : "\u2013",
    "serving model": newest ? `number ${setting.retrainings.indexOf(newest) + 1}` : "the first one",
    "errors so far": axisNumber(Number(setting.errors[at].toPrecision(3))),
    "money so far": inMoney(setting.money[at], steps.currency),
  };
}

function fillSide(side, steps, at) {
  const setting = steps.settings[side.querySelector("select").value];
  side.querySelector("dl").replaceChildren(...Object.entries(doing(setting, steps, at)).map(([name, value]) =>
    html("div", ["alarm", "decision"].includes(name) && value !== "\u2013" ? "new" : "", null, [html("dt", "", name), html("dd", "", value)])));
  const begun = setting.retrainings.filter((one) => one.decided <= steps.ticks[at]);
  const list = side.querySelector("ol");
  list.start = Math.max(1, begun.length - NEWEST + 1);
  list.replaceChildren(...begun.slice(-NEWEST).map((one) => html("li", "", one.says)));
}

// A line at the tick across each shape of the figure over time.
function mark(section, tick) {
  for (const frame of section.querySelectorAll("figure.timeline svg g[data-x]")) markFrame(frame, tick);
}

function markFrame(frame, tick) {
  const [first, last] = frame.dataset.x.split(" ").map(Number), box = boxOf(frame), svg = frame.ownerSVGElement;
  const line = svg.querySelector(".cursor") || svg.appendChild(element("line", { class: "cursor" }));
  const x = box.x + (box.width * (tick - first)) / (last - first);
  for (const [key, value] of Object.entries({ x1: x, x2: x, y1: box.y, y2: box.y + box.height })) line.setAttribute(key, value);
}

function drifting({ drifts }, tick) {
  if (!drifts) return "The drifts of this stream are unknown.";
  const begun = drifts.filter(([start]) => start <= tick);
  if (!begun.length) return "No drift so far.";
  const now = begun.filter(([, stop]) => tick < stop);
  const said = (several) => several.map(([, , words]) => words).join("; ");
  return now.length ? `It drifts: ${said(now)}.` : `The last drift is over: ${said(begun.slice(-1))}.`;
}

async function startPlayer(player) {
  const steps = await unpack(player.querySelector("script").textContent);
  const range = player.querySelector("input"), play = player.querySelector("[data-play]"), last = Number(range.max);
  let timer = null;
  const show = () => {
    const at = Number(range.value), tick = steps.ticks[at];
    player.querySelector("output").textContent = steps.when[at];
    player.querySelector("[data-drift]").textContent = drifting(steps, tick);
    range.setAttribute("aria-valuetext", steps.when[at]);
    for (const side of player.querySelectorAll("[data-side]")) fillSide(side, steps, at);
    if (player.dataset.moved) mark(player.closest("section"), tick);
  };
  const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; };
  const move = (by) => {
    range.value = Number(range.value) + by;
    player.dataset.moved = "yes";
    show();
    if (Number(range.value) === last) stop();
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (Number(range.value) === last) range.value = 0;
    timer = setInterval(move, PACE, 1);
    play.textContent = "Pause";
  });
  player.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.target === range || event.target.matches("select")) return;
    event.preventDefault();
    move(by);
  });
  for (const button of player.querySelectorAll("[data-move]")) button.addEventListener("click", () => move(Number(button.dataset.move)));
  range.addEventListener("input", () => move(0));
  player.addEventListener("change", show);
  show();
  player.hidden = false;
}

document.querySelectorAll("[data-player]").forEach(startPlayer);
