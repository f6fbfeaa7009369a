"""The head of the audit log, kept where whoever can write the log's file can't: in the system's keyring.

With it a log that was cut off, replaced or written anew as a whole is noticed too. The log itself goes on without a
keyring; what was written meanwhile is counted.
"""

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from desktop_agent.core.errors import AgentError, Unavailable

PATIENCE_SECONDS = 2.0
"""How long the keyring may take. It may ask the person to unlock it, and nothing waits for that."""
_log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Head:
    """`hash` is that of the last record; `unanchored` counts the records that were written while the keyring could not
    be used; `lost` is set for good once a head was no longer in its log."""

    hash: str
    unanchored: int = 0
    lost: bool = False


class Vault(Protocol):
    """Keeps one text for a name. Both methods may block, and raise an `AgentError` where nothing can be kept."""

    def read(self, name: str) -> str | None: ...

    def store(self, name: str, value: str) -> None: ...


class Anchor:
    """Keeps the head of the log at `path` in `vault`. After the first failure it is given up for this process.

    Call `advance` and `head` with the log's lock held.
    """

    def __init__(self, path: Path, vault: Vault, patience: float = PATIENCE_SECONDS) -> None:
        self._name = f"audit-head {path.absolute()}"
        self._vault = vault
        self._patience = patience
        self._known: Head | None = None
        self._given_up = False

    def head(self) -> Head | None:
        """The kept head; None when none was kept.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        text = _within(self._patience, lambda: self._vault.read(self._name))
        return _parsed(text) if text else None

    def advance(self, before: str, tip: str, records_after: Callable[[str], int | None]) -> None:
        """Note that records were appended.

        Args:
            before: the hash of the log's last record until now.
            tip: the hash of its last one now.
            records_after: how many records follow the one with that hash; None when it isn't in the log.
        """
        if self._given_up:
            return
        try:
            known = self._known
            if known is None or known.hash != before:  # Another process may have written since.
                known = self.head()
            self._keep(_advanced(known, before, tip, records_after))
        except AgentError as error:
            self._given_up = True
            _log.warning("the audit log's head is not kept any more: %s (%s)", error, error.details)

    def forget(self) -> None:
        """Keep nothing any more: a new log begins.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        _within(self._patience, lambda: self._vault.store(self._name, ""))
        self._known = None

    def _keep(self, head: Head) -> None:
        if head != self._known:
            _within(self._patience, lambda: self._vault.store(self._name, json.dumps(asdict(head))))
            self._known = head


def _advanced(known: Head | None, before: str, tip: str, records_after: Callable[[str], int | None]) -> Head:
    if known is None:
        return Head(tip)
    if known.lost:
        return known  # What was there before the loss stays on record.
    if known.hash == before:
        return replace(known, hash=tip)
    later = records_after(known.hash)
    if later is None:
        return replace(known, lost=True)
    return replace(known, hash=tip, unanchored=known.unanchored + later - 1)


def _parsed(text: str) -> Head:
    try:
        raw = json.loads(text)
        return Head(str(raw["hash"]), int(raw["unanchored"]), bool(raw["lost"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("What the keyring holds as the audit log's head can't be read.", "", repr(error)) from error


def _within(seconds: float, call: Callable[[], Result]) -> Result:
    """What `call` returns or raises, if it does so in time; later nobody hears of it."""
    future: Future[Result] = Future()

    def body() -> None:
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 # raised where it is waited for
            future.set_exception(error)

    threading.Thread(target=body, name="keyring", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        raise Unavailable(
            f"The system's keyring does not answer within {seconds:g} seconds.", "Unlock it, and try again."
        ) from error
