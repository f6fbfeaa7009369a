"""What stood where an event went, and who describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop_agent.core.desktop import Element, Layout, Screenshot, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.format import Box, Place, Spot, Target, WindowRef


@dataclass(frozen=True)
class Described:
    """A target, and the PNGs that it names."""

    target: Target
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Sight:
    """What was seen where something was done, right before.

    Args:
        surface: the window at `point`, which may be a menu or another popup.
        window: the one that it belongs to; itself where it is no popup.
        elements: those that are known at and around the point.
        element: the one that was acted on, if it is known.
        point: on the desktop.
        shot: the desktop, what must not be shown painted over; None where no picture may be kept.
    """

    surface: Window
    window: Window
    elements: Sequence[Element]
    element: Element | None
    point: Point
    shot: Screenshot | None


class Describer(Protocol):
    """Describes targets so that they are found again."""

    def window(self, window: Window) -> WindowRef:
        """How to refer to `window`."""

    def target(self, sight: Sight) -> Described:
        """What stands at the sight's point."""


@dataclass(frozen=True)
class Observation:
    """What stood where the event `number` went. `window` is None where none is known; `target` is what the event acted
    on, for keys without a known field None. `note` says for people what is uncertain."""

    number: int
    window: WindowRef | None = None
    window_id: int = 0
    target: Target | None = None
    role: str = ""
    multi_line: bool = False
    own: bool = False
    """A window of ours: not to be recorded."""
    panel: bool = False
    popup: bool = False
    known: bool = True
    """For typing: whether the application tells which field has the keyboard."""
    note: str = ""
    hovers: tuple[Target, ...] = ()
    """What the mouse had to rest on before, one after the other, so that the menu or window opened in which the event
    went."""

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "window": self.window and self.window.model_dump(exclude_defaults=True),
            "target": self.target and self.target.model_dump(mode="json", exclude_defaults=True),
            "hovers": [each.model_dump(mode="json", exclude_defaults=True) for each in self.hovers],
        }


_PLAIN = ("number", "window_id", "role", "multi_line", "own", "panel", "popup", "known", "note")


def observation_of(content: Mapping[str, Any]) -> Observation:
    """The observation that `Observation.body` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is damaged.
    """
    window, target = content["window"], content["target"]
    return Observation(
        **{name: content[name] for name in _PLAIN},
        window=None if window is None else WindowRef.model_validate(window),
        target=None if target is None else Target.model_validate(target),
        hovers=tuple(Target.model_validate(each) for each in content["hovers"]),
    )


def place_of(window: Window, point: Point, layout: Layout) -> Place:
    """Where `point` is in `window`, and where that is on its monitor."""
    home = next((each.region for each in layout.monitors if each.region.contains(window.region.center)), layout.bounds)
    region = window.region
    return Place(
        point=Spot(x=point.x - region.x, y=point.y - region.y),
        window=_box(region.moved(-home.x, -home.y)),
        monitor_width=max(1, home.width),
        monitor_height=max(1, home.height),
    )


def _box(rect: Rect) -> Box:
    return Box(x=rect.x, y=rect.y, width=max(1, rect.width), height=max(1, rect.height))
