// The table of calls: only the rows that are seen are there.
const HIGH = 34, AROUND = 12;
const compareText = (one, other) => one < other ? -1 : one > other ? 1 : 0;
const callerName = i => callerOf[i] < 0 ? "" : head.users[callerOf[i]];
const COLUMNS = [
  ["time", "Start", i => moment(cols.time[cols.call[i]]), i => cols.time[cols.call[i]], ""],
  ["caller", "Caller", i => callerName(i) ? name(callerName(i)) : "–", callerName, ""],
  ["callees", "Callees", i => listed(namesOf(i, 2).slice(0, 3).map(name)).concat(namesOf(i, 2).length > 3 ? " …" : []), i => namesOf(i, 2)[0] ?? "", "some"],
  ["type", "Type", i => [["type", cols.type], ["media", cols.media]].map(([key, column]) => column[cols.call[i]] ? nameOf(key, column[cols.call[i]]) : null).filter(word => word).join(" "),
    i => cols.type[cols.call[i]] * 9 + cols.media[cols.call[i]], "few"],
  ["platform", "Platform", i => name(cols.platform[cols.call[i]] ? nameOf("platform", cols.platform[cols.call[i]]) : "–"), i => cols.platform[cols.call[i]], "few"],
  ["result", "Outcome", i => nameOf("result", cols.result[cols.call[i]]), i => nameOf("result", cols.result[cols.call[i]]), ""],
  ["cause", "Cause", i => nameOf("cause", cols.cause[cols.call[i]]), i => nameOf("cause", cols.cause[cols.call[i]]), "some"],
  ["ring", "Ring", i => cols.ring[cols.call[i]] ? duration(cols.ring[cols.call[i]] - 1) : "–", i => cols.ring[cols.call[i]], "number few"],
  ["talk", "Talk", i => cols.talk[cols.call[i]] ? duration(cols.talk[cols.call[i]] - 1) : "–", i => cols.talk[cols.call[i]], "number some"],
  ["findings", "Findings", i => count(findingFrom[i + 1] - findingFrom[i]), i => findingFrom[i + 1] - findingFrom[i], "number few"],
];

function callTable(box, {sort, open}) {
  let rows = new Uint32Array(0), shownFrom = -1, shownTo = -1, order = ["time", 1];
  const body = el("tbody"), headings = COLUMNS.map(([key, title, , , kind]) => {
    const button = el("button", {type: "button", click: () => sort(order[0] === key ? (order[1] > 0 ? "-" : "") + key : key)}, t(title), el("span", {"aria-hidden": "true"}, ""));
    return el("th", {scope: "col", class: kind}, button);
  });
  const grid = el("table", {class: "calls"}, el("caption", {class: "hidden"}, t("Calls")), el("thead", null, el("tr", null, headings)), body);
  const view = el("div", {class: "scroll", role: "region", "aria-label": t("List of calls"), tabindex: 0}, grid);
  const space = high => {
    const cell = el("td");
    cell.style.height = high + "px";
    return el("tr", {"aria-hidden": "true", class: "space"}, cell);
  };
  function draw(isNew) {
    const from = Math.max(Math.floor(view.scrollTop / HIGH) - AROUND, 0);
    const to = Math.min(from + Math.ceil((view.clientHeight || 480) / HIGH) + 2 * AROUND, rows.length);
    if (!isNew && from === shownFrom && to === shownTo) return;
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.row : null;
    [shownFrom, shownTo] = [from, to];
    const lines = [];
    for (let at = from; at < to; at++) {
      const i = rows[at];
      lines.push(el("tr", {"aria-rowindex": at + 2}, COLUMNS.map(([key, , its, , kind], column) =>
        el("td", {class: kind || null}, column ? its(i) : el("button", {type: "button", class: "link", "data-row": at, click: () => open(i)}, its(i))))));
    }
    body.replaceChildren(space(from * HIGH), ...lines, space((rows.length - to) * HIGH));
    if (focused !== null) body.querySelector(`[data-row="${Number(focused)}"]`)?.focus({preventScroll: true});
  }
  view.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)));
  body.addEventListener("keydown", event => {
    const by = {ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12}[event.key], from = Number(event.target.dataset.row);
    if (!by || Number.isNaN(from)) return;
    const to = Math.min(Math.max(from + by, 0), rows.length - 1);
    event.preventDefault();
    if ((to + 2) * HIGH > view.scrollTop + view.clientHeight || to * HIGH < view.scrollTop) view.scrollTop = Math.max((to - 5) * HIGH, 0);
    draw(false);
    body.querySelector(`[data-row="${to}"]`)?.focus({preventScroll: true});
  });
  box.append(view);
  return (chosen, key) => {
    const by = key.startsWith("-") ? -1 : 1, column = COLUMNS.find(([its]) => its === key.replace("-", "")) ?? COLUMNS[0];
    order = [column[0], by];
    rows = Uint32Array.from(Int32Array.from(chosen, call => listedAt[call]).filter(i => i >= 0));
    const value = [];
    for (const i of rows) value[i] = column[3](i);
    const compare = typeof value[rows[0]] === "number" ? (one, other) => one - other : compareText;
    rows.sort((one, other) => by * compare(value[one], value[other]) || one - other);
    headings.forEach((heading, at) => {
      const is = COLUMNS[at][0] === order[0];
      if (is) heading.setAttribute("aria-sort", by > 0 ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
      heading.querySelector("span").textContent = is ? (by > 0 ? " ▲" : " ▼") : "";
    });
    grid.setAttribute("aria-rowcount", rows.length + 1);
    view.scrollTop = 0;
    draw(true);
    return rows.length;
  };
}

// Findings by rule, with calls to look at.
function drawFindings(box, chosen, open) {
  const rules = new Map();
  for (const call of chosen) {
    const i = listedAt[call];
    if (i < 0) continue;
    for (let at = findingFrom[i]; at < findingFrom[i + 1]; at++) {
      const its = rules.get(cols.rule[at]) ?? {findings: 0, calls: 0, level: cols.level[at], last: -1, examples: []};
      rules.set(cols.rule[at], its);
      its.findings++;
      its.level = Math.min(its.level, cols.level[at]);
      if (its.last !== i) { its.calls++; its.last = i; if (its.examples.length < 3) its.examples.push(i); }
    }
  }
  const rows = [...rules].sort((one, other) => one[1].level - other[1].level || other[1].findings - one[1].findings || one[0] - other[0]);
  if (!rows.length) { box.append(el("p", null, t("No finding is on these calls."))); return; }
  box.append(el("div", {class: "wide", tabindex: 0, role: "region", "aria-label": t("Findings by rule")}, table(t("Findings by rule"),
    [t("Rule"), t("Level"), t("Findings"), t("Calls"), t("What it reports"), t("Examples")],
    rows.map(([rule, its]) => [el("code", null, head.rules[rule][0]), el("span", {class: head.levels[its.level]}, head.levels[its.level]), its.findings, its.calls, head.rules[rule][1],
      el("span", null, its.examples.flatMap(i => [el("button", {type: "button", class: "link", click: () => open(i)}, clip(head.ids[i], 14)), " "]))]))));
}
