// Both pages: follows the events of the box, and sends what is asked for. Texts
// come from the page, so that a translation is one file. Everything that came
// from outside is set as text, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
const texts = JSON.parse(document.body.dataset.texts);
const isKiosk = document.body.classList.contains("kiosk");
const BACK_TO_START_MS = 45000;
const HISTORY = 50;

let muted = false;
let phase = "idle";
let timers = [];
let timersAt = 0;
let conversation = newConversation();
let toStart = 0;

function newConversation() {
  return "page-" + Math.random().toString(36).slice(2);
}

function show(id, text) {
  const element = byId(id);
  // Read aloud again only when it is different.
  if (element && element.textContent !== text) element.textContent = text;
}

function showPhase(next) {
  phase = next;
  const shown = muted && phase === "idle" ? "muted" : phase;
  byId("state").dataset.state = shown;
  show("state-text", texts[shown] || shown);
  clearTimeout(toStart);
  if (isKiosk && phase === "idle") toStart = setTimeout(start, BACK_TO_START_MS);
}

function start() {
  conversation = newConversation();
  show("heard", "");
  show("reply", texts.start);
}

function showState(state) {
  muted = state.muted;
  timers = state.timers;
  timersAt = Date.now();
  if (byId("volume")) byId("volume").value = state.volume;
  show("volume-text", state.volume + " %");
  if (byId("mute")) byId("mute").setAttribute("aria-pressed", String(muted));
  showTimers();
}

async function refresh() {
  const response = await fetch("/api/state");
  if (response.ok) showState(await response.json());
  showPhase(phase);
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

function remember(heard, reply) {
  const list = byId("history");
  if (!list) return;
  const item = document.createElement("li");
  item.textContent = heard ? heard + " – " + reply : reply;
  list.prepend(item);
  while (list.children.length > HISTORY) list.lastChild.remove();
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
      showPhase("listening");
      break;
    case "listening": showPhase("listening"); break;
    case "endpoint": showPhase("thinking"); break;
    case "transcript": show("heard", event.text); break;
    case "question":
    case "reply":
    case "failure":
      show("reply", event.reply);
      remember(byId("heard").textContent, event.reply);
      showPhase("speaking");
      break;
    case "ring":
      show("reply", event.reply);
      remember("", event.reply);
      showPhase("ringing");
      break;
    case "idle":
      showPhase("idle");
      refresh();
      break;
    case "stopped": showPhase("stopped"); break;
    case "missed": refresh(); break;
  }
}

let wait = 500;

function connect() {
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const socket = new WebSocket(scheme + location.host + "/api/events");
  socket.onmessage = (message) => {
    wait = 500;
    take(JSON.parse(message.data));
  };
  socket.onclose = () => {
    showPhase("offline");
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 10000);
  };
}

// Gives the answer, or null after showing why there is none.
async function send(method, path, body, type = "application/json") {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { "content-type": type },
      body: type === "application/json" ? JSON.stringify(body || {}) : body,
    });
  } catch {
    show("problem", texts.offline);
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok || Array.isArray(answer)) {
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
  const answer = await send("POST", "/api/ask", { text, conversation, aloud: isKiosk });
  if (answer) {
    show("reply", answer.reply);
    remember(text, answer.reply);
  }
  showPhase("idle");
  refresh();
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
  if (!answer) return;
  const wrong = Array.isArray(answer);
  showProblems(wrong ? answer : []);
  show("saved", wrong ? texts.wrong : texts.saved);
}

async function loadConfig() {
  const response = await fetch("/api/config");
  if (response.ok) byId("config").value = await response.text();
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
setInterval(showTimers, 1000);
connect();
