"""Checking an audit log, line by line: what is wrong with it, what it leaves open, and what can't be known."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.text import one_line
from desktop_agent.safety import chain
from desktop_agent.safety.anchor import Kept

UNANCHORED = (
    "Without a keyring it can't be excluded that records were cut off at the end of the log, or added or written anew "
    "there."
)
MAX_WORDS = 500
"""Characters of an intent's words that are told."""


@dataclass(frozen=True)
class UnknownIntent:
    """An intent without an outcome: an action still under way, or one whose process died. Whether it was done can't be
    known. `words` says what and when, on one line."""

    id: str
    run: str
    words: str


@dataclass(frozen=True)
class AuditReport:
    """What checking found.

    Attributes:
        records: whole records.
        problem: what is wrong, or empty.
        unknown: the intents without an outcome.
        torn: how many records a crash cut off.
        unsealed: the lines without a seal behind the first one that has one. The hashes say that they were not changed
            since, but nothing says who wrote them.
        anchored: whether the head in the keyring was there to compare with.
        note: what could not be excluded.
    """

    records: int
    problem: str = ""
    unknown: tuple[UnknownIntent, ...] = ()
    torn: int = 0
    unsealed: tuple[int, ...] = ()
    anchored: bool = False
    note: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


class Check:
    """Follows the chain.

    Args:
        kept: what the keyring holds of the log.
        unreadable: why the keyring can't be asked; empty when it can.
    """

    def __init__(self, kept: Kept, unreadable: str) -> None:
        self.problem = ""
        self._head, self._key = kept.head, kept.key
        self._no_keyring = unreadable
        self._behind: int | None = None
        """How many records follow the head; None while it was not found."""
        self._lines = 0
        self._records = 0
        self._torn = 0
        self._last = chain.FIRST
        self._unreadable: bytes | None = None
        """The line before, where it was no record: only a record of the kind "torn" may follow."""
        self._sealed = 0
        self._older = 0
        """Records before the first one with a seal."""
        self._unsealed: list[int] = []
        self._runs: dict[str, bool] = {}
        """Whether the records of a run are sealed: a process has the key from its first record on, or never."""
        self._open: dict[str, UnknownIntent] = {}
        self._closed: set[str] = set()

    def line(self, line: bytes) -> None:
        """The next one."""
        self._lines += 1
        unreadable, self._unreadable = self._unreadable, None
        record = chain.record_of(line)
        if unreadable is not None and not _ends_torn(record, unreadable):
            self.problem = f"Line {self._lines - 1} can't be read."
        elif record is None:
            self._torn += 1
            self._unreadable = line
        elif record["previous"] != self._last:
            self.problem = f"Line {self._lines} does not follow from the one before: something was removed or inserted."
        elif not _as_written(record, line):
            self.problem = f"Line {self._lines} was changed."
        else:
            self._count(record)
            self._place(record)

    def report(self) -> AuditReport:
        """The result. A last line that never ended is a record that was cut off."""
        if self._unreadable is not None and self._unreadable.endswith(b"\n"):
            self.problem = f"Line {self._lines} can't be read."
        self.problem = self.problem or self._missing()
        return AuditReport(
            self._records,
            self.problem,
            tuple(self._open.values()),
            self._torn,
            tuple(self._unsealed),
            self._head is not None,
            self._no_keyring or " ".join(self._notes()),
        )

    def _count(self, record: dict[str, Any]) -> None:
        self._records += 1
        self._last = record["hash"]
        if self._head is not None and record["hash"] == self._head.hash:
            self._behind = 0
        elif self._behind is not None:
            self._behind += 1
        if "seal" in record:
            self._sealed += 1
            if self._key is not None and not _fits(record, self._key.seal):
                self.problem = f"Line {self._lines} is forged: its seal was not made with the key in the keyring."
        elif self._sealed:
            self._unsealed.append(self._lines)
        else:
            self._older += 1

    def _place(self, record: dict[str, Any]) -> None:
        match record["kind"], record.get("id"):
            case "intent", str(intent) if intent not in self._open and intent not in self._closed:
                self._open[intent] = unknown = _unknown(intent, record)
                self._require_as_its_run(unknown.run, record)
            case "outcome", str(intent) if intent in self._open:
                self._require_as_its_run(self._open.pop(intent).run, record)
                self._closed.add(intent)
            case "torn", None:
                pass
            case _:
                self.problem = f"Line {self._lines} has no place in the log."

    def _require_as_its_run(self, run: str, record: dict[str, Any]) -> None:
        sealed = "seal" in record
        if self._runs.setdefault(run, sealed) != sealed:
            which = "a seal, and the records of its run before it carry none"
            other = "no seal, and the records of its run before it carry one"
            self.problem = f"Line {self._lines} is forged: it carries {which if sealed else other}."

    def _missing(self) -> str:
        head = self._head
        if head is not None and (head.lost or self._behind is None):
            return "The record that the keyring names as the last is missing: the log was cut off, or written anew."
        if self._sealed and self._key is None and not self._no_keyring:
            return "Its records carry seals, and the keyring holds no key for them: it is not the one that sealed them."
        return ""

    def _notes(self) -> list[str]:
        notes = []
        if self._head is None and self._records:
            notes.append(f"The keyring holds no head of this log. {UNANCHORED}")
        if self._behind:
            notes.append(
                f"{self._behind} records follow the one that the keyring names, after a crash or without a keyring."
            )
        if self._head is not None and self._head.unanchored:
            notes.append(f"{self._head.unanchored} earlier records were written in a crash, or without a keyring.")
        if self._older:
            notes.append(f"The first {self._older} records carry no seal: they are from before there was a key.")
        return notes


def _as_written(record: dict[str, Any], line: bytes) -> bool:
    """Also in the one form that is written: a key that stands twice may show people another value than is read."""
    try:
        return chain.hash_of(record) == record["hash"] and chain.canonical(record) + b"\n" == line
    except RecursionError:
        return False  # Nested deeper than anything that is written.


def _fits(record: dict[str, Any], seal: chain.Seal) -> bool:
    """Nothing in the log is trusted to be of the right type: somebody may have written it."""
    told = record["seal"]
    return isinstance(told, str) and told == chain.seal_of(record, seal)


def _unknown(intent: str, record: dict[str, Any]) -> UnknownIntent:
    at, action, run = record.get("at"), record.get("action"), str(record.get("run"))
    details = action if isinstance(action, dict) else {}
    words = str(details.get("words") or details.get("kind") or "?")
    return UnknownIntent(intent, run, f"{_when(at)}  run {run}  {one_line(words, MAX_WORDS)}")


def _when(at: object) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(str(at))))
    except (ValueError, OverflowError, OSError):
        return "?"


def _ends_torn(record: dict[str, Any] | None, line: bytes) -> bool:
    digest = hashlib.sha256(line.removesuffix(b"\n")).hexdigest()
    return record is not None and record["kind"] == "torn" and record.get("sha256") == digest
