"""The clipboard, as a way to bring text into a window and to leave the person's own content as it was."""

import sys
from collections.abc import Callable
from typing import Protocol

from desktop_agent.core.errors import Unavailable


class Clipboard(Protocol):
    """Where a text lies to be pasted. Safe to use from several threads."""

    @property
    def keeps_content(self) -> bool:
        """Whether the person's content is served from here, and would be lost with this object."""

    def offer(self, text: str, pid: int, check: Callable[[], None]) -> None:
        """Make `text` what is pasted next, by the process `pid`. The content so far is kept aside. `check` is called
        meanwhile and may raise.

        Raises:
            Refused: the clipboard could not be taken.
        """

    def taken(self) -> bool:
        """Whether the process has taken the offered text."""

    def withdraw(self) -> None:
        """Put the old content back, as soon as nobody asks any more."""

    def close(self) -> None:
        """Give it back. What is served from here is lost."""


def open_clipboard(display: str) -> Clipboard:
    """The clipboard of `display`.

    Raises:
        Unavailable: the display can't be reached, or a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.clipboard.x11 import X11Clipboard

        return X11Clipboard(display)
    raise Unavailable(f"Pasting is not supported yet on {sys.platform}.")


def read_text(display: str = "") -> str:
    """The text that the clipboard of `display` (empty for $DISPLAY) holds; empty where it holds none.

    Raises:
        Unavailable: the display can't be reached, or a platform that is not supported yet.
    """
    if sys.platform == "linux":
        from desktop_agent.desktop.clipboard.x11_text import read_text as read

        return read(display)
    raise Unavailable(f"Reading the clipboard is not supported yet on {sys.platform}.")
