#!/usr/bin/env python3
"""Tries Mynah with a real Home Assistant: discovery, set-up, speech, conversation.

    try-home-assistant.py HASS HOST:PORT CLIP.wav [FOLDER]

HASS is Home Assistant's program in a Python environment of its own (`pip install
homeassistant`, Python 3.13 for 2026.2), which this script runs with a fresh
configuration in FOLDER. HOST:PORT is a running Wyoming server of Mynah that allows
this machine; CLIP is a spoken command, 16-bit mono. What each step gave is printed;
the exit status is 0 when all steps worked. Takes some minutes; not part of ./test.
Needs the packages `aiohttp` and `wyoming`, which that environment has after the
first start.
"""

import array
import asyncio
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import wave

import aiohttp

URL = "http://127.0.0.1:8123"
CLIENT = URL + "/"
START_S = 600
DISCOVERY_S = 40
CONFIGURATION = """
homeassistant:
  name: Trial
  latitude: 0
  longitude: 0
  time_zone: UTC
http:
  server_host: 127.0.0.1
api:
websocket_api:
config:
onboarding:
zeroconf:
conversation:
assist_pipeline:
stt:
tts:
wyoming:
logger:
  default: warning
"""


class Home:
    """Home Assistant over its REST and WebSocket APIs."""

    def __init__(self, session):
        self.session = session
        self.headers = {}
        self.number = 0

    async def call(self, method, path, **more):
        async with self.session.request(method, URL + path, headers=self.headers, **more) as answer:
            body = await answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {body[:300]}")
            return await answer.json() if answer.content_type == "application/json" else body

    async def wait(self):
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                await self.call("GET", "/api/onboarding")
                return
            except (aiohttp.ClientError, RuntimeError):
                await asyncio.sleep(2)
        raise RuntimeError("Home Assistant did not start")

    async def onboard(self):
        user = {"client_id": CLIENT, "name": "Trial", "username": "trial", "password": "trial-1",
                "language": "en"}
        code = (await self.call("POST", "/api/onboarding/users", json=user))["auth_code"]
        form = {"client_id": CLIENT, "grant_type": "authorization_code", "code": code}
        token = await self.call("POST", "/auth/token", data=form)
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}
        self.token = token["access_token"]

    async def open(self):
        socket = await self.session.ws_connect(URL + "/api/websocket")
        assert (await socket.receive_json())["type"] == "auth_required"
        await socket.send_json({"type": "auth", "access_token": self.token})
        assert (await socket.receive_json())["type"] == "auth_ok"
        return socket

    async def ask(self, socket, **command):
        self.number += 1
        await socket.send_json({"id": self.number, **command})
        while True:
            message = await socket.receive_json(timeout=120)
            if message.get("id") == self.number and message["type"] == "result":
                if not message["success"]:
                    raise RuntimeError(f"{command}: {message['error']}")
                return message["result"]


async def set_up(home, socket, host, port):
    """By discovery, else by hand; gives the entry's entities by their domain."""
    found = None
    end = time.monotonic() + DISCOVERY_S
    while not found and time.monotonic() < end:
        flows = await home.ask(socket, type="config_entries/flow/progress")
        found = next((flow for flow in flows if flow["handler"] == "wyoming"), None)
        await asyncio.sleep(1)
    if found:
        print("discovered:", found["context"])
        path, answer = f"/api/config/config_entries/flow/{found['flow_id']}", {}
    else:
        print(f"not discovered within {DISCOVERY_S} s; set up by hand")
        flow = await home.call("POST", "/api/config/config_entries/flow", json={"handler": "wyoming"})
        path, answer = f"/api/config/config_entries/flow/{flow['flow_id']}", {"host": host, "port": port}
    entry = await home.call("POST", path, json=answer)
    print("config flow:", entry["type"], entry.get("title"))
    assert entry["type"] == "create_entry", entry
    await asyncio.sleep(5)
    entities = await home.ask(socket, type="config/entity_registry/list")
    ours = {e["entity_id"].split(".")[0]: e["entity_id"] for e in entities if e["platform"] == "wyoming"}
    print("entities:", ours)
    return bool(found), ours


def clip(path):
    with wave.open(path) as sound:
        assert (sound.getsampwidth(), sound.getnchannels()) == (2, 1), path
        rate = sound.getframerate()
        samples = array.array("h", sound.readframes(sound.getnframes()))
    # Pipelines want 16 kHz.
    length = len(samples) * 16_000 // rate
    return array.array("h", (samples[at * rate // 16_000] for at in range(length))).tobytes()


async def turn(home, socket, path, stages, pipeline, text=None):
    """One run of an assist pipeline; gives its events by their type."""
    start, end = stages
    data = {"text": text} if text else {"sample_rate": 16_000}
    home.number += 1
    number = home.number
    await socket.send_json({"id": number, "type": "assist_pipeline/run", "start_stage": start,
                            "end_stage": end, "input": data, "pipeline": pipeline, "timeout": 120})
    events, began, sending = {}, time.monotonic(), None

    async def send(handler):
        pcm = clip(path) + bytes(2 * 16_000 * 3)
        for at in range(0, len(pcm), 640):
            await socket.send_bytes(bytes([handler]) + pcm[at : at + 640])
            await asyncio.sleep(0.02)
        await socket.send_bytes(bytes([handler]))

    while True:
        message = await socket.receive_json(timeout=120)
        if message.get("id") != number or message["type"] != "event":
            continue
        event = message["event"]
        events[event["type"]] = event.get("data") or {}
        print(f"  {time.monotonic() - began:6.2f} s  {event['type']}")
        if event["type"] == "run-start" and start == "stt":
            handler = event["data"]["runner_data"]["stt_binary_handler_id"]
            sending = asyncio.create_task(send(handler))
        if event["type"] in ("run-end", "error"):
            if sending:
                sending.cancel()
            return events


async def main(hass, place, path, folder):
    host, port = place.rsplit(":", 1)
    (pathlib.Path(folder) / "configuration.yaml").write_text(CONFIGURATION)
    log = open(pathlib.Path(folder) / "console.log", "w")
    program = subprocess.Popen([hass, "-c", folder], stdout=log, stderr=log)
    passed = []
    try:
        async with aiohttp.ClientSession() as session:
            home = Home(session)
            await home.wait()
            await home.onboard()
            socket = await home.open()
            version = (await home.ask(socket, type="get_config"))["version"]
            print("Home Assistant", version)
            discovered, ours = await set_up(home, socket, host, int(port))
            passed += [("discovered", discovered)]
            passed += [(kind, kind in ours) for kind in ("stt", "tts", "conversation")]
            made = await home.ask(
                socket, type="assist_pipeline/pipeline/create", name="Mynah", language="en",
                conversation_engine=ours["conversation"], conversation_language="en",
                stt_engine=ours["stt"], stt_language="en", tts_engine=ours["tts"],
                tts_language="en", tts_voice=None, wake_word_entity=None, wake_word_id=None)
            print("a sentence:")
            events = await turn(home, socket, path, ("intent", "tts"), made["id"], "what time is it")
            reply = events["intent-end"]["intent_output"]["response"]["speech"]["plain"]["speech"]
            print("  reply:", reply)
            passed.append(("conversation turn", bool(reply)))
            print("a spoken command:")
            events = await turn(home, socket, path, ("stt", "tts"), made["id"])
            heard = events.get("stt-end", {}).get("stt_output", {}).get("text", "")
            print("  heard:", repr(heard))
            passed.append(("speech to text", bool(heard)))
            spoken = events.get("tts-end", {}).get("tts_output", {}).get("url")
            if spoken:
                sound = await home.call("GET", spoken)
                print("  speech:", len(sound), "bytes from", spoken)
                passed.append(("text to speech", len(sound) > 1_000))
            else:
                passed.append(("text to speech", False))
    finally:
        program.terminate()
        program.wait(30)
    for name, good in passed:
        print("ok  " if good else "FAIL", name)
    return all(good for _, good in passed)


if len(sys.argv) < 4:
    sys.exit(__doc__)
FOLDER = sys.argv[4] if len(sys.argv) > 4 else tempfile.mkdtemp()
os.makedirs(FOLDER, exist_ok=True)
sys.exit(0 if asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], FOLDER)) else 1)
