// Every table as CSV, as it is sorted and filtered.
const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// A cell that a spreadsheet would take for a formula is text.
function csvCell(cell) {
  const text = cell.textContent.trim().replace(/\s+/g, " ").replaceAll("\u2212", "-");
  return quoted(/^[=@]|^[-+](?![\d.][^=(|!]*$)/.test(text) ? `'${text}` : text);
}

// The cells of a row; one that reaches over several rows is in each of them.
function csvRow(rows, at) {
  const over = rows.findLastIndex((row, i) => i < at && i + row.cells[0].rowSpan > at);
  return over < 0 ? [...rows[at].cells] : [rows[over].cells[0], ...rows[at].cells];
}

// A line of each setting of a row, by its label alone, also of those that acted alike and have no row.
function csvLines(row, [first, ...cells]) {
  const name = first.cloneNode(true);
  const label = row.closest("table").dataset.names === undefined ? undefined : row.dataset.label;
  name.querySelector("details")?.remove();
  const others = label === undefined ? [...first.querySelectorAll(".alike span")] : [];
  const names = [label === undefined ? name : html("td", "", label), ...others];
  return names.map((one) => [csvCell(one), ...cells.map(csvCell)]);
}

// The headings, each below a group with that before it: "mean cost of: errors".
function csvHeadings(table) {
  const groups = [...table.querySelectorAll("thead th[colspan]")].flatMap((one) => Array(one.colSpan).fill(one.textContent.trim()));
  const headings = [...table.querySelectorAll("thead th:not([colspan])")], below = headings.filter((one) => one.rowSpan === 1);
  return headings.sort((a, b) => (a.dataset.column ?? 0) - (b.dataset.column ?? 0)).map((one) => {
    const group = groups[below.indexOf(one)];
    return csvCell(group === undefined ? one : html("th", "", `${group}: ${one.textContent}`));
  });
}

function csv(table) {
  const lines = [csvHeadings(table)], rows = [...table.querySelectorAll("tbody tr")];
  rows.forEach((row, at) => { if (!row.hidden && row.cells.length > 1) lines.push(...csvLines(row, csvRow(rows, at))); });
  return lines.filter((line) => line.length).map((line) => line.join(",")).join("\r\n");
}

function offerCsv(box) {
  const table = box.querySelector("table"), link = html("a", "small csv", "CSV");
  const name = `${(box.getAttribute("aria-label") || box.getAttribute("aria-labelledby") || "table").replace(/\W+/g, "-")}.csv`;
  link.setAttribute("download", name);
  link.href = "#";
  link.setAttribute("aria-label", `${name}, the table as CSV`);
  link.addEventListener("click", () => { link.href = URL.createObjectURL(new Blob(["\ufeff", csv(table)], { type: "text/csv" })); });
  box.after(link);
}

document.querySelectorAll(".scroll > table").forEach((table) => offerCsv(table.parentElement));
