"""Whether something is so now: a target, a window or a text is there, or gone."""

import re

from desktop_agent.core.errors import CaptureFailed, Unavailable
from desktop_agent.core.images import Image
from desktop_agent.macros.errors import Ambiguous, NotFound, Unreachable
from desktop_agent.macros.finding.look import Pane, Scene
from desktop_agent.macros.format import Condition, Target, WindowRef
from desktop_agent.macros.found import Finder
from desktop_agent.step.desk import Desk
from desktop_agent.tools.spotting import spot


class Conditions:
    """Looks once each time it is asked.

    Args:
        desk: the eyes.
        finder: finds targets, see `ladder.Ladder`.
    """

    def __init__(self, desk: Desk, finder: Finder) -> None:
        self._desk, self._finder = desk, finder

    def holds(self, condition: Condition, picture: Image | None = None) -> bool:
        """Whether `condition`, with its texts filled in, is so now.

        Args:
            condition: what is asked.
            picture: how its target looked, if it has one with a picture.

        Raises:
            Unavailable: that can't be told: the screen can't be read.
        """
        if condition.target is not None:
            there = self._has_target(condition.target, picture)
        elif condition.text:
            there = self._has_text(condition.text, condition.window)
        else:
            there = bool(Scene(self._desk, condition.window).windows)
        return there != condition.gone

    def _has_target(self, target: Target, picture: Image | None) -> bool:
        """Whether it is there: also where it is disabled or covered, or several things may be it."""
        try:
            self._finder.find(target, picture)
        except (Unreachable, Ambiguous):
            return True
        except NotFound:
            return False
        return True

    def _has_text(self, text: str, window: WindowRef | None) -> bool:
        """Whether it can be read: told by an element, else in the pixels."""
        scene = Scene(self._desk, window)
        panes = scene.panes
        return any(_tells(pane, text) for pane in panes) or any(_shows(scene, pane, text) for pane in panes)


def _tells(pane: Pane, text: str) -> bool:
    words = r"\s+".join(map(re.escape, text.split()))
    wanted = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)
    return any(wanted.search(said) for each in pane.elements for said in (each.name, each.text))


def _shows(scene: Scene, pane: Pane, text: str) -> bool:
    """Whether it can be read in the pixels. Where every element was told and there is no reader, it can't."""
    try:
        return bool(spot(text, scene.words(pane)))
    except CaptureFailed:
        raise
    except Unavailable:
        if pane.told:
            return False
        raise
