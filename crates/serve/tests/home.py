"""A fresh Home Assistant as a program under test; for the scripts beside this one.

Needs the package `aiohttp`.
"""

import asyncio
import pathlib
import subprocess
import time

import aiohttp

URL = "http://127.0.0.1:8123"
CLIENT = URL + "/"
START_S = 600
BASE = """
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
logger:
  default: warning
"""


def start(hass, folder, more):
    """Starts Home Assistant with a configuration in a folder."""
    folder = pathlib.Path(folder)
    (folder / "configuration.yaml").write_text(BASE + more)
    log = open(folder / "console.log", "a")
    return subprocess.Popen([hass, "-c", str(folder)], stdout=log, stderr=log)


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
