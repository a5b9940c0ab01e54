// Controls appear where scripts run; without them the page is whole, at the study's own price.
const controls = document.getElementById("controls");
const slider = document.getElementById("price"), shown = document.getElementById("price-said");

function atPrice() {
  const price = showPrice(Number(slider.value));
  slider.setAttribute("aria-valuetext", `${price} per retraining`);
  shown.textContent = price;
  document.getElementById("reset").hidden = Number(slider.value) === study.own;
  hideStrategies();
}

function hideStrategies() {
  const boxes = [...controls.querySelectorAll("input[data-toggle]")];
  const hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.dataset.toggle));
  for (const part of document.querySelectorAll("[data-strategy]"))
    part.classList.toggle("off", hidden.has(part.dataset.strategy));
}

document.body.append(tip);
document.querySelectorAll("figure").forEach(listen);
slider.addEventListener("input", atPrice);
controls.addEventListener("change", hideStrategies);
controls.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("reset").addEventListener("click", () => { slider.value = study.own; atPrice(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
controls.hidden = false;
slider.value = study.own;
