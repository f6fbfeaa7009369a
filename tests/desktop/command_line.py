"""Runs the real console entry in a process of its own, with pipes or in a pseudo-terminal."""

import contextlib
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

import pytest

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.geometry import View
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.hands import connect
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.hands_support import end_process
from tests.desktop.helpers import close_app, open_app

ENTRY = (sys.executable, "-m", "ui")
SECONDS = 30.0
"""What a command may take before it counts as hanging."""
CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """A command that has ended. `out` and `err` are what it wrote; in a terminal `err` is what the terminal showed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The last line of the standard output."""
        assert self.out.strip(), f"nothing on stdout; stderr: {self.err}"
        last = json.loads(self.out.splitlines()[-1])
        assert isinstance(last, dict)
        return last

    @property
    def said(self) -> str:
        """All of it, for messages."""
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class CommandLine:
    """The program's command line on one display, with one home.

    Args:
        environment: of the commands; `environment_on` makes it.
        home: where the program keeps everything.
    """

    def __init__(self, environment: Mapping[str, str], home: Path) -> None:
        self.home = home
        self.environment = {**environment, "DESKTOP_AGENT_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}

    def run(
        self,
        *arguments: str,
        seconds: float = SECONDS,
        without: Sequence[str] = (),
        command: Sequence[str] = (),
        **variables: str,
    ) -> Finished:
        """Run a command to its end, with nobody at its standard input.

        Args:
            arguments: behind the program's name.
            seconds: after which it counts as hanging.
            without: environment variables to leave out.
            command: what comes before the entry, such as prlimit.
            variables: environment variables to add.
        """
        process = self.start(*arguments, without=without, command=command, **variables)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{arguments} hangs; out: {out!r}, err: {err!r}") from None
        return Finished(process.returncode, out.decode(), err.decode())

    def start(
        self, *arguments: str, without: Sequence[str] = (), command: Sequence[str] = (), **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start a command with pipes."""
        environment = {name: value for name, value in self.environment.items() if name not in without} | variables
        return subprocess.Popen(
            [*command, *ENTRY, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def terminal(self, *arguments: str, **variables: str) -> "Terminal":
        """Start a command in a pseudo-terminal; its standard output is a pipe."""
        return Terminal(arguments, self.environment | variables)

    def end_hands(self) -> None:
        """End the hands process that the commands have left."""
        try:
            with contextlib.ExitStack() as stack:
                patch = stack.enter_context(pytest.MonkeyPatch.context())
                patch.setenv("DESKTOP_AGENT_HOME", str(self.home))
                display = self.environment.get("DISPLAY", "")
                if not display or not (self.home / "run").is_dir() or not address_of(display).socket.exists():
                    return
                with connect("watch", display=display, linger=0.1) as client:
                    pid = client.status().pid
        except PermissionError:
            return
        end_process(pid, 0)


class Terminal:
    """A command in a pseudo-terminal, which is its controlling one: Ctrl+C typed there interrupts it.

    `shown` grows with what the terminal showed.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        setsid = shutil.which("setsid")
        assert setsid, "setsid belongs to util-linux"
        self.process = subprocess.Popen(
            [setsid, "--ctty", *ENTRY, *arguments],
            env=dict(environment),
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
        )
        os.close(slave)
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._out.close()
        os.close(self._master)

    def type(self, text: str) -> None:
        """As a person at the keyboard does."""
        os.write(self._master, text.encode())

    def wait_for(self, text: str, times: int = 1, seconds: float = SECONDS) -> str:
        """Read until `text` was shown that often, and return all that was shown."""
        deadline = time.monotonic() + seconds
        while self.shown.count(text) < times:
            assert time.monotonic() < deadline, f"{text!r} was not shown: {self.shown!r}"
            assert self._read(0.1) or self.process.poll() is None, f"ended without {text!r}: {self.shown!r}"
        return self.shown

    def finish(self, seconds: float = SECONDS) -> Finished:
        """Read until the command has ended."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it hangs: {self.shown!r}"
            self._read(0.05)
        while self._read(0):
            pass
        return Finished(self.process.returncode, self._out.read().decode(), self.shown.replace("\r\n", "\n"))

    @property
    def _out(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # The last one at the other end has closed it.
            time.sleep(min(seconds, 0.02))
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)


class Application:
    """A running application and what its accessibility tree says, for checks that don't go through the program."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def text(self) -> str:
        """What its first text element holds: mousepad's text area, galculator's display."""
        elements = open_elements()
        try:
            return elements.text(self.elements("text")[0]) or ""
        finally:
            elements.close()

    def thousandths(self, role: str, name: str = "") -> list[int]:
        """The middle of an element, in thousandths of the window."""
        region = next(each.region for each in self.elements(role) if name in ("", each.name))
        windows = open_windows()
        try:
            now = windows.get(self.window.id)
        finally:
            windows.close()
        assert now is not None
        view = View(now.region, now.region.width, now.region.height)
        return list(view.to_thousandths(region.intersection(now.region).center))

    def elements(self, role: str) -> list[Element]:
        """Those of that role, as they are now."""
        elements = open_elements()
        try:
            return [each for each in elements.tree(self.window).elements if each.role == role]
        finally:
            elements.close()


@pytest.fixture(name="line")
def line_fixture(on_desktop: PrivateDisplay, home: Path) -> Iterator[CommandLine]:
    """The command line on the shared display with the test's home; no hands process is left at the end."""
    opened = CommandLine(on_desktop.environment, home)
    yield opened
    opened.end_hands()


@pytest.fixture(name="mousepad")
def mousepad_fixture(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[Application]:
    """mousepad with an empty file, notes.txt."""
    (tmp_path / "notes.txt").write_text("")
    window = open_app(on_desktop, ["mousepad", "--disable-server", str(tmp_path / "notes.txt")], "notes.txt")
    yield Application(window)
    close_app(on_desktop, window)


@pytest.fixture(name="galculator")
def galculator_fixture(on_desktop: PrivateDisplay) -> Iterator[Application]:
    """galculator, whose display shows 0."""
    window = open_app(on_desktop, ["galculator"], "galculator")
    yield Application(window)
    close_app(on_desktop, window)
