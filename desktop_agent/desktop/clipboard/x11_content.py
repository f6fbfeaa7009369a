"""Reading a selection's content from its owner (ICCCM 2.4 and 2.7.2, INCR)."""

import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from Xlib import X

OWNER_SECONDS = 0.5
"""How long an owner may take for one format."""
READ_SECONDS = 2.0
"""How long all formats of a selection may take together: an owner that answers slowly, or sends its content in many
small pieces, must not hold the clipboard's thread."""
MAX_BYTES = 64 * 1024 * 1024
KEPT_TARGETS = ("UTF8_STRING", "STRING", "text/html", "image/png", "text/uri-list", "x-special/gnome-copied-files")
"""Formats that are put back after pasting."""
_LONGS = 64 * 1024
_Handler = Callable[[Any], None]


@dataclass(frozen=True)
class Format:
    """One format of a content: the type and width (8, 16 or 32 bits) of its property, and the bytes."""

    kind: int
    width: int
    data: bytes


class SelectionReader:
    """Reads selections into properties of `window`. Events that it doesn't wait for go to `other`."""

    def __init__(self, display: Any, window: Any, other: _Handler) -> None:
        self._display = display
        self._window = window
        self._other = other
        self._property = display.intern_atom("DESKTOP_AGENT_SELECTION")
        self._incr = display.intern_atom("INCR")
        self._targets = display.intern_atom("TARGETS")
        self._deadline = 0.0

    def read(self, selection: int, names: tuple[str, ...] = KEPT_TARGETS) -> dict[int, Format]:
        """What the owner of `selection` has in the formats `names`, by target; nothing where there is no owner or it
        does not answer; without what did not come within `READ_SECONDS`."""
        self._deadline = time.monotonic() + READ_SECONDS
        if self._display.get_selection_owner(selection) == X.NONE:
            return {}
        offered = self._convert(selection, self._targets)
        if offered is None or offered.width != 32:
            return {}
        targets = {int.from_bytes(offered.data[at : at + 4], "little") for at in range(0, len(offered.data), 4)}
        wanted = [self._display.intern_atom(name) for name in names]
        found = {each: self._convert(selection, each) for each in wanted if each in targets}
        return {target: content for target, content in found.items() if content is not None}

    def _convert(self, selection: int, target: int) -> Format | None:
        self._window.delete_property(self._property)
        self._window.convert_selection(selection, target, self._property, X.CurrentTime)
        notify = self._await(lambda event: event.type == X.SelectionNotify and event.target == target)
        if notify is None or notify.property == X.NONE:
            return None
        content = self._take()
        return self._incremental() if content is not None and content.kind == self._incr else content

    def _incremental(self) -> Format | None:
        """The owner sends pieces, each after we deleted the one before; an empty one ends it."""
        parts: list[bytes] = []
        while True:
            arrived = self._await(
                lambda event: (
                    event.type == X.PropertyNotify
                    and event.atom == self._property
                    and event.state == X.PropertyNewValue
                )
            )
            piece = self._take() if arrived is not None else None
            if piece is None:
                return None
            if not piece.data:
                return Format(piece.kind, piece.width, b"".join(parts))
            parts.append(piece.data)
            if sum(map(len, parts)) > MAX_BYTES:
                return None

    def _take(self) -> Format | None:
        """The whole property, which is deleted."""
        parts: list[bytes] = []
        offset = 0
        while True:
            reply = self._window.get_property(self._property, X.AnyPropertyType, offset, _LONGS, delete=True)
            if reply is None:
                return None
            value = reply.value
            parts.append(value if isinstance(value, bytes) else value.tobytes())
            if reply.bytes_after == 0:
                return Format(reply.property_type, reply.format, b"".join(parts))
            offset += _LONGS
            if offset * 4 > MAX_BYTES:
                return None

    def _await(self, wanted: Callable[[Any], bool]) -> Any:
        """As `next`, while the whole reading has time left."""
        return self.next(wanted, min(OWNER_SECONDS, self._deadline - time.monotonic()))

    def next(self, wanted: Callable[[Any], bool], seconds: float = OWNER_SECONDS) -> Any:
        """The next event that is wanted; None when none came within `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._display.pending_events():
                select.select([self._display.fileno()], [], [], min(left, 0.05))
                continue
            event = self._display.next_event()
            if wanted(event):
                return event
            self._other(event)
        return None
