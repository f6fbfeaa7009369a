"""A target that was found on the screen again, and who finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.macros.format import Target

Rung = Literal["element", "picture", "text", "place", "model"]
"""How it was found; the ladder is climbed in this order, and `place` counts only in an unchanged window."""


@dataclass(frozen=True)
class Found:
    """Where a target is now. `region` is what a ring surrounds and `point` where to act, both on the desktop.
    `evidence` says in one sentence why it is taken for the target."""

    rung: Rung
    window: Window
    region: Rect
    point: Point
    element: Element | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Mended:
    """A place that a person confirmed, and the target described anew, with its pictures by their names. Its texts are
    escaped, as what was recorded is."""

    found: Found
    target: Target
    pictures: Mapping[str, bytes]


class Finder(Protocol):
    """Finds targets again. It never guesses."""

    def find(self, target: Target, picture: Image | None) -> Found:
        """Where `target` is now; it looks once, and does not wait.

        Args:
            target: with its texts filled in.
            picture: what the target's picture shows, if it has one.

        Raises:
            NotFound: nothing on the screen is it.
            Ambiguous: several things may be it.
            Unavailable: the screen can't be read.
        """
