"""What tests of playing need beside the desktop: macros from plain data, a finder that knows elements only, a shelf."""

from dataclasses import dataclass, field

from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.core.images import Image
from desktop_agent.macros.errors import Ambiguous, BadMacro, NotFound
from desktop_agent.macros.files import Stored
from desktop_agent.macros.finding.windows import matching
from desktop_agent.macros.format import Condition, Macro, Target
from desktop_agent.macros.found import Found
from desktop_agent.macros.library import fold
from desktop_agent.step.desk import Desk


@dataclass(frozen=True)
class Pictures:
    """A macro's source that holds what it is given."""

    parts: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str, limit: int) -> bytes:
        if name not in self.parts:
            raise BadMacro(f"{name} is missing.")
        return self.parts[name]


def stored(name: str, *steps: dict, parameters: tuple[dict, ...] = (), **more: object) -> Stored:
    """A macro of these steps; each gets an id where it has none."""
    numbered = [{"id": f"s{number}", **step} for number, step in enumerate(steps, 1)]
    return Stored(Macro.model_validate({"name": name, "steps": numbered, "parameters": parameters, **more}), Pictures())


def element(role: str, name: str, window: str = "", title: str = "") -> dict:
    """A target that is an element of an application's window."""
    target: dict = {"element": {"role": role, "name": name}}
    return target | {"window": {"application": window, "title": title}} if window or title else target


class Shelf:
    """A library in memory."""

    def __init__(self, *macros: Stored) -> None:
        self._macros = {fold(each.macro.name): each for each in macros}

    def find(self, name: str) -> Stored:
        if fold(name) not in self._macros:
            raise UsageError(f"There is no macro called “{name}”.")
        return self._macros[fold(name)]

    def open(self, entry: Stored) -> Stored:
        return entry


class ElementFinder:
    """Implements `Finder` by role and name alone, and tells conditions by it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.looks = 0
        self.rung = "element"

    def find(self, target: Target, picture: Image | None) -> Found:
        self.looks += 1
        wanted = target.element
        assert wanted is not None
        hits = [
            (window, each)
            for window in self._windows(target)
            for each in self._elements(window)
            if (each.role, each.name) == (wanted.role, wanted.name) and not each.region.empty
        ]
        refs = {each.ref: (window, each) for window, each in reversed(hits)}
        if not refs:
            raise NotFound(f"There is no {wanted.role} “{wanted.name}”.")
        if len(refs) > 1:
            raise Ambiguous(f"There are {len(refs)} of {wanted.role} “{wanted.name}”.")
        (window, found) = next(iter(refs.values()))
        top = self._desk.windows.at(found.region.center) or window
        surface = top if top.popup and top.pid == window.pid else window
        return Found(self.rung, surface, found.region, found.region.center, found, "its role and its name")

    def holds(self, condition: Condition, picture: Image | None) -> bool:
        return self._is_there(condition, picture) != condition.gone

    def _is_there(self, condition: Condition, picture: Image | None) -> bool:
        stacking = self._desk.windows.stacking()
        if condition.target is not None:
            try:
                return self.find(condition.target, picture) is not None
            except NotFound:
                return False
            except Ambiguous:
                return True
        windows = matching(condition.window, stacking) if condition.window is not None else list(stacking)
        if not condition.text:
            return bool(windows)
        return any(
            condition.text in f"{each.text} {each.name}" for window in windows for each in self._elements(window)
        )

    def _windows(self, target: Target) -> list:
        stacking = self._desk.windows.stacking()
        if target.window is None:
            return [each for each in stacking if not each.panel]
        main = list(matching(target.window, stacking))
        pids = {each.pid for each in main}
        return [each for each in stacking if each.popup and each.pid in pids] + main

    def _elements(self, window: object) -> tuple:
        try:
            return self._desk.elements.tree(window).elements
        except Unavailable:
            return ()
