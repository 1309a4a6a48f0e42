// Which calls a filter chooses, and their figures, by the definitions of the command line.
const FAILED = ["failed"], LOST = ["offline", "interrupt"], PERCENTS = [50, 90, 95, 99];

const lower = text => text.replace(/[A-Z]/g, letter => letter.toLowerCase());

// What each choice of words is called in the fragment, the column that it is of, and the names of its numbers from 1.
const CHOICES = [
  ["result", "Outcome", () => head.results], ["cause", "Cause", () => head.causes.map(cause => cause[0])],
  ["platform", "Platform", () => head.platforms], ["media", "Media", () => head.media],
  ["type", "Type", () => head.types], ["app", "App", () => head.apps.map(String)],
];
// Calls without a result are `incomplete`; of the others nothing is said.
const NONE = {result: "incomplete"};
const nameOf = (key, number) =>
  number ? CHOICES.find(choice => choice[0] === key)[2]()[number - 1] : NONE[key] ?? t("(unknown)");

function allowed(key, names, given) {
  const same = key === "platform" ? lower : text => text;
  const wanted = new Set(given.map(same)), allow = new Uint8Array(names.length + 1);
  names.forEach((name, at) => { allow[at + 1] = wanted.has(same(name)) ? 1 : 0; });
  allow[0] = NONE[key] && wanted.has(NONE[key]) ? 1 : 0;
  return allow;
}

const actsOnListed = filter => filter.user !== "" || filter.text !== "";
const isEmpty = filter =>
  filter.since === null && filter.until === null && !actsOnListed(filter) && CHOICES.every(([key]) => !filter[key].length);

// For each listed call, whether it has the user and the text that are asked for.
function chooseListed({user, text}) {
  const chosen = new Uint8Array(head.listed).fill(1);
  const keep = (isUser, also) => {
    for (let i = 0; i < head.listed; i++) {
      let has = also(i);
      for (let u = userFrom[i]; !has && u < userFrom[i + 1]; u++) has = isUser[cols.user[u]];
      if (!has) chosen[i] = 0;
    }
  };
  if (user) {
    // An id may have a comma itself.
    const wanted = new Set([user, ...user.split(",").map(part => part.trim()).filter(part => part)]);
    keep(head.users.map(name => wanted.has(name)), () => false);
  }
  if (text) {
    const part = text.toLowerCase(), has = name => name.toLowerCase().includes(part);
    const rooms = head.rooms.map(has);
    keep(head.users.map(has), i => has(head.ids[i]) || (cols.room[i] > 0 && rooms[cols.room[i] - 1]));
  }
  return chosen;
}

// The calls that a filter chooses, in input order.
function choose(filter) {
  const tests = CHOICES.filter(([key]) => filter[key].length)
    .map(([key, , names]) => [cols[key], allowed(key, names(), filter[key])]);
  const {since, until} = filter, hasTime = since !== null || until !== null;
  const listed = actsOnListed(filter) ? chooseListed(filter) : null;
  const chosen = new Uint32Array(head.calls);
  let count = 0;
  next: for (let call = 0; call < head.calls; call++) {
    const time = cols.time[call];
    if (hasTime && (!time || (since !== null && time < since) || (until !== null && time >= until))) continue;
    for (const [column, allow] of tests) if (!allow[column[call]]) continue next;
    if (listed && (listedAt[call] < 0 || !listed[listedAt[call]])) continue;
    chosen[count++] = call;
  }
  return chosen.subarray(0, count);
}

// The value at a percentage of sorted ones, by nearest rank.
const percentile = (sorted, percent) => sorted[Math.max(Math.floor((sorted.length * percent + 99) / 100), 1) - 1];

function spread(values) {
  const sorted = Uint32Array.from(values).sort();
  const parts = {mean: null, p50: null, p90: null, p95: null, p99: null, max: null};
  if (sorted.length) {
    parts.mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
    for (const percent of PERCENTS) parts["p" + percent] = percentile(sorted, percent);
    parts.max = sorted[sorted.length - 1];
  }
  return {parts, sorted};
}

// When the number of calls in progress changes: each second and the number from then on. Calls that end in a second make
// room for those that begin in it.
function concurrency(chosen) {
  const begin = [], end = [];
  for (const call of chosen)
    if (cols.result[call] && cols.accept[call] && cols.talk[call] > 1) {
      begin.push(cols.accept[call]);
      end.push(cols.accept[call] + cols.talk[call] - 1);
    }
  const [from, to] = [Float64Array.from(begin).sort(), Float64Array.from(end).sort()];
  const steps = [];
  let peak = 0, at = null, now = 0;
  for (let i = 0, k = 0; k < to.length;) {
    const second = i < from.length ? Math.min(from[i], to[k]) : to[k];
    for (; i < from.length && from[i] === second; i++) now++;
    for (; k < to.length && to[k] === second; k++) now--;
    steps.push([second, now]);
    if (now > peak) [peak, at] = [now, second];
  }
  return {steps, peak, at};
}

const iso = seconds => seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

// Every figure of some calls by its name, as `summarize --format json` has it.
function figuresOf(chosen, isAll) {
  const names = head.results, results = new Uint32Array(names.length + 1), generations = [0, 0, 0];
  const talk = [], answer = [], abandon = [], cancel = names.indexOf("cancel") + 1;
  const number = list => new Set(list.map(name => names.indexOf(name) + 1));
  const failed = number(FAILED), lost = number(LOST);
  let answered = 0, unserved = 0, callbacks = 0, duplicates = 0;
  const findings = [0, 0, 0];
  for (const call of chosen) {
    const result = cols.result[call];
    results[result]++;
    generations[cols.generation[call]]++;
    callbacks += cols.callbacks[call];
    duplicates += cols.duplicates[call];
    findings[0] += cols.errors[call];
    findings[1] += cols.warnings[call];
    findings[2] += cols.infos[call];
    if (!result) continue;
    const isAnswered = cols.answered[call] === 1, ring = cols.ring[call];
    if (isAnswered) answered++;
    if (failed.has(result) || (lost.has(result) && !isAnswered)) unserved++;
    if (cols.talk[call]) talk.push(cols.talk[call] - 1);
    if (ring && isAnswered) answer.push(ring - 1);
    if (ring && result === cancel) abandon.push(ring - 1);
  }
  const concluded = chosen.length - results[0], share = part => concluded ? part / concluded : null;
  const isWhole = isAll && !head.filtered, inProgress = concurrency(chosen);
  const spreads = {talk_seconds: spread(talk), time_to_answer_seconds: spread(answer), time_to_abandon_seconds: spread(abandon)};
  const outcomes = {};
  names.forEach((name, at) => { if (results[at + 1]) outcomes[name] = results[at + 1]; });
  if (results[0]) outcomes[NONE.result] = results[0];
  const byLevel = isWhole ? head.findings : findings, [bytes, records, blank_bytes, skipped_bytes, other_bytes] = head.input;
  const values = {
    calls: chosen.length, incomplete: results[0], concluded, answered,
    asr: share(answered), ner: share(concluded - unserved), abandoned: share(results[cancel]), outcomes,
    generations: Object.fromEntries(head.generations.map((name, at) => [name, generations[at]])),
    acd_seconds: spreads.talk_seconds.parts.mean,
    talk_seconds: spreads.talk_seconds.parts,
    time_to_answer_seconds: spreads.time_to_answer_seconds.parts,
    time_to_abandon_seconds: spreads.time_to_abandon_seconds.parts,
    peak_concurrency: {calls: inProgress.peak, at: iso(inProgress.at)},
    talk_minutes: talk.reduce((sum, value) => sum + value, 0) / 60,
    callbacks: callbacks + (isWhole ? head.ungrouped : 0), duplicates,
    ungrouped: isWhole ? head.ungrouped : 0,
    findings: Object.fromEntries(head.levels.map((name, at) => [name, byLevel[at]])),
    input: {bytes, records, blank_bytes, skipped_bytes, other_bytes},
  };
  return {values, spreads, inProgress};
}

// Of places with their calls of a cause, and their share of all calls: the one that is furthest beyond chance, if any is.
function concentration(places, calls) {
  let best = null;
  for (const [at, here, base] of places) {
    const expected = calls * base, beyond = (here - expected) / Math.max(Math.sqrt(expected * (1 - base)), Number.MIN_VALUE);
    if (here >= 5 && here > expected && beyond >= 3 && (!best || beyond > best.beyond))
      best = {at, beyond, share: here / calls, base};
  }
  return best;
}

// The causes of some calls, the most frequent first, and the caller's platform and hour that each concentrates on.
function causesOf(chosen) {
  const of = head.causes.map(() => ({calls: 0, platforms: new Map(), hours: new Map()}));
  const all = {platforms: new Map(), hours: new Map()};
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const call of chosen) {
    const cause = of[cols.cause[call] - 1], platform = cols.platform[call];
    cause.calls++;
    if (platform) for (const one of [all, cause]) add(one.platforms, platform);
    if (cols.hasStart[call]) {
      const hour = Math.floor(local(cols.time[call]) / 3600) % 24;
      for (const one of [all, cause]) add(one.hours, hour);
    }
  }
  const total = map => [...map.values()].reduce((sum, count) => sum + count, 0);
  const most = (own, every) => {
    const whole = total(every);
    return concentration([...own].map(([at, here]) => [at, here, every.get(at) / whole]), total(own));
  };
  return of.map((cause, number) => ({number: number + 1, calls: cause.calls,
    platform: most(cause.platforms, all.platforms), hour: most(cause.hours, all.hours)}))
    .filter(cause => cause.calls).sort((one, other) => other.calls - one.calls || one.number - other.number);
}
