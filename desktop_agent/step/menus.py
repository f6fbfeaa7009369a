"""Menus that are open while the person is asked. A menu takes pointer and keyboard for itself, so nobody could answer:
it is put away for as long as is asked, and what opened it, approved before, is then done once more."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Click,
    Decision,
    Expectation,
    Outcome,
    Press,
    Ruling,
    StepResult,
    Verdict,
)
from desktop_agent.core.desktop import Screenshot, Window
from desktop_agent.core.errors import TargetChanged
from desktop_agent.safety.audit import Audit
from desktop_agent.step.desk import Desk
from desktop_agent.step.expectation import expectation, require_element
from desktop_agent.step.focus import bring_forward
from desktop_agent.step.observe import Observation

OPENING = frozenset({"menu", "combo box", "push button menu"})
"""Roles that a click does nothing to but open: only those, and context menus, are opened again unasked."""
WAIT_SECONDS = 1.0
POLL = 0.02
PUT_AWAY = Verdict(Ruling.ALLOW, "An open menu would keep the person from answering.", "menu_put_away")
BROUGHT_BACK = Verdict(Ruling.ALLOW, "Asking has closed the menu, so it is opened again.", "menu_brought_back")


@dataclass(frozen=True)
class Opener:
    """The action that opened `popup`, and what the planner saw then."""

    action: Action
    seen: Screenshot
    popup: Window


class Menus:
    """Remembers how the popups that are open came to be, the first one first, and takes them out of the person's way.

    Args:
        desk: eyes and hands.
        audit: where each input is recorded.
        run: the store's id of the run.
    """

    def __init__(self, desk: Desk, audit: Audit, run: str) -> None:
        self._desk = desk
        self._audit = audit
        self._run = run
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

    def put_away(self, window: Window | None) -> None:
        """Close the popup `window` with Escape, where it is known how to open it again.

        Raises:
            TargetChanged: it stays open.
        """
        openers = self._leading_to(window) if window is not None else ()
        for opener in reversed(openers):
            main = self._desk.windows.active()
            if main is None or main.pid != opener.popup.pid or self._is_gone(opener.popup):
                return
            words = "Press Escape, to put the menu away while the person is asked"
            press = Action(ActionKind.KEY, words, (Press(("escape",)),), opener.seen.id, window=main)
            with self._recorded(press, PUT_AWAY, None):
                self._desk.hands.perform(press.inputs, Expectation(main.id, main.pid, main.frame))
                if not _until(partial(self._is_gone, opener.popup)):
                    raise TargetChanged("The menu could not be put away, so nobody could be asked.", "Close it.")

    def bring_back(self, window: Window, decision: Decision | None) -> None:
        """Open the popup `window` again, where it was closed.

        Raises:
            TargetChanged: it can't be.
        """
        if not window.popup or not self._is_gone(window):
            return
        for opener in self._leading_to(window):
            if not self._is_gone(opener.popup):
                continue
            action = opener.action
            bring_forward(self._desk, action)
            if action.element is not None:
                require_element(self._desk, action.element)
            with self._recorded(action, BROUGHT_BACK, decision):
                self._desk.hands.perform(action.inputs, expectation(action, opener.seen, None))
                if not _until(partial(self._is_back, opener.popup)):
                    raise TargetChanged("The menu did not open again as it was.", "Open it once more.")

    def _leading_to(self, window: Window) -> tuple[Opener, ...]:
        """What to do, in order, to see the popup `window`; nothing where that isn't known."""
        ids = [each.popup.id for each in self._chain]
        return tuple(self._chain[: ids.index(window.id) + 1]) if window.id in ids else ()

    def _is_gone(self, popup: Window) -> bool:
        return self._desk.windows.get(popup.id) is None

    def _is_back(self, popup: Window) -> bool:
        now = self._desk.windows.get(popup.id)
        return now is not None and now.frame == popup.frame

    @contextlib.contextmanager
    def _recorded(self, action: Action, verdict: Verdict, decision: Decision | None) -> Iterator[None]:
        intent = self._audit.intent(self._run, action, verdict, decision)
        outcome = Outcome.FAILED
        try:
            yield
            outcome = Outcome.CONFIRMED
        finally:
            self._audit.outcome(intent, StepResult(action, outcome, verdict.reason, verdict))


def _until(reached: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def _only_opens(action: Action) -> bool:
    clicks: Iterable[Click] = (each for each in action.inputs if isinstance(each, Click))
    roles = action.element.role in OPENING if action.element else False
    return len(action.inputs) == 1 and any(each.count == 1 and (roles or each.button == "right") for each in clicks)
