"""The audit log: what was about to be done, before it is done, and how it ended.

One JSON object a line. Each record names the hash of the one before, so that no record can be changed, removed or
inserted unnoticed, except at the end: whoever can write the file can cut it off there, or write it anew from some
record on. That the head kept in the keyring tells.
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop_agent.core import paths
from desktop_agent.core.actions import Action, Decision, StepResult, Verdict
from desktop_agent.core.errors import AgentError, StoreError
from desktop_agent.core.text import one_line
from desktop_agent.safety import chain
from desktop_agent.safety import secrets as keyring_vault
from desktop_agent.safety.anchor import Anchor, Head
from desktop_agent.safety.filelock import locked

MAX_TEXT = 500
"""Characters of a title or a message that are kept: they come from the screen and have no bounds."""


def default_path() -> Path:
    """Where the audit log lies."""
    return paths.data() / "audit.jsonl"


def opened() -> "Audit":
    """The audit log of this user, anchored in the system's keyring."""
    path = default_path()
    return Audit(path, Anchor(path, keyring_vault))


UNANCHORED = "Without a keyring it can't be excluded that records were cut off at the end of the log."


@dataclass(frozen=True)
class AuditReport:
    """What checking found. `problem` says what is wrong, or is empty. `unknown` lists the intents without an outcome,
    an action still under way or one whose process died, and `unknown_words` says when and what. `torn` counts the
    records that a crash cut off. `anchored`: the head in the keyring was there to compare with; `note` says what could
    not be excluded without it."""

    ok: bool
    records: int
    problem: str
    unknown: tuple[str, ...]
    torn: int = 0
    note: str = UNANCHORED
    anchored: bool = False
    unknown_words: tuple[str, ...] = field(default=(), compare=False)


class Audit:
    """The log at `path`, whose head `anchor` keeps. Safe to write from several threads and processes; nothing is ever
    changed or removed."""

    def __init__(self, path: Path, anchor: Anchor | None = None) -> None:
        self.path = path
        self._anchor = anchor

    def intent(self, run: str, action: Action, verdict: Verdict, decision: Decision | None) -> str:
        """Record what is about to be done; on disk when this returns.

        Returns:
            The id to give to `outcome`.

        Raises:
            StoreError: it could not be recorded, so it must not be done.
        """
        intent = secrets.token_hex(8)
        self._append(
            {
                "kind": "intent",
                "id": intent,
                "run": run,
                "action": _action(action),
                "verdict": {
                    "ruling": verdict.ruling,
                    "category": verdict.category,
                    "reason": "" if action.typed else verdict.reason[:MAX_TEXT],
                },
                "decision": decision and {"answer": decision.answer, "by": decision.by, "remember": decision.remember},
            }
        )
        return intent

    def outcome(self, intent_id: str, result: StepResult) -> None:
        """Record how it ended.

        Raises:
            StoreError: it could not be recorded.
        """
        record = {"kind": "outcome", "id": intent_id, "outcome": result.outcome}
        if not (result.action.typed or result.action.secret):  # The message may quote what a field holds.
            record["message"] = result.message[:MAX_TEXT]
        self._append(record)

    def verify(self) -> AuditReport:
        """Check the whole log.

        Raises:
            StoreError: it could not be read.
        """
        head, unreadable = self._head()
        check = _Check(head.hash if head else "")
        with self._explained("read"):
            try:
                file = self.path.open("rb")
            except FileNotFoundError:
                return _judged(check.report(), check, head, unreadable)
            with file:
                with locked(file.fileno()):
                    left = os.fstat(file.fileno()).st_size  # What comes later is not waited for.
                while left > 0 and not check.problem:
                    line = file.readline(min(left, chain.MAX_RECORD + 1))
                    left -= len(line)
                    check.line(line)
        return _judged(check.report(), check, head, unreadable)

    def restart(self) -> Path | None:
        """Put the log aside, as it is, and begin a new one: the person's answer to a log that is no longer whole.

        Returns:
            Where the old one lies; None when there was none.

        Raises:
            StoreError: it could not be moved.
            AgentError: the keyring still names its head, and can't be used.
        """
        if self._anchor is not None:
            self._anchor.forget()
        aside = self.path.with_name(f"{self.path.stem}-{time.strftime('%Y%m%d-%H%M%S')}{self.path.suffix}")
        with self._explained("moved"):
            if not self.path.exists():
                return None
            self.path.rename(aside)
        return aside

    def _head(self) -> tuple[Head | None, str]:
        """The head in the keyring, read before the log, which only grows; and why it can't be read."""
        if self._anchor is None:
            return None, UNANCHORED
        try:
            return self._anchor.head(), ""
        except AgentError as error:
            return None, f"{error.user_message} {UNANCHORED}"

    def _append(self, record: dict[str, Any]) -> None:
        with self._explained("written"):
            fresh = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with locked(descriptor):
                    before, tip = chain.append(descriptor, record)
                    if self._anchor is not None:
                        self._anchor.advance(before, tip, lambda wanted: chain.records_after(descriptor, wanted))
            finally:
                os.close(descriptor)
            if fresh:
                chain.sync_folder(self.path.parent)

    @contextlib.contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"The audit log {self.path} could not be {doing}: {error.strerror or error}.",
                "Nothing is done that can't be recorded. Free some space, or make the file writable.",
                str(error),
            ) from error


class _Check:
    """Follows the chain, line by line, and looks for the record with the hash `head`."""

    def __init__(self, head: str = "") -> None:
        self.problem = ""
        self.behind: int | None = None
        """How many records follow the head; None while it was not found."""
        self._head = head
        self._lines = 0
        self._records = 0
        self._torn = 0
        self._last = chain.FIRST
        self._unreadable: bytes | None = None
        """The line before, where it was no record: only a record of the kind "torn" may follow."""
        self._open: dict[str, str] = {}
        self._closed: set[str] = set()

    def line(self, line: bytes) -> None:
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
        elif chain.hash_of(record) != record["hash"]:
            self.problem = f"Line {self._lines} was changed."
        else:
            self._records += 1
            self._last = record["hash"]
            if record["hash"] == self._head:
                self.behind = 0
            elif self.behind is not None:
                self.behind += 1
            self._place(record)

    def report(self) -> AuditReport:
        """The result. A last line that never ended is a record that was cut off."""
        if self._unreadable is not None and self._unreadable.endswith(b"\n"):
            self.problem = f"Line {self._lines} can't be read."
        open_ids, words = tuple(self._open), tuple(self._open.values())
        return AuditReport(not self.problem, self._records, self.problem, open_ids, self._torn, unknown_words=words)

    def _place(self, record: dict[str, Any]) -> None:
        match record["kind"], record.get("id"):
            case "intent", str(intent) if intent not in self._open and intent not in self._closed:
                self._open[intent] = _told(record)
            case "outcome", str(intent) if intent in self._open:
                del self._open[intent]
                self._closed.add(intent)
            case "torn", None:
                pass
            case _:
                self.problem = f"Line {self._lines} has no place in the log."


def _judged(report: AuditReport, check: _Check, head: Head | None, unreadable: str) -> AuditReport:
    """The report of the file, seen with the head that the keyring holds."""
    if head is None:
        note = unreadable or ("" if not report.records else f"The keyring holds no head of this log. {UNANCHORED}")
        return replace(report, note=note)
    problem, notes = report.problem, []
    if not problem and (head.lost or check.behind is None):
        problem = "The record that the keyring names as the last is missing: the log was cut off, or written anew."
    if check.behind:
        notes.append(
            f"{check.behind} records follow the one that the keyring names, after a crash or without a keyring."
        )
    if head.unanchored:
        notes.append(f"{head.unanchored} earlier records were written in a crash, or without a keyring.")
    return replace(report, ok=not problem, problem=problem, note=" ".join(notes), anchored=True)


def _told(record: dict[str, Any]) -> str:
    """When an intent was recorded, and what it was."""
    at, action = record.get("at"), record.get("action")
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at)) if isinstance(at, int | float) else "?"
    details = action if isinstance(action, dict) else {}
    words = str(details.get("words") or details.get("kind") or "?")
    return f"{when}  run {record.get('run')}  {one_line(words, MAX_TEXT)}"


def _ends_torn(record: dict[str, Any] | None, line: bytes) -> bool:
    digest = hashlib.sha256(line.removesuffix(b"\n")).hexdigest()
    return record is not None and record["kind"] == "torn" and record.get("sha256") == digest


def _action(action: Action) -> dict[str, Any]:
    """What identifies an action, without what it types."""
    window, element = action.window, action.element
    return {
        "kind": action.kind,
        "words": "" if action.typed else action.words[:MAX_TEXT],
        "screenshot": action.screenshot_id,
        "point": action.point and [action.point.x, action.point.y],
        "target": action.target and [action.target.x, action.target.y, action.target.width, action.target.height],
        "window": window
        and {
            "id": window.id,
            "title": window.title[:MAX_TEXT],
            "application": window.application[:MAX_TEXT],
            "pid": window.pid,
        },
        "element": element and {"role": element.role, "name": element.name[:MAX_TEXT]},
        "keys": ["+".join(keys) for keys in action.keys],
        "typed": _fingerprint(action.typed) if action.typed else None,
        "application": action.application[:MAX_TEXT],
        "secret": action.secret[:MAX_TEXT],
    }


def _fingerprint(text: str) -> dict[str, Any]:
    """What can later show that a text was or wasn't this one. The salt keeps equal texts from showing."""
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(salt.encode() + text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"characters": len(text), "salt": salt, "sha256": digest}
