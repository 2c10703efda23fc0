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
import sys
import tempfile
import time
import wave

import aiohttp

import home

DISCOVERY_S = 40
CONFIGURATION = """
zeroconf:
conversation:
assist_pipeline:
stt:
tts:
wyoming:
"""


async def set_up(house, socket, host, port):
    """By discovery, else by hand; gives the entry's entities by their domain."""
    found = None
    end = time.monotonic() + DISCOVERY_S
    while not found and time.monotonic() < end:
        flows = await house.ask(socket, type="config_entries/flow/progress")
        found = next((flow for flow in flows if flow["handler"] == "wyoming"), None)
        await asyncio.sleep(1)
    if found:
        print("discovered:", found["context"])
        path, answer = f"/api/config/config_entries/flow/{found['flow_id']}", {}
    else:
        print(f"not discovered within {DISCOVERY_S} s; set up by hand")
        flow = await house.call("POST", "/api/config/config_entries/flow", json={"handler": "wyoming"})
        path, answer = f"/api/config/config_entries/flow/{flow['flow_id']}", {"host": host, "port": port}
    entry = await house.call("POST", path, json=answer)
    print("config flow:", entry["type"], entry.get("title"))
    assert entry["type"] == "create_entry", entry
    await asyncio.sleep(5)
    entities = await house.ask(socket, type="config/entity_registry/list")
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


async def turn(house, socket, path, stages, pipeline, text=None):
    """One run of an assist pipeline; gives its events by their type."""
    start, end = stages
    data = {"text": text} if text else {"sample_rate": 16_000}
    house.number += 1
    number = house.number
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
    program = home.start(hass, folder, CONFIGURATION)
    passed = []
    try:
        async with aiohttp.ClientSession() as session:
            house = home.Home(session)
            await house.wait()
            await house.onboard()
            socket = await house.open()
            version = (await house.ask(socket, type="get_config"))["version"]
            print("Home Assistant", version)
            discovered, ours = await set_up(house, socket, host, int(port))
            passed += [("discovered", discovered)]
            passed += [(kind, kind in ours) for kind in ("stt", "tts", "conversation")]
            made = await house.ask(
                socket, type="assist_pipeline/pipeline/create", name="Mynah", language="en",
                conversation_engine=ours["conversation"], conversation_language="en",
                stt_engine=ours["stt"], stt_language="en", tts_engine=ours["tts"],
                tts_language="en", tts_voice=None, wake_word_entity=None, wake_word_id=None)
            print("a sentence:")
            events = await turn(house, socket, path, ("intent", "tts"), made["id"], "what time is it")
            reply = events["intent-end"]["intent_output"]["response"]["speech"]["plain"]["speech"]
            print("  reply:", reply)
            passed.append(("conversation turn", bool(reply)))
            print("a spoken command:")
            events = await turn(house, socket, path, ("stt", "tts"), made["id"])
            heard = events.get("stt-end", {}).get("stt_output", {}).get("text", "")
            print("  heard:", repr(heard))
            passed.append(("speech to text", bool(heard)))
            spoken = events.get("tts-end", {}).get("tts_output", {}).get("url")
            if spoken:
                sound = await house.call("GET", spoken)
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
