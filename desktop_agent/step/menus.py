"""Menus that asking closes. A menu takes pointer and keyboard for itself, so the person's click on the card that asks
about one of its entries closes it first. What opened it, approved before, is then done once more."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from desktop_agent.core.actions import Action, Click
from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import TargetChanged
from desktop_agent.core.protocols import Windows
from desktop_agent.step.observe import Observation

OPENING = frozenset({"menu", "combo box", "push button menu"})
"""Roles that a click does nothing to but open: only those, and context menus, are opened again unasked."""
WAIT_SECONDS = 1.0
POLL = 0.02


@dataclass(frozen=True)
class Opener:
    """The action that opened `popup`, and what the planner saw then."""

    action: Action
    seen: Screenshot
    popup: Window


class Menus:
    """Remembers how the popups that are open came to be, the first one first."""

    def __init__(self) -> None:
        self._chain: list[Opener] = []

    def note(self, action: Action, seen: Screenshot, before: Observation, after: Observation) -> None:
        """An approved action was done."""
        known = {each.id for each in before.windows}
        popups = {each.id: each for each in after.windows if each.popup}
        self._chain = [each for each in self._chain if each.popup.id in popups]
        pid = action.window.pid if action.window else 0
        opened = [each for each in popups.values() if each.id not in known and each.pid == pid]
        if opened and _only_opens(action):
            self._chain.append(Opener(action, seen, opened[0]))

    def leading_to(self, window: Window) -> tuple[Opener, ...]:
        """What to do, in order, to see the popup `window` again; nothing where that isn't known."""
        ids = [each.popup.id for each in self._chain]
        return tuple(self._chain[: ids.index(window.id) + 1]) if window.id in ids else ()


def wait_for(windows: Windows, popup: Window) -> None:
    """Wait until `popup` is back where it was.

    Raises:
        TargetChanged: it doesn't come.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        now = windows.get(popup.id)
        if now is not None and now.frame == popup.frame:
            return
        if time.monotonic() > deadline:
            raise TargetChanged("The menu did not open again as it was.", "Open it once more.")
        time.sleep(POLL)


def _only_opens(action: Action) -> bool:
    clicks: Iterable[Click] = (each for each in action.inputs if isinstance(each, Click))
    roles = action.element.role in OPENING if action.element else False
    return len(action.inputs) == 1 and any(each.count == 1 and (roles or each.button == "right") for each in clicks)
