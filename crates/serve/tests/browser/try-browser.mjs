// Uses both pages as a person would, in a real browser: see `try-browser --help`.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync, chmodSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [, , mynah, browserPath, pictures] = process.argv;
const SIZES = { phone: [390, 844], tablet: [820, 1180], "1080p": [1920, 1080] };

const folder = mkdtempSync(path.join(os.tmpdir(), "mynah-browser-"));
chmodSync(folder, 0o777);
const lit = path.join(folder, "lit");
const config = path.join(folder, "mynah.toml");

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

const port = await freePort();
const home = `http://127.0.0.1:${port}`;
writeFileSync(path.join(folder, "theme.css"), ".reply { font-style: italic; }");
// One red pixel.
writeFileSync(path.join(folder, "owl.png"), Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64"));
writeFileSync(config, `
[device]
name = "Museum desk"
[llm]
backend = "none"
[stt]
threads = 1
[serve]
web = "127.0.0.1:${port}"
history = true
style = "${folder}/theme.css"
[builtin]
timers = true
[[intent]]
name = "hours"
phrases = ["when do you (open|close)"]
reply.ok = "We are open from ten to six, and closed on Mondays."
suggest = ["Where is the owl?", "Turn on the light"]
[intent.show]
text = "Opening hours"
list = ["Tuesday to Sunday: 10 to 18", "Monday: closed"]
qr = "https://museum.example/visit"
[[intent]]
name = "owl"
phrases = ["where is the owl"]
reply.ok = "The owl is upstairs."
show = { image = "${folder}/owl.png", alt = "A red square that stands for an owl" }
[[intent]]
name = "light"
phrases = ["turn {state} the light"]
slots.state = { values = ["on", "off"] }
action = { type = "command", run = ["/usr/bin/touch", "${lit}"] }
reply.ok = "The light is {state}."
[[test]]
say = "when do you open"
intent = "hours"
[[test]]
say = "turn on the light"
intent = "light"
slots = { state = "on" }
`);

const box = spawn(mynah, ["serve", "--config", config], {
  env: { ...process.env, STATE_DIRECTORY: folder }, stdio: ["ignore", "pipe", "inherit"],
});
let browser;
let failed = false;
const step = (text) => console.log(`  ${text}`);

async function started() {
  for await (const chunk of box.stdout) if (String(chunk).includes("Serving")) return;
  throw new Error("mynah serve ended");
}

async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const told = violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.map((n) => n.html).join("\n    ")}`);
  assert.equal(told.length, 0, `axe on ${name}:\n  ${told.join("\n  ")}`);
  step(`axe finds nothing on ${name}`);
}

// Screenshots at three sizes; nothing may be wider than its screen.
async function looks(page, name) {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    await page.setViewportSize({ width, height });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name} is ${wide} px wide on a ${size}`);
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: path.join(pictures, `${name}-${size}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

const says = (page, id, text) => page.locator(`#${id}`, { hasText: text }).waitFor({ timeout: 20000 });

async function kiosk(context) {
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${home}/kiosk`);
  await says(page, "state-text", "Ready, without a microphone");
  await accessible(page, "the kiosk at its start");
  const style = await page.locator("#reply").evaluate((e) => getComputedStyle(e).fontStyle);
  assert.equal(style, "italic", "the owner's style counts");

  await page.getByRole("button", { name: "when do you open" }).click();
  await says(page, "reply", "from ten to six");
  await says(page, "shown", "Monday: closed");
  const code = page.locator("#shown img.qr");
  await code.waitFor();
  assert.ok(await code.evaluate(async (image) => { await image.decode(); return image.naturalWidth > 0; }));
  assert.match(await code.getAttribute("alt"), /museum\.example/);
  step("a tapped sentence is answered, with points and a QR code");
  await accessible(page, "the kiosk with an answer");
  await looks(page, "kiosk");

  // The keyboard alone reaches what the answer suggests.
  const next = page.getByRole("button", { name: "Where is the owl?" });
  await next.focus();
  await page.keyboard.press("Enter");
  await says(page, "reply", "upstairs");
  const owl = page.getByAltText("A red square that stands for an owl");
  await owl.waitFor();
  assert.equal(await owl.evaluate(async (image) => { await image.decode(); return image.naturalWidth; }), 1);
  step("a suggestion of the answer works by keyboard, and shows a picture");

  await page.clock.fastForward(60000);
  await says(page, "reply", "Tap a sentence");
  await page.clock.fastForward(11 * 60000);
  assert.ok(await page.evaluate(() => document.body.classList.contains("asleep")), "it goes dark");
  await page.mouse.click(200, 300);
  assert.ok(!await page.evaluate(() => document.body.classList.contains("asleep")), "a tap wakes it");
  await says(page, "reply", "Tap a sentence");
  assert.equal(await page.locator("#shown > *").count(), 0);
  await page.getByRole("button", { name: "when do you open" }).waitFor();
  step("it returns to its start");
  await page.close();
}

// Events as a microphone makes them: captions, and what an attacker might say.
async function captions(context) {
  const page = await context.newPage();
  let socket;
  await page.routeWebSocket("**/api/events", (route) => { socket = route; });
  await page.goto(`${home}/kiosk`);
  await page.waitForFunction(() => document.readyState === "complete");
  while (!socket) await page.waitForTimeout(20);
  const tell = (event) => socket.send(JSON.stringify(event));
  const state = { state: "idle", microphone: true, muted: false, volume: 50, timers: [],
    wakes: { accepted: 0, rejected: 0 }, turn: { heard: "", reply: "" } };
  tell({ event: "snapshot", state });
  tell({ event: "wake", word: "hey_jarvis" });
  await says(page, "state-text", "Listening");
  tell({ event: "partial", text: "when do" });
  await says(page, "heard", "when do");
  tell({ event: "endpoint" });
  await says(page, "state-text", "One moment");
  const evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
  tell({ event: "transcript", text: evil });
  await says(page, "heard", "<img src=x");
  tell({ event: "action", actions: [{ type: "say", ok: true, show: { intent: evil, text: evil, list: [evil] } }] });
  tell({ event: "reply", reply: evil });
  await says(page, "reply", "<script>");
  assert.equal(await page.locator("#shown img, #heard img, #reply img, #shown script").count(), 0);
  assert.notEqual(await page.title(), "owned");
  tell({ event: "snapshot", state: { ...state, muted: true } });
  await says(page, "state-text", "Microphone off");
  step("captions follow the events, and markup in them stays text");
  await page.close();
}

async function owner(context) {
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(home);
  await says(page, "state-text", "No microphone");
  await page.getByLabel("Try a sentence").fill("set a timer for ten minutes");
  await page.getByRole("button", { name: "Ask" }).click();
  await says(page, "reply", "ten minutes");
  await says(page, "timers", "9:5");
  await accessible(page, "the owner's page");
  await looks(page, "owner");
  await page.locator("#timers").getByRole("button").click();
  await page.locator("#no-timers").waitFor();
  step("a timer is set and cancelled");
  await says(page, "history", "set a timer for ten minutes");

  const editor = page.getByLabel("mynah.toml");
  const text = await editor.inputValue();
  const line = text.split("\n").findIndex((one) => one.includes("turn {state} the light")) + 1;
  await editor.fill(text.replace("turn {state} the light", "switch {stat the light"));
  await page.getByRole("button", { name: "Check and save" }).click();
  await says(page, "problems", `Line ${line}`);
  await says(page, "saved", "Not saved");
  assert.equal(readFileSync(config, "utf8"), text);
  await editor.fill(text.replace("turn {state} the light", "switch {state} the lamp"));
  await page.getByRole("button", { name: "Check and save" }).click();
  await says(page, "saved", /^Saved\./);
  await page.getByLabel("Try a sentence").fill("switch on the lamp");
  await page.getByRole("button", { name: "Only explain" }).click();
  await says(page, "account", "light");
  assert.ok(!existsSync(lit), "an explanation does nothing");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await says(page, "reply", "The light is on.");
  assert.ok(existsSync(lit), "the new phrase acts");
  step("a phrase is edited wrongly and rightly, and counts at once");

  await page.getByRole("button", { name: "Run the tests" }).click();
  await says(page, "examined", "1 / 2 passed");
  await says(page, "findings", "turn on the light");
  await page.getByRole("button", { name: "Examine this machine" }).click();
  await page.locator("#findings li", { hasText: "configuration" }).waitFor({ timeout: 60000 });
  step("the file's tests and the doctor are shown");

  await page.getByLabel("Name, such as").fill("fan");
  await page.getByLabel("Phrases, one a line").fill("(turn|switch) {state} the fan");
  await page.getByLabel("Slots, one a line").fill("state=on, off");
  await page.getByLabel("Reply:").fill("The fan is {state}.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator("#added", { hasText: "Saved" }).waitFor({ timeout: 60000 });
  await page.getByLabel("Try a sentence").fill("turn on the fan");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await says(page, "reply", "The fan is on.");
  step("an intent is added by the form, and counts");

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download a backup" }).click();
  const file = path.join(folder, "backup.zip");
  await (await download).saveAs(file);
  writeFileSync(config, readFileSync(config, "utf8").replace("Museum desk", "Nobody"));
  await page.getByLabel("Restore a backup").setInputFiles(file);
  await says(page, "restored", "Done");
  assert.match(readFileSync(config, "utf8"), /Museum desk/);
  step("a backup is downloaded and restored");
  await accessible(page, "the owner's page after all that");
  await page.close();
}

// `mynah run` on a sound server: two null sinks are microphone and loudspeaker. What a
// voice says into the microphone is followed on the screen.
async function spoken(context) {
  const has = (program) => spawnSync("which", [program]).status === 0;
  if (!has("pulseaudio") || !has("paplay")) return step("SKIPPED: there is no pulseaudio");
  const place = path.join(folder, "spoken");
  mkdirSync(place, { mode: 0o700 });
  const file = (name) => path.join(place, name);
  const web = await freePort();
  writeFileSync(file("mynah.toml"), `
    [wake]
    words = ["hey_jarvis"]
    [llm]
    backend = "none"
    [stt]
    threads = 1
    [serve]
    web = "127.0.0.1:${web}"
    [[button]]
    on = "pipe:mute"
    do = "mute"
    [[button]]
    on = "pipe:hello"
    say = "turn on the kitchen light"
    [[intent]]
    name = "light"
    phrases = ["turn {state} the kitchen light"]
    slots.state = { values = ["on", "off"] }
    reply.ok = "The kitchen light is {state}."`);
  writeFileSync(file(".asoundrc"), `
    pcm.!default { type asym playback.pcm "speaker" capture.pcm "microphone" }
    pcm.microphone { type pulse device "microphone.monitor" }
    pcm.speaker { type pulse device "speaker" }
    ctl.!default { type pulse }`);
  const env = {
    ...process.env, HOME: place, XDG_RUNTIME_DIR: place, XDG_CACHE_HOME: place, STATE_DIRECTORY: place,
    RUNTIME_DIRECTORY: place, PULSE_SERVER: `unix:${file("socket")}`,
    MYNAH_MODELS: process.env.MYNAH_MODELS || path.join(os.homedir(), ".cache/mynah/models"),
  };
  const children = [];
  const start = (program, ...parameters) => {
    const child = spawn(program, parameters, { env, stdio: "ignore" });
    children.push(child);
    return child;
  };
  const page = await context.newPage();
  try {
    start("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
      "-L", `module-native-protocol-unix auth-anonymous=1 socket=${file("socket")}`,
      "-L", "module-null-sink sink_name=microphone rate=16000 channels=1",
      "-L", "module-null-sink sink_name=speaker rate=48000 channels=2");
    const pactl = (...words) => spawnSync("pactl", words, { env }).status === 0;
    for (let tries = 0; !pactl("info"); tries++) {
      assert.ok(tries < 100, "the sound server begins");
      await page.waitForTimeout(200);
    }
    assert.ok(pactl("set-default-sink", "speaker") && pactl("set-default-source", "microphone.monitor"));
    const wav = file("command.wav");
    execFileSync(mynah, ["say", "hey jarvis, turn on the kitchen light", "-o", wav],
      { env, stdio: "ignore" });
    start(mynah, "run", "--config", file("mynah.toml"));
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`http://127.0.0.1:${web}/api/state`).catch(() => null);
      if (answer && answer.ok) break;
      assert.ok(tries < 300, "mynah run begins");
      await page.waitForTimeout(200);
    }
    await page.goto(`http://127.0.0.1:${web}/kiosk`);
    await says(page, "state-text", "Ready");
    const seen = [];
    await page.exposeFunction("seen", (text) => seen.push(text));
    await page.evaluate(() => {
      for (const id of ["state-text", "heard", "reply"]) {
        const element = document.getElementById(id);
        new MutationObserver(() => window.seen(id + ": " + element.textContent))
          .observe(element, { childList: true, characterData: true, subtree: true });
      }
    });
    // A wake word may be missed on a busy machine.
    for (let tries = 0; tries < 4; tries++) {
      execFileSync("paplay", ["--device", "microphone", wav], { env });
      const heard = page.locator("#reply", { hasText: "The kitchen light is on." });
      if (await heard.waitFor({ timeout: 15000 }).then(() => true, () => false)) break;
    }
    await says(page, "reply", "The kitchen light is on.");
    await says(page, "heard", /kitchen light/i);
    await says(page, "state-text", "Ready");
    const states = seen.filter((line) => line.startsWith("state-text")).map((line) => line.slice(12));
    const order = ["Listening", "One moment", "Answering", "Ready"];
    const at = order.map((state) => states.indexOf(state));
    assert.ok(at.every((place, index) => place >= 0 && (index === 0 || at[index - 1] < place)), `saw ${states}`);
    step("a spoken command is followed from the wake word to the answer");

    writeFileSync(file("buttons"), "mute\n");
    await says(page, "state-text", "Microphone off");
    writeFileSync(file("buttons"), "mute\n");
    await says(page, "state-text", "Ready");
    writeFileSync(file("buttons"), "hello\n");
    await says(page, "heard", "turn on the kitchen light");
    await says(page, "reply", "The kitchen light is on.");
    step("buttons mute the box, and stand for a sentence");
  } finally {
    await page.close();
    for (const child of children.reverse()) child.kill("SIGTERM");
  }
}

// The same pages, encrypted; a sign of life of the screen reaches the box.
async function encrypted(browser) {
  const place = path.join(folder, "https");
  mkdirSync(place, { mode: 0o700 });
  const web = await freePort();
  const config = path.join(place, "mynah.toml");
  writeFileSync(config, readFileSync(path.join(folder, "mynah.toml"), "utf8")
    .replace(`web = "127.0.0.1:${port}"`, `web = "127.0.0.1:${web}"\nhttps = true`));
  const child = spawn(mynah, ["serve", "--config", config], {
    env: { ...process.env, STATE_DIRECTORY: place }, stdio: ["ignore", "pipe", "inherit"],
  });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    for await (const chunk of child.stdout) if (String(chunk).includes("Serving")) break;
    const page = await context.newPage();
    await page.goto(`https://127.0.0.1:${web}/kiosk`);
    await says(page, "state-text", "Ready");
    await page.getByRole("button", { name: "when do you open" }).click();
    await says(page, "reply", "from ten to six");
    const state = () => page.evaluate(async () => (await fetch("/api/state")).json());
    assert.equal((await state()).screen_s, null);
    for (let tries = 0; (await state()).screen_s === null; tries++) {
      assert.ok(tries < 40, "the screen gives a sign of life");
      await page.waitForTimeout(500);
    }
    const plain = await fetch(`http://127.0.0.1:${web}/`).then((answer) => answer.text(), () => "");
    assert.match(plain, /https/);
    const told = execFileSync("openssl", ["x509", "-in", path.join(place, "https/certificate.pem"),
      "-noout", "-ext", "subjectAltName"]).toString();
    assert.match(told, /DNS:localhost/);
    step("https works with the certificate of the box, and plain HTTP is told so");
  } finally {
    await context.close();
    child.kill("SIGTERM");
  }
}

// A page of another site in the same browser, and requests that no page makes.
async function attacks(context) {
  rmSync(lit, { force: true });
  const evil = http.createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<title>evil</title><form method="post" action="${home}/api/stop" enctype="text/plain">
      <input name='{"x":"' value='"}'></form>`);
  }).listen(0, "127.0.0.1");
  await new Promise((done) => evil.once("listening", done));
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${evil.address().port}/`);
  const outcome = await page.evaluate(async (home) => {
    const tried = async (path, options) => {
      try { return (await fetch(home + path, options)).status; } catch { return "blocked"; }
    };
    const body = JSON.stringify({ text: "switch on the lamp" });
    return {
      json: await tried("/api/ask", { method: "POST", body, headers: { "content-type": "application/json" } }),
      plain: await tried("/api/ask", { method: "POST", body, mode: "no-cors" }),
      read: await tried("/api/config"),
      picture: await new Promise((done) => {
        const image = new Image();
        image.onload = () => done("loaded");
        image.onerror = () => done("blocked");
        image.src = home + "/api/qr?text=a";
      }),
      socket: await new Promise((done) => {
        const socket = new WebSocket(home.replace("http", "ws") + "/api/events");
        socket.onopen = () => done("open");
        socket.onerror = () => done("blocked");
      }),
    };
  }, home);
  // A browser may show a refused answer without its content, or nothing at all.
  assert.ok([0, "blocked"].includes(outcome.plain), `${outcome.plain}`);
  delete outcome.plain;
  assert.deepEqual(outcome, { json: "blocked", read: "blocked", picture: "blocked", socket: "blocked" });
  const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(() => document.forms[0].submit())]);
  assert.ok([403, 415].includes(answer.status()), `a foreign form got ${answer.status()}`);
  assert.ok(!existsSync(lit), "a page of another site did nothing");
  await page.close();
  evil.close();

  const raw = (method, target, headers, body) => new Promise((done, fail) => {
    const request = http.request({ port, host: "127.0.0.1", method, path: target, headers }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode));
    });
    request.on("error", fail);
    request.end(body);
  });
  const json = { "content-type": "application/json" };
  assert.equal(await raw("GET", "/api/state", { host: "evil.example" }), 421, "DNS rebinding");
  assert.equal(await raw("GET", "/api/pictures/..%2f..%2fetc%2fpasswd", {}), 404, "path traversal");
  assert.equal(await raw("GET", "/..%2f..%2fetc/passwd", {}), 404, "path traversal");
  assert.equal(await raw("POST", "/api/ask", json, JSON.stringify({ text: "a".repeat(70000) })), 413, "a huge body");
  step("pages of other sites, foreign names, paths and huge bodies are refused");
}

try {
  await started();
  browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  context.setDefaultTimeout(20000);
  for (const [name, part] of Object.entries({ kiosk, captions, owner, attacks, spoken })) {
    console.log(name);
    await part(context);
  }
  console.log("encrypted");
  await encrypted(browser);
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  if (browser) await browser.close();
  box.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed ? "0 passed, 1 failed" : "1 passed, 0 failed");
process.exit(failed ? 1 : 0);
