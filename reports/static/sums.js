// Costs at another price of a retraining: error * loss + fit * fits + rest, seed by seed.
function mean(values) {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
}

// Half of Student's 95 % interval of the mean; t: its quantile by the number of seeds.
function halfWidth(values, t) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const middle = mean(known);
  const squares = known.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return (t[known.length] * Math.sqrt(squares / (known.length - 1))) / Math.sqrt(known.length);
}

function costsAt(scenario, fit, error) {
  const rows = scenario.labels.map((label, i) => {
    const fits = scenario.fits[i].map((count) => (count === null ? null : fit * count));
    const spent = fits.map((cost, seed) => (cost === null ? null : cost + scenario.rest[i][seed]));
    const seeds = spent.map((cost, seed) => (cost === null ? null : error * scenario.loss[i][seed] + cost));
    return {
      ...label, seeds, fits: mean(fits), cost: mean(seeds), costHalf: halfWidth(seeds, scenario.t),
      spent: mean(spent), spentHalf: halfWidth(spent, scenario.t),
    };
  });
  const never = rows.find((row) => row.label === scenario.never);
  for (const row of rows) {
    const gaps = never && row.seeds.map((own, i) =>
      own === null || never.seeds[i] === null ? null : never.seeds[i] - own);
    row.saving = gaps ? mean(gaps) : null;
    row.savingHalf = gaps ? halfWidth(gaps, scenario.t) : null;
  }
  return rows;
}

// Mean cost of the best schedule in hindsight; null where the frontier does not give it.
function hindsightAt(scenario, fit, error) {
  const best = scenario.frontier.map((losses) => Math.min(
    ...losses.map((loss, count) => (loss === null ? Infinity : error * loss + fit * count))));
  return best.length ? mean(best) : null;
}

// Rows that no other one beats in both the cost of retraining and the score, by rising cost.
function efficient(rows) {
  const sorted = rows.filter((row) => row.role === "strategy");
  sorted.sort((a, b) => a.spent - b.spent || b.score - a.score || b.never - a.never);
  let best = -Infinity;
  return sorted.filter((row) => row.score > best && ((best = row.score), true));
}

// For each strategy with a schedule: the best interval of its best line, and the flat band.
function bestIntervals(rows, within) {
  const scheduled = rows.filter((row) => row.group !== null);
  const never = rows.find((row) => row.never);
  const found = [];
  for (const strategy of [...new Set(scheduled.map((row) => row.strategy))].sort()) {
    const own = scheduled.filter((row) => row.strategy === strategy);
    const top = own.reduce((a, b) => (b.cost < a.cost ? b : a));
    const line = own.filter((row) => row.group === top.group).sort((a, b) => a.every - b.every);
    if (line.length < 3) continue;
    const tried = [...line, ...(never ? [{ ...never, every: Infinity }] : [])];
    const least = Math.min(...tried.map((row) => row.cost));
    const at = tried.findLastIndex((row) => row.cost <= least * (1 + 1e-12));
    const near = (i) => tried[i].cost <= least + within * Math.abs(least);
    let low = at, high = at;
    while (low > 0 && near(low - 1)) low -= 1;
    while (high < tried.length - 1 && near(high + 1)) high += 1;
    found.push({ strategy, group: top.group, best: tried[at].every, low: tried[low].every, high: tried[high].every });
  }
  return found;
}
