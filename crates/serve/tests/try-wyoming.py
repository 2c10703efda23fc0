#!/usr/bin/env python3
"""Tries a Wyoming server with the reference client: `pip install wyoming`.

    crates/serve/tests/try-wyoming.py tcp://127.0.0.1:10300 CLIP.wav...

For each clip, sent at the pace of speech and followed by silence: the seconds
from the end of speech to the transcript, and the transcript. Then twenty such
streams at once, the first sound of a reply, and a conversation. `mynah say TEXT
-o CLIP.wav` makes clips. Not part of ./test.
"""

import array
import asyncio
import sys
import time
import wave

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

STREAMS = 20
SILENCE_S = 4.0
FRAME_S = 0.02
# Of 16-bit samples: quieter than speech, louder than a pause.
LOUD = 300


def load(path):
    """Rate, samples, and the second at which speech ends."""
    with wave.open(path) as clip:
        assert (clip.getsampwidth(), clip.getnchannels()) == (2, 1), path
        rate = clip.getframerate()
        pcm = clip.readframes(clip.getnframes())
    samples = array.array("h", pcm)
    last = max((at for at, sample in enumerate(samples) if LOUD < abs(sample)), default=0)
    return rate, pcm, last / rate


async def describe(uri):
    async with AsyncClient.from_uri(uri) as client:
        began = time.monotonic()
        await client.write_event(Describe().event())
        info = Info.from_event(await client.read_event())
        return info, time.monotonic() - began


async def transcribe(uri, path):
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
            if answer.done():
                break
            await client.write_event(AudioChunk(rate, 2, 1, pcm[at : at + step]).event())
            await asyncio.sleep(began + (at + step) / (2 * rate) - time.monotonic())
        if not answer.done():
            await client.write_event(AudioStop().event())
        event = await answer
        text = Transcript.from_event(event).text if Transcript.is_type(event.type) else event
        return text, time.monotonic() - began - end_s


async def speak(uri, text):
    """Seconds to the first sound, and seconds of sound."""
    async with AsyncClient.from_uri(uri) as client:
        began = time.monotonic()
        await client.write_event(Synthesize(text).event())
        first, samples, rate = None, 0, 1
        while True:
            event = await client.read_event()
            if AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                first = first or time.monotonic() - began
                samples, rate = samples + len(chunk.audio) // 2, chunk.rate
            elif AudioStop.is_type(event.type):
                return first, samples / rate


async def converse(uri, text):
    async with AsyncClient.from_uri(uri) as client:
        context = {"conversation_id": "try"}
        await client.write_event(Transcript(text=text, context=context).event())
        event = await client.read_event()
        return event.type, event.data.get("text")


async def main(uri, clips):
    info, took = await describe(uri)
    print(f"describe: {took * 1000:.1f} ms, asr {info.asr[0].name}, tts {info.tts[0].name}")
    for path in clips:
        text, took = await transcribe(uri, path)
        print(f"{took:.2f} s  {text!r}  {path}")
    if clips:
        many = [transcribe(uri, clips[number % len(clips)]) for number in range(STREAMS)]
        took = sorted(took for _, took in await asyncio.gather(*many))
        print(f"{STREAMS} at once: median {took[STREAMS // 2]:.2f} s, worst {took[-1]:.2f} s")
    first, sound = await speak(uri, "The kitchen light is on. The heating is off.")
    print(f"speech: first sound after {first:.2f} s, {sound:.1f} s of it")
    for text in ["set a timer for ten minutes", "cancel that", "what a lovely day"]:
        print(f"{text!r}:", await converse(uri, text))


if len(sys.argv) < 2:
    sys.exit(__doc__)
asyncio.run(main(sys.argv[1], sys.argv[2:]))
