"""The audit log: what was about to be done, before it is done, and how it ended.

One JSON object a line. Each record names the hash of the one before, so that no record can be changed, removed or
inserted unnoticed, except at the end: whoever can write the file can cut it off there.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_agent.core import paths
from desktop_agent.core.actions import Action, Decision, StepResult, Verdict
from desktop_agent.core.errors import StoreError
from desktop_agent.safety import chain
from desktop_agent.safety.filelock import locked

MAX_TEXT = 500
"""Characters of a title or a message that are kept: they come from the screen and have no bounds."""


def default_path() -> Path:
    """Where the audit log lies."""
    return paths.data() / "audit.jsonl"


@dataclass(frozen=True)
class AuditReport:
    """What checking found. `problem` says what is wrong, or is empty. `unknown` lists the intents without an outcome:
    an action still under way, or one whose process died. `torn` counts the records that a crash cut off."""

    ok: bool
    records: int
    problem: str
    unknown: tuple[str, ...]
    torn: int = 0
    note: str = "Records cut off at the end of the log can't be noticed."


class Audit:
    """The log at `path`. Safe to write from several threads and processes; nothing is ever changed or removed."""

    def __init__(self, path: Path) -> None:
        self.path = path

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
        if not result.action.typed:  # The message may quote what was typed.
            record["message"] = result.message[:MAX_TEXT]
        self._append(record)

    def verify(self) -> AuditReport:
        """Check the whole log.

        Raises:
            StoreError: it could not be read.
        """
        check = _Check()
        with self._explained("read"):
            try:
                file = self.path.open("rb")
            except FileNotFoundError:
                return check.report()
            with file:
                with locked(file.fileno()):
                    left = os.fstat(file.fileno()).st_size  # What comes later is not waited for.
                while left > 0 and not check.problem:
                    line = file.readline(min(left, chain.MAX_RECORD + 1))
                    left -= len(line)
                    check.line(line)
        return check.report()

    def _append(self, record: dict[str, Any]) -> None:
        with self._explained("written"):
            fresh = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with locked(descriptor):
                    chain.append(descriptor, record)
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
    """Follows the chain, line by line."""

    def __init__(self) -> None:
        self.problem = ""
        self._lines = 0
        self._records = 0
        self._torn = 0
        self._last = chain.FIRST
        self._unreadable: bytes | None = None
        """The line before, where it was no record: only a record of the kind "torn" may follow."""
        self._open: dict[str, None] = {}
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
            self._place(record)

    def report(self) -> AuditReport:
        """The result. A last line that never ended is a record that was cut off."""
        if self._unreadable is not None and self._unreadable.endswith(b"\n"):
            self.problem = f"Line {self._lines} can't be read."
        return AuditReport(not self.problem, self._records, self.problem, tuple(self._open), self._torn)

    def _place(self, record: dict[str, Any]) -> None:
        match record["kind"], record.get("id"):
            case "intent", str(intent) if intent not in self._open and intent not in self._closed:
                self._open[intent] = None
            case "outcome", str(intent) if intent in self._open:
                del self._open[intent]
                self._closed.add(intent)
            case "torn", None:
                pass
            case _:
                self.problem = f"Line {self._lines} has no place in the log."


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
    }


def _fingerprint(text: str) -> dict[str, Any]:
    """What can later show that a text was or wasn't this one. The salt keeps equal texts from showing."""
    salt = secrets.token_hex(16)
    digest = hashlib.sha256(salt.encode() + text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"characters": len(text), "salt": salt, "sha256": digest}
