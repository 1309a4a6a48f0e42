// One call: its facts, why it ended so, its ladder as `show --format svg` draws it, its findings, and where they stand.
const MARGIN = 24, COLUMN = 8, ROW = 30, BELOW = 18, NAME = 26, SILENCE = 10000;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const columnsOf = text => [...visible(text)].reduce((sum, letter) => sum + (/\p{M}/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0);
function clip(text, most) {
  const letters = [...visible(text)];
  if (columnsOf(text) <= most) return letters.join("");
  while (columnsOf(letters.join("")) >= most) letters.pop();
  return letters.join("") + "…";
}
function wrap(text, most) {
  const lines = [""];
  for (const word of visible(text).split(" ")) {
    const last = lines[lines.length - 1];
    if (last && columnsOf(last) + 1 + columnsOf(word) > most) lines.push(word);
    else lines[lines.length - 1] = last ? last + " " + word : word;
  }
  return lines;
}

// Milliseconds from a call's start: `+7 s`, `+2:07`.
function after(millis) {
  const whole = Math.floor(Math.abs(millis) / 1000), rest = Math.abs(millis) % 1000, two = number => String(number).padStart(2, "0");
  const part = rest ? "." + String(rest).padStart(3, "0") : "", sign = millis < 0 ? "-" : "+";
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours) return `${sign}${hours}:${two(minutes)}:${two(seconds)}${part}`;
  return minutes ? `${sign}${minutes}:${two(seconds)}${part}` : `${sign}${seconds}${part} s`;
}

const again = row => row.copied ? `again ×${row.copied.number}` + (row.copied.delay === null ? "" : ", " + after(row.copied.delay)) : null;
const labelAt = (row, at) => at ? row.marks[at].event : again(row) ?? row.label;
const laneOf = row => row.marks.length ? row.marks[0].lane : 0;
const clockOf = row => row.time === null ? t("no time") : clock(Math.floor(row.time / 1000), row.time % 1000);
const wordsOf = (ladder, {level, rule, message, beside}) =>
  `${level} ${rule}: ${message}` + (beside === null ? "" : ", see " + ladder.rows[beside].place);

// The arrows that are drawn at each row.
function arrowsOf({rows, relations}) {
  const arrows = rows.map(row => row.marks.slice(1).filter(mark => mark.event === "called" && mark.lane !== laneOf(row))
    .map(mark => ({from: laneOf(row), to: mark.lane, mutual: false})));
  for (const [from, to, mutual] of relations)
    arrows[Math.max(from, to)].push({from: laneOf(rows[from]), to: laneOf(rows[to]), mutual: mutual === 1});
  return arrows;
}

function layout({lanes, rows}) {
  const numbered = lanes.some(lane => columnsOf(lane.name) > NAME);
  const columns = lanes.map(lane => Math.max(Math.min(columnsOf(lane.name), NAME) + (numbered ? 5 : 0), Math.min(columnsOf(lane.kind), NAME)) + 5);
  let clocks = 8, offsets = 4, spans = 0;
  for (const row of rows) {
    if (row.time !== null) clocks = Math.max(clocks, row.time % 1000 ? 12 : 8);
    if (row.offset !== null) offsets = Math.max(offsets, after(row.offset).length);
    if (row.whole) spans = Math.max(spans, columnsOf(row.label) + 24);
    else row.marks.forEach(({lane}, at) => { columns[lane] = Math.max(columns[lane], columnsOf(labelAt(row, at)) + 7); });
  }
  const left = MARGIN + Math.max(clocks + offsets + 3, 19) * COLUMN, xs = [];
  let x = left + 24;
  for (const lane of columns) { xs.push(x); x += lane * COLUMN; }
  return {numbered, columns, left, xs, places: Math.max(x, left + spans * COLUMN)};
}

function drawLadder(ladder) {
  const {numbered, columns, left, xs, places} = layout(ladder), right = places - 2 * COLUMN, arrows = arrowsOf(ladder);
  const over = svg("g", null), rails = svg("path", {class: "rail"});
  let y = 4, width = 0;
  const text = (x, kind, words, end) => {
    if (!end) width = Math.max(width, x + columnsOf(words) * COLUMN);
    over.append(svg("text", {class: kind, x, y, "text-anchor": end ? "end" : null}, words));
  };
  const card = (x, wide, above, below) => {
    width = Math.max(width, x + wide);
    over.append(svg("rect", {class: "card", x, y: y - above, width: wide, height: above + below, rx: 6}));
  };
  const textOver = (x, kind, words) => {
    over.append(svg("rect", {class: "page", x: x - 3, y: y - 13, width: columnsOf(words) * COLUMN + 4, height: 18}));
    text(x, kind, words);
  };
  y += 24;
  text(MARGIN, "faint", clip(head.zone, 18));
  ladder.lanes.forEach((lane, at) => {
    card(xs[at] - 12, (columns[at] - 2) * COLUMN, 20, 28);
    text(xs[at], "strong", (numbered ? at + 1 + " " : "") + clip(lane.name, NAME));
    y += 19;
    text(xs[at], "faint", clip(lane.kind, NAME));
    y -= 19;
  });
  y += 28;
  const top = y;
  let last = null, lastDay = "";
  ladder.rows.forEach((row, number) => {
    if (row.time !== null) {
      if (last !== null && row.time - last >= SILENCE) {
        y += ROW;
        card(MARGIN, right - MARGIN, 15, 7);
        text(MARGIN + COLUMN, "faint", "⋮ " + duration(Math.floor((row.time - last) / 1000)));
        y += 2;
      }
      last = row.time;
      const seconds = Math.floor(row.time / 1000), date = day(seconds) + " " + distance(seconds);
      if (date !== lastDay) {
        y += ROW * 0.8;
        text(MARGIN, "faint", date);
        lastDay = date;
      }
    }
    y += ROW;
    text(MARGIN, "plain", clockOf(row));
    if (row.offset !== null) text(left, "faint", after(row.offset), true);
    text(places, "faint", row.place);
    y -= 4;
    if (row.whole) card(xs[0] - 12, right - xs[0] + 12, 12, 12);
    else {
      for (const {from, to, mutual} of arrows[number]) {
        const short = xs[from] < xs[to] ? 6 : -6;
        over.append(svg("path", {class: "arrow", d: `M${xs[from] + (mutual ? short : 0)} ${y}H${xs[to] - short}`,
          "marker-start": mutual ? "url(#tip)" : null, "marker-end": "url(#tip)"}));
      }
      for (const {lane} of row.marks) over.append(svg("circle", {class: row.copied ? "dot" : "plain", cx: xs[lane], cy: y, r: 4}));
    }
    y += 4;
    const own = laneOf(row);
    if (row.whole) text(xs[0] + 12, "strong", row.label + (row.copied ? " " + again(row) : ""));
    else {
      const points = arrows[number].some(({from, to, mutual}) => (to === own && from > to) || (mutual && from === own && to > from));
      row.marks.forEach(({lane}, at) => textOver(xs[lane] + (at === 0 && points ? 24 : 14), row.copied ? "faint" : "plain", labelAt(row, at)));
    }
    for (const finding of row.told)
      for (const line of wrap(wordsOf(ladder, finding), 100)) {
        y += BELOW;
        textOver(xs[own] + 14, finding.level, line);
      }
  });
  y += ROW * 0.6;
  rails.setAttribute("d", xs.map(x => `M${x} ${top}V${y}`).join(""));
  const all = Math.max(width, 480) + MARGIN, tall = y + 8;
  return svg("svg", {class: "ladder", width: all, height: tall, viewBox: `0 0 ${all} ${tall}`, role: "img",
    "aria-label": t("Ladder of the call; the table below has the same rows")},
    svg("defs", null, svg("marker", {id: "tip", viewBox: "0 0 10 10", refX: 10, refY: 5, markerWidth: 10, markerHeight: 10,
      markerUnits: "userSpaceOnUse", orient: "auto-start-reverse"}, svg("path", {class: "tip", d: "M0 0.5 10 5 0 9.5z"}))), rails, over);
}

// A word as a shell takes it.
function quoted(word) {
  if (/^[A-Za-z0-9._@+/-]+$/.test(word)) return word;
  if (visible(word) === word) return "'" + word.replaceAll("'", "'\\''") + "'";
  const bytes = [...new TextEncoder().encode(word)];
  return "$'" + bytes.map(byte => byte < 32 || byte > 126 || byte === 39 || byte === 92 ? "\\x" + byte.toString(16).padStart(2, "0") : String.fromCharCode(byte)).join("") + "'";
}
const fileName = source => quoted(source.startsWith("-") ? "./" + source : source);

function copyable(command) {
  const code = el("code", null, command), state = el("span", {role: "status", class: "faint"});
  return el("div", {class: "command"}, code, el("button", {type: "button", click: () => {
    const select = () => {
      getSelection().selectAllChildren(code);
      state.textContent = t("selected; copy it with your keys");
    };
    if (navigator.clipboard) navigator.clipboard.writeText(command).then(() => { state.textContent = t("copied"); }, select);
    else select();
  }}, t("Copy")), state);
}

const listed = items => items.length ? items.flatMap((item, at) => at ? [", ", item] : [item]) : [t("none in this log")];

function factsOf(i, call) {
  const its = key => cols[key][call], facts = [];
  const add = (title, ...value) => facts.push(el("div", null, el("dt", null, t(title)), el("dd", null, ...value)));
  const timeAfter = (time, seconds, of) => moment(time) + (seconds ? ", " + t("after {time} of " + of, {time: duration(seconds - 1)}) : "");
  const accept = its("accept"), talk = its("talk"), start = its("hasStart") ? its("time") : 0;
  add("Outcome", nameOf("result", its("result")), ", ", t(its("answered") ? "answered" : "not answered"));
  add("Caller", ...listed(namesOf(i, 1).map(name)), its("platform") ? [" (", name(nameOf("platform", its("platform"))), ")"] : "");
  add("Callees", ...listed(namesOf(i, 2).map(name)));
  add("Call", [its("type"), its("media")].map((number, at) => number ? nameOf(["type", "media"][at], number) : null).filter(word => word).join(", ") || t("(unknown)"),
    ", ", t("{n} participants", {n: userFrom[i + 1] - userFrom[i]}));
  if (cols.room[i]) add("Room", name(head.rooms[cols.room[i] - 1]));
  if (its("app")) add("SDKAppID", nameOf("app", its("app")));
  add("Start", moment(start));
  if (accept) add("Answer", timeAfter(accept, its("ring"), "ringing"));
  const end = accept && talk ? accept + talk - 1 : !accept && start && its("ring") ? start + its("ring") - 1 : 0;
  if (end) add("End", timeAfter(end, accept ? talk : its("ring"), accept ? "talk" : "ringing"));
  add("Callbacks", count(its("callbacks")), its("duplicates") ? ", " + t("{n} of them redelivered", {n: its("duplicates")}) : "");
  return el("dl", {class: "facts"}, facts);
}

// Everything about a listed call.
async function callView(i) {
  const ladder = await ladderOf(i), call = cols.call[i], [cause, summary, next] = head.causes[cols.cause[call] - 1];
  const callee = namesOf(i, 2)[0], certainty = head.certainties[cols.certainty[call] - 1];
  const place = row => el("li", null, el("code", null, ladder.rows[row].place), " ", clockOf(ladder.rows[row]), " ",
    name(ladder.lanes[laneOf(ladder.rows[row])]?.name ?? ""), ": ", ladder.rows[row].label);
  const sources = [...new Set(ladder.rows.map(row => row.source))].map(fileName).join(" ");
  const command = verb => `callkit-tool ${verb} --call-id=${quoted(head.ids[i])} ${sources}`;
  return [
    factsOf(i, call),
    el("h3", null, t("Why it ended this way")),
    el("p", null, el("strong", null, t(summary)), " (", cause, ", ", t(certainty), ")",
      ladder.alternative === null ? "" : ["; ", t("it may also be"), " ", t(head.causes[ladder.alternative][1])]),
    ladder.contributing.length > 0 && el("p", null, t("Contributing"), ": ", ladder.contributing.map(number => t(head.causes[number][1])).join("; ")),
    el("p", null, t("Evidence"), ":"),
    ladder.deciding.length ? el("ul", null, ladder.deciding.map(place)) : el("p", {class: "faint"}, t("what is not in the log")),
    el("p", null, t("Check next"), ": ", callee && !head.redacted ? next.replace("--user CALLEE", () => "--user=" + quoted(callee)) : next),
    el("h3", null, t("Ladder")),
    el("div", {class: "wide", tabindex: 0, role: "region", "aria-label": t("Ladder")}, drawLadder(ladder)),
    dataTable(t("Callbacks"), [t("Time"), t("After"), t("User"), t("What"), t("Place")], () => ladder.rows.map(row =>
      [clockOf(row), row.offset === null ? "–" : after(row.offset), name(ladder.lanes[laneOf(row)]?.name ?? ""), row.label + (row.copied ? " " + again(row) : ""), row.place])),
    el("h3", null, t("Findings")),
    ladder.findings.length ? el("ul", null, ladder.findings.map(finding => el("li", null, el("span", {class: finding.level}, finding.level), " ", el("code", null, finding.rule), ": ",
      finding.message, " ", el("code", null, ladder.rows[finding.row].place), finding.beside === null ? "" : [", ", t("see"), " ", el("code", null, ladder.rows[finding.beside].place)])))
      : el("p", null, t("none")),
    !head.redacted && [el("h3", null, t("On the command line")), copyable(command("show")), copyable(command("why"))],
  ].flat();
}
