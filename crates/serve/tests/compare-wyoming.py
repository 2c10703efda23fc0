#!/usr/bin/env python3
"""Compares Wyoming speech-to-text servers on the same clips: `pip install wyoming`.

    compare-wyoming.py CLIPS.jsonl OUT.jsonl mynah=tcp://127.0.0.1:10300 \\
        whisper=tcp://127.0.0.1:10301,stop=0.7

CLIPS.jsonl has lines with a `file` beside it. Each clip is sent at the pace of
speech, one server after the other, and followed by silence until the transcript
comes. `stop=S`: the client ends the utterance after S seconds of silence, as Home
Assistant does for a server that does not end it by itself. Printed for each server
are the seconds from the end of speech to the transcript; OUT.jsonl gets each one
with its text: `mynah ask --batch` says what the texts mean. Not part of ./test.
"""

import array
import asyncio
import json
import pathlib
import statistics
import sys
import time
import wave

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient

SILENCE_S = 5.0
FRAME_S = 0.02
# A frame is speech if it is this part of the loudest one.
SPEECH = 0.05


def load(path):
    """Rate, samples, and the second at which speech ends."""
    with wave.open(str(path)) as clip:
        assert (clip.getsampwidth(), clip.getnchannels()) == (2, 1), path
        rate = clip.getframerate()
        pcm = clip.readframes(clip.getnframes())
    samples = array.array("h", pcm)
    step = int(rate * FRAME_S)
    levels = [
        sum(s * s for s in samples[at : at + step]) ** 0.5 for at in range(0, len(samples), step)
    ]
    loud = [at for at, level in enumerate(levels) if SPEECH * max(levels) <= level]
    end_s = (max(loud, default=0) + 1) * FRAME_S
    # What follows the speech is the same silence for all clips.
    return rate, pcm[: 2 * int(rate * end_s)], end_s


async def transcribe(uri, stop_s, path):
    """The transcript, and the seconds from the end of speech to it."""
    rate, pcm, end_s = load(path)
    pcm += bytes(2 * int(rate * SILENCE_S))
    step = 2 * int(rate * FRAME_S)
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(rate, 2, 1).event())
        answer = asyncio.create_task(client.read_event())
        began = time.monotonic()
        for at in range(0, len(pcm), step):
            if answer.done() or (stop_s is not None and end_s + stop_s <= at / (2 * rate)):
                break
            await client.write_event(AudioChunk(rate, 2, 1, pcm[at : at + step]).event())
            await asyncio.sleep(max(0, began + (at + step) / (2 * rate) - time.monotonic()))
        if not answer.done():
            await client.write_event(AudioStop().event())
        while not Transcript.is_type((event := await answer).type):
            answer = asyncio.create_task(client.read_event())
        return Transcript.from_event(event).text.strip(), time.monotonic() - began - end_s


async def main(clips, out, servers):
    folder = pathlib.Path(clips).parent
    with open(clips) as lines:
        files = [json.loads(line)["file"] for line in lines if line.strip()]
    took = {name: [] for name, _, _ in servers}
    with open(out, "w") as results:
        for name, uri, stop_s in servers:
            # The first one loads what a server loads late.
            await transcribe(uri, stop_s, folder / files[0])
        for file in files:
            for name, uri, stop_s in servers:
                text, seconds = await transcribe(uri, stop_s, folder / file)
                took[name].append(seconds)
                line = {"server": name, "id": file, "text": text, "s": round(seconds, 3)}
                print(json.dumps(line), file=results, flush=True)
    for name, seconds in took.items():
        ordered = sorted(seconds)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        print(
            f"{name}: {len(ordered)} clips, median {statistics.median(ordered):.2f} s, "
            f"mean {statistics.mean(ordered):.2f} s, 95 % {p95:.2f} s, worst {ordered[-1]:.2f} s"
        )


def server(text):
    name, _, rest = text.partition("=")
    uri, _, stop = rest.partition(",stop=")
    return name, uri, float(stop) if stop else None


if len(sys.argv) < 4:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1], sys.argv[2], [server(text) for text in sys.argv[3:]]))
