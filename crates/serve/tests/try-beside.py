#!/usr/bin/env python3
"""How fast the box answers its own microphone while satellites speak to it.

    try-beside.py MYNAH [FOLDER]

MYNAH is the program, whose models are there. A sound server (package `pulseaudio`)
stands in for the sound card, in real time. The box is given the same spoken command
by turns alone and with twenty satellites that speak at once over Wyoming. Printed are
the seconds from the end of speech to the transcript and to the reply of the box, and
what the satellites got; the exit status is 0 when the box took at most 1.2 times as
long, and no stream was lost. Needs the package `wyoming`. Not part of ./test.
"""

import array
import asyncio
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import wave

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient

STREAMS = 20
ROUNDS = 10
MOST = 1.2
URI = "tcp://127.0.0.1:10395"
FRAME_S = 0.02
SPEECH = 300
CONFIG = """
[wake]
words = ["hey_jarvis"]
[llm]
backend = "none"
[serve]
wyoming = "127.0.0.1:10395"
handle = "off"
[[intent]]
name = "light"
description = "Switch the light"
phrases = ["turn {state} [the] [kitchen] light"]
slots.state = { values = ["on", "off"] }
reply.ok = "The light is {state}."
"""


class Room:
    """A sound server with a microphone and a loudspeaker, and the box."""

    def __init__(self, mynah, folder):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "socket"
        self.env = dict(os.environ, HOME=folder, XDG_RUNTIME_DIR=folder, STATE_DIRECTORY=folder,
                        PULSE_RUNTIME_PATH=folder, PULSE_SERVER=f"unix:{self.socket}")
        models = pathlib.Path.home() / ".cache/mynah/models"
        self.env.setdefault("MYNAH_MODELS", str(models))
        (self.folder / "mynah.toml").write_text(CONFIG)
        self.mynah = mynah
        self.programs = []

    def start(self, *command, **more):
        log = open(self.folder / f"{pathlib.Path(command[0]).name}.log", "w")
        program = subprocess.Popen(command, env=self.env, stderr=log, **more)
        self.programs.append(program)
        return program

    def open(self):
        self.start("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
                   "--use-pid-file=no", "--log-target=stderr",
                   "-L", f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}",
                   "-L", "module-null-sink sink_name=microphone rate=16000 channels=1",
                   "-L", "module-null-sink sink_name=speaker rate=48000 channels=2")
        while not self.socket.exists():
            time.sleep(0.1)
        for default in (["set-default-sink", "speaker"],
                        ["set-default-source", "microphone.monitor"]):
            subprocess.run(["pactl", *default], env=self.env, check=True)
        box = self.start(self.mynah, "run", "--events", "--config",
                         str(self.folder / "mynah.toml"), stdout=subprocess.PIPE, text=True)
        self.events = []
        threading.Thread(target=self.listen, args=(box,), daemon=True).start()

    def listen(self, box):
        for line in box.stdout:
            self.events.append((time.monotonic(), json.loads(line)))

    def make(self, text, name):
        path = self.folder / name
        command = [self.mynah, "say", "--config", str(self.folder / "mynah.toml"), "-o", str(path)]
        subprocess.run([*command, text], env=self.env, check=True, stdout=subprocess.DEVNULL)
        with wave.open(str(path)) as clip:
            rate = clip.getframerate()
            samples = array.array("h", clip.readframes(clip.getnframes()))
        last = max(at for at, sample in enumerate(samples) if SPEECH < abs(sample))
        return path, rate, samples.tobytes(), last / rate

    def command(self, clip):
        """Seconds from the end of speech to the transcript and to the reply."""
        path, _, _, end_s = clip
        seen = len(self.events)
        began = time.monotonic()
        subprocess.run(["paplay", "--latency-msec=20", "--device", "microphone", str(path)],
                       env=self.env, check=True)
        until = time.monotonic() + 30
        found = {}
        while time.monotonic() < until and "idle" not in found:
            for at, event in self.events[seen:]:
                found.setdefault(event["event"], at - began - end_s)
            time.sleep(0.02)
        return found.get("transcript"), found.get("reply")

    def close(self):
        for program in reversed(self.programs):
            program.terminate()
            program.wait(20)


async def satellite(clip, lost):
    _, rate, pcm, _ = clip
    pcm += bytes(2 * rate * 3)
    step = 2 * int(rate * FRAME_S)
    try:
        async with AsyncClient.from_uri(URI) as client:
            await client.write_event(Transcribe(language="en").event())
            await client.write_event(AudioStart(rate, 2, 1).event())
            answer = asyncio.create_task(client.read_event())
            for at in range(0, len(pcm), step):
                if answer.done():
                    break
                await client.write_event(AudioChunk(rate, 2, 1, pcm[at : at + step]).event())
                await asyncio.sleep(FRAME_S)
            if not answer.done():
                await client.write_event(AudioStop().event())
            event = await answer
            if event and Transcript.is_type(event.type):
                return Transcript.from_event(event).text
            lost.append(event.data.get("text", event.type) if event else "closed")
    except OSError as error:
        lost.append(str(error))


def crowd(clip, over, told):
    """Twenty satellites, again and again, until `over`."""
    async def all_of_them():
        while not over.is_set():
            lost = []
            texts = await asyncio.gather(*(satellite(clip, lost) for _ in range(STREAMS)))
            told.append((sum(bool(text) for text in texts), lost))

    asyncio.run(all_of_them())


def main(mynah, folder):
    room = Room(mynah, folder)
    took = {"alone": [], "beside twenty": []}
    rounds = []
    try:
        room.open()
        own = room.make("Hey Jarvis, turn on the light.", "own.wav")
        other = room.make("Turn off the kitchen light.", "other.wav")
        for _ in range(30):
            if room.command(own)[1] is not None:
                break
        for number in range(ROUNDS):
            for name in took:
                over = threading.Event()
                others = threading.Thread(target=crowd, args=(other, over, rounds))
                if name != "alone":
                    others.start()
                    # They have begun to speak, and end while the box is spoken to.
                    time.sleep(0.5)
                seconds = room.command(own)
                over.set()
                if name != "alone":
                    others.join()
                took[name].append(seconds)
                print(f"  {number} {name}: {seconds}", flush=True)
                if seconds[1] is None:
                    print("    its last events:", [event for _, event in room.events[-3:]])
    finally:
        room.close()
    median = {}
    for name, all_of_them in took.items():
        heard = [first for first, _ in all_of_them if first is not None]
        said = [reply for _, reply in all_of_them if reply is not None]
        median[name] = statistics.median(said)
        print(f"{name}: {len(said)} of {len(all_of_them)} answered; transcript after "
              f"{statistics.median(heard):.2f} s, reply after {median[name]:.2f} s, "
              f"worst {max(said):.2f} s")
    streams = sum(got for got, _ in rounds)
    lost = [why for _, lost in rounds for why in lost]
    print(f"satellites: {streams} of {STREAMS * len(rounds)} transcripts, lost: {lost}")
    ratio = median["beside twenty"] / median["alone"]
    print(f"beside twenty / alone: {ratio:.2f}")
    return ratio <= MOST and not lost and streams == STREAMS * len(rounds)


if len(sys.argv) < 2:
    sys.exit(__doc__)
FOLDER = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
os.makedirs(FOLDER, exist_ok=True)
sys.exit(0 if main(sys.argv[1], FOLDER) else 1)
