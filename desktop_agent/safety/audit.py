"""The audit log: what was about to be done, before it is done, and how it ended.

One JSON object a line. Each record names the hash of the one before, so that no record can be changed, removed or
inserted unnoticed, except at the end: whoever can write the file can cut it off there, add to it, or write it anew from
some record on. That the head and the seals tell, for which the keyring is needed.
"""

import contextlib
import functools
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_agent.core import paths
from desktop_agent.core.actions import Action, Decision, StepResult, Verdict
from desktop_agent.core.errors import AgentError, StoreError
from desktop_agent.safety import chain
from desktop_agent.safety import secrets as keyring_vault
from desktop_agent.safety.anchor import Anchor, Kept
from desktop_agent.safety.audit_check import UNANCHORED, AuditReport, Check
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
        with self._explained("read"):
            try:
                file = self.path.open("rb")
            except FileNotFoundError:
                return Check(*self._kept()).report()
            with file:
                with locked(file.fileno()):  # What comes later is not waited for, and not in what was kept.
                    left = os.fstat(file.fileno()).st_size
                    check = Check(*self._kept())
                while left > 0 and not check.problem:
                    line = file.readline(min(left, chain.MAX_RECORD + 1))
                    left -= len(line)
                    check.line(line)
        return check.report()

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

    def _kept(self) -> tuple[Kept, str]:
        """What the keyring holds; and why it can't be read."""
        if self._anchor is None:
            return Kept(), UNANCHORED
        try:
            return self._anchor.kept(), ""
        except AgentError as error:
            return Kept(), f"{error.user_message} {UNANCHORED}"

    def _append(self, record: dict[str, Any]) -> None:
        with self._explained("written"):
            fresh = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                with locked(descriptor):
                    self._append_locked(descriptor, record)
            finally:
                os.close(descriptor)
            if fresh:
                chain.sync_folder(self.path.parent)

    def _append_locked(self, descriptor: int, record: dict[str, Any]) -> None:
        end = chain.end_of(descriptor)
        if self._anchor is None:
            chain.append(descriptor, record, end)
            return
        unsealed_after = functools.partial(chain.unsealed_after, descriptor)
        key = self._anchor.key(end.hash, unsealed_after)
        tip = chain.append(descriptor, record, end, None if key is None else key.seal)
        self._anchor.advance(end.hash, tip, unsealed_after)

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
