// Both pages: follows the events of the box, and sends what is asked for. Texts
// come from the page, so that a translation is one file. Everything that came
// from outside is set as text, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
const texts = JSON.parse(document.body.dataset.texts);
const isKiosk = document.body.classList.contains("kiosk");
const BACK_TO_START_MS = 45000;
// A picture that stays burns into some screens, and lights a room at night.
const SLEEP_MS = 600000;
const ALIVE_MS = 10000;
const HISTORY = 50;

let muted = false;
let deaf = false;
let phase = "idle";
let timers = [];
let timersAt = 0;
let conversation = newConversation();
let events = null;
let toStart = 0;
let toSleep = 0;

function newConversation() {
  return "page-" + Math.random().toString(36).slice(2);
}

function show(id, text) {
  const element = byId(id);
  // Read aloud again only when it is different.
  if (element && element.textContent !== text) element.textContent = text;
}

// A new phase puts the return to the start off; a look at the state does not.
function showPhase(next, isNew = true) {
  phase = next;
  const resting = deaf ? "deaf" : muted ? "muted" : "idle";
  const shown = phase === "idle" ? resting : phase;
  byId("state").dataset.state = shown;
  show("state-text", texts[shown] || shown);
  if (!isNew) return;
  wakeScreen();
  clearTimeout(toStart);
  if (isKiosk && phase === "idle") toStart = setTimeout(start, BACK_TO_START_MS);
}

// Dark after a while in which nothing happens, until something does.
function wakeScreen() {
  if (!isKiosk) return;
  document.body.classList.remove("asleep");
  clearTimeout(toSleep);
  toSleep = setTimeout(() => {
    if (phase === "idle") document.body.classList.add("asleep");
    else wakeScreen();
  }, SLEEP_MS);
}

function start() {
  conversation = newConversation();
  show("heard", "");
  show("reply", texts.start);
  showMore([]);
  showSentences(sentences);
}

function element(tag, text) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  return made;
}

function picture(path, alt) {
  const made = element("img");
  made.alt = alt;
  made.src = path;
  // One that cannot be loaded leaves its words.
  made.onerror = () => made.replaceWith(element("p", alt));
  return made;
}

// What the intents of a turn show: `show` of each action.
function showMore(actions) {
  const place = byId("shown");
  if (!place) return;
  const shows = actions.map((action) => action.show).filter(Boolean);
  const made = shows.flatMap((show) => {
    const parts = [];
    if (show.text) parts.push(element("p", show.text));
    if (show.list) {
      const list = element("ul");
      list.append(...show.list.map((point) => element("li", point)));
      parts.push(list);
    }
    if (show.alt) parts.push(picture("/api/pictures/" + encodeURIComponent(show.intent), show.alt));
    if (show.qr) {
      const code = picture("/api/qr?text=" + encodeURIComponent(show.qr), texts.qr + " " + show.qr);
      code.className = "qr";
      parts.push(code);
    }
    return parts;
  });
  place.replaceChildren(...made);
  const next = shows.flatMap((show) => show.suggest || []);
  if (next.length) showSentences(next);
}

function showSentences(all) {
  const place = byId("sentences");
  if (!place) return;
  place.replaceChildren(...all.map((sentence) => {
    const button = element("button", sentence);
    button.type = "button";
    button.dataset.say = sentence;
    return button;
  }));
}

function showState(state) {
  muted = state.muted;
  deaf = !state.microphone;
  timers = state.timers;
  timersAt = Date.now();
  if (byId("volume")) byId("volume").value = state.volume;
  show("volume-text", state.volume + " %");
  if (byId("mute")) byId("mute").setAttribute("aria-pressed", String(muted));
  show("accepted", String(state.wakes.accepted));
  show("rejected", String(state.wakes.rejected));
  showTimers();
}

async function refresh() {
  const response = await fetch("/api/state").catch(() => null);
  if (response && response.ok) showState(await response.json());
  showPhase(phase, false);
}

function left(seconds) {
  const pad = (n) => String(n).padStart(2, "0");
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = pad(Math.floor(whole / 60) % 60) + ":" + pad(whole % 60);
  return hours ? hours + ":" + rest : rest;
}

function showTimers() {
  const list = byId("timers");
  if (!list) return;
  const passed = (Date.now() - timersAt) / 1000;
  const items = timers.map((timer) => {
    const item = document.createElement("li");
    item.className = "row";
    const text = document.createElement("span");
    text.textContent = timer.text + " " + left(timer.left_s - passed);
    item.append(text);
    if (!isKiosk) {
      const cancel = document.createElement("button");
      cancel.textContent = texts.cancel;
      cancel.setAttribute("aria-label", texts.cancel + " " + timer.text);
      cancel.dataset.timer = timer.id;
      item.append(cancel);
    }
    return item;
  });
  const focused = document.activeElement && document.activeElement.dataset.timer;
  list.replaceChildren(...items);
  if (focused) {
    const again = list.querySelector(`[data-timer="${CSS.escape(focused)}"]`);
    if (again) again.focus();
  }
  if (byId("no-timers")) byId("no-timers").hidden = timers.length > 0;
}

async function showHistory() {
  const list = byId("history");
  if (!list) return;
  const response = await fetch("/api/history").catch(() => null);
  if (!response || !response.ok) return;
  const turns = await response.json();
  list.replaceChildren(...turns.slice(0, HISTORY).map((turn) => {
    const minutes = Math.floor(turn.ago_s / 60);
    const parts = [minutes + " " + texts.minute + " " + texts.ago, turn.outcome,
      turn.intents.join(", "), turn.heard, turn.reply];
    return element("li", parts.filter(Boolean).join(" · "));
  }));
}

function take(event) {
  switch (event.event) {
    case "snapshot":
      showState(event.state);
      show("heard", event.state.turn.heard);
      show("reply", event.state.turn.reply || texts.start);
      showPhase(event.state.state);
      break;
    case "wake":
      show("heard", "");
      show("reply", "");
      showMore([]);
      showPhase("listening");
      break;
    case "listening": showPhase("listening"); break;
    case "endpoint": showPhase("thinking"); break;
    case "partial":
    case "transcript": show("heard", event.text); break;
    case "action": showMore(event.actions); break;
    case "question":
    case "reply":
    case "failure":
      show("reply", event.reply);
      showPhase("speaking");
      break;
    case "ring":
      show("reply", event.reply);
      showPhase("ringing");
      break;
    case "idle":
      showPhase("idle");
      refresh();
      showHistory();
      break;
    case "stopped": showPhase("stopped"); break;
    case "muted":
      muted = event.on;
      if (byId("mute")) byId("mute").setAttribute("aria-pressed", String(muted));
      showPhase(phase, false);
      break;
    case "volume":
      if (byId("volume") && document.activeElement !== byId("volume")) byId("volume").value = event.percent;
      show("volume-text", event.percent + " %");
      break;
    case "missed": refresh(); break;
  }
}

let wait = 500;

function connect() {
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const socket = new WebSocket(scheme + location.host + "/api/events");
  events = socket;
  socket.onmessage = (message) => {
    wait = 500;
    take(JSON.parse(message.data));
  };
  // By this the box knows that its screen does not hang.
  const alive = setInterval(() => {
    if (isKiosk && socket.readyState === WebSocket.OPEN) socket.send("alive");
  }, ALIVE_MS);
  socket.onclose = () => {
    clearInterval(alive);
    showPhase("offline");
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 10000);
  };
}

// Gives the answer, or null after showing why there is none.
async function send(method, path, body, type = "application/json") {
  let response;
  try {
    const content = type === "application/json" ? JSON.stringify(body || {}) : body;
    response = await fetch(path, method === "GET" ? {} : {
      method, headers: { "content-type": type }, body: content,
    });
  } catch {
    show("problem", texts.offline);
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok || (response.status === 422 && Array.isArray(answer))) {
    show("problem", "");
    return answer;
  }
  show("problem", [answer.error, answer.hint].filter(Boolean).join(". "));
  return null;
}

async function ask(text) {
  show("heard", text);
  show("reply", "");
  showPhase("thinking");
  const answer = await send("POST", "/api/ask", { text, conversation, aloud: isKiosk && !deaf });
  if (answer) {
    show("reply", answer.reply);
    showMore(answer.actions || []);
  }
  showPhase("idle");
  refresh();
  showHistory();
}

// What each word of a sentence is used for.
async function explain(text) {
  const answer = await send("POST", "/api/explain", { text });
  if (!answer) return;
  const meant = (answer.intents || []).map((one) => one.intent + " " + JSON.stringify(one.slots));
  const list = element("ul");
  list.append(...answer.account.map((entry) =>
    element("li", entry.words + " (" + entry.kind + "): " + (entry.used || texts.leftover))));
  byId("account").replaceChildren(
    element("p", texts.understood + ": " + (meant.join(", ") || texts.nothing)),
    element("p", answer.reply), list);
}

// Saving changes the file, so the editor shows it anew.
function saved(id, answer, after) {
  if (!answer) return;
  if (Array.isArray(answer)) {
    showProblems(answer);
    return show(id, texts.wrong);
  }
  const later = (answer.restart || []).join(", ");
  show(id, later ? after + " " + texts.restart + later + "." : after);
  loadConfig();
}

function showFindings(lines) {
  byId("findings").replaceChildren(...lines.map(([good, text]) => {
    const item = element("li", text);
    item.className = good ? "soft" : "bad";
    return item;
  }));
}

async function examine() {
  show("examined", texts.busy);
  const lines = await send("GET", "/api/doctor");
  show("examined", "");
  if (lines) showFindings(lines.map((line) => [line.verdict === "ok",
    [line.verdict, line.check, line.detail, line.hint].filter(Boolean).join(" · ")]));
}

async function runTests() {
  show("examined", texts.busy);
  const result = await send("POST", "/api/test");
  show("examined", result ? result.passed + " / " + result.of + " " + texts.passed : "");
  if (result) showFindings(result.tests.filter((test) => !test.pass).map((test) => [false,
    test.say + " · " + texts.expected + " " + JSON.stringify(test.expected) +
    " · " + texts.got + " " + JSON.stringify(test.got)]));
}

async function addIntent(form) {
  const fields = new FormData(form);
  const lines = (name) => fields.get(name).split("\n").map((line) => line.trim()).filter(Boolean);
  const answer = await send("POST", "/api/intents", {
    name: fields.get("name"), action: fields.get("action"), reply: fields.get("reply"),
    confirm: fields.get("confirm"), phrases: lines("phrases"), slots: lines("slots"),
    tests: lines("tests"),
  });
  saved("added", answer, texts.saved);
  if (answer && !Array.isArray(answer)) form.reset();
}

async function restore(input) {
  const file = input.files[0];
  if (!file || !confirm(texts.sure)) return;
  saved("restored", await send("PUT", "/api/backup", file, "application/zip"), texts.done);
  input.value = "";
}

function showProblems(problems) {
  const items = problems.map((problem) => {
    const item = document.createElement("li");
    const go = document.createElement("button");
    go.textContent = texts.line + " " + problem.line + ": " + problem.message;
    go.onclick = () => {
      const editor = byId("config");
      const before = editor.value.split("\n").slice(0, Math.max(0, problem.line - 1));
      const at = before.join("\n").length + (before.length ? 1 : 0) + Math.max(0, problem.column - 1);
      editor.focus();
      editor.setSelectionRange(at, at);
    };
    const hint = document.createElement("span");
    hint.className = "soft";
    hint.textContent = " " + problem.hint;
    item.append(go, hint);
    return item;
  });
  byId("problems").replaceChildren(...items);
}

async function save() {
  const answer = await send("PUT", "/api/config", byId("config").value, "application/toml");
  if (answer && !Array.isArray(answer)) showProblems([]);
  saved("saved", answer, texts.saved);
}

async function loadConfig() {
  const response = await fetch("/api/config");
  if (response.ok) byId("config").value = await response.text();
}

// A tap on a dark screen only wakes it.
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, (event) => {
    if (document.body.classList.contains("asleep")) {
      event.stopImmediatePropagation();
      event.preventDefault();
    }
    // Where the screen itself was switched off, it is switched on again.
    if (isKiosk && events && events.readyState === WebSocket.OPEN) events.send("tapped");
    wakeScreen();
  }, true);
}

document.addEventListener("click", async (click) => {
  const button = click.target.closest("button");
  if (!button) return;
  const { post, say, timer } = button.dataset;
  if (post) await send("POST", post);
  if (say) await ask(say);
  if (timer) {
    await send("DELETE", "/api/timers/" + encodeURIComponent(timer));
    await refresh();
  }
  if (button.id === "mute") {
    await send("POST", "/api/mute", { on: button.getAttribute("aria-pressed") !== "true" });
    await refresh();
  }
  if (button.id === "save") await save();
  if (button.id === "doctor") await examine();
  if (button.id === "run-tests") await runTests();
  if (button.id === "explain") {
    const text = byId("ask-text").value.trim();
    if (text) await explain(text);
  }
});

for (const [id, act] of [
  ["ask", (text) => ask(text)],
  ["announce", (text) => send("POST", "/api/say", { text })],
]) {
  if (!byId(id)) continue;
  byId(id).addEventListener("submit", (submit) => {
    submit.preventDefault();
    const input = submit.target.querySelector("input");
    const text = input.value.trim();
    if (text) act(text);
    input.value = "";
  });
}
if (byId("volume")) {
  byId("volume").addEventListener("input", () => show("volume-text", byId("volume").value + " %"));
  byId("volume").addEventListener("change", () =>
    send("POST", "/api/volume", { percent: Number(byId("volume").value) }));
}
if (byId("config")) loadConfig();
if (byId("sensitivity")) {
  byId("sensitivity").addEventListener("change", async (change) => saved("sensitivity-saved",
    await send("PUT", "/api/wake", { sensitivity: change.target.value }), texts.saved));
}
if (byId("new-intent")) {
  byId("new-intent").addEventListener("submit", (submit) => {
    submit.preventDefault();
    addIntent(submit.target);
  });
}
if (byId("backup")) byId("backup").addEventListener("change", (change) => restore(change.target));
showHistory();
const sentences = Array.from(document.querySelectorAll("#sentences button"), (b) => b.dataset.say);
setInterval(showTimers, 1000);
// What another page or a hand at the box has changed.
setInterval(() => { if (phase === "idle") refresh(); }, 15000);
connect();
