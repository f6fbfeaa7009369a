"""What planners must not see: applications that are never captured, and the secrets that were typed."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from desktop_agent.core.desktop import Element, Level, Window
from desktop_agent.core.geometry import Rect
from desktop_agent.core.settings import PASSWORD_MANAGERS
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.regions import visible_parts

MARGIN = 4
"""Pixels around a field that its text may touch, and within which a list of suggestions hangs on it."""
CUT = "…"
"""What ends a text of which only the beginning was read."""

Finder = Callable[[Element], Element | None]
"""Tells how an element is now; None where it is gone or can't be asked."""


@dataclass(frozen=True)
class Place:
    """Where a secret was typed: the field, or the whole `window` where none is known."""

    window: Window
    field: Element | None

    @classmethod
    def of(cls, window: Window, focused: Element | None) -> "Place":
        """The place that keys go to, `focused` being the element that has the keyboard."""
        known = focused is not None and not focused.region.empty and _is_field(focused)
        return cls(window, focused if known else None)

    @property
    def field_region(self) -> Rect:
        """Where the field was then."""
        return self.field.region if self.field is not None else self.window.frame

    def regions(self, now: Window, find: Finder) -> tuple[Rect, ...]:
        """Where it may show its text, its window being `now`: where it was in the window, and where it says it is."""
        if self.field is None:
            return (now.frame,)
        found, before = find(self.field), self.window.region
        shown = (found.region.grown(MARGIN),) if found is not None and not found.region.empty else ()
        if (now.region.width, now.region.height) == (before.width, before.height):
            moved = self.field.region.moved(now.region.x - before.x, now.region.y - before.y)
            return (moved.grown(MARGIN), *shown)
        return shown or (now.frame,)

    def holds(self, element: Element, field_now: Rect) -> bool:
        """Whether `element` is the field, or a part of it."""
        if element.pid != self.window.pid:
            return False
        return self.field is None or element.ref == self.field.ref or field_now.encloses(element.region)


class Privacy:
    """Shared by all that looks for planners. Safe to use from several threads.

    Args:
        never_captured: see `Settings`.
    """

    def __init__(self, never_captured: Sequence[str] = PASSWORD_MANAGERS) -> None:
        self._places: tuple[Place, ...] = ()
        self._values: tuple[tuple[re.Pattern[str], str, str], ...] = ()
        self.use(never_captured)

    def use(self, never_captured: Sequence[str]) -> None:
        """Go on with other applications that are never captured."""
        names = (each.strip().casefold() for each in never_captured)
        words = "|".join(rf"(?<![^\W_]){re.escape(each)}" for each in names if each)
        self._never = re.compile(words) if words else None

    def hides(self, window: Window | None) -> bool:
        """Whether it belongs to an application that is never captured."""
        never = self._never
        return window is not None and never is not None and never.search(window.application.casefold()) is not None

    def typing(self, name: str, value: str, place: Place) -> None:
        """From now on the secret called `name` shows in `place`, and its value is told nowhere."""
        if place not in self._places:
            self._places = (*self._places, place)
        known = (re.compile(re.escape(value), re.IGNORECASE), value, marker(name))
        if known not in self._values:
            # A value that holds another one is looked for first.
            self._values = tuple(sorted((*self._values, known), key=lambda each: -len(each[1])))

    @property
    def knows_secrets(self) -> bool:
        """Whether any was typed."""
        return bool(self._values)

    @property
    def secrets(self) -> int:
        """How many were typed."""
        return len(self._values)

    def tells(self, text: str) -> bool:
        """Whether `text` holds a secret that was typed."""
        return any(pattern.search(text) for pattern, _, _ in self._values)

    def redacted(self, text: str) -> str:
        """`text` with a marker in the place of each secret that was typed, also where it is cut off in one."""
        for pattern, value, mark in self._values:
            text = pattern.sub(mark, text)
            if text.endswith(CUT):
                text = _without_beginning(text.removesuffix(CUT), value, mark) + CUT
        return text

    def hidden_regions(
        self, stacking: Sequence[Window], own_pids: frozenset[int], region: Rect, find: Finder = lambda _: None
    ) -> tuple[Rect, ...]:
        """The parts of `region` that no picture may show: windows of our own, of applications that are never captured,
        and places where a secret was typed.

        Args:
            stacking: all visible windows, topmost first.
            own_pids: processes whose windows are our own.
            region: of the desktop.
            find: where a field may have moved within its window.
        """
        pids = own_pids | {each.pid for each in stacking if each.pid and self.hides(each)}
        typed = self._typed_in(stacking, find)

        def parts(window: Window) -> Iterable[Rect]:
            if window.pid in pids or self.hides(window):
                return (window.frame,)
            mine = [part for place, part in typed if place.window.id == window.id]
            suggests = window.popup and any(
                place.window.pid == window.pid and not window.frame.intersection(part).empty for place, part in typed
            )
            return (window.frame,) if suggests else mine

        return visible_parts(stacking, region, parts)

    def veiled(self, elements: Sequence[Element]) -> tuple[Element, ...]:
        """`elements` of one process as planners may see them: a field with a secret in it tells nothing else."""
        if not self._places:
            return tuple(elements)
        now = {each.ref: each.region for each in elements}
        fields = [
            (place, now.get(place.field.ref, place.field_region) if place.field else place.field_region)
            for place in self._places
        ]
        return tuple(self._veiled(each, fields) for each in elements)

    def veiled_text(self, element: Element, text: str) -> str:
        """The whole `text` of `element`, likewise."""
        return self._only_secrets(text) if self.veils(element) else self.redacted(text)

    def veils(self, element: Element) -> bool:
        """Whether it is a field with a secret in it, or a part of one, so that its text can't be read."""
        return any(place.holds(element, place.field_region) for place in self._places)

    def _veiled(self, element: Element, fields: Sequence[tuple[Place, Rect]]) -> Element:
        hidden = [place for place, region in fields if place.holds(element, region)]
        if not hidden:
            name, text, tail = map(self.redacted, (element.name, element.text, element.tail))
            return replace(element, name=name, text=text, tail=tail, path=self._path(element.path, name))
        is_field = any(place.field is not None and place.field.ref == element.ref for place in hidden)
        name = self.redacted(element.name) if is_field else self._only_secrets(element.name)
        text, tail = self._only_secrets(element.text), self._only_secrets(element.tail)
        return replace(element, name=name, text=text, tail=tail, path=self._path(element.path, name))

    def _path(self, path: tuple[Level, ...], name: str) -> tuple[Level, ...]:
        """The way to an element that is now called `name`."""
        above = tuple(replace(each, name=self.redacted(each.name)) for each in path[:-1])
        return (*above, *(replace(each, name=name) for each in path[-1:]))

    def _only_secrets(self, text: str) -> str:
        """The markers of the secrets in `text`, and nothing around them: a part of one may stand there."""
        marks = {mark for _, _, mark in self._values}
        pattern = "|".join(re.escape(each) for each in marks)
        return "".join(re.findall(pattern, self.redacted(text))) if pattern else ""

    def _typed_in(self, stacking: Sequence[Window], find: Finder) -> list[tuple[Place, Rect]]:
        windows = {each.id: each for each in stacking}
        return [
            (place, part)
            for place in self._places
            if place.window.id in windows
            for part in place.regions(windows[place.window.id], find)
        ]


def marker(name: str) -> str:
    """What stands in the place of the value of the secret called `name`."""
    return f'[secret "{name}"]'


def _is_field(element: Element) -> bool:
    return element.takes_text or element.role == PASSWORD_ROLE


def _without_beginning(text: str, value: str, mark: str) -> str:
    """`text` without the beginning of `value` that it ends with."""
    for length in range(min(len(value), len(text)), 0, -1):
        if text[-length:].casefold() == value[:length].casefold():
            return text[:-length] + mark
    return text
