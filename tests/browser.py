"""A real browser for tests: Chromium over the DevTools protocol, through two pipes and with no library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@dataclass(slots=True)
class Page:
    """A page of the browser; `run` evaluates JavaScript in it."""

    commands: int
    answers: int
    session: str = ""
    _number: int = 0
    _rest: bytearray = field(default_factory=bytearray)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its result (https://chromedevtools.github.io/devtools-protocol/)."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._received()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _received(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self.answers, 1 << 16)
            assert piece, "the browser has ended"
            self._rest += piece
        message, _, rest = bytes(self._rest).partition(b"\0")
        self._rest[:] = rest
        found: dict[str, Any] = json.loads(message)
        return found

    def run(self, script: str) -> Any:
        """Return the value of an expression, waiting for it if it is a promise."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, script: str, seconds: float = 30) -> Any:
        """Return the value of an expression as soon as it is true."""
        deadline = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < deadline, f"never true: {script}"
            time.sleep(0.1)
        return value


@contextmanager
def opened(address: str, profile: Path, width: int = 1280) -> Iterator[Page]:
    """Open an address in a browser of its own, with a profile in a folder."""
    assert CHROMIUM
    to_browser, commands = os.pipe()
    answers, from_browser = os.pipe()
    command = [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}", f"--window-size={width},1000", "about:blank"]
    launcher = f'exec 3<&{to_browser} 4>&{from_browser}; exec "$@"'  # the protocol's two descriptors
    process = subprocess.Popen(
        ["bash", "-c", launcher, "bash", command[0], "--remote-debugging-pipe", *command[1:]],
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        page = Page(commands, answers)
        target = page.send("Target.createTarget", url=address)["targetId"]
        page.session = page.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        yield page
    finally:
        process.kill()
        process.wait()
        os.close(commands)
        os.close(answers)
