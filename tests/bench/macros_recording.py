"""A recording loses nothing, keeps what it has on disk, survives being killed, and knows no secret.

What counts is what another way than the recorder's own tells: what was sent, and what the files hold.
"""

import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_agent.core.desktop import Window
from desktop_agent.desktop import x11
from desktop_agent.desktop.keyboard.x11_names import keysym_of
from desktop_agent.evaluation.device_input import DeviceInput
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.recording import journal
from desktop_agent.macros.recording.events import Key
from desktop_agent.macros.recording.gestures import Typing, gestures, text_of
from desktop_agent.macros.recording.recording import Recording
from tests.bench.figures import Figure
from tests.desktop.canary import traces_in
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.recording_support import Slowly, place_of_role, recording

SECONDS = 60
RATE = 1000
KILLS, PROMPTS = 20, 30
GRACE = 2.2
"""Seconds after which a new window is judged by what it doesn't tell."""
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
ROOT = Path(__file__).parents[2]
PLACES = ("DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "XDG_SESSION_TYPE")
VICTIM = """
import os, sys, time
from types import SimpleNamespace
from tests.desktop.recording_support import recording
with recording(SimpleNamespace(name=os.environ["DISPLAY"])):
    print("recording", flush=True)
    time.sleep(600)
"""


class Keys:
    """Sends keys of the person's at a rate: a letter and Backspace in turn, so that no program grows slow over it."""

    def __init__(self, display: str) -> None:
        self._display: Any = x11.open_display(display)
        self._device = DeviceInput(self._display)
        keysyms = {name: keysym_of(name) for name in (*LETTERS, "backspace")}
        self._codes = {name: self._display.keysym_to_keycode(keysym) for name, keysym in keysyms.items()}

    def send(self, presses: int, per_second: float, going: Callable[[], bool] = lambda: True) -> list[float]:
        """Press and release so many keys, and return when each was sent."""
        sent: list[float] = []
        began = time.monotonic()
        while len(sent) < presses and going():
            code = self._codes[name_of(len(sent))]
            self._device.key(code, True)
            self._device.key(code, False)
            self._display.flush()
            sent.append(time.monotonic())
            time.sleep(max(0.0, began + len(sent) / per_second - time.monotonic()))
        self._display.sync()
        return sent

    def close(self) -> None:
        self._display.close()


def name_of(number: int) -> str:
    """Which key is pressed as the `number`-th."""
    return "backspace" if number % 2 else LETTERS[number // 2 % len(LETTERS)]


@contextlib.contextmanager
def _display(home: Path) -> Iterator[PrivateDisplay]:
    """A display with our files in `home`, and this process's environment pointing at both."""
    with PrivateDisplay("xvfb") as display, contextlib.ExitStack() as stack:
        places = {name: display.environment[name] for name in PLACES} | {"DESKTOP_AGENT_HOME": str(home)}
        before = {name: os.environ.get(name) for name in places}
        os.environ.update(places)
        stack.callback(_restore, before)
        yield display


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _written(found: Recording) -> str:
    return "".join(text_of(each) for each in gestures(found.events) if isinstance(each, Typing))


def lost(display: PrivateDisplay, window: Window, seconds: float, report: Callable[[str], None]) -> tuple[int, float]:
    """How many events of so many seconds at `RATE` are missing, and the longest milliseconds until one was on disk."""
    keys = Keys(display.name)
    with Person.on(display) as person, recording(display) as recorder:
        Slowly(person).click(window.region.x + 200, window.region.y + 200)
        count = round(seconds * RATE / 2)
        sent = keys.send(count, RATE / 2)
        rate = 2 * len(sent) / (sent[-1] - sent[0])
        found = recorder.stop()
        slowest = recorder.slowest * 1000
    keys.close()
    arrived = sum(isinstance(each, Key) for each in found.events)
    names = [each.name for each in found.events if isinstance(each, Key) and each.down]
    report(f"{2 * count} events at {rate:.0f}/s, {arrived} recorded, on disk after at most {slowest:.0f} ms")
    found.discard()
    wrong = sum(name != name_of(number) for number, name in enumerate(names))
    return max(2 * count - arrived, wrong), slowest


def usual(display: PrivateDisplay, window: Window, rounds: int) -> float:
    """The longest milliseconds until an event was on disk, of a person who types, moves on with Tab and clicks."""
    with Person.on(display) as person, recording(display) as recorder:
        for _ in range(rounds):
            person.click(window.region.x + 250, window.region.y + 58)
            person.type("some words")
            person.press("tab")
            person.type("and others")
            person.press("ctrl+a")
            time.sleep(0.2)
        recorder.stop().discard()
        return recorder.slowest * 1000


def killed(display: PrivateDisplay, home: Path, window: Window, chance: random.Random) -> float:
    """Milliseconds before the kill of the oldest key that a killed recording lost."""
    log = home / "victim.log"
    log.write_text("")
    environment = {"DESKTOP_AGENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    victim = display.start([sys.executable, "-c", VICTIM], environment, log)
    wait_until(lambda: "recording" in log.read_text(), 60, "the recording")
    with Person.on(display) as person:
        Slowly(person).click(window.region.x + 200, window.region.y + 200)
    keys = Keys(display.name)
    until = time.monotonic() + chance.uniform(1.0, 2.0)
    sent = keys.send(10_000, 100, lambda: time.monotonic() < until)
    at = time.monotonic()
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    keys.close()
    (folder,) = journal.interrupted(home / "data" / journal.FOLDER)
    found = journal.read(folder)
    kept = sum(isinstance(each, Key) and each.down for each in found.events)
    found.discard()
    return (at - sent[kept]) * 1000 if kept < len(sent) else 0.0


def _prompts(number: int) -> dict[str, tuple[list[str], str]]:
    ask = 'read -s -p "Password: " x; sleep 60'
    gtk = str(ROOT / "tests" / "desktop" / "gtk_prompt.py")
    return {
        "Qt": (qt_command(f"Prompt {number}"), "password text"),
        "GTK": ([sys.executable, gtk, f"Prompt {number}"], "password text"),
        "terminal": (["xterm", "-T", f"Prompt {number}", "-e", "bash", "-c", ask], ""),
    }


def leaked(display: PrivateDisplay, home: Path, kind: str, number: int, chance: random.Random) -> list[str]:
    """Where a secret is found that was typed into a password prompt: in files, or in what the recording holds."""
    secret = "".join(chance.choice(LETTERS) for _ in range(14))
    command, role = _prompts(number)[kind]
    window = open_app(display, command, f"Prompt {number}")
    try:
        time.sleep(chance.choice((0.0, 0.5, GRACE)))
        spot = place_of_role(display, window, role) if role else window.region.center
        with Person.on(display) as person, recording(display) as recorder:
            Slowly(person).click(spot.x, spot.y)
            for char in secret:
                person.type(char)
                time.sleep(chance.uniform(0.0, 0.12))
            person.press("enter")
            time.sleep(0.3)
            found = recorder.stop()
    finally:
        close_app(display, window)
    assert found.folder is not None
    kept = {"memory": found, "journal": journal.read(found.folder)}
    where = traces_in(secret, home)
    where += [f"{place}: {text}" for place, each in kept.items() if (text := _written(each))]
    found.discard()
    return where


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """`scale` 1: a minute at a thousand events a second, 20 kills, 30 prompts."""
    seed = random.randrange(2**32)
    report(f"seed {seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, _display(Path(folder)) as display:
        home = Path(folder)
        pad = open_app(display, ["mousepad"], "Mousepad")
        form = open_app(display, qt_command("Form"), "Form")
        time.sleep(GRACE)
        missing, at_rate = lost(display, pad, max(2.0, SECONDS * scale), report)
        slowest = usual(display, form, max(3, round(20 * scale)))
        report(f"an ordinary person's events were on disk after at most {slowest:.0f} ms")
        kills = [killed(display, home, pad, chance) for _ in range(max(2, round(KILLS * scale)))]
        report(f"{len(kills)} kills lost at most their last {max(kills):.0f} ms")
        found: list[str] = []
        count = max(3, round(PROMPTS * scale))
        for number in range(count):
            found += leaked(display, home, ("Qt", "GTK", "terminal")[number % 3], number, chance)
        for each in found:
            report(f"found: {each}")
    return [
        Figure(f"events lost at {RATE} a second", missing, 0, "events"),
        Figure("until an event is on disk, at a thousand a second, p100", at_rate, 250, "ms"),
        Figure("until an event is on disk, ordinary use, p100", slowest, 250, "ms"),
        Figure(f"lost by a recording that was killed, worst of {len(kills)}", max(kills), 250, "ms"),
        Figure(f"secrets found, of {count} typed into password prompts", len(found), 0, "places"),
    ]
