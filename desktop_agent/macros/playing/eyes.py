"""Finding where a step acts, ready to be acted on."""

from collections.abc import Callable
from contextlib import suppress

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.images import Image
from desktop_agent.macros.errors import Ambiguous, NotFound
from desktop_agent.macros.format import Target, WindowRef
from desktop_agent.macros.found import Found
from desktop_agent.macros.playing import windows
from desktop_agent.macros.playing.actions import Spot, claim
from desktop_agent.macros.playing.pace import Pace
from desktop_agent.macros.playing.stage import Stage
from desktop_agent.macros.playing.within import out_of_scope
from desktop_agent.step.capture import capture
from desktop_agent.step.observe import focused_in
from desktop_agent.tools.context import Sight, spot_at


class Eyes:
    """Looks for one run. Each look is one; who needs to wait looks again.

    Args:
        stage: eyes.
        pace: tells whether the screen is at rest.
    """

    def __init__(self, stage: Stage, pace: Pace) -> None:
        self._stage = stage
        self._desk = stage.desk
        self._pace = pace

    def find(self, target: Target, picture: Image | None) -> tuple[Found, Screenshot]:
        """The target, found by something that goes nowhere while the screen moves, or at rest; and the picture on which
        that is based. It is older than what was found, so that a change in between is noticed.

        Raises:
            NotFound, Ambiguous, Unavailable: see `Finder.find`.
        """
        found, shot = self._look(target, picture)
        if found.rung != "element" and self._pace.rest():
            return self._look(target, picture)
        return found, shot

    def spot(self, target: Target, picture: Image | None) -> Spot:
        """Where to act on `target`.

        Raises:
            NotFound: it is not there, or something lies over it.
            Ambiguous, Unavailable: see `Finder.find`.
        """
        found, shot = self.find(target, picture)
        self._require_on_top(found)
        element = found.element or spot_at(Sight(self._desk, self._stage.scope), found.point).element
        return Spot(shot, found.window, element, found.region, found.point, claim(target, element))

    def raising(self, ref: WindowRef | None, look: Callable[[], Spot]) -> Callable[[], Spot]:
        """`look` that, where it finds nothing, brings the window to the front that `ref` means, once."""
        tried = False

        def again() -> Spot:
            nonlocal tried
            try:
                return look()
            except NotFound:
                if tried or ref is None or not self._bring_forward(ref):
                    raise
                tried = True
                return look()

        return again

    def keyboard(self, ref: WindowRef | None) -> Spot:
        """Where keys go: the focus in the window that `ref` means, which is brought to the front, or wherever it is.

        Raises:
            NotFound: there is no such window, or it does not come to the front.
            OutOfScope: the run may not touch it.
            Ambiguous: there are several.
        """
        name = ""
        for _ in range(2):
            self._pace.rest()
            self._stage.trees.look()
            shot = self.shot()
            active = self._desk.windows.active()
            window = windows.find(self._stage, ref) if ref is not None else active
            everything = self._stage.everything
            if window is None and everything is not None and everything.windows.active() is not None:
                raise out_of_scope("the window that has the keyboard", self._stage.scope)
            if window is None:
                raise NotFound("No window has the keyboard.", "Click into one first.")
            if active is not None and window.id == active.id:
                element = focused_in(self._desk, window)
                region = element.region if element is not None and not element.region.empty else window.region
                return Spot(shot, window, element, region)
            self._pace.acted()
            name = window.title or window.application
            self._desk.windows.activate(window.id)
        raise NotFound(f"“{name}” does not come to the front.")

    def shot(self) -> Screenshot:
        """The screen now.

        Raises:
            CaptureFailed: it can't be read.
        """
        return capture(self._desk, self._stage.scope)

    def _look(self, target: Target, picture: Image | None) -> tuple[Found, Screenshot]:
        shot = self.shot()
        self._stage.trees.look()
        return self._stage.finder.find(target, picture), shot

    def _require_on_top(self, found: Found) -> None:
        there = self._desk.windows.at(found.point)
        if there is None or there.id != found.window.id:
            over = f"“{there.title or there.application}” lies over it" if there else "it lies off the screen"
            raise NotFound(f"It is there, but {over}.", "Move that away, and play it again.")

    def _bring_forward(self, ref: WindowRef) -> bool:
        """Whether the window that `ref` means was behind another one, and came to the front."""
        desk = self._desk
        with suppress(NotFound, Ambiguous):
            window, active = windows.find(self._stage, ref), desk.windows.active()
            top = next((each for each in desk.windows.stacking() if not (each.popup or each.panel)), None)
            if any(each is None or each.id != window.id for each in (top, active)):
                self._pace.acted()
                return desk.windows.activate(window.id)
        return False
