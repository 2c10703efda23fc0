#!/usr/bin/env python3
"""Treats a Wyoming server badly and looks whether it still serves others.

    try-faults.py 127.0.0.1:10300 CLIP.wav [PID]

After each fault a good client asks what the server is, and has CLIP transcribed.
Printed are the seconds that both took, the size of an answer that came, and, with
the PID of the server, its memory, threads and open files. The exit status is 0 when
every good client was served. Only the Python library is needed. Not part of ./test.
"""

import contextlib
import json
import os
import re
import socket
import sys
import time
import wave

WAIT_S = 30
FLOOD_BYTES = 100 << 20
MANY = 500
SILENCE_S = 3


def event(kind, data=None, payload=b"", **header):
    """One event as the protocol has it; `header` may lie about the lengths."""
    body = json.dumps(data).encode() if data else b""
    line = {"type": kind, "data_length": len(body), "payload_length": len(payload), **header}
    return json.dumps(line).encode() + b"\n" + body + payload


class Client:
    def __init__(self, place):
        host, port = place.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=WAIT_S)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.file.close()
            self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def event(self):
        """Type and data of the next event; `None` at the end."""
        line = self.file.readline()
        if not line:
            return None
        header = json.loads(line)
        data = self.file.read(header.get("data_length") or 0)
        self.file.read(header.get("payload_length") or 0)
        return header["type"], json.loads(data) if data else header.get("data", {})


def transcribe(place, clip):
    with wave.open(clip) as sound:
        rate = sound.getframerate()
        pcm = sound.readframes(sound.getnframes()) + bytes(2 * rate * SILENCE_S)
    shape = {"rate": rate, "width": 2, "channels": 1}
    with Client(place) as client:
        client.send(event("transcribe", {"language": "en"}) + event("audio-start", shape))
        for at in range(0, len(pcm), 4096):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.send(event("audio-chunk", shape, pcm[at : at + 4096]))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            client.send(event("audio-stop"))
        while (got := client.event()) and got[0] != "transcript":
            pass
        return got[1]["text"] if got else None


def describe(place):
    with Client(place) as client:
        client.send(event("describe"))
        got = client.event()
        return bool(got) and got[0] == "info"


def of_process(pid):
    if not pid:
        return ""
    status = open(f"/proc/{pid}/status").read()
    value = lambda name: re.search(rf"{name}:\s+(\d+)", status)[1]
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return f"; {int(value('VmRSS')) >> 10} MB, {value('Threads')} threads, {files} files"


def answer(client):
    """What became of the connection, in words."""
    began = time.monotonic()
    try:
        got = client.event()
        what = "closed" if got is None else f"`{got[0]}` {json.dumps(got[1])[:60]}"
    except (OSError, ValueError) as error:
        what = f"broken ({error})"
    return f"{what} after {time.monotonic() - began:.1f} s"


def garbage(place):
    with Client(place) as client:
        with contextlib.suppress(OSError):
            client.send(os.urandom(1 << 16) + b"\n" + os.urandom(1 << 16))
        return answer(client)


def half_a_header(place):
    client = Client(place)
    client.send(b'{"type": "audio-ch')
    return client, "open"


def long_header(place):
    with Client(place) as client:
        with contextlib.suppress(OSError):
            client.send(b'{"type": "' + b"a" * (4 << 20))
        return answer(client)


def announced(place):
    with Client(place) as client:
        client.send(b'{"type": "audio-chunk", "payload_length": 99999999999}\n' + bytes(1000))
        return answer(client)


def negative(place):
    with Client(place) as client:
        client.send(b'{"type": "describe", "data_length": -1}\n{"type": "describe"}\n')
        return answer(client)


def flood(place):
    """Sound without an end, as fast as it goes."""
    shape = {"rate": 16000, "width": 2, "channels": 1}
    sent, piece = 0, event("audio-chunk", shape, os.urandom(65536))
    with Client(place) as client:
        client.send(event("transcribe", {}) + event("audio-start", shape))
        client.socket.settimeout(WAIT_S)
        try:
            while sent < FLOOD_BYTES:
                client.send(piece)
                sent += 65536
        except OSError as error:
            return f"after {sent >> 20} MB {error}; {answer(client)}"
        return f"{sent >> 20} MB taken; {answer(client)}"


def stalls(place):
    """Begins to speak and falls silent, with the connection open."""
    client = Client(place)
    shape = {"rate": 16000, "width": 2, "channels": 1}
    client.send(event("transcribe", {}) + event("audio-start", shape))
    client.send(event("audio-chunk", shape, bytes(32000)))
    return client, "open"


def never_reads(place):
    client = Client(place)
    client.socket.settimeout(2)
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 2000:
            client.send(event("synthesize", {"text": "one two three four five six seven"}))
            sent += 1
    return client, f"{sent} requests, no answer read"


def leaves(place):
    shape = {"rate": 16000, "width": 2, "channels": 1}
    for _ in range(50):
        with Client(place) as client:
            client.send(event("transcribe", {}) + event("audio-start", shape))
            client.send(event("audio-chunk", shape, bytes(32000))[:-1000])
    return "50 times"


def many(place):
    clients, refused = [], 0
    for _ in range(MANY):
        try:
            clients.append(Client(place))
        except OSError:
            refused += 1
    return clients, f"{len(clients)} connected, {refused} refused"


FAULTS = [garbage, half_a_header, long_header, announced, negative, flood, stalls, never_reads,
          leaves, many]


def main(place, clip, pid):
    good, kept = True, []
    for fault in [None, *FAULTS, None]:
        name = fault.__name__.replace("_", " ") if fault else "nothing"
        what = ""
        if fault:
            try:
                what = fault(place)
            except OSError as error:
                what = f"broken: {error}"
            if isinstance(what, tuple):
                clients, what = what
                # They stay open during what follows.
                kept.extend(clients if isinstance(clients, list) else [clients])
        elif kept:
            name = "all of them gone"
            for client in kept:
                client.__exit__()
            time.sleep(2)
        try:
            began = time.monotonic()
            described = describe(place)
            told_s = time.monotonic() - began
            text = transcribe(place, clip)
            took_s = time.monotonic() - began - told_s
            served = described and bool(text)
            then = f"info {told_s:.2f} s, transcript {took_s:.2f} s {text!r}"
        except (OSError, ValueError) as error:
            served, then = False, f"not served: {error}"
        good &= served
        print("ok  " if served else "FAIL", f"{name}: {what}; then {then}{of_process(pid)}",
              flush=True)
    return good


if len(sys.argv) < 3:
    sys.exit(__doc__)
PID = sys.argv[3] if len(sys.argv) > 3 else None
sys.exit(0 if main(sys.argv[1], sys.argv[2], PID) else 1)
