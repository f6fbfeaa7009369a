"""It types what you saw: random texts of every kind into four programs, in three keyboard layouts.

What counts is what another way than ours reads back: a Qt window's own state, the file that xterm's shell writes, the
server that a web page tells, mousepad's text over AT-SPI.
"""

import contextlib
import json
import os
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from unittest import mock

from desktop_agent.core.actions import Click, InputReport, Press, TypeText
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import UsageError
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench.figures import Figure
from tests.desktop.hands_support import QtWindow, at, connecting, expecting
from tests.desktop.helpers import close_app, open_app

TYPINGS = 2004
LAYOUTS = ("us", "de", "fr")
PATIENCE, STILL = 5.0, 1.0
"""Seconds until a text must have arrived, and for which another one must not have changed to be the last."""
PAGE_PATIENCE = 20.0
PLACES = ("DISPLAY", "DESKTOP_AGENT_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "XDG_SESSION_TYPE")
EMPTY = (Press(("ctrl", "a")), Press(("delete",)))

# Texts

_ASCII = [chr(code) for code in range(0x20, 0x7F)]
_LATIN = list("äöüßÄÖÜéèêàçùœŒñåøłşğıİ€„“”«»–…°§µ½²")
_CHINESE = [chr(code) for code in range(0x4E00, 0x9FA0)] + list("，。《》、「」")
_KANA = [chr(code) for code in (*range(0x3042, 0x3093), *range(0x30A2, 0x30F3))]
_HANGUL = [chr(code) for code in range(0xAC00, 0xD7A0)]
_ARABIC, _HEBREW = [chr(code) for code in range(0x0627, 0x0640)], [chr(code) for code in range(0x05D0, 0x05EA)]
_EMOJI = ["😀", "🎉", "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "❤️", "🧑🏿‍🚀", "1️⃣", "🤷🏻‍♀️"]
_MARKS = ["\u0301", "\u0308", "\u0302", "\u0303", "\u0327", "\u030a"]
_CONTROLS = ["\x00", "\x03", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\x9b"]


def _words(chance: random.Random, letters: Sequence[str], least: int, most: int) -> str:
    return "".join(chance.choice(letters) for _ in range(chance.randint(least, most)))


def _mixed(chance: random.Random, strange: Sequence[str], least: int, most: int) -> str:
    """Words of both kinds, as texts of the kind are."""
    return " ".join(
        _words(chance, strange if chance.random() < 0.7 else _ASCII[1:], 1, 6)
        for _ in range(chance.randint(least, most))
    )


KINDS: dict[str, Callable[[random.Random], str]] = {
    "ascii": lambda chance: _words(chance, _ASCII, 1, 60),
    "a few letters more": lambda chance: _words(chance, _ASCII + chance.sample(_LATIN, 3), 5, 60),
    "european": lambda chance: _words(chance, [*_ASCII[33:], *_LATIN], 5, 60),
    "no-break spaces": lambda chance: f"«\u00a0{_words(chance, _ASCII[33:], 3, 12)}\u202f!\u00a0»",
    "chinese": lambda chance: _words(chance, _CHINESE, 1, 40),
    "japanese and korean": lambda chance: _mixed(chance, _KANA + _HANGUL, 1, 6),
    "emoji": lambda chance: _mixed(chance, _EMOJI, 1, 4),
    "right to left": lambda chance: _mixed(chance, chance.choice((_ARABIC, _HEBREW)), 1, 6),
    "combining": lambda chance: "".join(
        chance.choice("aeioucn") + chance.choice(_MARKS) for _ in range(chance.randint(1, 12))
    ),
    "control": lambda chance: f"{_words(chance, _ASCII, 1, 9)}{chance.choice(_CONTROLS)}{_words(chance, _ASCII, 1, 9)}",
    "tabs": lambda chance: "\t".join(_words(chance, _ASCII, 0, 9) for _ in range(chance.randint(2, 5))),
    "line breaks": lambda chance: "\n".join(_words(chance, _ASCII, 0, 12) for _ in range(chance.randint(2, 5))),
    "long": lambda chance: _words(chance, _ASCII + _LATIN * chance.randint(0, 1), 900, 2000),
}

CHANGED_BY_PROGRAMS = frozenset({"no-break spaces in Qt"})
"""What a program makes into something else itself; it must be said. All else must arrive exactly."""

# Programs


class Program(Protocol):
    """A program that is typed into."""

    window: Window

    def empty(self, client: HandsClient) -> None:
        """Have it hold nothing; it may take a moment to follow."""

    def type(self, client: HandsClient, text: str) -> InputReport:
        """Type into what is empty."""

    def read(self) -> str:
        """What it holds now, and nothing that it held before this was called."""

    def close(self) -> None: ...


class Mousepad:
    def __init__(self, display: PrivateDisplay, _: Path) -> None:
        self.window = open_app(display, ["mousepad"], "Mousepad")
        self._display = display
        self._elements = open_elements()

    def empty(self, client: HandsClient) -> None:
        client.perform([Click(at(self.window, 200, 200)), *EMPTY], expecting(self.window))

    def type(self, client: HandsClient, text: str) -> InputReport:
        return client.perform([Click(at(self.window, 200, 200)), TypeText(text)], expecting(self.window))

    def read(self) -> str:
        focused = self._elements.focused(self.window)
        return self._elements.text(focused) or "" if focused is not None else ""

    def close(self) -> None:
        self._elements.close()
        close_app(self._display, self.window)


class Qt:
    def __init__(self, display: PrivateDisplay, folder: Path) -> None:
        self._qt = QtWindow(display, folder)
        self.window = self._qt.window

    def empty(self, client: HandsClient) -> None:
        client.perform([Click(at(self.window, *QtWindow.TEXT)), *EMPTY], expecting(self.window))

    def type(self, client: HandsClient, text: str) -> InputReport:
        return client.perform([Click(at(self.window, *QtWindow.TEXT)), TypeText(text)], expecting(self.window))

    def read(self) -> str:
        return str(json.loads(self._qt.file.read_text("utf-8"))["text"])

    def close(self) -> None:
        self._qt.close()


class Xterm:
    def __init__(self, display: PrivateDisplay, folder: Path) -> None:
        self._display = display
        self._file = folder / "typed"
        script = f"stty -icanon -echo -ixon -isig; cat > {self._file}"
        while True:  # on a busy machine it now and then comes up as large as one character
            self.window = open_app(display, ["xterm", "-u8", "-T", "Bench xterm", "-e", "sh", "-c", script], "Bench")
            if self.window.region.width > 100:
                break
            self.close()
        self._before = 0

    def empty(self, client: HandsClient) -> None:
        self._before = self._file.stat().st_size

    def type(self, client: HandsClient, text: str) -> InputReport:
        return client.perform([Click(at(self.window, 50, 50)), TypeText(text)], expecting(self.window))

    def read(self) -> str:
        return self._file.read_bytes()[self._before :].decode("utf-8", "replace")

    def close(self) -> None:
        close_app(self._display, self.window)


PAGE = b"""<!doctype html><meta charset="utf-8"><title>Bench page</title>
<textarea autofocus style="position:fixed;inset:0"></textarea><script>
const area = document.querySelector("textarea")
async function tell() {
  await fetch("/", {method: "POST", body: JSON.stringify(area.value)})
  setTimeout(tell, 15)
}
tell()
</script>"""


class Page(ThreadingHTTPServer):
    """Serves the page, which goes on telling what its field holds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = (0, "")
        """How often the page has told, and what it told last."""
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def read(self) -> str:
        """What the field holds now. What the page tells next may be from before this call; what it tells then isn't.

        Raises:
            TimeoutError: it tells nothing more.
        """
        wanted, deadline = self.told[0] + 2, time.monotonic() + PAGE_PATIENCE
        while self.told[0] < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError("the page does not answer any more")
            time.sleep(0.002)
        return self.told[1]

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Page
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(PAGE)

    def do_POST(self) -> None:
        value = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.told = (self.server.told[0] + 1, value)
        with contextlib.suppress(BrokenPipeError):  # the browser was closed in the middle
            self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Chromium:
    def __init__(self, display: PrivateDisplay, folder: Path) -> None:
        self._display = display
        self._page = Page()
        options = ("--no-sandbox", "--no-first-run", "--password-store=basic", "--disable-gpu", "--window-size=800,600")
        command = ["chromium", *options, f"--user-data-dir={folder}/chromium", f"--app={self._page.address}"]
        self.window = open_app(display, command, "Bench page", 60)

    def empty(self, client: HandsClient) -> None:
        client.perform([Click(at(self.window, 300, 200)), *EMPTY], expecting(self.window))

    def type(self, client: HandsClient, text: str) -> InputReport:
        return client.perform([Click(at(self.window, 300, 200)), TypeText(text)], expecting(self.window))

    def read(self) -> str:
        return self._page.read()

    def close(self) -> None:
        close_app(self._display, self.window)
        self._page.close()


PROGRAMS: dict[str, Callable[[PrivateDisplay, Path], Program]] = {
    "xterm": Xterm,
    "mousepad": Mousepad,
    "Qt": Qt,
    "Chromium": Chromium,
}

# Typing


@dataclass
class Tally:
    """Typings by what came of them."""

    typings: int = 0
    exact: int = 0
    refused: int = 0
    reported: dict[str, int] = field(default_factory=dict)
    """Changed by the program, which was said: how many of each kind in each program."""
    wrong: list[str] = field(default_factory=list)
    """None of these."""
    report: Callable[[str], None] = print
    """Told of each wrong one at once."""

    def add_wrong(self, what: str) -> None:
        self.wrong.append(what)
        self.report(what)


def type_into(
    name: str, program: Program, client: HandsClient, count: int, chance: random.Random, tally: Tally
) -> None:
    """One cell: `count` texts of all kinds in turn."""
    kinds = list(KINDS.items())
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        text = make(chance)
        tally.typings += 1
        program.empty(client)
        if left := _left(program):
            tally.add_wrong(f"{name}: it can't be emptied, and still holds {left!r}")
            continue
        try:
            report = program.type(client, text)
        except UsageError:
            _refused(f"{name}, {kind}", text, program, tally)
            continue
        arrived = _arrived(program, text)
        if arrived == text:
            tally.exact += 1
        elif f"{kind} in {name}" in CHANGED_BY_PROGRAMS and report.notes:
            tally.reported[f"{kind} in {name}"] = tally.reported.get(f"{kind} in {name}", 0) + 1
        else:
            tally.add_wrong(f"{name}, {kind}: {text!r} arrived as {arrived!r}")


def _left(program: Program) -> str:
    """What it still holds after it was emptied."""
    deadline = time.monotonic() + PATIENCE
    while (held := program.read()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return held


def _refused(where: str, text: str, program: Program, tally: Tally) -> None:
    """Nothing of a text that can't be typed may arrive."""
    time.sleep(0.05)
    arrived = program.read()
    if set(text) & set(_CONTROLS) and not arrived:
        tally.refused += 1
    else:
        tally.add_wrong(f"{where}: {text!r} was refused, and {arrived!r} arrived")


def _arrived(program: Program, text: str) -> str:
    """What the program holds: the text, or what stays there."""
    now = changed = time.monotonic()
    deadline, before = now + PATIENCE, ""
    while (arrived := program.read()) != text and now < deadline:
        if arrived != before:
            before, changed = arrived, now
        if arrived and now > changed + STILL:
            break
        time.sleep(0.01)
        now = time.monotonic()
    return arrived


def type_all(count: int, names: Sequence[str], report: Callable[[str], None]) -> Tally:
    """`count` typings in each cell of `names` and all layouts."""
    tally, chance = Tally(report=report), random.Random()
    with PrivateDisplay("xvfb") as display, tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {name: display.environment[name] for name in PLACES}))
        connect = stack.enter_context(connecting(display.name))
        client = connect()
        client.acquire("bench")
        for name in names:
            with contextlib.closing(PROGRAMS[name](display, Path(folder))) as program:
                for layout in LAYOUTS:
                    subprocess.run(["setxkbmap", layout], env=display.environment, check=True, capture_output=True)
                    began = time.monotonic()
                    type_into(name, program, client, count, chance, tally)
                    report(f"{name}, {layout}: {count} texts, {1000 * (time.monotonic() - began) / count:.0f} ms each")
    return tally


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """All twelve cells."""
    count = max(len(KINDS), round(TYPINGS * scale / (len(LAYOUTS) * len(PROGRAMS))))
    tally = type_all(count, list(PROGRAMS), report)
    changed = sum(tally.reported.values())
    report(
        f"{tally.exact} exact, {tally.refused} refused with nothing typed, {changed} changed by the program and said"
    )
    for what, number in sorted(tally.reported.items()):
        report(f"changed and said: {number} × {what}")
    return [Figure(f"texts of {tally.typings} that arrived otherwise unsaid", len(tally.wrong), 0, "")]
