"""Which keys may be kept.

Typed keys are held back until it is known where they went. The stream is cut into stretches by what may move the focus:
clicks, Tab, Enter, combinations. Within a stretch a look at the focus counts only where the focus had time to follow,
and a key is kept only if a look that began after it, or one shortly before, found an ordinary field. A stretch in which
any look finds a secret one is masked from there on; so is a key about which no look ever tells.

Pure: it is told of events and looks with their times, and says what may be kept.
"""

import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.text import one_line
from desktop_agent.macros.recording.events import Button, Event, Key, Masked, Raw

FOLLOWS_SECONDS = 0.08
"""How long the focus may take to follow a click or a key."""
GRACE_SECONDS = 0.02
"""By how much later than a look an event may be read that happened before its end."""
FRESH_SECONDS = 1.0
"""How old a look may be that tells where a key went, where none began after the key."""
PATIENCE_SECONDS = 5.0
"""After which a key is masked about which nothing could be told."""
REMEMBERED = 8
"""Looks of a stretch that are kept in mind, beside one that found something secret."""
WHEEL = 4
"""The first button of the wheel."""
MOVERS = frozenset({"tab", "enter", "escape", "menu", *(f"f{number}" for number in range(1, 25))})
"""Keys that may move the focus, of those that write nothing."""
EDITING = frozenset({"backspace", "delete", "insert", "left", "right", "up", "down", "home", "end"})
"""Keys that belong to typing, and are not kept where it is masked."""
_NAME = re.compile(r"[^\w .@-]+")
_LONGEST_NAME = 40

Verdict = Literal["plain", "secret", "own", "unknown"]
"""What a look at the focus finds: an ordinary field, one whose content is secret, a window of ours, or nothing yet."""


@dataclass(frozen=True)
class Look:
    """A look at the focus, from `began` to `ended`. `label` is what people call the field; in a `terminal` Tab does not
    move the focus."""

    began: float
    ended: float
    verdict: Verdict
    label: str = ""
    window: Window | None = None
    element: Element | None = None
    terminal: bool = False


@dataclass(frozen=True)
class Kept:
    """What may be kept, and the look that tells where it went, if it is typing."""

    event: Event
    look: Look | None = None


@dataclass
class _Stretch:
    start: float
    end: float | None = None
    held: deque[Key] = field(default_factory=deque)
    looks: list[Look] = field(default_factory=list)
    masked: bool = False
    """Whether a `Masked` stands for what was typed in it."""

    def is_told_by(self, look: Look) -> bool:
        return look.began >= self.start + FOLLOWS_SECONDS and (self.end is None or look.ended <= self.end)

    def first(self, verdict: Verdict) -> Look | None:
        return next((each for each in self.looks if each.verdict == verdict and self.is_told_by(each)), None)


class Mask:
    """Holds typed keys back, and lets those go that may be kept. One thread at a time.

    Args:
        names: of secrets that were given already.
    """

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._stretches: deque[_Stretch] = deque([_Stretch(float("-inf"))])
        self._names = set(names)
        self._kept_codes: dict[int, bool] = {}
        self.masked = 0
        """Keys that were masked."""
        self.untold = 0
        """Those of them that were masked only because nobody could tell where they went."""
        self.own = 0
        """Keys that went to windows of ours."""
        self._terminal = False

    @property
    def held(self) -> int:
        """Keys that are held back now."""
        return sum(len(each.held) for each in self._stretches)

    def take(self, event: Raw) -> Iterator[Kept]:
        """What of `event` may be kept at once."""
        if isinstance(event, Key):
            yield from self._take_key(event)
            return
        yield Kept(event)
        if isinstance(event, Button) and event.down and event.button < WHEEL:
            self.cut(event.at)

    def looked(self, look: Look) -> None:
        """Take note of a look."""
        self._terminal = look.terminal
        for stretch in self._stretches:
            stretch.looks.append(look)
        open_one = self._stretches[-1]
        if len(open_one.looks) > REMEMBERED:
            decisive = open_one.first("secret") or open_one.first("own")
            latest = open_one.looks[-REMEMBERED:]
            open_one.looks = latest if decisive is None or decisive in latest else [decisive, *latest]

    def due(self, now: float) -> Iterator[Kept]:
        """What may be kept now that was held back."""
        for stretch in self._stretches:
            while stretch.held:
                fate = self._fate(stretch, stretch.held[0], now)
                if fate is None:
                    break
                yield from self._decide(stretch, stretch.held.popleft(), *fate)
        while len(self._stretches) > 1 and not self._stretches[0].held:
            self._stretches.popleft()

    def flush(self) -> Iterator[Kept]:
        """The end: what is still held back is masked."""
        yield from self.due(float("inf"))

    def wants_look(self) -> float | None:
        """When the next look should begin; None where nobody waits for one. The first one of a stretch is wanted before
        anything is typed: it takes longest, and keys would wait for it."""
        stretch = self._stretches[-1]
        follows = stretch.start + FOLLOWS_SECONDS
        last = next((each for each in reversed(stretch.held) if each.down), None)
        if last is not None:
            return max(last.at, follows)
        return None if any(each.began >= follows for each in stretch.looks) else follows

    def next_due(self) -> float | None:
        """When `due` may have more without another look; None where it won't."""
        ends = [each.end + GRACE_SECONDS for each in self._stretches if each.held and each.end is not None]
        looks = [
            look.ended + GRACE_SECONDS
            for each in self._stretches
            if each.held
            for look in each.looks
            if each.is_told_by(look) and look.began >= each.held[0].at
        ]
        waits = [each.held[0].at + PATIENCE_SECONDS for each in self._stretches if each.held]
        return min((*ends, *looks, *waits), default=None)

    def _take_key(self, key: Key) -> Iterator[Kept]:
        if not key.down:
            yield from self._take_release(key)
            return
        if key.types or (key.name in EDITING and not key.held):
            self._stretches[-1].held.append(key)
            return
        self._kept_codes[key.code] = True
        yield Kept(key)
        if key.held or (key.name in MOVERS and not (key.name == "tab" and self._terminal)):
            self.cut(key.at)

    def _take_release(self, key: Key) -> Iterator[Kept]:
        for stretch in self._stretches:
            if any(each.code == key.code for each in reversed(stretch.held)):
                stretch.held.append(key)  # its fate is that of its press
                return
        if self._kept_codes.pop(key.code, False):
            yield Kept(key)

    def cut(self, at: float) -> None:
        """From `at` on the focus may be elsewhere."""
        self._stretches[-1].end = at
        self._stretches.append(_Stretch(at))

    def _fate(self, stretch: _Stretch, key: Key, now: float) -> tuple[Verdict, Look | None] | None:
        """What becomes of `key`; None while that isn't known."""
        for verdict in ("secret", "own"):
            found = stretch.first(verdict)
            if found is not None:
                return verdict, found
        told = [each for each in stretch.looks if each.verdict == "plain" and stretch.is_told_by(each)]
        after = next((each for each in told if each.began >= key.at), None)
        if after is not None and now >= after.ended + GRACE_SECONDS:
            return "plain", after
        if not key.down:
            return "plain", None  # whose press was decided upon before
        if stretch.end is not None and now >= stretch.end + GRACE_SECONDS:
            before = [each for each in told if key.at - each.began <= FRESH_SECONDS]
            return ("plain", before[-1]) if before else ("unknown", None)
        return ("unknown", None) if now >= key.at + PATIENCE_SECONDS else None

    def _decide(self, stretch: _Stretch, key: Key, verdict: Verdict, look: Look | None) -> Iterator[Kept]:
        if not key.down:
            if self._kept_codes.pop(key.code, False):
                yield Kept(key, look)
            return
        self._kept_codes[key.code] = verdict == "plain"
        if verdict == "plain":
            yield Kept(key, look)
        elif verdict == "own":
            self.own += 1
        else:
            self.masked += 1
            self.untold += verdict == "unknown"
            if key.types and not stretch.masked:
                stretch.masked = True
                yield Kept(Masked(key.number, key.at, self._name(look)), look)

    def _name(self, look: Look | None) -> str:
        """A name for the secret, of its field or its window, that no other one has."""
        label = look.label if look is not None else ""
        if not label and look is not None and look.window is not None:
            label = f"{look.window.application} password"
        plain = " ".join(_NAME.sub(" ", one_line(label)).split())[:_LONGEST_NAME].strip(" .@-") or "password"
        names = itertools.chain((plain,), (f"{plain} {number}" for number in itertools.count(2)))
        name = next(each for each in names if each not in self._names)
        self._names.add(name)
        return name
