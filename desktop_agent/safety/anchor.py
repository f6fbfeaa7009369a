"""What of the audit log is kept where whoever can write its file can't: in the system's keyring.

The head: with it a log that was cut off, replaced or written anew as a whole is noticed too. And the key that seals
each record: it tells one whose writer was killed before it told the keyring from one that somebody else added. The log
itself goes on without a keyring; what was written meanwhile carries no seal and is counted.
"""

import hashlib
import hmac
import json
import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.safety.chain import FIRST

PATIENCE_SECONDS = 2.0
"""How long the keyring may take. It may ask the person to unlock it, and nothing waits for that."""
_log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Head:
    """`hash` is that of the last record; `unanchored` counts the records without a seal that were written while the
    keyring could not be used; `lost` is set for good once a head was no longer in its log."""

    hash: str
    unanchored: int = 0
    lost: bool = False


@dataclass(frozen=True)
class Key:
    """What seals the records of one log."""

    secret: bytes = field(repr=False)

    def seal(self, data: bytes) -> str:
        """HMAC-SHA256 of `data`, in hex."""
        return hmac.new(self.secret, data, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Kept:
    """What the keyring holds of a log."""

    head: Head | None = None
    key: Key | None = None


class Vault(Protocol):
    """Keeps one text for a name. Both methods may block, and raise an `AgentError` where nothing can be kept."""

    def read(self, name: str) -> str | None: ...

    def store(self, name: str, value: str) -> None: ...


class Anchor:
    """Keeps the head of the log at `path`, and its key, in `vault`. After the first failure the keyring is given up for
    this process; a key that was read before then goes on sealing, so that the records of a run are sealed all or none.

    Call its methods with the log's lock held.
    """

    def __init__(self, path: Path, vault: Vault, patience: float = PATIENCE_SECONDS) -> None:
        self._head_name, self._key_name = f"audit-head {path.absolute()}", f"audit-key {path.absolute()}"
        self._vault = vault
        self._patience = patience
        self._known: Head | None = None
        self._key: Key | None = None
        self._given_up = False

    def kept(self) -> Kept:
        """What the keyring holds.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        head, key = self._read(self._head_name), self._read(self._key_name)
        return Kept(_parsed(head) if head else None, _key(key) if key else None)

    def key(self, before: str, unsealed_after: Callable[[str], int | None]) -> Key | None:
        """The key for the next record, made and kept where there was none; None where the keyring can't be used.

        Args:
            before: the hash of the log's last record.
            unsealed_after: how many records without a seal follow the one with that hash; None when that isn't there.
        """
        known = self._known
        if known is not None and known.hash == before:
            return self._key
        if not self._given_up:  # Another process may have written since, or begun a new log with a new key.
            try:
                self._learn()
            except AgentError as error:
                self._give_up(error)
        if self._given_up and known is not None and unsealed_after(known.hash) is None:
            self._key = None  # This is another log.
        return self._key

    def advance(self, before: str, tip: str, unsealed_after: Callable[[str], int | None]) -> None:
        """Note that records were appended, sealed with what `key` returned.

        Args:
            before: the hash of the log's last record until now.
            tip: the hash of its last one now.
            unsealed_after: as for `key`.
        """
        if self._key is None:
            return
        head = _advanced(self._known, before, tip, unsealed_after)
        changed, self._known = head != self._known, head
        if changed and not self._given_up:
            try:
                self._store(self._head_name, json.dumps(asdict(head)))
            except AgentError as error:
                self._give_up(error)

    def forget(self) -> None:
        """Keep nothing any more: a new log begins.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        self._known = self._key = None
        self._store(self._head_name, "")
        self._store(self._key_name, "")

    def _learn(self) -> None:
        kept = self.kept()
        key = kept.key
        if key is None:
            key = Key(secrets.token_bytes(32))
            self._store(self._key_name, key.secret.hex())  # before anything is sealed with it
        self._known, self._key = kept.head, key

    def _give_up(self, error: AgentError) -> None:
        self._given_up = True
        _log.warning("the audit log's head is not kept any more: %s (%s)", error, error.details)

    def _read(self, name: str) -> str | None:
        return within(self._patience, lambda: self._vault.read(name))

    def _store(self, name: str, value: str) -> None:
        within(self._patience, lambda: self._vault.store(name, value))


def _advanced(known: Head | None, before: str, tip: str, unsealed_after: Callable[[str], int | None]) -> Head:
    if known is None:
        return Head(tip, unsealed_after(FIRST) or 0)
    if known.lost:
        return known  # What was there before the loss stays on record.
    if known.hash == before:
        return replace(known, hash=tip)
    later = unsealed_after(known.hash)
    if later is None:
        return replace(known, lost=True)
    return replace(known, hash=tip, unanchored=known.unanchored + later)


def _parsed(text: str) -> Head:
    try:
        raw = json.loads(text)
        return Head(str(raw["hash"]), int(raw["unanchored"]), bool(raw["lost"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("What the keyring holds as the audit log's head can't be read.", "", repr(error)) from error


def _key(text: str) -> Key:
    try:
        return Key(bytes.fromhex(text))
    except ValueError:
        raise Unavailable("What the keyring holds as the audit log's key can't be read.") from None


def within(seconds: float, call: Callable[[], Result]) -> Result:
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
