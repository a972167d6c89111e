// "Incident now": shows what the server computed of this workbook, counts down by the page's own
// clock, and hands each press to the server, which writes one stamp. Nothing is computed here.
const STAMPS = [
  ["acknowledged", "Acknowledged", "Acknowledge"],
  ["responded", "Responded", "Responded"],
  ["contained", "Contained", "Contained"],
  ["mitigated", "Mitigated", "Mitigated"],
  ["resolved", "Resolved", "Resolved"],
];
const ANSWERS = ["Acknowledged", "Declared", "Level 2 reached", "Customer draft", "Reporting decided", "Contained", "Contained again", "Ended"];
const LATE = "Breached";
const SOON = "Due soon";
const CLOSED = "Excel does not show this workbook. It may be closed, or a cell is being edited: open it, or press Enter, then press Read again. Nothing was written.";
const OFFLINE = "No connection to the server. The times go on; nothing can be written or read until it is back.";

const at = (id) => document.getElementById(id);
const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

let data = null; // what was shown last
let ahead = 0; // the workbook's clock less the page's, in seconds
let lifeAhead = 0; // the same for life's time, by which drills run
let busy = false;
let told = null; // what the server said in the present call
let guarded = ""; // why the page itself stopped a stamp
let asked = null; // the incident whose update was sent
const seconds = () => Math.floor(Date.now() / 1000 + ahead);

// What the server calls.
function xlmatrixShow(_, text) {
  told = { show: JSON.parse(text) };
}

function xlmatrixSay(_, text) {
  told = { say: JSON.parse(text) };
}

// The last look before a stamp is written: the row, its ID, the header and the cell as the server saw them.
async function xlmatrixGuard(context, text) {
  const want = JSON.parse(text);
  const sheets = context.workbook.worksheets;
  const sheet = sheets.getItemOrNullObject(want.sheet);
  await context.sync();
  const stop = (why) => {
    guarded = `${why} Nothing was written.`;
    throw new Error(guarded);
  };
  if (sheet.isNullObject) stop(`The sheet ${want.sheet} is gone.`);
  const [key, cell, header] = [want.key, want.cell, want.header].map((one) => sheet.getRange(one.address).load("values"));
  const guards = [sheet.protection.load("protected")];
  const lock = cell.format.protection.load("locked");
  // In an hour that the clock shows twice, the row says beside which of the two is meant.
  const named = want.named ? sheet.getRange(want.named.address).load("values") : null;
  const namedLock = named?.format.protection.load("locked");
  const audit = sheets.getItemOrNullObject(want.audit);
  const structure = context.workbook.protection.load("protected");
  let filter = null;
  if (Office.context.requirements.isSetSupported("ExcelApi", "1.9")) {
    filter = sheet.tables.getItem(want.table).autoFilter.load("isDataFiltered");
  }
  await context.sync();
  if (!audit.isNullObject) guards.push(audit.protection.load("protected"));
  await context.sync();
  const same = (one, other) => String(one).trim().toLowerCase() === String(other).trim().toLowerCase();
  const now = cell.values[0][0];
  if (!same(key.values[0][0], want.key.text) || !same(header.values[0][0], want.header.text)) {
    stop("The log was sorted or changed while it was read. Press Read again.");
  }
  const kept = want.cell.old === null ? now === "" : Math.abs(now - want.cell.old) * 86400 < 1;
  if (!kept) stop(`${want.said} was filled while it was read. Press Read again, and see what stands there.`);
  if (named && String(named.values[0][0]) !== want.named.old) stop(`${want.named.said} was changed while it was read. Press Read again, and see what stands there.`);
  if (filter?.isDataFiltered) stop("A filter hides rows of the table. Clear it (Data, Clear), then press again.");
  if (guards[0].protected && (lock.locked !== false || (namedLock && namedLock.locked !== false))) stop(`The sheet ${want.sheet} is protected. Unprotect it (Review, Unprotect Sheet), then press again.`);
  if (guards[1]?.protected) stop(`The sheet ${want.audit} is protected. Unprotect it (Review, Unprotect Sheet), then press again.`);
  if (audit.isNullObject && structure.protected) stop("The structure of the workbook is protected, and the sheet Audit is to be added. Unprotect it (Review, Protect Workbook), then press again.");
}

// One call of the server; gives what it said, or says why there was none.
async function call(script, ...args) {
  told = null;
  guarded = "";
  const alertBox = at("global-error-alert");
  alertBox.querySelector("span").textContent = "";
  try {
    await Office.onReady();
    await Excel.run(async (context) => {
      context.workbook.load("name");
      await context.sync();
    });
  } catch (error) {
    console.error(error);
    return { failed: CLOSED };
  }
  const auth = await globalThis.getAuth();
  await xlwings.runPython({
    scriptName: script, args, auth: auth.token, headers: { "Auth-Provider": auth.provider },
    exclude: await hidden(), errorDisplayMode: "taskpane",
  });
  const fault = alertBox.querySelector("span").textContent;
  alertBox.classList.add("d-none");
  if (guarded) return { failed: guarded };
  if (/No response received/.test(fault)) {
    at("connection").textContent = OFFLINE;
    return { failed: "The server did not answer. Press Read again to see what stands in the workbook." };
  }
  at("connection").textContent = "";
  if (fault) return { failed: fault };
  return told ?? { failed: "The server said nothing. Press Read again." };
}

// The sheets that no page needs, as the server names them.
let excluded = null;
async function hidden() {
  if (excluded === null) {
    try {
      const meta = await xwRequest.get(`${location.origin}${config.appPath}/xlwings/custom-scripts-meta.json`);
      excluded = String(meta.data.find((one) => one.function_name === "incident_now")?.exclude ?? "");
    } catch {
      return "";
    }
  }
  return excluded;
}

// Does one thing at a time; whatever is pressed meanwhile is passed over.
async function alone(work) {
  if (busy) return;
  busy = true;
  document.querySelector(".now").setAttribute("aria-busy", "true");
  for (const button of document.querySelectorAll(".now button")) button.setAttribute("aria-disabled", "true");
  say("said", "");
  say("refused", "");
  try {
    await work();
  } finally {
    busy = false;
    document.querySelector(".now").removeAttribute("aria-busy");
    for (const button of document.querySelectorAll(".now button")) button.removeAttribute("aria-disabled");
    draw();
  }
}

function say(id, text) {
  at(id).textContent = text;
}

async function read(ticket = "") {
  const answer = await call("incident_now", ticket);
  if (answer.show) {
    data = answer.show;
    ahead = data.now - Date.now() / 1000;
    lifeAhead = data.life - Date.now() / 1000;
    return answer.show.stands;
  }
  say("refused", answer.failed ?? answer.say.said);
  return "";
}

async function press(key, word) {
  await alone(async () => {
    const answer = await call("stamp_now", key, word);
    if (!answer.say?.ok) {
      const why = answer.failed ?? answer.say.said;
      if (answer.say) await read();
      say("refused", why);
      at("refused").focus();
      return;
    }
    // Read back: what stands there now is what counts.
    const stands = await read(answer.say.ticket);
    say("said", stands || answer.say.said);
    at("said").focus();
  });
}

const two = (n) => String(n).padStart(2, "0");
function duration(total) {
  const whole = Math.abs(total);
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  return `${days ? `${days} d ` : ""}${hours}:${two(minutes)}:${two(whole % 60)}`;
}

// An instant on the matrix's wall clock; with its day where that is another.
function clock(epoch) {
  const told = (parts, moment) => new Intl.DateTimeFormat("en-GB", { timeZone: data.zone, ...parts }).format(moment);
  const day = { weekday: "short", day: "numeric", month: "short" };
  const moment = new Date(epoch * 1000);
  const time = told({ hour: "2-digit", minute: "2-digit" }, moment);
  return told(day, moment) === told(day, new Date(data.now * 1000)) ? time : `${told(day, moment)} ${time}`;
}

// A stamp as short as the day allows; what is no stamp stays.
function short(stamp) {
  return stamp.startsWith(`${data.shown.slice(0, 10)} `) ? stamp.slice(11) : stamp;
}

// How an incident stands at this second: exactly at the deadline is met.
function standing(one) {
  if (one.due_s === null) return [one.state, "", ""];
  const left = one.due_s - seconds();
  let state = one.state;
  if (left < 0) state = LATE;
  else if (one.warn_s !== null && seconds() >= one.warn_s && state !== LATE) state = SOON;
  const text = left > 0 ? `${duration(left)} left` : left === 0 ? "0:00:00 – due now" : `${duration(left)} over`;
  return [state, text, state === LATE ? "late" : state === SOON ? "soon" : ""];
}

function people(one, text) {
  const line = make("dd", text || "nobody");
  for (const [name, phone] of Object.entries(one.phones)) {
    if (!phone || !text.includes(name)) continue;
    line.append(" ", make("a", phone, { href: `tel:${phone.replace(/[^+\d]/g, "")}`, "aria-label": `Call ${name}, ${phone}` }));
  }
  return line;
}

function card(one, number) {
  const item = make("li", "", { class: `card rank-${Math.min(one.rank, 4)}`, "data-id": one.id, "aria-labelledby": `title-${number}` });
  const head = make("div", "", { class: "bar" });
  head.append(make("span", one.severity || "No severity", { class: "chip" }), make("span", "", { class: "state" }));
  item.append(head, make("h2", `${one.id}: ${one.title}`, { id: `title-${number}` }));
  if (one.due_s !== null) {
    item.append(make("p", "", { class: "left", role: "timer", "aria-live": "off" }));
  }
  const facts = make("dl");
  const fact = (name, line) => facts.append(make("dt", name), line);
  if (one.step) fact("Next step", make("dd", `${one.step}, due ${clock(one.due_s)}`));
  if (one.whom) fact("By", people(one, one.whom));
  if (one.called) fact("Called now", people(one, one.called + (one.called_s === null ? "" : `, since ${clock(one.called_s)}`)));
  if (one.next_call) fact("Called next", people(one, one.next_call + (one.next_call_s === null ? "" : `, at ${clock(one.next_call_s)}`)));
  if (one.check) fact("Check", make("dd", one.check));
  if (facts.children.length) item.append(facts);
  const stamps = make("div", "", { class: "stamps", role: "group", "aria-label": `Stamps of ${one.id}` });
  const done = Object.entries(one.done).map(([column, stamp]) => `✓ ${column} ${short(stamp)}`);
  if (done.length) {
    item.append(make("p", "", { class: "done" }));
    item.lastChild.append(...done.flatMap((text) => [make("span", text), " "]));
  }
  let first = true;
  for (const [word, column, label] of STAMPS) {
    if (one.done[column] || data.may) continue;
    const button = make("button", label, { type: "button", "data-word": word, "aria-label": `${label}: ${one.id}` });
    if (first) button.className = "first";
    first = false;
    button.addEventListener("click", () => press(one.id, word));
    stamps.append(button);
  }
  if (!data.may) {
    const update = make("button", "Update sent…", { type: "button", "data-word": "update", "aria-label": `Update sent: ${one.id}`, "aria-haspopup": "dialog" });
    update.addEventListener("click", () => ask(one));
    stamps.append(update);
  }
  item.append(stamps);
  return item;
}

function ask(one) {
  if (busy) return;
  asked = one.id;
  const sent = ["Last update", "Internal update"].map((known) => one.done[known]);
  at("which-title").textContent = `Update sent: ${one.id}`;
  at("which-who").textContent = `To whom? Last to customers: ${sent[0] ?? "none"}; internal: ${sent[1] ?? "none"}.`;
  at("which").showModal();
}

function answer(word) {
  at("which").close();
  if (word) press(asked, word);
}

let drawn = null;
function draw() {
  if (data === null) return;
  if (drawn !== data) {
    drawn = data;
    const focus = document.activeElement?.closest?.("[data-id]")?.dataset.id;
    at("incidents").replaceChildren(...data.incidents.map(card));
    if (!data.incidents.length) at("incidents").append(make("li", "No incident is open.", { class: "card" }));
    if (focus) document.querySelector(`[data-id="${CSS.escape(focus)}"] button`)?.focus();
    at("shown-at").textContent = `${data.book}, as of ${data.shown} (${data.zone})${data.frozen ? ", where its time stands still" : ""}. You are ${data.who}.${data.may ? ` You may read: ${data.may}.` : ""}`;
    drawAccess();
    drawDrill();
  }
  tick();
}

// Where bridge, channel, consoles and kill switch are, and who has access.
function drawAccess() {
  at("access").hidden = !data.access.length;
  at("things").replaceChildren(...data.access.flatMap((one) => [make("dt", one.name), make("dd", [...new Set([one.where, one.who])].join(" · "))]));
}

let passed = 0;
function tick() {
  if (data === null) return;
  for (const item of document.querySelectorAll("#incidents [data-id]")) {
    const one = data.incidents.find((known) => known.id === item.dataset.id);
    const [state, left, look] = standing(one);
    item.querySelector(".state").textContent = state;
    if (one.due_s !== null) item.querySelector(".left").textContent = left;
    item.classList.toggle("late", look === "late");
    item.classList.toggle("soon", look === "soon");
  }
  tickDrill();
  // Who is called has changed: only the server knows who comes after.
  const due = data.incidents.some((one) => one.next_call_s !== null && one.next_call_s <= seconds() && one.next_call_s > data.now);
  if (due && !busy && passed !== data.now) {
    passed = data.now;
    if (!at("which").open && navigator.onLine) alone(() => read());
  }
}

// Drill: the injects of a record by its own clock; each answer is a stamp of the record.
function chosen() {
  return data?.drill.find((one) => one.record === at("record").value);
}

function drawDrill() {
  const kept = at("record").value;
  const running = data.drill.find((one) => one.begun !== null);
  at("record").replaceChildren(...data.drill.map((one) => make("option", `${one.record}: ${one.scenario}`, { value: one.record })));
  if (data.drill.some((one) => one.record === kept)) at("record").value = kept;
  else if (running) at("record").value = running.record;
  drawAnswers();
}

function drawAnswers() {
  const one = chosen();
  const buttons = [];
  at("injects").replaceChildren();
  if (one && !data.may) {
    for (const column of one.begun === null ? ["Detected"] : ANSWERS) {
      if (one.stamps[column]) buttons.push(make("span", `✓ ${column} ${one.stamps[column]}`, { class: "done" }));
      else {
        const label = column === "Detected" ? "Begin the drill" : column;
        const button = make("button", label, { type: "button", "data-answer": column });
        if (column === "Detected") button.className = "first";
        button.addEventListener("click", () => press(one.record, column));
        buttons.push(button);
      }
    }
  }
  at("answers").replaceChildren(...buttons);
  tickDrill();
}

function tickDrill() {
  const one = chosen();
  if (!one) {
    at("drill-clock").textContent = "";
    at("drill-state").textContent = data?.drill.length ? "" : "This matrix has no drill to play.";
    return;
  }
  if (one.begun === null) {
    at("drill-clock").textContent = "T 0:00:00";
    at("drill-state").textContent = `Not begun; ${one.injects.length} injects.`;
    return;
  }
  const since = Math.max(0, Math.floor(Date.now() / 1000 + lifeAhead) - one.begun);
  at("drill-clock").textContent = `T ${duration(since)}`;
  const shown = at("injects").children.length;
  const due = one.injects.filter(([minute]) => minute * 60 <= since);
  for (const [minute, text] of due.slice(shown)) at("injects").append(make("li", `T+${minute} min: ${text}`));
  const next = one.injects[due.length];
  at("drill-state").textContent = next ? `Next inject in ${duration(Math.ceil(next[0] * 60 - since))}.` : "Every inject is told.";
}

function start() {
  for (const known of [xlmatrixShow, xlmatrixSay, xlmatrixGuard]) xlwings.registerCallback(known);
  at("read-again").addEventListener("click", () => alone(() => read()));
  at("drill-mode").addEventListener("click", () => {
    const on = at("drill").hidden;
    at("drill").hidden = !on;
    at("open").hidden = on;
    at("drill-mode").setAttribute("aria-pressed", String(on));
  });
  at("record").addEventListener("change", drawAnswers);
  at("to-customers").addEventListener("click", () => answer("customer-update"));
  at("to-internal").addEventListener("click", () => answer("internal-update"));
  at("to-nobody").addEventListener("click", () => answer(""));
  window.addEventListener("offline", () => say("connection", OFFLINE));
  window.addEventListener("online", () => say("connection", ""));
  const signIn = at("token-form");
  at("sign-in").hidden = signIn.hidden;
  at("sign-in").open = !localStorage.getItem("xlmatrix-token");
  signIn.addEventListener("submit", () => setTimeout(() => alone(() => read()), 0));
  setInterval(tick, 250);
  alone(() => read());
}

if (document.readyState === "complete") start();
else window.addEventListener("load", start);
