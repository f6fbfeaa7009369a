"""The bar of a download in the terminal."""

import io

import pytest

from desktop_agent.cli import byte_bar
from desktop_agent.cli.byte_bar import ByteBar
from desktop_agent.model.files.progress import Stage


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def show(out: io.StringIO, *stages: Stage) -> str:
    bar = ByteBar(out)
    for stage in stages:
        bar.show(stage)
    bar.close()
    return out.getvalue()


def test_a_terminal_sees_what_is_done_and_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_bar, "DELAY_SECONDS", 0)
    said = show(
        Terminal(), Stage("download", "m.gguf", 5_000_000, 10_000_000), Stage("check", "m.gguf", 10_000_000, 10_000_000)
    )
    assert "Fetching m.gguf:  50%" in said
    assert "5.00M/10.0M" in said
    assert "Checking m.gguf: 100%" in said


def test_what_begins_anew_is_shown_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_bar, "DELAY_SECONDS", 0)
    said = show(
        Terminal(), Stage("download", "m", 8_000_000, 10_000_000), Stage("download", "m", 1_000_000, 10_000_000)
    )
    assert "Fetching m:  10%" in said


def test_a_pipe_sees_nothing_nor_does_who_waits_less_than_a_second() -> None:
    assert show(io.StringIO(), Stage("download", "m", 5, 10)) == ""
    assert "Fetching" not in show(Terminal(), Stage("download", "m", 5, 10))
