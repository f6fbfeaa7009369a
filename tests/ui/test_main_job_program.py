"""The program as it is started, looked at from outside only: without a tray, the demo, and the bench of the windows."""

import json
import os
import re
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.bench import app as bench
from tests.desktop.command_line import Application as Program
from tests.desktop.helpers import close_app, open_app, wait_until, window_titled
from tests.ui.main_job_support import end_hands
from ui import app as module

CHECKOUT = Path(module.__file__).parents[1]
SECONDS = 100.0
"""What the demo may take on a busy machine."""


def test_without_a_tray_the_chat_window_opens_and_does_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen and used like by a person, with mouse and keyboard alone."""
    with PrivateDisplay("xvfb", (1280, 800), tray=False) as display, Person.on(display) as person:
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DESKTOP_AGENT_HOME"):
            monkeypatch.setenv(name, display.environment[name])
        windows, elements = open_windows(display.name), open_elements(display.name)
        galculator = Program(open_app(display, ["galculator"], "galculator"))
        wait_until(lambda: galculator.text == "0", 30, "galculator to be accessible")
        program = display.start([sys.executable, "-m", "ui"], {"PYTHONPATH": str(CHECKOUT)})

        def in_front(title: str) -> Window | None:
            active = windows.active()
            return active if active is not None and active.title == title else None

        def written() -> str | None:
            """What stands in the chat's field; None before it has the keyboard."""
            chat = in_front("Desktop Agent")
            with suppress(Unavailable):  # It does not answer yet.
                field = elements.focused(chat) if chat is not None else None
                return elements.text(field) if field is not None and field.editable else None
            return None

        wait_until(lambda: written() is not None, 30, "the chat window")
        person.type("click 7")
        wait_until(lambda: written() == "click 7", 30, "the words to stand there")
        person.type("\n")
        wait_until(lambda: window_titled(windows, "Desktop Agent asks"), 30, "the card")
        person.press("ctrl+alt+y")
        wait_until(lambda: in_front("Desktop Agent asks"), 30, "the card to have the keyboard")

        def answered() -> bool:
            """Pressed again and again: the card takes no answer in its first half second."""
            person.press("alt+a")
            return window_titled(windows, "Desktop Agent asks") is None

        wait_until(answered, 30, "the answer")
        wait_until(lambda: galculator.text == "7", 30, "the seven")
        wait_until(lambda: in_front("Desktop Agent"), 30, "the chat window to come back")
        person.press("alt+f4")
        assert program.wait(30) == 0
        windows.close()
        elements.close()
        close_app(display, galculator.window)
        end_hands(display)


@dataclass(frozen=True)
class Demo:
    """A demo that has ended. `last` is the last line of what it wrote."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def last(self) -> dict[str, Any]:
        last = json.loads(self.out.splitlines()[-1])
        assert isinstance(last, dict)
        return last


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, Demo]:
    """Two at once, since they mostly wait: the real one, and one in which mousepad is not empty."""
    good, bad = tmp_path_factory.mktemp("good"), tmp_path_factory.mktemp("bad")
    stub = bad / "mousepad"
    stub.write_text(
        "#!/bin/sh\necho 'Something else.' >$HOME/other\n"
        f"PATH={os.environ['PATH']} exec mousepad --disable-server $HOME/other\n"
    )
    stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
    processes = [_start_demo(good), _start_demo(bad, PATH=f"{bad}:{os.environ['PATH']}")]
    try:
        ends = [process.communicate(timeout=SECONDS) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    first, second = (
        Demo(process.returncode, out, err, folder / "out")
        for process, (out, err), folder in zip(processes, ends, (good, bad), strict=True)
    )
    return first, second


def test_the_demo_does_the_job_and_leaves_a_report(demos: tuple[Demo, Demo]) -> None:
    demo, _ = demos
    assert demo.code == 0, demo
    assert (demo.last["ok"], demo.last["planner"], demo.last["steps"]) == (True, "instant", 11)
    report = Path(demo.last["report"])
    assert report == demo.folder / "report.html"
    text = report.read_text("utf-8")
    sources = re.findall(r"""(?:src|href)=["']?([^"'> ]*)""", text)
    assert len(sources) > 11, "a picture for each step and more"
    assert all(each.startswith("data:image/png;base64,") for each in sources), "nothing is loaded from elsewhere"
    assert not re.search(r"url\((?!data:)|@import|<script", text)
    assert len(list(demo.folder.glob("*.png"))) >= 3
    assert "Traceback" not in demo.err


def test_the_demo_fails_where_the_application_holds_something_else(demos: tuple[Demo, Demo]) -> None:
    """Every step in that mousepad is confirmed; only what was saved tells the truth."""
    _, demo = demos
    assert demo.code == 1, demo
    assert demo.last["ok"] is False
    assert "WRONG: letter.txt holds both lines." in demo.out
    assert "ok: galculator shows 56." in demo.out


def test_the_bench_measures_what_a_person_would_notice(
    ui_display: PrivateDisplay, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "STARTS", 1)
    monkeypatch.setattr(bench, "CAPTURES", 2)
    mousepad = open_app(ui_display, ["mousepad", "--disable-server"], "Mousepad")
    started = bench.measure_starts(ui_display)
    assert 0.05 < started.value < SECONDS
    with bench.tray(ui_display):
        wait_until(lambda: len(bench.ours(ui_display)) == 1, 30, "the program")
        sleep(bench.SETTLING_SECONDS)
        captured = bench.measure_captures(ui_display, person)
    assert 0 < captured.value < 1000 * SECONDS
    assert (captured.goal, captured.unit) == (40, "ms")
    close_app(ui_display, mousepad)


def _start_demo(folder: Path, **variables: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "ui", "demo", "--out", str(folder / "out")],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "DESKTOP_AGENT_HOME": str(folder / "home"), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
