"""What was read of a macro stays what it was: another process may exchange its files at any time."""

import hashlib
from typing import TYPE_CHECKING

from desktop_agent.macros.errors import BadMacro

if TYPE_CHECKING:
    from desktop_agent.macros.files import Source


class Pinned:
    """Implements `files.Source`: each part is what it was when it was first read through this, or can't be read any
    more. So what was looked at, approved or checked is what is used.

    Args:
        source: where the parts lie.
    """

    def __init__(self, source: "Source") -> None:
        self._source = source
        self._digests: dict[str, bytes] = {}

    def read(self, name: str, limit: int) -> bytes:
        """See `files.Source`."""
        data = self._source.read(name, limit)
        digest = hashlib.sha256(data).digest()
        if self._digests.setdefault(name, digest) != digest:
            raise BadMacro(
                f"{name} of the macro was exchanged after it had been checked.",
                "Look at the macro, and start again.",
            )
        return data
