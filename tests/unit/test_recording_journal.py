"""The journal of a recording: on disk at once, readable whatever ended it."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.geometry import Point
from desktop_agent.macros.format import ElementRef, Target, WindowRef
from desktop_agent.macros.recording import journal
from desktop_agent.macros.recording.events import (
    Button,
    Event,
    Key,
    Masked,
    Motion,
    Paused,
    WindowChange,
    body,
    event_of,
)
from desktop_agent.macros.recording.journal import Journal, interrupted, line, lines, read
from desktop_agent.macros.recording.observation import Observation
from desktop_agent.macros.recording.recording import About

ABOUT = About(1000.0, "1920×1080", 0.5, 0.03)
EVENTS: tuple[Event, ...] = (
    Button(0, 1.0, True, 1, Point(-3, 4), ("ctrl",)),
    Key(1, 1.5, True, 38, "a", "ä\ud800", True, ()),
    Motion(2, 2.0, Point(5, 6)),
    Masked(3, 2.5, "PIN"),
    Paused(4, 3.0),
)
CHANGE = WindowChange(1.2, True, 77, "Mousepad", "Save As", 5, 0)
SEEN = Observation(
    0,
    WindowRef(application="Mousepad"),
    77,
    Target(element=ElementRef(role="text", name="Name")),
    "text",
    note="late",
    hovers=(Target(element=ElementRef(role="menu", name="Recent")),),
)


def test_everything_comes_back(tmp_path: Path) -> None:
    kept = Journal(ABOUT, tmp_path)
    for event in reversed(EVENTS):
        kept.add(event)
    kept.add(CHANGE)
    kept.add_observation(SEEN)
    kept.add_picture("pictures/abc.png", b"picture")
    kept.close()
    found = read(kept.folder)
    assert found.events[0] == EVENTS[0]
    assert [each.number for each in found.events] == [0, 1, 2, 3, 4]
    assert found.changes == (CHANGE,)
    assert found.observations == {0: SEEN}
    assert dict(found.pictures) == {"pictures/abc.png": b"picture"}
    assert (found.started, found.where, found.repeat.delay) == (1000.0, "1920×1080", 0.5)
    found.discard()
    assert not kept.folder.exists()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    kept = Journal(ABOUT, tmp_path / "root")
    kept.close()
    assert stat.S_IMODE((kept.folder / journal.FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.folder.parent.stat().st_mode) == 0o700


def test_a_recording_that_goes_on_is_not_offered_and_one_that_ended_is(tmp_path: Path) -> None:
    assert interrupted(tmp_path) == ()
    kept = Journal(ABOUT, tmp_path)
    assert interrupted(tmp_path) == ()
    kept.close()
    assert interrupted(tmp_path) == (kept.folder,)


def test_without_room_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be begun"):
        Journal(ABOUT, tmp_path / "file")


def test_a_disk_that_fills_up_is_told_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Journal(ABOUT, tmp_path)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        kept.add(EVENTS[0])
        deadline = time.monotonic() + 5
        while not kept.problem and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "No space left" in kept.problem
    kept.add(EVENTS[1])
    kept.close()
    assert read(kept.folder).events == ()


VICTIM = """
import sys, time
from pathlib import Path
from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.events import Motion
from desktop_agent.macros.recording.journal import Journal
from desktop_agent.macros.recording.recording import About
kept = Journal(About(0.0), Path(sys.argv[1]))
number = 0
while True:
    now = time.monotonic()
    kept.add(Motion(number, now, Point(number, 0)))
    sys.stdout.write(f"{number} {now}\\n")
    sys.stdout.flush()
    number += 1
    time.sleep(0.001)
"""


def test_what_a_killed_process_recorded_is_there_up_to_the_last_moments(tmp_path: Path) -> None:
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    try:
        told = [victim.stdout.readline() for _ in range(200)]
    finally:
        victim.send_signal(signal.SIGKILL)
        rest = victim.communicate()[0]
    last = [each for each in (*told, *rest.splitlines(keepends=True)) if each.endswith("\n")][-1]
    number, at = last.split()
    (folder,) = interrupted(tmp_path)
    events = read(folder).events
    assert [each.number for each in events] == list(range(len(events)))
    assert float(at) - events[-1].at < 0.25 or len(events) > int(number)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_torn_or_damaged_line_ends_the_reading_and_what_is_before_it_counts(where: int, value: int) -> None:
    data = b"".join(line({"event": body(each)}) for each in EVENTS)
    whole = [body(each) for each in EVENTS]
    torn = [each["event"] for each in lines(data[:where])]
    assert torn == [*map(_told, whole)][: len(torn)]
    damaged = bytearray(data)
    if where < len(damaged):
        damaged[where] = value
    found = [each["event"] for each in lines(bytes(damaged))]
    assert all(each in map(_told, whole) for each in found)


def _told(content: dict) -> dict:
    (found,) = lines(line(content))
    return found


def test_events_survive_their_writing() -> None:
    for event in (*EVENTS, CHANGE):
        (content,) = lines(line(body(event)))
        again = event_of(content)
        assert type(again) is type(event)
        assert again.at == event.at


def test_what_is_no_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read(tmp_path / "nowhere")
    (tmp_path / journal.FILE).write_bytes(b"rubbish")
    with pytest.raises(UsageError, match="no recording"):
        read(tmp_path)
    (tmp_path / journal.FILE).write_bytes(line({"about": {"started": 0.0}}) + line({"event": {"is": "nonsense"}}))
    with pytest.raises(UsageError, match="damaged"):
        read(tmp_path)
