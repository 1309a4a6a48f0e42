// The page: its filters, what stands in the fragment of its address, and what is drawn from them.
const DEFAULT = () => ({since: null, until: null, user: "", text: "", compare: false, sort: "time", call: "",
  ...Object.fromEntries(CHOICES.map(([key]) => [key, []]))});
let filter, putCalls, timeSpan;

function read() {
  const given = new URLSearchParams(location.hash.slice(1)), its = DEFAULT();
  for (const [key] of CHOICES) its[key] = given.getAll(key);
  for (const key of ["since", "until"]) if (/^\d{1,11}$/.test(given.get(key) ?? "")) its[key] = Number(given.get(key));
  for (const key of ["user", "text", "sort", "call"]) its[key] = given.get(key) ?? its[key];
  its.compare = given.get("compare") === "1";
  return its;
}

function write(changes) {
  const its = {...filter, ...changes}, given = new URLSearchParams();
  for (const key of ["since", "until"]) if (its[key] !== null) given.set(key, its[key]);
  for (const [key] of CHOICES) for (const value of its[key]) given.append(key, value);
  for (const key of ["user", "text", "call"]) if (its[key]) given.set(key, its[key]);
  if (its.compare) given.set("compare", "1");
  if (its.sort !== "time") given.set("sort", its.sort);
  const hash = "#" + given;
  if (hash !== location.hash && !(hash === "#" && !location.hash)) location.hash = hash;
  else show();
}

const isOn = (key, value) => filter[key].includes(value);
const toggle = (key, value) => write({[key]: isOn(key, value) ? filter[key].filter(its => its !== value) : [...filter[key], value]});

// The filter with the time before, as long as its own; none without a beginning.
function before(its) {
  if (!timeSpan) return null;
  const since = its.since ?? timeSpan[0], until = its.until ?? timeSpan[1] + 1;
  return until > since && its.since !== null ? {...its, since: since - (until - since), until: since} : null;
}

// A field of time as a clock of the zone shows it.
const toField = seconds => seconds === null ? "" : written(local(seconds)).slice(0, 19);
const fromField = text => text ? global(Date.parse(text + "Z") / 1000) : null;

function buildFilters() {
  const box = byId("choices");
  for (const [key, title, names] of CHOICES) {
    const counts = new Uint32Array(names().length + 1);
    for (const number of cols[key]) counts[number]++;
    const values = [...counts].map((calls, number) => [number, calls]).filter(([number, calls]) => calls && (number || NONE[key])).sort((one, other) => other[1] - one[1]).slice(0, 100);
    if (!values.length || !names().length) continue;
    box.append(el("details", {class: "choice", "data-key": key}, el("summary", null, t(title), el("span", {class: "chosen"})),
      el("fieldset", null, el("legend", {class: "hidden"}, t(title)), values.map(([number, calls]) => el("label", null,
        el("input", {type: "checkbox", value: nameOf(key, number), change: event => toggle(key, event.target.value)}), name(nameOf(key, number)), el("span", {class: "faint"}, " " + count(calls)))))));
  }
  document.addEventListener("pointerdown", event => box.querySelectorAll("details[open]").forEach(open => { if (!open.contains(event.target)) open.open = false; }));
  box.addEventListener("keydown", event => {
    const open = event.key === "Escape" && event.target.closest("details[open]");
    if (open) { open.open = false; open.firstChild.focus(); }
  });
  for (const [id, change] of [["since", value => ({since: fromField(value)})], ["until", value => ({until: fromField(value)})],
    ["user", value => ({user: value.trim()})], ["text", value => ({text: value.trim()})]])
    byId(id).addEventListener("change", event => write(change(event.target.value)));
  byId("compare").addEventListener("change", event => write({compare: event.target.checked}));
  byId("filters").addEventListener("submit", event => event.preventDefault());
  byId("clear").addEventListener("click", () => write({...DEFAULT(), sort: filter.sort}));
}

function showFilters() {
  for (const id of ["since", "until"]) byId(id).value = toField(filter[id]);
  for (const id of ["user", "text"]) byId(id).value = filter[id];
  byId("compare").checked = filter.compare;
  byId("compare").disabled = filter.since === null;
  byId("clear").disabled = isEmpty(filter);
  for (const box of document.querySelectorAll(".choice")) {
    const given = filter[box.dataset.key];
    box.querySelector(".chosen").textContent = given.length ? " " + given.length : "";
    box.querySelectorAll("input").forEach(input => { input.checked = given.includes(input.value); });
  }
}

// The chosen calls in few words, and the figures with their meanings; `old` are those of the time before.
function showFigures(chosen, now, old) {
  byId("state").textContent = t("{n} of {all} calls", {n: count(chosen.length), all: count(head.calls)})
    + (actsOnListed(filter) && head.listed < head.calls ? " " + t("(user and text choose among the {n} listed calls)", {n: count(head.listed)}) : "");
  const cards = byId("cards"), all = byId("all-figures");
  cards.replaceChildren(...head.figures.filter(figure => figure.key !== null || figure.name === "calls").map(figure => el("div", {class: "card"},
    el("dt", null, el("details", null, el("summary", null, t(figure.title)), el("p", null, t(figure.meaning)))),
    el("dd", null, figure.kind === "peak" ? count(now[figure.name].calls) : shown(figure, now[figure.name]),
      figure.kind === "peak" && now[figure.name].at && el("small", null, moment(Date.parse(now[figure.name].at) / 1000)),
      old && el("small", null, t("before") + ": " + (figure.kind === "peak" ? count(old[figure.name].calls) : shown(figure, old[figure.name])))))));
  all.replaceChildren(table(t("All figures"), [t("Figure"), t("Value"), ...(old ? [t("Before")] : []), t("Unit"), t("Meaning")], head.figures.map(figure =>
    [el("span", {"data-figure": figure.name, "data-value": JSON.stringify(now[figure.name]), "data-before": old && JSON.stringify(old[figure.name])}, t(figure.title)), shown(figure, now[figure.name]),
      ...(old ? [shown(figure, old[figure.name])] : []), t(figure.unit), t(figure.meaning)])));
}

function showCauses(chosen, old) {
  const causes = causesOf(chosen), most = causes.length ? causes[0].calls : 1, earlier = new Map((old ? causesOf(old) : []).map(cause => [cause.number, cause.calls]));
  const more = its => its ? " " + percent(its.share) + " " + t("(of all {share})", {share: percent(its.base)}) : "";
  const caption = t("Causes of the calls, and the caller's platform and hour of the day on which more of them are than by chance");
  byId("causes").replaceChildren(el("div", {class: "wide", tabindex: 0, role: "region", "aria-label": caption}, table(caption,
    [t("Cause"), t("Calls"), t("Share"), ...(old ? [t("Before")] : []), t("More on"), t("More at"), t("Meaning")], causes.map(cause => {
      const [word, summary] = head.causes[cause.number - 1];
      return [el("button", {type: "button", class: "link", "aria-pressed": String(isOn("cause", word)), click: () => toggle("cause", word)}, word),
        el("span", {class: "number"}, bar(cause.calls / most), count(cause.calls)), percent(cause.calls / chosen.length),
        ...(old ? [percent(old.length ? (earlier.get(cause.number) ?? 0) / old.length : null)] : []),
        cause.platform ? el("span", null, name(nameOf("platform", cause.platform.at)), more(cause.platform)) : "",
        cause.hour ? String(cause.hour.at).padStart(2, "0") + "h" + more(cause.hour) : "", t(summary)];
    }))));
}

let drawn = "", sorted = "";
function show() {
  filter = read();
  const {call, sort, ...rest} = filter, key = JSON.stringify(rest), isNew = key !== drawn;
  const chosen = choose(filter);
  if (isNew) {
    drawn = key;
    const earlier = filter.compare ? before(filter) : null, old = earlier && choose(earlier);
    const {values, spreads, inProgress} = figuresOf(chosen, isEmpty(filter)), spans = spansOf(chosen);
    showFilters();
    showFigures(chosen, values, old && figuresOf(old, false).values);
    byId("before-state").textContent = earlier ? t("Before: {from} to {to}, {n} calls.", {from: moment(earlier.since), to: moment(earlier.until), n: count(old.length)}) : "";
    showCauses(chosen, old);
    for (const id of ["outcomes", "concurrency", "redeliveries", "durations", "values", "findings"]) byId(id).replaceChildren();
    if (spans) {
      drawOutcomes(byId("outcomes"), chosen, spans, (since, until) => write({since, until}));
      drawRedeliveries(byId("redeliveries"), chosen, spans);
      drawConcurrency(byId("concurrency"), inProgress, spans);
    } else byId("outcomes").append(el("p", null, t("No call matches the filters.")));
    for (const figure of head.figures.filter(figure => figure.kind === "distribution"))
      drawHistogram(byId("durations"), t(figure.title), t(figure.meaning), spreads[figure.name]);
    for (const [key, title, names] of CHOICES.slice(2)) drawValues(byId("values"), key, names(), t(title), chosen, toggle, isOn);
    const outside = isEmpty(filter) && !head.filtered ? head.findings.reduce((sum, number) => sum + number, 0) : 0;
    if (outside) byId("findings").append(el("p", null, t("{n} findings in the whole input, also on what belongs to no call; `callkit-tool validate` lists them.", {n: count(outside)})));
    if (head.listed < head.calls) byId("findings").append(el("p", null, t("Counted on the {n} listed calls.", {n: count(head.listed)})));
    drawFindings(byId("findings"), chosen, openCall);
  }
  if (isNew || sorted !== sort) {
    sorted = sort;
    const rows = putCalls(chosen, sort);
    byId("calls-state").textContent = t("{n} calls are listed.", {n: count(rows)}) + (head.listed < head.calls
      ? " " + t("The page lists {listed} of {all} calls: those that failed, and a sample of the others.", {listed: count(head.listed), all: count(head.calls)}) : "");
  }
  showCall(call);
}

const openCall = i => write({call: head.ids[i]});
async function showCall(id) {
  const dialog = byId("call"), i = id ? head.ids.indexOf(id) : -1;
  if (i < 0) { if (dialog.open) dialog.close(); return; }
  if (dialog.open && dialog.dataset.call === String(i)) return;
  dialog.dataset.call = i;
  byId("call-id").textContent = visible(head.ids[i]);
  byId("call-body").replaceChildren(...(await callView(i)).filter(part => part));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

async function begin() {
  if (typeof DecompressionStream === "undefined") {
    byId("old-browser").hidden = false;
    return;
  }
  await load();
  const times = cols.time.filter(time => time);
  timeSpan = times.length ? [times.reduce((one, other) => Math.min(one, other)), times.reduce((one, other) => Math.max(one, other))] : null;
  const people = head.users.length;
  byId("about").textContent = visible([
    t("{n} calls", {n: count(head.calls)}), timeSpan ? moment(timeSpan[0]) + " – " + moment(timeSpan[1]) + " " + head.zone : null,
    head.sources.length > 3 ? t("{n} sources", {n: count(head.sources.length)}) : head.sources.join(", "), "callkit-tool " + head.tool].filter(part => part).join(" · "));
  byId("people").textContent = head.redacted ? t("Names are pseudonyms, the same over the page.") : t("This page names {n} people. `--redact` replaces names by pseudonyms.", {n: count(people)});
  if (head.filtered) byId("about").append(" · " + t("filtered on the command line"));
  buildFilters();
  putCalls = callTable(byId("calls"), {sort: key => write({sort: key}), open: openCall});
  byId("call-close").addEventListener("click", () => byId("call").close());
  byId("call").addEventListener("close", () => { if (filter.call) write({call: ""}); });
  addEventListener("hashchange", show);
  byId("still").remove();
  byId("live").hidden = false;
  show();
  document.documentElement.dataset.ready = Math.round(performance.now());
}
begin().catch(error => {
  byId("broken").hidden = false;
  byId("broken").append(" " + visible(error));
});
