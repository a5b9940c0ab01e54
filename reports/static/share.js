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

function offerSharing() {
  document.querySelector("header").append(html("p", "small share", null, [copyButton("copy the link", () => location.href)]));
  for (const scenario of study.scenarios)
    for (const place of within(scenario, ".badges"))
      place.append(" ", copyButton("copy the overrides", () => place.dataset.overrides || ""));
}
