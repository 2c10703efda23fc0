#!/usr/bin/env python3
"""Loads the local API of a running box as no household would, and measures what the
box itself loses by it.

A sentence is run by a button of the configuration, again and again: once alone, once
beside 100 watchers of the events, one that never reads, connections that send one byte
a second, and threads that ask for the state without a pause. The load is a process of
its own, so that its threads do not hold up the measuring one. With --nice it gives way,
as the machines that it stands for have cores of their own. Printed are the medians and
their ratio, the requests that were answered and refused, and memory and lost sound
before and after.

The box must run with a pipe button that says a sentence, and `mute`d or in silence:

    [serve]
    web = "127.0.0.1:8080"
    [[button]]
    on = "pipe:probe"
    say = "what time is it"
"""
import argparse
import http.client
import json
import multiprocessing
import os
import socket
import statistics
import struct
import threading
import time

WATCHERS = 100
CRAWLERS = 20
FLOODS = 4


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--pipe", required=True, help="the pipe `buttons` of the box")
    parser.add_argument("--word", default="probe", help="the word of the button (default: probe)")
    parser.add_argument("--nice", type=int, default=0, help="niceness of the load (default: 0)")
    parser.add_argument("--times", type=int, default=12, help="sentences in each part (default: 12)")
    return parser.parse_args()


class Events:
    """A watcher of /api/events, by hand: the standard library has none."""

    def __init__(self, port, reads=True):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.sendall(
            b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % port
        )
        self.file = self.socket.makefile("rb")
        status = self.file.readline()
        assert b"101" in status, status
        if reads:
            while self.file.readline() != b"\r\n":
                pass

    def next(self):
        """The next event; control frames are passed over."""
        while True:
            first, length = self.file.read(2)
            if length == 126:
                (length,) = struct.unpack(">H", self.file.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self.file.read(8))
            body = self.file.read(length)
            if first & 15 == 1:
                return json.loads(body)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def metric(port, name):
    lines = [line for line in get(port, "/metrics").splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def measure(args):
    """Milliseconds from the press of the button to the reply, and to its last sound."""
    events = Events(args.port)
    replies = []
    for _ in range(args.times):
        began = time.monotonic()
        with open(args.pipe, "w", encoding="utf-8") as pipe:
            pipe.write(args.word + "\n")
        while (event := events.next())["event"] != "reply":
            assert event["event"] != "failure", event
        replies.append((time.monotonic() - began) * 1000)
        while events.next()["event"] != "idle":
            pass
    return statistics.median(replies), max(replies)


def flood(port, over, count, refused):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    while not over.is_set():
        try:
            connection.request("GET", "/api/state")
            answer = connection.getresponse()
            answer.read()
            (count if answer.status == 200 else refused).append(1)
        except (OSError, http.client.HTTPException):
            connection.close()


def crawl(port, over):
    with socket.create_connection(("127.0.0.1", port)) as slow:
        for byte in b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1000:
            try:
                slow.send(bytes([byte]))
            except OSError:
                return
            if over.wait(1):
                return


def load(args, begun, over, told):
    """The load, until it is over; tells answered and refused requests a second."""
    os.nice(args.nice)
    count, refused, end = [], [], threading.Event()
    watchers = [Events(args.port) for _ in range(WATCHERS)]
    deaf = Events(args.port, reads=False)
    threads = [threading.Thread(target=drain, args=(watcher, end), daemon=True) for watcher in watchers]
    threads += [threading.Thread(target=flood, args=(args.port, end, count, refused), daemon=True)
                for _ in range(FLOODS)]
    threads += [threading.Thread(target=crawl, args=(args.port, end), daemon=True) for _ in range(CRAWLERS)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    begun.set()
    over.wait()
    seconds = time.monotonic() - began
    end.set()
    del deaf
    told.put((len(count) / seconds, len(refused) / seconds))


def main():
    args = options()
    state = json.loads(get(args.port, "/api/state"))
    before = state["memory_bytes"], metric(args.port, "mynah_overrun")
    alone, alone_most = measure(args)
    begun, over, told = multiprocessing.Event(), multiprocessing.Event(), multiprocessing.Queue()
    other = multiprocessing.Process(target=load, args=(args, begun, over, told), daemon=True)
    other.start()
    assert begun.wait(60), "the load did not begin"
    loaded, loaded_most = measure(args)
    over.set()
    rate, refused = told.get(timeout=60)
    other.join(10)
    state = json.loads(get(args.port, "/api/state"))
    after = state["memory_bytes"], metric(args.port, "mynah_overrun")
    print(f"press to reply, alone:  median {alone:.1f} ms, most {alone_most:.0f} ms")
    print(f"press to reply, loaded: median {loaded:.1f} ms, most {loaded_most:.0f} ms; ratio {loaded / alone:.2f}")
    print(f"load: {WATCHERS} watchers, 1 that never reads, {CRAWLERS} slow ones; of the flood {rate:.0f} requests "
          f"a second were answered, {refused:.0f} refused")
    print(f"memory: {before[0] / 1e6:.0f} MB before, {after[0] / 1e6:.0f} MB after")
    print(f"lost samples: {after[1] - before[1]:.0f}")


def drain(watcher, over):
    while not over.is_set():
        try:
            watcher.next()
        except (OSError, ValueError):
            return


if __name__ == "__main__":
    main()
