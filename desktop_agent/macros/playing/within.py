"""What a run sees of the desktop where its scope is only a part of it: that part, and who looks for a macro's targets
there."""

import dataclasses
from contextlib import suppress

from desktop_agent.core.desktop import Layout, Scope, Screenshot, Window
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.core.text import one_line
from desktop_agent.macros.errors import Ambiguous, NotFound, OutOfScope, Unreachable
from desktop_agent.macros.format import Target
from desktop_agent.macros.found import Finder, Found
from desktop_agent.macros.wording import target_name
from desktop_agent.step.desk import Desk
from desktop_agent.step.regions import scope_region, scope_windows


def within(desk: Desk, scope: Scope) -> Desk:
    """`desk` with eyes that see only `scope`."""
    screen = ScopedScreen(desk.screen, desk.windows, scope)
    return dataclasses.replace(desk, screen=screen, windows=ScopedWindows(desk.windows, scope))


class ScopedWindows:
    """Implements `core.protocols.Windows`: only those that belong to the scope, or show in its region.

    Args:
        windows: all of them.
        scope: what may be seen.
    """

    def __init__(self, windows: Windows, scope: Scope) -> None:
        self._windows = windows
        self._scope = scope

    def active(self) -> Window | None:
        return self._shown(self._windows.active())

    def at(self, point: Point) -> Window | None:
        """The window that a click reaches, whosever it is."""
        return self._windows.at(point)

    def stacking(self) -> tuple[Window, ...]:
        if self._scope.kind == "window":
            return scope_windows(self._windows, self._scope)
        region = self._scope.region
        return tuple(each for each in self._windows.stacking() if not each.region.intersection(region).empty)

    def get(self, window: int) -> Window | None:
        return self._shown(self._windows.get(window))

    def activate(self, window: int) -> bool:
        return self.get(window) is not None and self._windows.activate(window)

    def close(self) -> None:
        self._windows.close()

    def _shown(self, window: Window | None) -> Window | None:
        return window if window is not None and any(each.id == window.id for each in self.stacking()) else None


class ScopedScreen:
    """Implements `core.protocols.Screen`: pictures are clipped to the scope.

    Args:
        screen: all of it.
        windows: where a window's scope is now.
        scope: what may be seen.
    """

    def __init__(self, screen: Screen, windows: Windows, scope: Scope) -> None:
        self._screen = screen
        self._windows = windows
        self._scope = scope

    def layout(self) -> Layout:
        return self._screen.layout()

    def grab(self, region: Rect) -> Screenshot:
        part = region.intersection(scope_region(self._windows, self._scope))
        if part.empty:
            raise UsageError(f"That lies outside of {self._scope.label}.", _hint(self._scope))
        return self._screen.grab(part)

    def close(self) -> None:
        self._screen.close()


class ScopedFinder:
    """Implements `macros.found.Finder`: finds what lies within the scope, and tells what lies outside of it from what
    is not there at all.

    Args:
        finder: looks within the scope.
        everywhere: looks on the whole desktop.
        windows: where a window's scope is now.
        scope: what may be touched.
    """

    def __init__(self, finder: Finder, everywhere: Finder, windows: Windows, scope: Scope) -> None:
        self._finder = finder
        self._everywhere = everywhere
        self._windows = windows
        self._scope = scope

    def find(self, target: Target, picture: Image | None) -> Found:
        """See `Finder.find`.

        Raises:
            OutOfScope: it is there, but outside.
        """
        try:
            found = self._finder.find(target, picture)
        except Unreachable:
            raise
        except NotFound:
            if self._is_elsewhere(target, picture):
                raise out_of_scope(target_name(target), self._scope) from None
            raise
        if not scope_region(self._windows, self._scope).contains(found.point):
            raise out_of_scope(target_name(target), self._scope)
        return found

    def _is_elsewhere(self, target: Target, picture: Image | None) -> bool:
        with suppress(NotFound):
            try:
                self._everywhere.find(target, picture)
            except (Ambiguous, Unreachable):
                return True
            return True
        return False


def out_of_scope(name: str, scope: Scope) -> OutOfScope:
    """What is raised where `name` lies outside of `scope`."""
    return OutOfScope(f"{name[:1].upper()}{name[1:]} lies outside of {one_line(scope.label, 80)}.", _hint(scope))


def _hint(scope: Scope) -> str:
    return (
        f"This run may see and touch {one_line(scope.label, 80)} only. Play the macro yourself, or give the run the "
        "whole screen."
    )
