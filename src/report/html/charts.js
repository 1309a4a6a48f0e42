// Charts, each with its caption, and its data as a table.
const SPANS = [60, 300, 900, 3600, 10800, 21600, 86400, 604800, 2592000], MOST_BUCKETS = 110;
const SHADES = {
  normal_end: "good", cancel: "blue", reject: "violet", not_answer: "amber", call_busy: "brown",
  failed: "red", offline: "rose", interrupt: "wine", incomplete: "grey",
};

// Equal spans of local time over some calls: how long they are, the first, and how many.
function spansOf(chosen) {
  let first = Infinity, last = -Infinity;
  for (const call of chosen)
    if (cols.time[call]) {
      first = Math.min(first, cols.time[call]);
      last = Math.max(last, cols.time[call]);
    }
  if (first > last) return null;
  const length = SPANS.find(span => (last - first) / span < MOST_BUCKETS) ?? Math.ceil((last - first) / MOST_BUCKETS / 86400) * 86400;
  const from = Math.floor(local(first) / length);
  const number = Math.floor(local(last) / length) - from + 1;
  const at = seconds => Math.floor(local(seconds) / length) - from;
  const begin = index => global((from + index) * length);
  const label = index => {
    const text = written((from + index) * length);
    return length >= 86400 ? text.slice(0, 10) : text.slice(0, 10) + " " + text.slice(11, 16);
  };
  return {length, number, at, begin, label};
}

function scale(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const step = [1, 2, 5, 10].map(times => times * power / 5).find(step => step >= 1 && most / step <= 5) ?? Math.max(power, 1);
  return {top: Math.max(Math.ceil(most / step) * step, 1), step};
}

// How wide a drawing is, in its own units, which are pixels where there is room.
const wideOf = () => innerWidth < 700 ? 400 : 1160;

// A frame with lines for heights and labels below: `draw` adds what is in it.
function frame(label, WIDTH, height, most, ticks, draw, attributes) {
  const left = 52, bottom = 26, {top, step} = scale(most), inner = height - bottom - 8;
  const y = value => 8 + inner * (1 - value / top), picture = svg("svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label, ...attributes});
  for (let value = 0; value <= top; value += step)
    picture.append(svg("path", {class: "grid", d: `M${left} ${y(value)}H${WIDTH}`}),
      svg("text", {x: left - 8, y: y(value) + 4, "text-anchor": "end"}, count(value)));
  draw(picture, {left, y, width: WIDTH - left, bottom: y(0)});
  for (const [x, text] of ticks(left, WIDTH - left)) picture.append(svg("text", {x, y: height - 6, "text-anchor": x > WIDTH - 40 ? "end" : "middle"}, text));
  return picture;
}

const timeTicks = spans => (left, width) => {
  const every = Math.ceil(spans.number / Math.max(Math.floor(width / 130), 2)), ticks = [];
  for (let index = 0; index < spans.number; index += every)
    ticks.push([left + width * (index + 0.5) / spans.number, spans.length >= 86400 ? spans.label(index) : spans.label(index).slice(5)]);
  return ticks;
};

// Columns for spans of time, stacked: `series` are names, shades and numbers for each span.
function overTime(box, {label, spans, series, select, value = count}) {
  const sums = Array.from({length: spans.number}, (_, index) => series.reduce((sum, one) => sum + one.values[index], 0));
  const wide = wideOf();
  let marks = null;
  const picture = frame(label, wide, 260, Math.max(...sums), timeTicks(spans), (into, {left, y, width, bottom}) => {
    const each = width / spans.number;
    for (let index = 0; index < spans.number; index++) {
      let under = 0;
      for (const one of series) {
        const its = one.values[index];
        if (!its) continue;
        into.append(svg("rect", {class: "fill-" + one.shade, x: (left + each * index + each * 0.08).toFixed(1),
          width: (each * 0.84).toFixed(1), y: y(under + its).toFixed(1), height: (y(under) - y(under + its)).toFixed(1)},
          svg("title", null, `${spans.label(index)}: ${one.name} ${value(its)}`)));
        under += its;
      }
    }
    if (select) marks = brush(into, {left, width: wide, each, bottom, spans, select});
  }, select ? {tabindex: 0, role: "application", "aria-describedby": "brush-help"} : {});
  if (marks) marks.keys(picture);
  box.append(el("div", {class: "chart"}, picture));
  if (series.length > 1) box.append(el("ul", {class: "legend"}, series.map(one =>
    el("li", null, el("span", {class: "key fill-" + one.shade, "aria-hidden": "true"}), one.name))));
  box.append(dataTable(label, [t("Time"), ...series.map(one => one.name)], () =>
    sums.map((_, index) => [spans.label(index), ...series.map(one => one.values[index])])));
}

// Lets a part of the time be selected, by pointer or by keys.
function brush(into, {left, width, each, bottom, spans, select}) {
  const mark = svg("rect", {class: "brush", x: 0, y: 0, width: 0, height: bottom, visibility: "hidden"});
  into.append(mark);
  let anchor = null, cursor = 0;
  const clamp = index => Math.min(Math.max(index, 0), spans.number - 1);
  const show = () => {
    const [from, to] = [Math.min(anchor, cursor), Math.max(anchor, cursor)];
    mark.setAttribute("x", left + each * from);
    mark.setAttribute("width", each * (to - from + 1));
    mark.setAttribute("visibility", "visible");
    byId("brush-state").textContent = spans.label(from) + " – " + spans.label(to);
  };
  const done = () => select(spans.begin(Math.min(anchor, cursor)), spans.begin(Math.max(anchor, cursor) + 1));
  const at = (event, picture) => {
    const box = picture.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - box.left) / box.width * width - left) / each));
  };
  return {keys(picture) {
    let drags = false;
    picture.addEventListener("pointerdown", event => {
      anchor = cursor = at(event, picture);
      drags = true;
      picture.setPointerCapture(event.pointerId);
      show();
    });
    picture.addEventListener("pointermove", event => { if (drags) { cursor = at(event, picture); show(); } });
    picture.addEventListener("pointercancel", () => { drags = false; mark.setAttribute("visibility", "hidden"); });
    picture.addEventListener("pointerup", () => { if (drags) { drags = false; done(); } });
    picture.addEventListener("keydown", event => {
      const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (by) {
        cursor = clamp(anchor === null ? cursor : cursor + by);
        if (!event.shiftKey || anchor === null) anchor = cursor;
        show();
      } else if (event.key === "Enter" && anchor !== null) done();
      else if (event.key === "Escape") { anchor = null; mark.setAttribute("visibility", "hidden"); } else return;
      event.preventDefault();
    });
  }};
}

function drawOutcomes(box, chosen, spans, select) {
  const names = [...head.results, NONE.result];
  const values = names.map(() => new Uint32Array(spans.number));
  for (const call of chosen)
    if (cols.time[call]) values[(cols.result[call] || names.length) - 1][spans.at(cols.time[call])]++;
  const series = names.map((its, at) => ({name: its, shade: SHADES[its] ?? "grey", values: values[at]}))
    .filter(one => one.values.some(number => number));
  overTime(box, {label: t("Calls by outcome over time"), spans, series, select});
}

function drawRedeliveries(box, chosen, spans) {
  const values = new Uint32Array(spans.number), all = new Uint32Array(spans.number);
  for (const call of chosen)
    if (cols.time[call]) {
      values[spans.at(cols.time[call])] += cols.duplicates[call];
      all[spans.at(cols.time[call])] += cols.callbacks[call];
    }
  const sum = list => list.reduce((one, other) => one + other, 0), again = sum(values);
  box.append(el("p", null, t("{n} of {all} callbacks were redelivered ({share}): your server did not acknowledge them in time.",
    {n: count(again), all: count(sum(all)), share: percent(sum(all) ? again / sum(all) : null)})));
  if (again) overTime(box, {label: t("Redelivered callbacks over time"), spans, series: [{name: t("redelivered"), shade: "amber", values}]});
}

// The most calls in progress in each span.
function drawConcurrency(box, {steps, peak, at}, spans) {
  box.append(el("p", null, peak ? t("At most {n} at once, first at {time}.", {n: count(peak), time: moment(at)}) : t("No call was in progress.")));
  if (!peak) return;
  const values = new Uint32Array(spans.number);
  let now = 0, index = 0;
  for (const [second, next] of steps) {
    const to = Math.min(spans.at(second), spans.number - 1);
    for (; index < to; index++) { values[index] = Math.max(values[index], now); }
    if (to >= 0) values[to] = Math.max(values[to], now, next);
    now = next;
  }
  overTime(box, {label: t("Most calls in progress over time"), spans, series: [{name: t("calls"), shade: "blue", values}]});
}

const BINS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400];
function drawHistogram(box, title, meaning, {sorted, parts}) {
  const part = el("section", {class: "third"}, el("h3", null, title), el("p", {class: "faint"}, meaning));
  box.append(part);
  if (!sorted.length) {
    part.append(el("p", null, t("No call has it.")));
    return;
  }
  part.append(el("dl", {class: "parts"}, Object.entries(parts).map(([key, value]) => el("div", null, el("dt", null, key), el("dd", null, duration(value))))));
  const last = Math.max(parts.p95 * 1.2, 1), width = BINS.find(bin => last / bin <= 24) ?? BINS[BINS.length - 1];
  const number = Math.floor(last / width) + 2, values = new Uint32Array(number);
  for (const value of sorted) values[Math.min(Math.floor(value / width), number - 1)]++;
  const label = at => at === number - 1 ? "≥ " + duration(at * width) : width === 1 ? at + " s" : duration(at * width) + " – " + duration((at + 1) * width);
  const x = (left, all, seconds) => left + all * Math.min(seconds / width / number, 1);
  part.append(el("div", {class: "chart"}, frame(title, 400, 200, Math.max(...values), (left, all) =>
    [0, Math.floor(number / 2), number - 1].map(at => [x(left, all, at * width), duration(at * width)]), (into, {left, width: all, y, bottom}) => {
    const each = all / number;
    values.forEach((value, at) => value && into.append(svg("rect", {class: "fill-blue", x: left + each * at + 1, width: Math.max(each - 2, 1), y: y(value), height: bottom - y(value)},
      svg("title", null, label(at) + ": " + count(value)))));
    for (const key of ["p50", "p95"]) {
      const place = x(left, all, parts[key] + 0.5);
      into.append(svg("path", {class: "line", d: `M${place} 8V${bottom}`}), svg("text", {x: place + 4, y: 22, class: "strong"}, key));
    }
  })), dataTable(title, [t("Seconds"), t("Calls")], () => [...values].map((value, at) => [label(at), value])));
}

// How many calls have each of a few values, and how many of the concluded ones were answered.
function drawValues(box, key, names, title, chosen, toggle, isOn) {
  const column = cols[key], [calls, concluded, answered] = [0, 0, 0].map(() => new Uint32Array(names.length + 1));
  for (const call of chosen) {
    const its = column[call];
    calls[its]++;
    if (cols.result[call]) { concluded[its]++; answered[its] += cols.answered[call]; }
  }
  if (calls[0] === chosen.length) return;
  const rows = [...calls].map((number, at) => [at, {calls: number, concluded: concluded[at], answered: answered[at]}]).filter(row => row[1].calls).sort((one, other) => other[1].calls - one[1].calls || one[0] - other[0]);
  const most = rows.length ? rows[0][1].calls : 1, few = rows.slice(0, 12);
  box.append(el("section", {class: "half"}, el("table", {class: "bars"}, el("caption", {class: "hidden"}, title),
    el("thead", null, el("tr", null, [title, t("Calls"), t("Share"), "ASR"].map((heading, at) => el("th", {scope: "col", class: at ? "number" : null}, heading)))),
    el("tbody", null, few.map(([number, its]) => el("tr", null,
      el("th", {scope: "row"}, number || NONE[key] ? el("button", {type: "button", class: "link", "aria-pressed": String(isOn(key, nameOf(key, number))), click: () => toggle(key, nameOf(key, number))}, name(nameOf(key, number))) : nameOf(key, number)),
      el("td", {class: "number"}, bar(its.calls / most), count(its.calls)), el("td", {class: "number"}, percent(its.calls / chosen.length)),
      el("td", {class: "number"}, percent(its.concluded ? its.answered / its.concluded : null)))))),
  rows.length > few.length && el("p", {class: "faint"}, t("and {n} more", {n: count(rows.length - few.length)}))));
}
const bar = share => svg("svg", {class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true"}, svg("rect", {class: "fill-blue", width: Math.max(share * 100, 0.5), height: 10}));
