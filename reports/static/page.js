// Controls appear where scripts run; without them the page is whole, at the study's own prices.
const controls = document.getElementById("controls"), moved = document.getElementById("moved");
const ranges = [...controls.querySelectorAll("input[data-price]")];

function put(range, index) {
  const slider = study.sliders.find((one) => one.name === range.dataset.price);
  range.value = index;
  range.setAttribute("aria-valuetext", slider.texts[index]);
  document.getElementById(`said-${slider.name}`).textContent = slider.short[index];
  return slider;
}

const movedRange = () => ranges.find((range) => Number(range.value) !== sliderOwn(range));

// Moves one slider; the others go back to the study.
function movePrice(range) {
  for (const other of ranges) if (other !== range) put(other, sliderOwn(other));
  const index = Number(range.value), slider = put(range, index);
  showPrice(slider, index);
  moved.hidden = index === slider.own;
  document.getElementById("moved-to").textContent = `At ${slider.texts[index]}:`;
  document.getElementById("moved-said").textContent = slider.said[index];
  followBoxes();
}

const sliderOwn = (range) => study.sliders.find((one) => one.name === range.dataset.price).own;

const unticked = () => [...controls.querySelectorAll("input[data-toggle]:not(:checked)")].map((box) => box.dataset.toggle);

// What is unticked is hidden; at the study's prices the decision is made among what is shown.
function followBoxes() {
  const hidden = new Set(unticked());
  for (const part of document.querySelectorAll("[data-strategy]"))
    part.classList.toggle("off", hidden.has(part.dataset.strategy));
  const isMoved = Boolean(movedRange());
  document.getElementById("among").textContent = isMoved ? amongAtMoved(hidden) : decideAmong(hidden);
  document.querySelectorAll("table.sortable").forEach(mergeAlike);
}

// A link to a folded section unfolds it.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]));
  const evidence = target?.closest("section")?.querySelector(":scope > details.evidence:not([open])");
  if (!evidence) return;
  evidence.open = true;
  target.scrollIntoView();
}

async function start() {
  study = await unpack(document.getElementById("live").textContent);
  for (const range of ranges) {
    put(range, sliderOwn(range));
    range.addEventListener("input", () => movePrice(range));
  }
  document.getElementById("reset").addEventListener("click", () => {
    put(ranges[0], sliderOwn(ranges[0]));
    movePrice(ranges[0]);
  });
  // A chart at another price is drawn for the screen as it was; turned, it may be another one.
  IS_PHONE.addEventListener("change", () => { if (movedRange()) movePrice(movedRange()); });
  controls.hidden = false;
  controls.querySelector("details").open = !IS_PHONE.matches || location.hash.includes("?");
  offerSharing();
  offerClasses();
  readAddress();
  unfold();
  addEventListener("hashchange", unfold);
  addEventListener("hashchange", () => { if (location.hash.includes("?")) readAddress(); });
  for (const kind of ["change", "input", "click"]) document.addEventListener(kind, () => queueMicrotask(writeAddress));
}

controls.addEventListener("change", (event) => { if (event.target.matches("[data-toggle]")) followBoxes(); });
controls.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
start();
