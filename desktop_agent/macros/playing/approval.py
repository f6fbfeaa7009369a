"""The person's approval of a whole macro: kept with a seal, ending with any change of what was approved."""

import contextlib
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_agent.core import atomic, paths
from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from desktop_agent.core.errors import AgentError, StoreError, Unavailable
from desktop_agent.macros.files import Stored, dump, picture_names
from desktop_agent.macros.playing.program import Program
from desktop_agent.safety import secrets as keyring_vault
from desktop_agent.safety.anchor import Vault
from desktop_agent.safety.sealing import SealKey

UNATTENDED = "unattended"
"""Who says no where nobody is there."""
BY_MACRO = "macro"
"""Who says yes for a macro that was approved as a whole."""
MAX_FILE = 16_000_000
_VERSION = b"desktop-agent macro approval 1"


class Unattended:
    """Implements `core.protocols.Approver`: nobody is there, so it is a no."""

    def decide(self, request: ApprovalRequest) -> Decision:
        return Decision(Answer.DENIED, by=UNATTENDED)


class MacroApprovals:
    """Which macros the person approved as a whole, in one file. The key of the seals is in the keyring: without one
    nothing is approved, and nothing can be.

    An approval belongs to the macro's place in the library and to all that it plays, with every picture. It ends for
    good once that is seen to have changed: an older version that was approved once is not approved again by being put
    back.

    Args:
        path: the file; by default in the program's data folder.
        vault: the keyring.
    """

    def __init__(self, path: Path | None = None, vault: Vault = keyring_vault) -> None:
        self.path = path or paths.data() / "macro-approvals.json"
        self._key = SealKey(f"macro-approvals-key {self.path.absolute()}", vault)

    def approve(self, place: str, program: Program) -> None:
        """Keep that the person approved it. Only for the person's own command.

        Args:
            place: where the macro lies in the library.
            program: the macro with all that it plays.

        Raises:
            Unavailable: no keyring can be used, so no approval can be kept.
            BadMacro: a picture is missing.
            StoreError: it could not be written.
        """
        digest = content_digest(program)
        at = int(time.time())
        seal = self._key.made().seal(_sealed(place, digest, at))
        with self._changing() as entries:
            entries[place] = {"name": program.main.macro.name, "digest": digest, "approved_at": at, "seal": seal}

    def holds(self, place: str, program: Program) -> bool:
        """Whether it is approved as it is now. Whatever goes wrong means no."""
        with contextlib.suppress(AgentError):
            entry = self._read().get(place)
            if entry is None:
                return False
            if self._is_sealed(place, entry) and hmac.compare_digest(entry["digest"], content_digest(program)):
                return True
            self.revoke(place)
        return False

    def revoke(self, place: str) -> None:
        """End the approval, where there is one.

        Raises:
            StoreError: it could not be written.
        """
        with self._changing() as entries:
            entries.pop(place, None)

    def _is_sealed(self, place: str, entry: dict[str, Any]) -> bool:
        key = self._key.known()
        if key is None:
            raise Unavailable("The key of the macros' approvals is not in the keyring.")
        try:
            expected = key.seal(_sealed(place, entry["digest"], entry["approved_at"]))
            return hmac.compare_digest(expected, entry["seal"])
        except (KeyError, TypeError):
            return False

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        from filelock import FileLock

        try:
            with FileLock(f"{self.path}.lock"):
                entries = self._read()
                yield entries
                atomic.replace(self.path, json.dumps(entries, indent=1).encode())
        except OSError as error:
            raise StoreError(
                f"The approvals of macros could not be written: {error.strerror}.",
                "Free some space, or make the folder writable.",
                str(error),
            ) from error

    def _read(self) -> dict[str, Any]:
        """What the file holds; a damaged one holds nothing: then it is asked again."""
        try:
            with self.path.open("rb") as file:
                entries = json.loads(file.read(MAX_FILE))
        except (FileNotFoundError, ValueError, RecursionError):
            return {}
        except OSError as error:
            raise StoreError(f"The approvals of macros can't be read: {error.strerror}.", "", str(error)) from error
        if not isinstance(entries, dict):
            return {}
        return {place: entry for place, entry in entries.items() if isinstance(entry, dict)}


def content_digest(program: Program) -> str:
    """A hash of all that decides what `program` does: each macro's content and the pictures that it looks for.

    Raises:
        BadMacro: a picture is missing.
    """
    parts = [("", program.main), *sorted(program.parts.items())]
    digests = [[name, _digest(dump(stored.macro)), _pictures(stored)] for name, stored in parts]
    return _digest(json.dumps(digests).encode())


def _pictures(stored: Stored) -> list[list[str]]:
    return [[name, _digest(stored.picture_bytes(name))] for name in sorted(picture_names(stored.macro))]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sealed(place: str, digest: str, at: int) -> bytes:
    return b"\n".join((_VERSION, json.dumps([place, digest, at]).encode()))
