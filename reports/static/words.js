// Numbers as the page writes them elsewhere: 1,240; -3.25; 1,240 +/- 60.
const MINUS = "\u2212", UNKNOWN = "\u2013", HARD = "\u00a0";

function decimalsOf(scale) {
  const size = Math.abs(scale);
  return size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
}

// Rounds an exact half to the even digit, as Python does; toFixed rounds it up.
function fixed(size, decimals) {
  const power = 10 ** decimals, halves = size * 2 ** (decimals + 1);
  const isHalf = Number.isInteger(halves) && halves % 2 === 1;
  const even = 2 * Math.round((size * power) / 2);
  return isHalf ? (even / power).toFixed(decimals) : size.toFixed(decimals);
}

function number(value, decimals = null, sign = false) {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  if (decimals === null) decimals = Number.isInteger(value) ? 0 : decimalsOf(value);
  const [whole, part] = fixed(Math.abs(value), decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  const before = !/[1-9]/.test(text) ? "" : value < 0 ? MINUS : sign ? "+" : "";
  return before + text;
}

function plusMinus(mean, half, sign = false) {
  if (half === null || !Number.isFinite(half)) return number(mean, null, sign);
  const finest = half < 0.005 || half >= 0.95 ? 0 : half >= 0.095 ? 1 : 2;
  const decimals = Math.max(decimalsOf(Math.max(Math.abs(mean), half)), finest);
  return `${number(mean, decimals, sign)} \u00b1 ${number(half, decimals)}`;
}

function percent(share, half = null) {
  const spread = half === null ? "" : ` \u00b1 ${(100 * half).toFixed(1)}`;
  return `${number(100 * share, 1)}${spread} %`;
}

// A whole number from 10 on, one decimal below.
function rounded(value) {
  return number(value, Number.isInteger(value) || Math.abs(value) >= 10 ? 0 : 1);
}

function tight(text) {
  return text.replaceAll(" %", `${HARD}%`).replaceAll(" \u00b1 ", `${HARD}\u00b1${HARD}`);
}
