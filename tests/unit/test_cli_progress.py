import io
import time

from desktop_agent.cli import progress
from desktop_agent.cli.progress import Waiting


class Terminal(io.StringIO):
    def isatty(self):
        return True


def wait_for(terminal, text):
    deadline = time.monotonic() + 10
    while text not in terminal.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert text in terminal.getvalue()


def test_what_takes_long_is_shown_and_taken_away(monkeypatch):
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.01)
    terminal = Terminal()
    waiting = Waiting(terminal)
    waiting.begin("Thinking")
    wait_for(terminal, "Thinking 00:00")
    waiting.end()
    assert terminal.getvalue().rsplit("\r", 2)[-2].strip() == ""


def test_what_is_quick_shows_nothing():
    terminal = Terminal()
    waiting = Waiting(terminal)
    waiting.begin("Thinking")
    waiting.end()
    assert terminal.getvalue() == ""


def test_without_a_terminal_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.0)
    out = io.StringIO()
    waiting = Waiting(out)
    waiting.begin("Thinking")
    time.sleep(0.05)
    waiting.end()
    assert out.getvalue() == ""
