"""Where the hands of one display are found: socket, lock, stop latch and journal, in the user's runtime folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core import paths


@dataclass(frozen=True)
class Address:
    """The files of the hands process of `display`."""

    display: str
    folder: Path
    stem: str

    @property
    def socket(self) -> Path:
        """The Unix socket on which the process answers."""
        return self.folder / f"{self.stem}.sock"

    @property
    def lock(self) -> Path:
        """Locked (flock) by the process for as long as it lives, so that there is only one."""
        return self.folder / f"{self.stem}.lock"

    @property
    def latch(self) -> Path:
        """Exists while the stop is latched, and holds the reason: the latch outlives the process."""
        return self.folder / f"{self.stem}.stop"

    @property
    def journal(self) -> Path:
        """What the process holds down."""
        return self.folder / f"{self.stem}.held"


def address_of(display: str) -> Address:
    """The address for a display name; ":0.0" and ":0" are the same one.

    Raises:
        StoreError: the runtime folder can't be used.
    """
    host, _, number = display.rpartition(":")
    name = f"{host}:{number.partition('.')[0]}"
    return Address(name, paths.runtime(), f"hands-{hashlib.sha256(name.encode()).hexdigest()[:12]}")
