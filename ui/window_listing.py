"""Which windows were on the screen when it was frozen, found out on a thread: each one costs some round trips to the X
server."""

import os
from collections.abc import Callable
from concurrent.futures import Future

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.protocols import Windows
from desktop_agent.step.privacy import Privacy
from ui import threads

PATIENCE_SECONDS = 2.0


class WindowListing:
    """Begins at once.

    Args:
        windows: of the desktop.
        overlay: the ids of the windows that show the frozen screen, which don't count.
        listed: called from the thread when it is there.
    """

    def __init__(self, windows: Windows, overlay: frozenset[int], listed: Callable[[], None]) -> None:
        self._windows = windows
        self._overlay = overlay
        self._looks: Future[tuple[tuple[Window, ...], tuple[Window, ...]]] = Future()
        self._looks.add_done_callback(lambda _: listed())
        threads.start(self._look_twice, "window-listing")

    def takable(self) -> tuple[Window, ...]:
        """What a click can take, topmost first: windows of others, but no panels, and not the desktop's own. Waits
        until it is known.

        Raises:
            AgentError: they could not be listed.
        """
        _, later = self._wait()
        return tuple(each for each in later if each.pid != os.getpid() and not each.frame.empty and not each.panel)

    def hidden(self, region: Rect, privacy: Privacy) -> tuple[Rect, ...]:
        """The parts of `region` where our own windows, or what `privacy` hides, may be seen in the picture. Waits until
        they are known.

        Raises:
            AgentError: the windows could not be listed.
        """
        own = frozenset({os.getpid()})
        return tuple(dict.fromkeys(part for look in self._wait() for part in privacy.hidden_regions(look, own, region)))

    def _wait(self) -> tuple[tuple[Window, ...], tuple[Window, ...]]:
        try:
            return self._looks.result(PATIENCE_SECONDS)
        except TimeoutError as error:
            raise Unavailable(
                "The windows on the screen could not be listed in time.", "Try again; a window may be hanging."
            ) from error

    def _look_twice(self) -> None:
        """Twice, because another program's window may come from behind ours, or go there, meanwhile."""
        try:
            self._looks.set_result((self._look(), self._look()))
        except Exception as error:  # noqa: BLE001 # raised where it is waited for
            self._looks.set_exception(error)

    def _look(self) -> tuple[Window, ...]:
        return tuple(each for each in self._windows.stacking() if each.id not in self._overlay)
