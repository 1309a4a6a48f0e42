// Elements, and how numbers, times and names are written. Whatever comes from a log becomes text, never markup.
const SVG = "http://www.w3.org/2000/svg";
const UNSAFE = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;
const JOINERS = /[\u200c\u200d\ufe00-\ufe0f]/gu, ORDINARY = /^[\x20-\x7e\u200c\u200d\ufe00-\ufe0f]*$/u;

const escaped = letter => "\\u{" + letter.codePointAt(0).toString(16) + "}";
// A text in which characters that show nothing, or reorder the text around them, are shown as what they are.
function visible(text) {
  const shown = String(text).replace(UNSAFE, escaped);
  return ORDINARY.test(shown) ? shown.replace(JOINERS, escaped) : shown;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false)
    .map(child => child instanceof Node ? child : document.createTextNode(visible(child))));
  return element;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const byId = id => document.getElementById(id);
// A name of somebody's own, which may run in any direction.
const name = text => el("bdi", null, text);

const grouped = new Intl.NumberFormat("en-US"), count = number => grouped.format(number);
const percent = share => share === null ? "–" : (share * 100).toFixed(1) + " %";
function duration(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds), two = number => String(number).padStart(2, "0");
  if (whole < 60) return (Number.isInteger(seconds) ? whole : seconds.toFixed(1)) + " s";
  if (whole < 3600) return Math.floor(whole / 60) + " min " + two(whole % 60) + " s";
  return Math.floor(whole / 3600) + " h " + two(Math.floor(whole / 60) % 60) + " min";
}

// Seconds from UTC at a time, and the time that a clock of the zone shows, as if it were UTC.
function offsetAt(seconds) {
  let offset = head.offsets[0][1];
  for (const [from, its] of head.offsets) if (from <= seconds) offset = its;
  return offset;
}
const local = seconds => seconds + offsetAt(seconds);
// The time at which a clock of the zone shows that.
const global = shown => shown - offsetAt(shown - offsetAt(shown));
const written = shown => new Date(shown * 1000).toISOString();
const day = seconds => written(local(seconds)).slice(0, 10);
const clock = (seconds, millis) => written(local(seconds)).slice(11, 19) + (millis ? "." + String(millis).padStart(3, "0") : "");
const moment = seconds => seconds ? day(seconds) + " " + clock(seconds) : "–";
function distance(seconds) {
  const minutes = Math.abs(offsetAt(seconds)) / 60, two = number => String(number).padStart(2, "0");
  return (offsetAt(seconds) < 0 ? "-" : "+") + two(Math.floor(minutes / 60)) + ":" + two(Math.floor(minutes % 60));
}

// A figure's value, for people.
function shown(figure, value) {
  switch (figure.kind) {
    case "ratio": return percent(value);
    case "seconds": return duration(value);
    case "minutes": return value.toFixed(1);
    case "count": return count(value);
    case "peak": return value.at ? t("{n} at {time}", {n: count(value.calls), time: moment(Date.parse(value.at) / 1000)}) : "–";
    case "distribution": return Object.entries(value).map(([part, its]) => part + " " + duration(its)).join(", ");
    default: return Object.entries(value).filter(part => part[1]).map(([part, its]) => count(its) + " " + part).join(", ") || "–";
  }
}

// A table of what a chart shows, which is drawn once it is opened.
function dataTable(caption, headings, rows) {
  const box = el("details", {class: "data"}, el("summary", null, t("Data as a table")));
  box.addEventListener("toggle", () => {
    if (box.open && box.children.length === 1)
      box.append(el("div", {class: "wide", tabindex: 0, role: "region", "aria-label": caption}, table(caption, headings, rows())));
  });
  return box;
}
// Cells of a row: the first is its heading; numbers stand on the right.
function table(caption, headings, rows) {
  const isNumber = cell => typeof cell === "number" || (cell instanceof Element ? cell.matches(".number") : /^(\d[\d,.]*( %)?|–)$/.test(cell));
  const numbers = headings.map((_, at) => at > 0 && rows.some(row => isNumber(row[at])) && rows.every(row => row[at] === "" || isNumber(row[at])));
  return el("table", null, el("caption", null, caption),
    el("thead", null, el("tr", null, headings.map((heading, at) => el("th", {scope: "col", class: numbers[at] ? "number" : null}, heading)))),
    el("tbody", null, rows.map(row => el("tr", null, row.map((cell, at) =>
      el(at ? "td" : "th", {scope: at ? null : "row", class: numbers[at] ? "number" : null}, typeof cell === "number" ? count(cell) : cell))))));
}
