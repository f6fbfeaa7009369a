"""The audit log: its chain, what tampering and crashes do to it, and what it must not contain."""

import fcntl
import hashlib
import json
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Click,
    Decision,
    Outcome,
    StepResult,
    TypeText,
)
from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.errors import StoreError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.safety import chain, filelock
from desktop_agent.safety.audit import Audit, default_path
from desktop_agent.safety.audit_check import UNANCHORED, AuditReport
from tests.unit.audit_writer import VERDICT

ROOT = Path(__file__).parents[2]
APPROVED = Decision(Answer.APPROVED, by="card")
REGION = Rect(0, 0, 10, 10)
WINDOW = Window(7, "Untitled \x1b[31m" + "x" * 5000, "Mousepad", 4242, REGION, REGION)
CLICK = Action(
    ActionKind.LEFT_CLICK,
    'Click "Säve"',
    (Click(Point(3, 4)),),
    "s1",
    Rect(1, 2, 3, 4),
    WINDOW,
    Element("ref", "push button", "Säve", REGION),
)
SECRET = "hunter2 \ud83d 世界"
TYPE = Action(ActionKind.TYPE, f'Type "{SECRET}"', (TypeText(SECRET),), "s1")


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path / "audit.jsonl")


def result(action: Action, outcome: Outcome = Outcome.CONFIRMED) -> StepResult:
    return StepResult(action, outcome, f"After: {action.words}", VERDICT, APPROVED, evidence=action.words)


def records(audit: Audit) -> list[dict]:
    return [json.loads(line) for line in audit.path.read_bytes().splitlines()]


def fill(audit: Audit, count: int = 3) -> None:
    for _ in range(count):
        audit.outcome(audit.intent("run", CLICK, VERDICT, APPROVED), result(CLICK))


def test_intent_and_outcome_are_recorded(audit: Audit) -> None:
    intent = audit.intent("run1", CLICK, VERDICT, APPROVED)
    (unknown,) = audit.verify().unknown
    assert (unknown.id, unknown.run) == (intent, "run1")
    assert unknown.words.endswith('run run1  Click "Säve"')
    audit.outcome(intent, result(CLICK, Outcome.NO_EFFECT_SEEN))
    assert audit.verify() == AuditReport(2, note=UNANCHORED)
    first, second = records(audit)
    assert (first["kind"], first["id"], first["run"], first["previous"]) == ("intent", intent, "run1", "0" * 64)
    assert first["decision"] == {"answer": "approved", "by": "card", "remember": False}
    assert first["verdict"] == {"ruling": "allow", "category": "ordinary", "reason": "Harmless."}
    action = first["action"]
    assert action["words"] == 'Click "Säve"'
    assert (action["point"], action["target"]) == ([3, 4], [1, 2, 3, 4])
    assert action["element"] == {"role": "push button", "name": "Säve"}
    assert len(action["window"]["title"]) == 500
    assert (second["kind"], second["id"], second["outcome"]) == ("outcome", intent, "no_effect_seen")
    assert second["previous"] == first["hash"]


def test_every_record_is_flushed_to_the_disk(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            flushed.append(os.fstat(descriptor).st_size)

    real = os.fsync
    monkeypatch.setattr(os, "fsync", fsync)
    for number in range(1, 4):
        audit.intent("run", CLICK, VERDICT, None)
        assert len(flushed) == number
        assert flushed[-1] == audit.path.stat().st_size


def test_what_is_typed_is_not_in_the_log(audit: Audit) -> None:
    audit.outcome(audit.intent("run", TYPE, VERDICT, None), result(TYPE))
    text = audit.path.read_text("ascii")
    assert "hunter2" not in text
    assert json.dumps("世界").strip('"') not in text
    typed = records(audit)[0]["action"]["typed"]
    expected = hashlib.sha256(typed["salt"].encode() + SECRET.encode("utf-8", "surrogatepass")).hexdigest()
    assert (typed["characters"], typed["sha256"]) == (len(SECRET), expected)


def test_an_empty_log_is_whole(audit: Audit) -> None:
    assert audit.verify() == AuditReport(0, note=UNANCHORED)


def test_the_note_says_what_can_not_be_noticed(audit: Audit) -> None:
    assert "cut off" in audit.verify().note


def test_the_file_is_for_this_user_only_and_in_the_data_folder(home: Path) -> None:
    assert default_path() == home / "data" / "audit.jsonl"
    Audit(default_path()).intent("run", CLICK, VERDICT, None)
    assert stat.S_IMODE(default_path().stat().st_mode) == 0o600


@pytest.mark.parametrize("line", [0, 2, 4])
def test_a_changed_record_is_noticed(audit: Audit, line: int) -> None:
    fill(audit)
    lines = audit.path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b'"run"', b'"nur"') if line % 2 == 0 else lines[line]
    audit.path.write_bytes(b"".join(lines))
    report = audit.verify()
    assert not report.ok
    assert f"Line {line + 1} was changed" in report.problem


def test_a_changed_record_with_a_new_hash_is_noticed(audit: Audit) -> None:
    fill(audit)
    changed = records(audit)
    changed[2]["run"] = "another"
    changed[2]["hash"] = chain.hash_of(changed[2])
    audit.path.write_bytes(b"".join(chain.canonical(record) + b"\n" for record in changed))
    assert "Line 4 does not follow" in audit.verify().problem


def test_a_removed_record_is_noticed(audit: Audit) -> None:
    fill(audit)
    lines = audit.path.read_bytes().splitlines(keepends=True)
    audit.path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert "Line 3 does not follow" in audit.verify().problem


def test_swapped_and_repeated_records_are_noticed(audit: Audit) -> None:
    fill(audit)
    lines = audit.path.read_bytes().splitlines(keepends=True)
    audit.path.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert not audit.verify().ok
    audit.path.write_bytes(b"".join([*lines, lines[-1]]))
    assert not audit.verify().ok


@pytest.mark.parametrize(
    "junk",
    [b"\n", b"{}\n", b"[1]\n", b"\xff\n", b"[" * 100_000 + b"\n", b'{"kind":"torn"}\n', b"x" * 2_000_000 + b"\n"],
)
def test_an_inserted_line_is_noticed(audit: Audit, junk: bytes) -> None:
    fill(audit)
    lines = audit.path.read_bytes().splitlines(keepends=True)
    audit.path.write_bytes(b"".join([*lines[:3], junk, *lines[3:]]))
    assert "Line 4" in audit.verify().problem
    audit.path.write_bytes(b"".join([*lines, junk]))
    assert "Line 7" in audit.verify().problem


def test_a_line_nested_as_deep_as_can_be_read_is_noticed(audit: Audit) -> None:
    """One level more can be read than can be written."""
    fill(audit, 1)
    whole = audit.path.read_bytes()
    last = records(audit)[-1]["hash"].encode()
    for depth in range(900, 1000):
        nested = b"[" * depth + b"]" * depth
        audit.path.write_bytes(whole + b'{"hash":"x","kind":"torn","previous":"' + last + b'","z":' + nested + b"}\n")
        assert audit.verify().problem in ("Line 3 was changed.", "Line 3 can't be read.")


def test_an_outcome_without_an_intent_is_noticed(audit: Audit) -> None:
    audit.outcome("0123456789abcdef", result(CLICK))
    assert "no place" in audit.verify().problem


def test_a_second_outcome_is_noticed(audit: Audit) -> None:
    intent = audit.intent("run", CLICK, VERDICT, None)
    for _ in range(2):
        audit.outcome(intent, result(CLICK))
    assert "Line 3" in audit.verify().problem


@pytest.mark.parametrize("left", [1, 50, -1])
def test_a_record_cut_off_by_a_crash_is_told_apart_from_tampering(audit: Audit, left: int) -> None:
    fill(audit, 1)
    whole = audit.path.read_bytes()
    audit.intent("run", CLICK, VERDICT, None)
    added = audit.path.read_bytes()[len(whole) :]
    audit.path.write_bytes(whole + added[:left])
    report = audit.verify()
    assert (report.ok, report.records, report.torn) == (True, 2, 1)
    fill(audit, 1)
    report = audit.verify()
    assert report.ok
    assert report.problem == ""
    # Where only the end of the line was missing, the record counts; else it is noted as torn.
    assert (report.records, report.torn, len(report.unknown)) == ((5, 0, 1) if left == -1 else (5, 1, 0))
    assert whole + added[:left] == audit.path.read_bytes()[: len(whole) + len(added[:left])]


def test_what_was_torn_can_not_be_changed_later(audit: Audit) -> None:
    fill(audit, 1)
    with audit.path.open("ab") as file:
        file.write(b'{"kind":"inte')
    fill(audit, 1)
    assert audit.verify().ok
    audit.path.write_bytes(audit.path.read_bytes().replace(b'{"kind":"inte\n', b'{"kind":"outc\n'))
    assert "Line 3 can't be read" in audit.verify().problem


def test_the_end_is_found_behind_long_lines(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_CHUNK", 16)
    fill(audit, 3)
    with audit.path.open("ab") as file:
        file.write(b"x" * 5000)
    fill(audit, 1)
    report = audit.verify()
    assert (report.ok, report.records, report.torn) == (True, 9, 1)


def test_threads_and_processes_write_one_chain(audit: Audit) -> None:
    writers = [_writer(audit.path, 20) for _ in range(2)]
    threads = [threading.Thread(target=fill, args=(audit, 20)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    assert audit.verify() == AuditReport(160, note=UNANCHORED)


def test_an_intent_is_on_disk_when_its_process_is_killed(audit: Audit) -> None:
    writer = _writer(audit.path, 1000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(15)]
    writer.kill()
    acknowledged += writer.stdout.read().split()
    writer.wait()
    writer.stdout.close()
    report = audit.verify()
    assert report.ok
    intents = [record["id"] for record in records(audit) if record["kind"] == "intent"]
    assert intents[: len(acknowledged)] == acknowledged
    assert len(report.unknown) <= 1


def test_a_record_that_does_not_fit_is_said_and_told_apart_later(audit: Audit) -> None:
    fill(audit, 1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    room_for_a_part = audit.path.stat().st_size + 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_for_a_part, limits[1]))
    try:
        with pytest.raises(StoreError, match="could not be written") as raised:
            audit.intent("run", CLICK, VERDICT, None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert raised.value.hint
    fill(audit, 1)
    report = audit.verify()
    assert (report.ok, report.torn, report.unknown) == (True, 1, ())


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    audit = Audit(tmp_path)
    with pytest.raises(StoreError, match="could not be written"):
        audit.intent("run", CLICK, VERDICT, None)
    with pytest.raises(StoreError, match="could not be read"):
        audit.verify()


def test_a_lock_that_is_never_given_back_is_said(audit: Audit) -> None:
    fill(audit, 1)
    with audit.path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with (
            other,
            audit.path.open("rb") as mine,
            pytest.raises(TimeoutError, match="another process"),
            filelock.locked(mine.fileno(), patience=0.05),
        ):
            pass
    fill(audit, 1)


def _writer(path: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.audit_writer", str(path), str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
