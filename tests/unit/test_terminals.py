"""Whether a terminal shows what is typed."""

import contextlib
import os
import pty
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.desktop.terminals import hides_typing, linux

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals as Linux has them")


@contextlib.contextmanager
def running(*command: str) -> Iterator[None]:
    """A program on a pseudo-terminal of its own, a child of this process."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    try:
        yield
    finally:
        os.close(terminal)
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def told(expected: bool | None) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if hides_typing(os.getpid()) is expected:
            return True
        time.sleep(0.02)
    return False


def test_without_a_terminal_nothing_is_known() -> None:
    assert hides_typing(os.getpid()) is None
    assert hides_typing(0) is None


@pytest.mark.parametrize(
    ("script", "hides"),
    [
        ("read -s secret", True),
        ("stty -echo; cat > /dev/null", True),
        ("read name", False),
        ("stty -echo -icanon; cat > /dev/null", False),
    ],
)
def test_a_line_that_is_read_and_not_shown_is_a_password(script: str, hides: bool) -> None:
    with running("bash", "--norc", "-c", script):
        assert told(hides)


def test_a_shell_that_waits_for_a_command_hides_nothing() -> None:
    with running("bash", "--norc", "-i"):
        assert told(False)


@pytest.mark.parametrize(("program", "hides"), [("ssh", True), ("bash", False)])
def test_behind_a_program_that_passes_keys_on_nobody_can_tell(
    monkeypatch: pytest.MonkeyPatch, program: str, hides: bool
) -> None:
    monkeypatch.setattr(linux, "_modes", lambda _: 0)
    monkeypatch.setattr(linux, "_terminals", lambda _: [(Path("/dev/pts/7"), program)])
    assert hides_typing(os.getpid()) is hides
