"""Looks at where typed keys go: an ordinary field, a secret one, a window of ours."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from desktop_agent.core.desktop import TEXT_ROLES, Element, Window
from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.protocols import Elements, Windows
from desktop_agent.core.text import one_line
from desktop_agent.desktop.terminals import hides_typing
from desktop_agent.macros.recording.masking import Look, Verdict
from desktop_agent.safety import shell
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.privacy import Privacy

YOUNG_SECONDS = 2.0
"""For so long a new window may be silent before it counts as one that tells nothing."""
SLOW_SECONDS = 0.1
"""A look that takes longer, and finds nothing focused, may not have seen everything."""
INTERVAL_SECONDS = 0.03
TERMINAL = "terminal"
_ASKS = re.compile(
    r"passw(?:or)?d|pass ?phrase|passwort|kennwort|mot de passe|phrase secrète|密码|口令|密碼|\bPIN\b", re.IGNORECASE
)
_QUESTION = re.compile(rf"(?:{_ASKS.pattern})[^\n]{{0,80}}[:：]\s*$", re.IGNORECASE)


class Focus:
    """Looks when it is told to. One thread at a time.

    Args:
        windows, elements: the eyes as they are; `elements` best for this alone, since others' questions take time.
        privacy: what is never captured.
        own_pids: processes whose windows are ours.
        hides: whether a terminal of a process hides what is typed.
        place: a number of what has the keyboard, as `Source.focus` gives it. While that is the same, and the field says
            that it still has the focus, nothing else is asked: keys wait for every look.
    """

    def __init__(
        self,
        windows: Windows,
        elements: Elements,
        privacy: Privacy,
        own_pids: Callable[[], frozenset[int]],
        hides: Callable[[int], bool | None] = hides_typing,
        place: Callable[[], int] = lambda: 0,
    ) -> None:
        self._windows = windows
        self._elements = elements
        self._privacy = privacy
        self._own_pids = own_pids
        self._hides = hides
        self._place = place
        self._since: dict[int, float] = {}
        """When each window was first looked at."""
        self._before: tuple[Window, Element] | None = None
        """The field that had the keyboard the last time."""
        self._before_at = 0
        """Where that was; 0 where it isn't known."""

    def know(self, windows: Iterable[Window]) -> None:
        """Take note of windows that have been there for long: their silence tells something at once."""
        self._since |= {each.id: float("-inf") for each in windows}

    def look(self) -> Look:
        """Where keys go now. What can't be told is "unknown"."""
        began = time.monotonic()
        try:
            found = self._still() or self._anew(began)
        except Unavailable:
            found = Look(began, began, "unknown")
        return replace(found, began=began, ended=time.monotonic())

    def _still(self) -> Look | None:
        """A look at the field that had the keyboard before; None where it may have moved."""
        if self._before is None or not self._before_at or self._place() != self._before_at:
            return None
        window, before = self._before
        same = self._elements.refresh(before)
        if same is None or "focused" not in same.states:
            return None
        found = self._in_field(window, same)
        return found if self._place() == self._before_at else None

    def _anew(self, began: float) -> Look:
        self._before_at, place = 0, self._place()
        window = self._windows.active()
        found = self._judge(window) if window is not None else Look(began, began, "unknown")
        again = self._windows.active()
        if window is not None and (again is None or again.id != window.id):
            return Look(began, began, "unknown")  # it moved meanwhile
        if found.element is not None and place == self._place():
            self._before_at = place
        return found

    def _judge(self, window: Window) -> Look:
        if window.pid in self._own_pids():
            return _found("own", window)
        if self._privacy.hides(window):
            return _found("secret", window, label=window.application)
        began = time.monotonic()
        self._since.setdefault(window.id, began)
        try:
            element = self._focused(window)
        except Unavailable:
            return self._unseen(window, is_silent=True)
        if element is None:
            return self._unseen(window, is_silent=False, slow=time.monotonic() - began > SLOW_SECONDS)
        return self._in_field(window, element)

    def _focused(self, window: Window) -> Element | None:
        """The element with the keyboard: the one that had it before, where it says that it still has."""
        if self._before is not None and self._before[0].id == window.id:
            same = self._elements.refresh(self._before[1])
            if same is not None and "focused" in same.states:
                return same
        found = self._elements.focused(window)
        is_field = found is not None and (found.role in TEXT_ROLES or found.role == PASSWORD_ROLE)
        self._before = (window, found) if found is not None and is_field else None
        return found

    def _in_field(self, window: Window, element: Element) -> Look:
        if element.role == PASSWORD_ROLE:
            return _found("secret", window, element, element.name or window.title)
        if element.role == TERMINAL:
            return self._in_terminal(window, element)
        return _found("plain", window, element, element.name)

    def _in_terminal(self, window: Window, element: Element) -> Look:
        screen = element.tail or element.text
        if asks_password(screen):
            return _found("secret", window, element, _last_line(screen), terminal=True)
        verdict: Verdict = "secret" if self._hides(window.pid) else "plain"
        return _found(verdict, window, element, terminal=True)

    def _unseen(self, window: Window, is_silent: bool, slow: bool = False) -> Look:
        """What to think of a window where no element is known to have the keyboard."""
        hides = self._hides(window.pid)
        if hides is not None:
            return _found("secret" if hides else "plain", window, terminal=True)
        if _ASKS.search(window.title):
            return _found("secret", window, label=window.title)
        young = time.monotonic() - self._since[window.id] < YOUNG_SECONDS
        if young or (slow and not is_silent and self._elements.tree(window).capped):
            return _found("unknown", window)
        return _found("plain", window)


class FocusWatch:
    """Looks in a thread of its own, whenever somebody asks for it.

    Args:
        look: looks once.
        told: is told of every look, on that thread.
    """

    def __init__(self, look: Callable[[], Look], told: Callable[[Look], None]) -> None:
        self._look = look
        self._told = told
        self._changed = threading.Condition()
        self._when: float | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="recording-focus", daemon=True)
        self._thread.start()

    def ask(self, when: float) -> None:
        """Have a look begin at `when`, or as soon as one may; an earlier wish for a later time is forgotten."""
        with self._changed:
            if self._when is None or self._when < when:
                self._when = when
                self._changed.notify()

    def close(self) -> None:
        """End it, when the look that is under way has ended."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        earliest = 0.0
        while self._await(earliest):
            earliest = time.monotonic() + INTERVAL_SECONDS
            try:
                look = self._look()
            except AgentError:
                continue  # the windows can't be read: nothing is known
            self._told(look)

    def _await(self, earliest: float) -> bool:
        """Wait until a look is wanted; False at the end."""
        with self._changed:
            while not self._closing:
                now = time.monotonic()
                if self._when is not None and now >= max(self._when, earliest):
                    self._when = None
                    return True
                self._changed.wait(None if self._when is None else max(0.001, max(self._when, earliest) - now))
        return False


def asks_password(screen: str) -> bool:
    """Whether the last line of a terminal asks for a password, in English, German, French or Chinese."""
    return shell.asks_password(screen) or _QUESTION.search(_last_line(screen)[-200:]) is not None


def _last_line(screen: str) -> str:
    return one_line(screen.rstrip()[-2000:].rpartition("\n")[2])


def _found(
    verdict: Verdict, window: Window, element: Element | None = None, label: str = "", terminal: bool = False
) -> Look:
    return Look(0.0, 0.0, verdict, label, window, element, terminal)
