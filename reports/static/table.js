// Tables that are sorted by a column's heading and filtered by a word.
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

function makeFilter(table) {
  const count = html("output", "faint small"), input = html("input");
  const label = html("label", "small filter", "Filter rows ", [input]);
  input.type = "search";
  const rows = [...table.querySelectorAll("tr[data-label]")];
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.dataset.label.toLowerCase().includes(word));
    const kept = rows.filter((row) => !row.hidden).length;
    count.textContent = words.length ? `${kept} of ${rows.length}` : "";
  });
  table.parentElement.before(html("p", "tools", null, [label, " ", count]));
}

document.querySelectorAll("table.sortable").forEach((table) => { makeSortable(table); makeFilter(table); });
