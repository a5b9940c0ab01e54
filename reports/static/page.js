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

// Moves one slider; the others go back to the study.
function movePrice(range) {
  for (const other of ranges) if (other !== range) put(other, sliderOwn(other));
  const index = Number(range.value), slider = put(range, index);
  showPrice(slider, index);
  moved.hidden = index === slider.own;
  document.getElementById("moved-to").textContent = `At ${slider.texts[index]}:`;
  document.getElementById("moved-said").textContent = slider.said[index];
  hideStrategies();
}

const sliderOwn = (range) => study.sliders.find((one) => one.name === range.dataset.price).own;

function hideStrategies() {
  const boxes = [...controls.querySelectorAll("input[data-toggle]")];
  const hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.toggle));
  for (const part of document.querySelectorAll("[data-strategy]"))
    part.classList.toggle("off", hidden.has(part.dataset.strategy));
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
  controls.hidden = false;
}

document.body.append(tip);
document.querySelectorAll("figure").forEach(listen);
controls.addEventListener("change", hideStrategies);
controls.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
start();
