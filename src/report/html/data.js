// The data: columns of numbers, what they stand for, and ladders, which are read when a call is opened.
let head, cols, listedAt, userFrom, findingFrom, callerOf, words = new Map();
const t = (text, values) => (words.get(text) ?? text)
  .replace(/\{(\w+)\}/g, (all, name) => values && name in values ? values[name] : all);

async function unpack(id) {
  const raw = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function unpackColumn(bytes, at, {width, length, delta}) {
  const values = new Uint32Array(length);
  for (let plane = 0; plane < width; plane++, at += length)
    for (let i = 0; i < length; i++) values[i] |= bytes[at + i] << (8 * plane);
  if (delta) {
    let last = 0;
    for (let i = 0; i < length; i++) {
      last = (last + ((values[i] >>> 1) ^ -(values[i] & 1))) >>> 0;
      values[i] = last;
    }
  }
  return values;
}

// Where what belongs to each call begins, from how much each has.
function beginnings(counts) {
  const from = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) from[i + 1] = from[i] + counts[i];
  return from;
}

async function load() {
  const bytes = await unpack("data");
  const size = new DataView(bytes.buffer).getUint32(0, true);
  head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  words = new Map(Object.entries(head.words));
  cols = {};
  let at = 4 + size;
  for (const column of head.columns) {
    cols[column.name] = unpackColumn(bytes, at, column);
    at += column.width * column.length;
  }
  listedAt = new Int32Array(head.calls).fill(-1);
  cols.call.forEach((call, i) => { listedAt[call] = i; });
  userFrom = beginnings(cols.userCount);
  findingFrom = beginnings(cols.findingCount);
  callerOf = new Int32Array(head.listed).fill(-1);
  for (let i = 0; i < head.listed; i++)
    for (let u = userFrom[i]; u < userFrom[i + 1]; u++)
      if (cols.role[u] & 1) callerOf[i] = cols.user[u];
}

const namesOf = (i, bit) => {
  const names = [];
  for (let u = userFrom[i]; u < userFrom[i + 1]; u++)
    if (bit ? cols.role[u] & bit : true) names.push(head.users[cols.user[u]]);
  return names;
};

// One chunk of ladders, the last few of which are kept.
const chunks = new Map();
function chunkOf(number) {
  if (!chunks.has(number)) {
    if (chunks.size > 8) chunks.delete(chunks.keys().next().value);
    chunks.set(number, unpack("ladders-" + number).then(bytes => JSON.parse(new TextDecoder().decode(bytes))));
  }
  return chunks.get(number);
}

// The ladder of a listed call.
async function ladderOf(i) {
  const chunk = await chunkOf(Math.floor(i / head.chunk));
  const within = i % head.chunk;
  let begin = 0;
  for (let before = 0; before < within; before++) begin += chunk.rows[before];
  let line = 0;
  for (let row = 0; row < begin; row++) line += chunk.line[row];
  const [lanes, relations, copies, findings, deciding, alternative, contributing] = chunk.extras[within];
  const call = cols.call[i], start = cols.time[call] * 1000;
  let user = userFrom[i], time = start;
  const ladder = {deciding, contributing, relations, alternative, rows: [], findings: [], lanes: lanes.map(kind => ({
    name: kind < 0 ? t("(no user)") : head.users[cols.user[user++]],
    kind: chunk.texts[kind < 0 ? -1 - kind : kind],
  }))};
  for (let number = 0; number < chunk.rows[within]; number++) {
    const row = begin + number, [whole, label, ...marks] = chunk.forms[chunk.form[row]];
    line += chunk.line[row];
    if (chunk.wait[row] !== null) time += chunk.wait[row];
    const isKnown = chunk.beyond[row] !== null, source = head.sources[chunk.source[row]];
    ladder.rows.push({
      whole: whole === 1,
      label: chunk.texts[label],
      marks: marks.filter((_, at) => at % 2 === 0).map((lane, at) => ({lane, event: chunk.texts[marks[2 * at + 1]]})),
      time: chunk.wait[row] === null ? null : time,
      offset: chunk.wait[row] === null || !cols.hasStart[call] ? null : time - start,
      source, place: isKnown ? source + ":" + line : source + " record " + line, told: [],
    });
  }
  for (const [row, original, number, delay] of copies) ladder.rows[row].copied = {original, number, delay};
  for (const [row, rule, level, message, beside] of findings) {
    const finding = {row, rule: head.rules[rule][0], level: head.levels[level], message: chunk.texts[message], beside};
    ladder.findings.push(finding);
    if (!(ladder.rows[row].copied && finding.rule === "call/duplicate")) ladder.rows[row].told.push(finding);
  }
  return ladder;
}
