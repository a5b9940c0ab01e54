// Sharing: what is set stands in the address; the link, the overrides and every table can be taken.
const filters = [...document.querySelectorAll("table.sortable")];

function tableState(table) {
  const heading = table.querySelector("th[aria-sort]");
  const words = table.parentElement.previousElementSibling?.querySelector("input[type=search]")?.value || "";
  const sort = heading ? `${heading.dataset.column}${heading.getAttribute("aria-sort") === "descending" ? "-" : "+"}` : "";
  return words || sort ? `${sort}${words ? `~${words}` : ""}` : "";
}

function writeAddress() {
  const state = new URLSearchParams(), range = movedRange();
  if (range) state.set(range.dataset.price, range.value);
  const hidden = [...controls.querySelectorAll("input[data-toggle]:not(:checked)")].map((box) => box.dataset.toggle);
  if (hidden.length) state.set("hide", hidden.join(","));
  filters.forEach((table, i) => { if (tableState(table)) state.set(`t${i}`, tableState(table)); });
  choosers.forEach((chooser, i) => { const { value } = chooser.querySelector("select"); if (value) state.set(`c${i}`, value); });
  const anchor = location.hash.split("?")[0] || "#", text = state.toString();
  history.replaceState(null, "", text || location.hash ? `${anchor}${text ? `?${text}` : ""}` : location.pathname);
}

function readAddress() {
  const [anchor, text] = location.hash.split("?"), state = new URLSearchParams(text || "");
  const hidden = new Set((state.get("hide") || "").split(","));
  for (const box of controls.querySelectorAll("input[data-toggle]")) box.checked = !hidden.has(box.dataset.toggle);
  for (const range of ranges) {
    const place = Number(state.get(range.dataset.price) ?? NaN);
    if (Number.isInteger(place) && place >= 0 && place <= Number(range.max)) { range.value = place; movePrice(range); }
  }
  choosers.forEach((chooser, i) => readClass(chooser, state.get(`c${i}`) || ""));
  followBoxes();
  filters.forEach((table, i) => applyState(table, state.get(`t${i}`) || ""));
  if (text && anchor.length > 1) document.getElementById(decodeURIComponent(anchor.slice(1)))?.scrollIntoView();
}

function readClass(chooser, name) {
  const select = chooser.querySelector("select"), before = select.value;
  select.value = [...select.options].some((option) => option.value === name) ? name : "";
  if (select.value !== before) chooseClass(chooser);
}

function applyState(table, state) {
  const [, column, way, words] = state.match(/^(?:(\d+)([+-]))?(?:~(.*))?$/) || [];
  const input = table.parentElement.previousElementSibling?.querySelector("input[type=search]");
  if (words && input) { input.value = words; input.dispatchEvent(new Event("input")); }
  if (column && table.querySelector(`th[data-column="${column}"]`)) sortTable(table, Number(column), way === "-");
}

async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    button.textContent = text;
    getSelection().selectAllChildren(button);
    return;
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}

function copyButton(words, text) {
  const button = html("button", "copy", words);
  button.type = "button";
  button.addEventListener("click", () => copy(text(), button));
  return button;
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// A cell that a spreadsheet would take for a formula is text.
function csvCell(cell) {
  const text = cell.textContent.trim().replace(/\s+/g, " ").replaceAll("\u2212", "-");
  return quoted(/^[=+@]|^-(?![\d.])/.test(text) ? `'${text}` : text);
}

// A line of each setting of a row, by its label alone, also of those that acted alike and have no row.
function csvLines(row) {
  const [first, ...cells] = row.cells, name = first.cloneNode(true), { label } = row.dataset;
  name.querySelector("details")?.remove();
  const others = label === undefined ? [...first.querySelectorAll(".alike span")] : [];
  const names = [label === undefined ? name : html("td", "", label), ...others];
  return names.map((one) => [csvCell(one), ...cells.map(csvCell)]);
}

function csv(table) {
  const headings = [...table.querySelectorAll("thead th:not([colspan])")].sort((a, b) => (a.dataset.column ?? 0) - (b.dataset.column ?? 0));
  const lines = [headings.length ? headings.map(csvCell) : []];
  for (const row of table.querySelectorAll("tbody tr:not([hidden])")) if (row.cells.length > 1) lines.push(...csvLines(row));
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

function offerSharing() {
  document.querySelectorAll(".scroll > table").forEach((table) => offerCsv(table.parentElement));
  document.querySelector("header").append(html("p", "small share", null, [copyButton("copy the link", () => location.href)]));
  for (const scenario of study.scenarios)
    for (const place of within(scenario, ".badges"))
      place.append(" ", copyButton("copy the overrides", () => place.dataset.overrides || ""));
}
