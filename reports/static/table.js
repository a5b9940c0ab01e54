// Tables that are sorted by a column's heading and filtered by a word; settings that acted alike share a row.
function sortTable(table, column, down) {
  const value = (row) => {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value || "NaN") : cell.textContent.trim();
  };
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((row) => row.dataset.label !== undefined);
    const order = (a, b) => {
      const [one, two] = [value(a), value(b)];
      if (typeof one === "string") return one.localeCompare(two, "en", { numeric: true });
      return Number.isNaN(one) - Number.isNaN(two) || one - two;
    };
    rows.sort((a, b) => (down && !Number.isNaN(value(a)) && !Number.isNaN(value(b)) ? -1 : 1) * order(a, b));
    body.append(...rows);
  }
  for (const heading of table.querySelectorAll("th[data-column]")) heading.removeAttribute("aria-sort");
  const chosen = table.querySelector(`th[data-column="${column}"]`);
  chosen.setAttribute("aria-sort", down ? "descending" : "ascending");
}

function makeSortable(table) {
  for (const heading of table.querySelectorAll("th[data-column]")) {
    const button = html("button", "sort");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const column = Number(heading.dataset.column);
      const wasUp = heading.getAttribute("aria-sort") === "ascending";
      sortTable(table, column, wasUp || (!heading.hasAttribute("aria-sort") && heading.dataset.better === "1"));
    });
  }
}

// The cell of a row in a column, by the column's name.
function cellOf(row, name) {
  const place = (row.closest("table").dataset.names ?? "").split(" ").indexOf(name);
  return place < 0 ? null : row.cells[place + 1];
}

const costOf = (row) => cellOf(row, "cost")?.textContent ?? "";

// Rows that are shown and read the same cost: by the label that all of them acted as, and that cost.
function alikeRows(table) {
  const groups = new Map();
  for (const row of table.querySelectorAll("tr[data-alike]")) {
    const key = `${row.dataset.alike}\n${costOf(row)}`;
    row.classList.remove("merged", "leads");
    if (!row.hidden && !row.classList.contains("off")) groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

function nameOthers(row, labels) {
  let detail = row.cells[0].querySelector("details");
  if (!labels.length) return detail?.remove();
  if (!detail) row.cells[0].append(detail = html("details", "alike", null, [html("summary", ""), html("span", "")]));
  detail.firstChild.textContent = `and ${labels.length} that acted alike`;
  detail.lastChild.textContent = labels.join(", ");
}

// Of settings that acted alike one row is left, of the recommended or else the simplest; it names the others.
function mergeAlike(table) {
  for (const rows of alikeRows(table)) {
    const first = rows.find((row) => row.classList.contains("chosen")) ?? rows.find((row) => row.dataset.label === row.dataset.alike) ?? rows[0];
    const others = rows.filter((row) => row !== first);
    for (const row of others) row.classList.add("merged");
    first.classList.toggle("leads", others.length > 0);
    for (const row of rows) nameOthers(row, row === first ? others.map((other) => other.dataset.label) : []);
  }
}

function makeFilter(table) {
  const count = html("output", "faint small"), input = html("input");
  const label = html("label", "small filter", "Filter rows ", [input]);
  input.type = "search";
  const rows = [...table.querySelectorAll("tr[data-label]")];
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.dataset.label.toLowerCase().includes(word));
    const kept = rows.filter((row) => !row.hidden).length;
    mergeAlike(table);
    count.textContent = words.length ? `${kept} of ${rows.length}` : "";
  });
  table.parentElement.before(html("p", "tools", null, [label, " ", count]));
}

document.querySelectorAll("table.sortable").forEach((table) => { makeSortable(table); makeFilter(table); mergeAlike(table); });
