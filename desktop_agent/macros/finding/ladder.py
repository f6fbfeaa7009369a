"""Finds a recorded target on the screen again, or says why not. A wrong click is far worse than a halt."""

from collections.abc import Callable, Iterator

from desktop_agent.core.images import Image
from desktop_agent.core.text import one_line
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.finding import elements
from desktop_agent.macros.finding.look import Look, Miss
from desktop_agent.macros.format import Target, WindowRef
from desktop_agent.macros.found import Found
from desktop_agent.macros.wording import target_name
from desktop_agent.step.desk import Desk

_SHOWN_WINDOWS = 5


class Ladder:
    """Implements `macros.found.Finder`.

    Args:
        desk: the eyes. What they hide is never found.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, target: Target, picture: Image | None) -> Found:
        """Where `target` is now, by the first rung that finds it; it looks once, and does not wait.

        Raises:
            NotFound: nothing on the screen is it; the message says what each rung saw instead.
            Unreachable: it is there, but disabled or covered.
            Ambiguous: several things may be it.
            CaptureFailed: the screen can't be read.
        """
        look = Look(self._desk, target, picture)
        if not look.windows:
            raise NotFound(_no_window(look), "Open it, or bring it back from where it was minimised.")
        seen = []
        for climb, what in _rungs():
            found = climb(look)
            if isinstance(found, Found):
                return found
            seen.append(f"{what} {found.why}" if not found.why.startswith(("there ", "the ", "its ")) else found.why)
        name = target_name(target)
        raise NotFound(
            f"{name[:1].upper()}{name[1:]} was not found in {window_name(target.window)}: {'; '.join(seen)}.",
            "Show the step its target again, or see that the window is as it was when it was recorded.",
            f"windows: {', '.join(repr(each.title) for each in look.windows)}",
        )


def _rungs() -> Iterator[tuple[Callable[[Look], Found | Miss], str]]:
    """In the order in which they are climbed: each finder, and what it looks for, for people. `mending` is the last
    one, which needs a model and a person."""
    yield elements.find, "its element"
    from desktop_agent.macros.finding import pictures, places, texts  # numpy takes 100 ms

    yield pictures.find, "its picture"
    yield texts.find, "its text"
    yield places.find, "its place"


def window_name(ref: WindowRef | None) -> str:
    """A window that is referred to, for people."""
    if ref is None or not (ref.application or ref.title):
        return "any window"
    title = f"“{one_line(ref.title, 60)}”" if ref.title else "any window"
    return f"{title} of {one_line(ref.application, 60)}" if ref.application else title


def _no_window(look: Look) -> str:
    shown = [
        f"“{one_line(each.title, 60)}”{f' of {one_line(each.application, 60)}' if each.application else ''}"
        for each in look.stacking
        if not each.popup and not each.panel
    ]
    more = f" and {len(shown) - _SHOWN_WINDOWS} more" if len(shown) > _SHOWN_WINDOWS else ""
    there = f"There are {', '.join(shown[:_SHOWN_WINDOWS])}{more}." if shown else "No window is open."
    wanted, name = window_name(look.target.window), target_name(look.target)
    return f"{name[:1].upper()}{name[1:]} was not found: its window, {wanted}, is not on the screen. {there}"
