// The page at another price of a retraining.
const study = JSON.parse(document.getElementById("live").textContent);

function fields(scenario, name) {
  return document.querySelectorAll(`[data-scenario="${scenario.anchor}"] [data-field="${name}"]`);
}

function decide(scenario, decision) {
  const put = (name, text) => fields(scenario, name).forEach((place) => { place.textContent = tight(text); });
  for (const name of ["badge", "surety", "headline", "evidence"]) put(name, decision[name]);
  put("notes", decision.notes.join(" "));
  fields(scenario, "badge").forEach((badge) => { badge.className = `badge ${decision.kind}`; });
  fields(scenario, "worth").forEach((list) => list.replaceChildren(...decision.worth.map(worth)));
  fields(scenario, "bars").forEach((list) => list.replaceChildren(...decision.bars.map(bar)));
}

function worth(entry) {
  const said = entry.same ? [html("b", "", "the same")] : [html("b", "", entry.text), ` (${tight(entry.size)})`];
  return html("div", "", null, [html("dt", "", entry.name), html("dd", "", null, said)]);
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

function fillTable(scenario, rows, choice) {
  const least = Math.min(...rows.map((row) => row.cost));
  for (const row of rows) {
    const line = document.querySelector(`[data-scenario="${scenario.anchor}"] tr[data-label="${CSS.escape(row.label)}"]`);
    line.classList.toggle("chosen", row.label === choice);
    line.querySelector(".recommended").hidden = row.label !== choice;
    const write = (name, value, text) => {
      const cell = line.querySelector(`td[data-name="${name}"]`);
      if (!cell) return;
      cell.dataset.value = value;
      cell.textContent = text;
    };
    const own = row.role === "strategy";
    write("cost", row.cost, plusMinus(row.cost, row.costHalf));
    line.querySelector('td[data-name="cost"]').classList.toggle("best", row.cost === least);
    if (own) write("cost_fit", row.fits, rounded(row.fits));
    if (own && !row.never) write("saving", row.saving, plusMinus(row.saving, row.savingHalf, true));
  }
}

const every = (value, unit) => (value === Infinity ? "never" : `every ${number(value)} ${unit}${value === 1 ? "" : "s"}`);
const bare = (value) => (value === Infinity ? "never" : number(value));

function sayIntervals(scenario, found) {
  const lines = found.map((best) => {
    const near = best.low === best.high ? "no other value comes near" : `nearly as good: ${bare(best.low)} to ${bare(best.high)}`;
    return html("li", "", `${best.group}: ${every(best.best, scenario.unit)} costs least (${near}).`);
  });
  fields(scenario, "intervals").forEach((list) => list.replaceChildren(...lines));
}

function limits(values, pad = 0.07) {
  const low = Math.min(...values), high = Math.max(...values), span = high - low || Math.abs(high) || 1;
  return { low: low - pad * span, high: high + pad * span };
}

function liveTradeoff(scenario, rows, choice, price) {
  const own = rows.filter((row) => row.role === "strategy"), front = efficient(rows);
  const marks = own.map((row) => ({
    ...row, x: row.spent, y: row.score, dx: row.spentHalf, dy: row.half, ring: row.label === choice,
    says: `${row.label}: ${scenario.metric} ${percent(row.score, row.half)}, cost of retraining ${plusMinus(row.spent, row.spentHalf)}, total cost ${plusMinus(row.cost, row.costHalf)}`,
  }));
  const steps = front.flatMap((row, i) => (i ? [[row.spent, front[i - 1].score], [row.spent, row.score]] : [[row.spent, row.score]]));
  return chart({
    title: `${scenario.metric} against the cost of retraining, at ${price} per retraining`,
    x: { label: "cost of retraining", ...limits(own.map((row) => row.spent), 0.04), write: (v) => number(v) },
    y: { label: scenario.metric, ...limits(own.flatMap((row) => [row.score - row.half, row.score + row.half])), write: (v) => `${+(100 * v).toPrecision(6)} %` },
    lines: [{ points: steps, colour: "var(--5b6470)" }], marks,
    levels: rows.filter((row) => row.role === "baseline").map((row) => ({ ...row, y: row.score, text: `${row.label} ${percent(row.score)}` })),
  });
}

function liveInterval(scenario, rows, choice, price, hindsight) {
  const own = rows.filter((row) => row.every !== null);
  const groups = [...new Set(own.filter((row) => row.group).map((row) => row.group))];
  const lines = groups.map((group) => {
    const line = own.filter((row) => row.group === group).sort((a, b) => a.every - b.every);
    return { points: line.map((row) => [row.every, row.cost]), colour: line[0].colour, strategy: line[0].strategy };
  });
  const levels = rows.filter((row) => row.never || row.role === "baseline")
    .map((row) => ({ ...row, y: row.cost, text: `${row.label} ${number(row.cost, 0)}` }));
  if (hindsight !== null) levels.push({ strategy: "oracle", colour: "var(--6a51a3)", y: hindsight, text: `oracle ${number(hindsight, 0)}` });
  const least = Math.min(...own.map((row) => row.cost));
  const seen = [...own.map((row) => row.cost).filter((cost) => cost <= 3 * least), ...levels.filter((l) => l.y <= 3 * least).map((l) => l.y)];
  const reach = own.map((row) => row.every);
  return chart({
    title: `total cost against the retraining interval, at ${price} per retraining`,
    x: { label: `${scenario.unit}s between two retrainings (log scale)`, low: Math.min(...reach) / 1.25, high: Math.max(...reach) * 1.25, log: true, write: (v) => number(v) },
    y: { label: "total cost", ...limits(seen), write: (v) => number(v) },
    lines, levels,
    marks: own.map((row) => ({ ...row, x: row.every, y: row.cost, dy: row.costHalf, hollow: !row.group, ring: row.label === choice, says: `${row.label}: total cost ${plusMinus(row.cost, row.costHalf)}` })),
  });
}

function redraw(scenario, kind, svg) {
  const figure = document.querySelector(`[data-scenario="${scenario.anchor}"] figure.${kind}`);
  if (!figure) return;
  figure.querySelector("svg.live")?.remove();
  figure.querySelector("svg").style.display = svg ? "none" : "";
  if (svg) figure.querySelector("svg").after(svg);
}

// index: of the price among those that the study's sentences were made for.
function showPrice(index) {
  const fit = study.fits[index], moved = index !== study.own, price = study.said[index];
  document.body.toggleAttribute("data-moved", moved);
  for (const scenario of study.scenarios) {
    const rows = costsAt(scenario, fit, study.error), decision = scenario.decisions[index];
    decide(scenario, decision);
    fillTable(scenario, rows, decision.choice);
    sayIntervals(scenario, moved ? bestIntervals(rows, scenario.within) : []);
    const hindsight = hindsightAt(scenario, fit, study.error);
    redraw(scenario, "tradeoff", moved && liveTradeoff(scenario, rows, decision.choice, price));
    redraw(scenario, "interval", moved && rows.some((row) => row.every !== null) && liveInterval(scenario, rows, decision.choice, price, hindsight));
  }
  return price;
}
