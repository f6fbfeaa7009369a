"""The beginning that conversations share, system text and tools, evaluated once and kept on the disk."""

import hashlib
from collections.abc import Sequence

from desktop_agent.model.context import EvaluatedContext
from desktop_agent.model.disk_cache import DiskCache
from desktop_agent.model.mtmd import Entry

SHORTEST = 64
"""Tokens: what is shorter is evaluated sooner than it is read."""


class PrefixStates:
    """Evaluated prefixes of one model.

    Args:
        disk: where they are.
        owner: what tells the states of one model and its settings from another's.
    """

    def __init__(self, disk: DiskCache, owner: str) -> None:
        self._disk, self._owner = disk, owner

    def restore(self, context: EvaluatedContext, prefix: Sequence[Entry]) -> bool:
        """Make `context` hold `prefix`, if its state is kept; else it is left as it is, or empty."""
        state = self._disk.get(self._key(prefix)) if len(prefix) >= SHORTEST else None
        return state is not None and context.restore(prefix, state)

    def keep(self, context: EvaluatedContext) -> None:
        """Keep what `context` holds."""
        if len(context.entries) >= SHORTEST:
            self._disk.put(self._key(context.entries), context.state())

    def _key(self, prefix: Sequence[Entry]) -> str:
        return f"{self._owner} {hashlib.sha256(repr(list(prefix)).encode()).hexdigest()}"
