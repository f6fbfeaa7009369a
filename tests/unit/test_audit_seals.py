"""The seals of the audit log: who can make them, what they tell, and what is said where they are missing."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from desktop_agent.core.errors import Unavailable
from desktop_agent.safety import chain
from desktop_agent.safety.anchor import Anchor, Head
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.audit_check import UNANCHORED
from tests.bench.audit_forgeries import in_a_whole_log, parsed, rechained
from tests.bench.trust_audit import Log, MemoryVault, begin, fill

OLDER = "The first {} records carry no seal: they are from before there was a key."
EARLIER = "{} earlier records were written in a crash, or without a keyring."


class FailingVault(MemoryVault):
    """A keyring in memory, which can't be used once `broken` says so."""

    def __init__(self, broken: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.failures = 0
        self._broken = broken

    def read(self, name: str) -> str | None:
        self._require()
        return super().read(name)

    def store(self, name: str, value: str) -> None:
        self._require()
        super().store(name, value)

    def _require(self) -> None:
        if self._broken():
            self.failures += 1
            raise Unavailable("No keyring.", "Start one.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


def opened(path: Path, vault: MemoryVault) -> Audit:
    return Audit(path, Anchor(path, vault))


def records(path: Path) -> list[dict]:
    return parsed(path.read_bytes().splitlines())


def sealed(path: Path) -> list[bool]:
    return ["seal" in record for record in records(path)]


def keep_head_of_earlier_version(path: Path, vault: MemoryVault) -> None:
    head = Head(records(path)[-1]["hash"])
    vault.store(f"audit-head {path}", json.dumps(asdict(head)))


def add(path: Path, record: dict) -> None:
    """As somebody who knows the format, and not the key."""
    with path.open("ab") as file:
        file.writelines(rechained([record], records(path)[-1]["hash"]))


def foreign(path: Path, **more: object) -> dict:
    plain = {key: value for key, value in records(path)[0].items() if key != "seal"}
    return {**plain, "id": "fedcba9876543210", "run": "foreign", **more}


def test_each_record_is_sealed_over_all_of_it_and_the_hash_covers_the_seal(path: Path, vault: MemoryVault) -> None:
    fill(opened(path, vault), 1)
    with path.open("ab") as file:
        file.write(b"cut off")
    fill(opened(path, vault), 1, 2)
    key = opened(path, vault)._anchor.kept().key
    lines = [line for line in path.read_bytes().splitlines() if line.startswith(b"{")]
    assert [record["kind"] for record in parsed(lines)] == ["intent", "outcome", "torn", "intent", "outcome"]
    for record in parsed(lines):
        assert record["seal"] == chain.seal_of(record, key.seal)
        assert {**record, "seal": ""} != record
        assert chain.hash_of({**record, "seal": ""}) != record["hash"]
        for name in record.keys() - {"seal", "hash"}:
            assert chain.seal_of({**record, name: "other"}, key.seal) != record["seal"]
    assert opened(path, vault).verify().ok


def test_the_key_is_kept_before_it_seals_and_is_nowhere_else(path: Path) -> None:
    kept: list[str] = []

    class Noting(MemoryVault):
        def store(self, name: str, value: str) -> None:
            kept.append(name.split()[0])
            assert name.startswith("audit-head") == (path.exists() and path.stat().st_size > 0)
            super().store(name, value)

    vault = Noting()
    audit = opened(path, vault)
    fill(audit, 1)
    assert kept == ["audit-key", "audit-head", "audit-head"]
    (key,) = (value for name, value in vault.kept.items() if name.startswith("audit-key"))
    assert len(bytes.fromhex(key)) == 32
    assert key not in path.read_text()
    assert key not in f"{audit._anchor.kept()!r}"
    assert repr(bytes.fromhex(key)) not in f"{audit._anchor.kept()!r}"


def test_a_forged_record_at_the_end_is_told_from_one_whose_writer_was_killed(path: Path, vault: MemoryVault) -> None:
    fill(opened(path, vault), 1)
    before = dict(vault.kept)
    begin(opened(path, vault), 2)
    vault.kept = before
    killed = opened(path, vault).verify()
    assert (killed.ok, len(killed.unknown)) == (True, 1)
    assert killed.note.startswith("1 records follow the one that the keyring names")
    add(path, foreign(path, seal=records(path)[-1]["seal"]))
    forged = "Line 4 is forged: its seal was not made with the key in the keyring."
    assert opened(path, vault).verify().problem == forged
    fill(opened(path, vault), 2, 4)
    assert opened(path, vault).verify().problem == forged


def test_seals_are_not_needed_to_see_that_one_of_a_run_is_missing(tmp_path: Path) -> None:
    """Without the keyring, too."""
    log = Log(tmp_path, anchored=True)
    edits = in_a_whole_log(log.lines)
    path = tmp_path / "audit.jsonl"
    for name in ("strip the seal of (3,)", "strip the seal of (4,)", "add a record of a run that is sealed"):
        path.write_bytes(b"".join(edits[name](log.lines[:])))
        assert "is forged: it carries" in Audit(path).verify().problem, name


def test_a_log_of_an_earlier_version_is_whole_and_said_to_be_unsealed(path: Path, vault: MemoryVault) -> None:
    fill(Audit(path), 2)
    keep_head_of_earlier_version(path, vault)
    report = opened(path, vault).verify()
    assert (report.ok, report.anchored, report.note) == (True, True, OLDER.format(4))
    fill(opened(path, vault), 2, 4)
    report = opened(path, vault).verify()
    assert (report.ok, report.records, report.unsealed, report.note) == (True, 8, (), OLDER.format(4))
    assert sealed(path) == [False] * 4 + [True] * 4
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rechained(parsed(lines)[2:4]), *lines[4:]]))
    assert not opened(path, vault).verify().ok


def test_what_was_added_to_a_log_of_an_earlier_version_stays_counted(path: Path, vault: MemoryVault) -> None:
    fill(Audit(path), 2)
    keep_head_of_earlier_version(path, vault)
    add(path, foreign(path))
    assert opened(path, vault).verify().note.startswith("1 records follow the one that the keyring names")
    fill(opened(path, vault), 2, 4)
    assert opened(path, vault).verify().note == f"{EARLIER.format(1)} {OLDER.format(5)}"


def test_a_log_without_a_keyring_is_not_vouched_for_later(path: Path, vault: MemoryVault) -> None:
    fill(Audit(path), 2)
    assert opened(path, vault).verify().note == f"The keyring holds no head of this log. {UNANCHORED} {OLDER.format(4)}"
    fill(opened(path, vault), 1, 4)
    report = opened(path, vault).verify()
    assert (report.ok, report.note) == (True, f"{EARLIER.format(4)} {OLDER.format(4)}")


def test_what_was_written_without_the_keyring_in_between_is_named_for_good(path: Path, vault: MemoryVault) -> None:
    fill(opened(path, vault), 1)
    fill(opened(path, FailingVault()), 1, 2)
    report = opened(path, vault).verify()
    assert (report.ok, report.unsealed) == (True, (3, 4))
    assert report.note.startswith("2 records follow the one that the keyring names")
    for first in (4, 6):
        fill(opened(path, vault), 1, first)
        report = opened(path, vault).verify()
        assert (report.ok, report.problem, report.unsealed, report.note) == (True, "", (3, 4), EARLIER.format(2))
    assert sealed(path) == [True, True, False, False, True, True, True, True]


def failed_within_a_run(path: Path, vault: MemoryVault) -> tuple[Audit, FailingVault]:
    """A log whose keyring failed between its first record and its second."""
    broken = False
    failing = FailingVault(lambda: broken)
    failing.kept = vault.kept
    audit = opened(path, failing)
    fill(audit, 1)
    broken = True
    fill(audit, 1, 1)
    return audit, failing


def test_a_keyring_that_fails_within_a_run_takes_no_seal_away(path: Path, vault: MemoryVault) -> None:
    audit, failing = failed_within_a_run(path, vault)
    fill(opened(path, vault), 1, 2)  # Another process, whose keyring works.
    fill(audit, 1, 1)
    assert failing.failures == 1, "it is not asked again, since it may hang"
    assert all(sealed(path))
    report = opened(path, vault).verify()
    assert (report.ok, report.unsealed) == (True, ())
    assert report.note.startswith("2 records follow")


def test_a_key_is_not_used_for_another_log(path: Path, vault: MemoryVault) -> None:
    audit, _ = failed_within_a_run(path, vault)
    opened(path, vault).restart()
    fill(opened(path, vault), 1, 2)
    fill(audit, 1, 4)
    assert sealed(path) == [True, True, False, False]
    assert opened(path, vault).verify().unsealed == (3, 4)


def test_a_new_log_has_a_new_key_for_every_process(path: Path, vault: MemoryVault) -> None:
    one, other = opened(path, vault), opened(path, vault)
    fill(one, 1)
    old = one._anchor.kept().key
    other.restart()
    for number, audit in enumerate((one, other, one)):
        fill(audit, 1, 2 * number)
    assert one._anchor.kept().key != old
    report = opened(path, vault).verify()
    assert (report.ok, report.records, report.note, report.unsealed) == (True, 6, "", ())


def test_seals_of_another_keyring_are_said(path: Path, vault: MemoryVault) -> None:
    fill(opened(path, vault), 1)
    vault.kept.clear()
    assert "the keyring holds no key for them" in opened(path, vault).verify().problem
    fill(opened(path, vault), 1, 2)
    assert "Line 1 is forged" in opened(path, vault).verify().problem
    unasked = opened(path, FailingVault()).verify()
    assert (unasked.ok, unasked.note) == (True, f"No keyring. {UNANCHORED}")


def test_a_key_that_makes_no_sense_is_said_without_quoting_it(path: Path, vault: MemoryVault) -> None:
    fill(opened(path, vault), 1)
    vault.store(f"audit-key {path}", "no hexadecimal")
    report = opened(path, vault).verify()
    assert (report.ok, report.anchored) == (True, False)
    assert "the audit log's key can't be read" in report.note
    assert "hexadecimal" not in report.note


def test_what_a_killed_writer_had_not_told_the_keyring_can_be_cut_off(path: Path, vault: MemoryVault) -> None:
    """The limit that docs/safety.md names."""
    fill(opened(path, vault), 1)
    before, whole = dict(vault.kept), path.read_bytes()
    fill(opened(path, vault), 1, 2)
    vault.kept = before
    path.write_bytes(whole)
    assert opened(path, vault).verify().ok
