"""The one window that a step means."""

import re
from collections.abc import Sequence

from desktop_agent.core.desktop import Candidate, Window
from desktop_agent.macros import wording
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import WindowRef
from desktop_agent.step.desk import Desk

_MODIFIED = re.compile(r"^[*●•]\s?")
"""How programs mark a window whose document has unsaved changes."""


def matching(ref: WindowRef, windows: Sequence[Window]) -> list[Window]:
    """Those of `windows` that `ref` means. Case makes no difference, nor does a mark of unsaved changes."""
    return [each for each in windows if not each.popup and not each.panel and _means(ref, each)]


def find(desk: Desk, ref: WindowRef) -> Window:
    """The window that `ref` means: the active one if it is one of them, else the only one.

    Raises:
        NotFound: there is none.
        Ambiguous: there are several.
    """
    own = desk.hands.own_pids()
    found = [each for each in matching(ref, desk.windows.stacking()) if each.pid not in own]
    active = desk.windows.active()
    if active is not None and any(each.id == active.id for each in found):
        return active
    if not found:
        shown = wording.of_window(ref).removeprefix(" in ") or "any window"
        raise NotFound(f"No window is there that is {shown}.", "Open it, or record the step anew.")
    if len(found) > 1:
        titles = ", ".join(f"“{each.title or each.application}”" for each in found[:4])
        raise Ambiguous(
            f"Several windows may be meant: {titles}.",
            "Close all but one, or give the step a more exact title.",
            candidates=tuple(_candidate(each) for each in found),
        )
    return found[0]


def _means(ref: WindowRef, window: Window) -> bool:
    if ref.application and ref.application.casefold() != window.application.casefold():
        return False
    parts = (re.escape(part) for part in _plain(ref.title).split("*"))
    return not ref.title or re.fullmatch(".*".join(parts), _plain(window.title)) is not None


def _plain(title: str) -> str:
    return _MODIFIED.sub("", " ".join(title.split())).casefold()


def _candidate(window: Window) -> Candidate:
    return Candidate(window.title or window.application, window.frame, "text", window=window.title)
