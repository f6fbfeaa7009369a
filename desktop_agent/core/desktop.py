"""What the eyes report: monitors, screenshots, windows, elements, words, and the scope of a run."""

from dataclasses import dataclass, field
from typing import Literal

from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image

TEXT_ROLES = frozenset({"text", "entry", "terminal", "editbar", "autocomplete", "spin button", "document text"})
"""AT-SPI roles that take typed text."""


@dataclass(frozen=True)
class Monitor:
    """One monitor. `name` is the output's name ("DP-1"), `scale` the user's scaling (1.0 = 96 dpi)."""

    name: str
    region: Rect
    primary: bool = False
    scale: float = 1.0


@dataclass(frozen=True)
class Layout:
    """All monitors. `id` changes when any of them moves, resizes, appears or goes."""

    id: str
    monitors: tuple[Monitor, ...]

    @property
    def bounds(self) -> Rect:
        """The smallest rectangle around all monitors."""
        bounds = Rect(0, 0, 0, 0)
        for monitor in self.monitors:
            bounds = bounds.union(monitor.region)
        return bounds


@dataclass(frozen=True)
class Screenshot:
    """Pixels of `region`, taken at `taken_at` (seconds, `time.monotonic`) while `layout_id` held.

    `masked` lists the desktop rectangles that were painted grey because planners must not see what stood there.
    """

    id: str
    region: Rect
    layout_id: str
    image: Image
    taken_at: float
    masked: tuple[Rect, ...] = ()

    @property
    def view(self) -> View:
        return View(self.region, self.image.width, self.image.height)


@dataclass(frozen=True)
class Window:
    """A top-level window. `id` is the platform's handle; `region` is its client area on the desktop, `frame` the
    area with the window manager's decorations. `application` is the class name ("Mousepad"). `popup` marks menus,
    tooltips and other windows that no window manager handles."""

    id: int
    title: str
    application: str
    pid: int
    region: Rect
    frame: Rect
    popup: bool = False
    parent: int = 0
    """The window this one is transient for, or 0."""
    panel: bool = False
    """A bar, a tray or the desktop's background: on the screen, but not what a person means by "the window"."""


@dataclass(frozen=True, slots=True)
class Level:
    """A step of the way from a window's root down to an element: of the children with that role and name the
    `index`-th, from 0."""

    role: str
    name: str
    index: int


@dataclass(frozen=True)
class Element:
    """An element of a window's accessibility tree. `ref` finds it again, and is opaque to all but its handler.

    `role` is the AT-SPI role name in lower case ("push button", "text", "menu item"); `states` the AT-SPI state
    names in lower case ("focused", "checked", "sensitive", "editable").
    """

    ref: str
    role: str
    name: str
    region: Rect
    states: frozenset[str] = frozenset()
    text: str = ""
    """Text content or value where it is short and cheap to get; see `Elements.text` for the whole."""
    pid: int = 0
    tail: str = ""
    """The end of a terminal's text where `text` has only its beginning: what Return would run stands there."""
    path: tuple[Level, ...] = field(default=(), compare=False)
    """The way to it from its window's root, which is left out; itself the last. Empty where it isn't known."""

    @property
    def disabled(self) -> bool:
        """Whether it is known to take no input now."""
        return bool(self.states) and self.states.isdisjoint(("enabled", "sensitive"))

    @property
    def editable(self) -> bool:
        """Whether it takes text."""
        return "editable" in self.states and "read only" not in self.states

    @property
    def takes_text(self) -> bool:
        """Whether one types into it, as far as role and states tell."""
        return self.role in TEXT_ROLES or "editable" in self.states


@dataclass(frozen=True)
class ElementTree:
    """A window's visible elements, in tree order. `capped`: time or count ran out, so there may be more."""

    elements: tuple[Element, ...]
    capped: bool = False


@dataclass(frozen=True)
class Surroundings:
    """A window's visible elements around a point, in tree order. `clickable` holds the refs of those of which the
    application says that a click does something, although their role does not tell: a page's `<div onclick>`."""

    elements: tuple[Element, ...]
    clickable: frozenset[str] = frozenset()

    def innermost(self, point: Point) -> Element | None:
        """The smallest element at `point`, the last of several; None where there is none."""
        hits = [each for each in reversed(self.elements) if each.region.contains(point)]
        return min(hits, key=lambda each: each.region.area, default=None)


@dataclass(frozen=True)
class Word:
    """A word that OCR read. `region` is in image pixels; words of one line share `line`; confidence 0…1."""

    text: str
    region: Rect
    line: int
    confidence: float


@dataclass(frozen=True)
class Candidate:
    """A place on the screen that a name may mean. `region` is on the desktop."""

    label: str
    region: Rect
    source: Literal["element", "text"]
    role: str = ""
    window: str = ""
    element: Element | None = None
    behind_tooltip: bool = False
    """Whether a tooltip lies over it, which would swallow a click, and which goes when the pointer moves."""


@dataclass(frozen=True)
class Application:
    """An installed application that can be opened. `id` is its desktop-entry id ("org.xfce.mousepad.desktop")."""

    id: str
    name: str
    terminal: bool = False
    keywords: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Scope:
    """What one run sees and touches. A `window` scope follows its window, `region` being where it was at the start."""

    kind: Literal["screen", "monitor", "region", "window"]
    region: Rect
    label: str
    window: int = 0
    pid: int = 0
