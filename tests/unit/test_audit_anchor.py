"""The head of the audit log in the keyring: what it gives away, and what happens without it."""

import json
import logging
import threading
from pathlib import Path

import pytest

from desktop_agent.core.errors import StoreError, Unavailable
from desktop_agent.safety.anchor import Anchor
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.audit_check import UNANCHORED
from tests.bench import trust_audit
from tests.bench.trust_audit import Log, MemoryVault, detectable, field_edits, fill, only_anchored


class BrokenVault:
    """A keyring that can't be used."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, name: str) -> str | None:
        self.asked += 1
        raise Unavailable("No keyring.", "Start one.")

    def store(self, name: str, value: str) -> None:
        raise AssertionError("given up before")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def anchored(path: Path, vault: MemoryVault) -> Audit:
    return Audit(path, Anchor(path, vault))


def head_in(vault: MemoryVault) -> dict:
    (head,) = (value for name, value in vault.kept.items() if name.startswith("audit-head"))
    return json.loads(head)


def test_every_edit_is_found_with_the_head_also_after_writing_on() -> None:
    told: list[str] = []
    figures = trust_audit.run(1, told.append)
    assert [each.line for each in figures if each.missed] == [], told


def test_without_the_head_all_but_cutting_off_and_writing_anew_is_found(tmp_path: Path, path: Path) -> None:
    log = Log(tmp_path, anchored=False)
    edits = {**detectable(), **field_edits(log.lines)}
    assert [name for name, edit in edits.items() if not log.finds(edit)] == []
    assert not log.finds(only_anchored()["cut off after 3"])
    fill(Audit(path), 1)
    assert Audit(path).verify().note == UNANCHORED


def test_several_writers_keep_one_head(path: Path) -> None:
    vault = MemoryVault()
    threads = [threading.Thread(target=fill, args=(anchored(path, vault), 10)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = anchored(path, vault).verify()
    assert (report.ok, report.records, report.note, report.anchored) == (True, 60, "", True)


def test_a_crash_before_the_head_was_kept_is_a_note_and_no_alarm(path: Path) -> None:
    vault = MemoryVault()
    fill(anchored(path, vault), 1)
    before = dict(vault.kept)
    fill(anchored(path, vault), 1)
    vault.kept = before
    report = anchored(path, vault).verify()
    assert report.ok
    assert report.note.startswith("2 records follow the one that the keyring names")
    fill(anchored(path, vault), 1)
    report = anchored(path, vault).verify()
    assert report.ok
    assert report.note == "", "they are sealed, and the head is behind them again"


def test_a_lost_head_stays_lost_whatever_is_written_later(path: Path) -> None:
    vault = MemoryVault()
    fill(anchored(path, vault), 3)
    old = path.read_bytes()
    fill(anchored(path, vault), 3)
    path.write_bytes(old)
    fill(anchored(path, vault), 3)
    assert "written anew" in anchored(path, vault).verify().problem
    assert head_in(vault)["lost"] is True


def test_what_was_written_after_a_cut_cannot_be_taken_away_by_putting_the_old_log_back(path: Path) -> None:
    vault = MemoryVault()
    fill(anchored(path, vault), 2)
    whole = path.read_bytes()
    path.write_bytes(b"")
    fill(anchored(path, vault), 1, 2)
    path.write_bytes(whole)
    assert "cut off, or written anew" in anchored(path, vault).verify().problem


def test_without_a_keyring_it_is_said_once_and_acting_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    vault = BrokenVault()
    audit = Audit(path, Anchor(path, vault))
    with caplog.at_level(logging.WARNING):
        fill(audit, 3)
    assert (vault.asked, caplog.text.count("head is not kept any more")) == (1, 1)
    report = audit.verify()
    assert (report.ok, report.records, report.anchored) == (True, 6, False)
    assert report.note == f"No keyring. {UNANCHORED}"


def test_a_keyring_that_hangs_holds_nothing_up(path: Path) -> None:
    released = threading.Event()

    class Hanging(MemoryVault):
        def read(self, name: str) -> str | None:
            released.wait(30)
            return None

    audit = Audit(path, Anchor(path, Hanging(), patience=0.05))
    fill(audit, 2)
    assert "does not answer" in audit.verify().note
    assert not released.is_set()
    released.set()


def test_a_new_log_begins_when_the_person_says_so(path: Path) -> None:
    vault = MemoryVault()
    audit = anchored(path, vault)
    fill(audit, 2)
    whole = path.read_bytes()
    path.write_bytes(whole[:-200])
    assert not audit.verify().ok
    aside = audit.restart()
    assert aside is not None
    assert aside.read_bytes() == whole[:-200], "the old one is kept"
    assert audit.verify().ok
    fill(audit, 1)
    report = audit.verify()
    assert (report.ok, report.records, report.anchored, report.note) == (True, 2, True, "")


def test_a_log_that_cannot_be_moved_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = anchored(path, MemoryVault())
    fill(audit, 1)

    def fail(self: Path, target: Path) -> Path:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(StoreError, match="could not be moved"):
        audit.restart()


def test_an_intent_without_an_outcome_is_told_with_its_words(path: Path) -> None:
    audit = anchored(path, MemoryVault())
    fill(audit, 1)
    lines = path.read_bytes().splitlines(keepends=True)
    other = Audit(path.with_name("other.jsonl"))
    other.path.write_bytes(lines[0])
    report = other.verify()
    assert report.ok
    (unknown,) = report.unknown
    assert unknown.words.endswith("run run0  Click 0")
