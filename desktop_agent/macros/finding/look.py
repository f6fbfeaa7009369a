"""One look at the desktop: everything is asked at most once, so that all rungs see the same moment."""

from dataclasses import dataclass
from functools import cached_property

from desktop_agent.core.desktop import Element, Screenshot, Window, Word
from desktop_agent.core.errors import CaptureFailed, Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.naming import IN_POPUPS
from desktop_agent.macros.finding.names import near_texts, near_words
from desktop_agent.macros.finding.windows import matching
from desktop_agent.macros.format import Target, WindowRef
from desktop_agent.step.desk import Desk
from desktop_agent.tools.ranking import of_popup


@dataclass(frozen=True)
class Pane:
    """A surface on which the target may be: a window that its reference means, or one of that window's popups.
    `elements` are those on it; `told` whether its application told all of them."""

    window: Window
    surface: Window
    elements: tuple[Element, ...]
    told: bool

    @property
    def region(self) -> Rect:
        """Where it is on the desktop."""
        return self.surface.region

    def innermost(self, point: Point) -> Element | None:
        """The smallest element at `point`, the last of several."""
        hits = [each for each in reversed(self.elements) if each.region.contains(point)]
        return min(hits, key=lambda each: each.region.area, default=None)


@dataclass(frozen=True)
class Miss:
    """A rung found nothing: `why` for people, the rest of a sentence that begins with its name."""

    why: str


class Scene:
    """The windows that a reference means, and what is in them, at one moment.

    Args:
        desk: the eyes, which leave out what must not be seen.
        ref: which windows; None means any.
    """

    def __init__(self, desk: Desk, ref: WindowRef | None) -> None:
        self._desk = desk
        self._ref = ref
        self._shots: dict[int, Screenshot] = {}
        self._words: dict[int, tuple[Word, ...]] = {}

    @cached_property
    def stacking(self) -> tuple[Window, ...]:
        """Visible windows that are neither ours nor hidden from macros, topmost first."""
        own = self._desk.hands.own_pids()
        hides = self._desk.privacy.hides
        return tuple(each for each in self._desk.windows.stacking() if each.pid not in own and not hides(each))

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Those that are meant, topmost first."""
        return matching(self._ref, self.stacking)

    @cached_property
    def panes(self) -> tuple[Pane, ...]:
        """The popups of those windows, which lie above them, then the windows."""
        main = tuple(self._pane(each, each) for each in self.windows)
        told = {pane.window.pid for pane in main if pane.told}
        owners = {each.pid: each for each in reversed(self.windows)}
        popups = [each for each in self.stacking if each.popup and each.pid in owners and each not in self.windows]
        return (*(self._popup(owners[each.pid], each, each.pid in told) for each in popups), *main)

    def elements(self, window: Window) -> tuple[Element, ...]:
        """Those of `window` and of its popups."""
        of_it = (each for pane in self.panes if pane.window.id == window.id for each in pane.elements)
        return tuple({each.ref: each for each in of_it}.values())

    def shot(self, pane: Pane) -> Screenshot:
        """The pixels of a pane, as far as they are on the screen.

        Raises:
            CaptureFailed: they can't be read.
        """
        key = pane.surface.id
        if key not in self._shots:
            try:
                self._shots[key] = self._desk.screen.grab(pane.region)
            except CaptureFailed:
                raise
            except Unavailable as error:
                raise CaptureFailed(error.user_message, error.hint, error.details) from error
        return self._shots[key]

    def words(self, pane: Pane) -> tuple[Word, ...]:
        """What can be read in a pane, the regions in pixels of its picture.

        Raises:
            Unavailable: nothing can be read.
        """
        if pane.surface.id not in self._words:
            self._words[pane.surface.id] = self.read(self.shot(pane).image)
        return self._words[pane.surface.id]

    def read(self, image: Image) -> tuple[Word, ...]:
        """What can be read in a picture.

        Raises:
            Unavailable: nothing can be read.
        """
        return self._desk.reader.read(image)

    def near(self, pane: Pane, region: Rect) -> tuple[str, ...]:
        """The texts beside `region` of a pane: the names of elements, or where it tells none what can be read.

        Raises:
            Unavailable: it tells none, and nothing can be read.
        """
        if elements := self.elements(pane.window):
            return near_texts(region, elements)
        view = self.shot(pane).view
        return near_words(region, ((each.text, view.screen_rect(each.region)) for each in self.words(pane)))

    def surface(self, pane: Pane, point: Point) -> Window | None:
        """The window that a click at `point` of `pane` reaches; None where that is another one."""
        top = self._desk.windows.at(point)
        if top is None:
            return None
        if top.id == pane.surface.id:
            return top
        inner = pane.innermost(point)
        is_menu_of_it = top.popup and top.pid == pane.surface.pid and inner is not None and inner.role in IN_POPUPS
        return top if is_menu_of_it else None

    def above(self, point: Point) -> str:
        """What a click at `point` would reach, for people."""
        top = self._desk.windows.at(point)
        return f"“{top.title or top.application or 'another window'}”" if top else "nothing: it is off the screen"

    def monitor_scale(self, point: Point) -> float:
        """The scaling of the monitor at `point`."""
        monitors = self._desk.screen.layout().monitors
        return next((each.scale for each in monitors if each.region.contains(point)), 1.0)

    def _pane(self, window: Window, surface: Window) -> Pane:
        try:
            tree = self._desk.elements.tree(surface)
        except Unavailable:
            return Pane(window, surface, (), False)
        return Pane(window, surface, tree.elements, not tree.capped and bool(tree.elements))

    def _popup(self, window: Window, popup: Window, told: bool) -> Pane:
        """Of a popup of `window`, which `told` its elements: an open menu's are among them, and a tooltip has none."""
        pane = self._pane(window, popup)
        return Pane(window, popup, tuple(of_popup(pane.elements, popup)), pane.told or told)


class Look(Scene):
    """A scene in which a target is looked for.

    Args:
        desk: the eyes.
        target: what is looked for.
        picture: how it looked, if that is known.
    """

    def __init__(self, desk: Desk, target: Target, picture: Image | None) -> None:
        super().__init__(desk, target.window)
        self.target = target
        self.picture = picture
