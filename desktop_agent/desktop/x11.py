"""Shared by all that speaks X11: a guarded connection, properties, and which client a top-level window belongs to.

Terms as in ICCCM and EWMH. A "top-level" is a child of the root window: a client, a window manager's frame around
one, or a popup. A "client" is what an application made and calls its window.
"""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop import x11_questions

NO_DISPLAY_HINT = "Start it in a graphical session, or run: desktop-agent demo, which brings a display of its own."
WAYLAND_HINT = "Log out and choose the X11 (Xorg) session on the login screen."
WITHDRAWN = 0
_CLIENT_DEPTH = 3
"""How deep in a frame the client may lie: reparenting window managers nest one to three windows."""


def is_wayland(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this session is Wayland's: its X11 display shows only the programs that run under XWayland."""
    return bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"


def open_display(name: str = "") -> Any:
    """A python-xlib `Display`, connected to `name` or $DISPLAY. Errors of requests without an answer are ignored:
    they come when a window vanishes.

    Raises:
        Unavailable: no display, or it refuses us.
    """
    from Xlib import error
    from Xlib.display import Display

    name = name or os.environ.get("DISPLAY", "")
    if not name:
        raise Unavailable("There is no X11 display: DISPLAY is not set.", NO_DISPLAY_HINT)
    try:
        _knock(name)
        display = Display(name)
    except (error.DisplayError, error.ConnectionClosedError, OSError, OverflowError, ValueError) as problem:
        raise Unavailable(f"The X11 display {name} can't be reached.", NO_DISPLAY_HINT, str(problem)) from problem
    display.set_error_handler(_ignore)
    return display


def _knock(name: str) -> None:
    """Connect to a local display's socket once. Where nobody serves it, python-xlib goes on to try TCP, and leaves its
    sockets open.

    Raises:
        OSError: nobody serves it.
    """
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", name)
    if local is None:
        return
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where X servers have their sockets
    problem: OSError | None = None
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX) as knock:
            try:
                knock.connect(address)
            except OSError as refusal:
                problem = problem or refusal
            else:
                return
    raise problem or OSError(f"nobody serves {name}")


def _ignore(*_: object) -> None:
    """An X error that nobody waits for."""


class Connection:
    """One X connection for several threads: `with connection as display:` gives the `Display`, exclusively. Opened at
    first use, and again when the server went away."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._display: Any = None
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def use(self) -> Iterator[Any]:
        """The display, while no other thread uses it.

        Raises:
            Unavailable: there is none, or it went away meanwhile.
        """
        from Xlib import error

        with self._lock:
            if self._display is None:
                self._display = open_display(self._name)
            try:
                yield self._display
            except (error.ConnectionClosedError, BrokenPipeError, ConnectionError) as problem:
                self._display = None
                raise Unavailable("The X11 display went away.", NO_DISPLAY_HINT, str(problem)) from problem

    def close(self) -> None:
        with self._lock:
            if self._display is not None:
                display, self._display = self._display, None
                display.close()


@contextlib.contextmanager
def vanishing() -> Iterator[None]:
    """Within, a window may vanish: what then fails is skipped."""
    from Xlib import error

    with contextlib.suppress(error.BadWindow, error.BadDrawable, error.BadMatch, error.BadValue):
        yield


def numbers(window: Any, name: str) -> list[int]:
    """The 32-bit values of property `name`; none when it isn't there, has another format, or the window is gone."""
    with vanishing():
        return x11_questions.numbers_in(x11_questions.ask_property(window, name))
    return []


def text(window: Any, name: str) -> str:
    """The text property `name`, as UTF-8 or Latin-1 by its type; "" when it isn't there or the window is gone."""
    with vanishing():
        utf8 = window.display.get_atom("UTF8_STRING")
        return x11_questions.text_in(x11_questions.ask_property(window, name), utf8)
    return ""


def process_of(display: Any, window: int) -> int:
    """The process that owns `window`; 0 when unknown.

    The server's own knowledge (X-Resource 1.2) comes before `_NET_WM_PID`, which a client may set as it likes and
    which is wrong for programs in a container.
    """
    found = display.create_resource_object("window", window)
    with vanishing():
        if pid := x11_questions.process_in(x11_questions.ask_process(display, found)):
            return pid
    pids = numbers(found, "_NET_WM_PID")
    return pids[0] if pids else 0


def is_client(window: Any) -> bool:
    """Whether a window manager handles `window` as a client: ICCCM 4.1.3.1 has it set WM_STATE then."""
    state = numbers(window, "WM_STATE")
    return bool(state) and state[0] != WITHDRAWN


def clients(root: Any) -> frozenset[int]:
    """The clients that the window manager lists (EWMH `_NET_CLIENT_LIST`); none without one."""
    return frozenset(numbers(root, "_NET_CLIENT_LIST"))


def client_of(top: Any, listed: frozenset[int]) -> Any:
    """The client that the top-level window `top` frames; `top` itself where it frames none.

    One in `listed` (see `clients`) is found with few requests. One that isn't, because it was mapped a moment ago or
    the manager keeps no list, is known by WM_STATE.
    """
    levels = [[top]]
    for _ in range(_CLIENT_DEPTH):
        for each in levels[-1]:
            if each.id in listed:
                return each
        levels.append([child for each in levels[-1] for child in _children(each)])
    return next((each for level in levels[:-1] for each in level if is_client(each)), top)


def _children(window: Any) -> list[Any]:
    with vanishing():
        return list(window.query_tree().children)
    return []


def top_of(window: Any) -> Any:
    """The top-level window that `window` lies in, or None when it is gone or the root itself."""
    with vanishing():
        tree = window.query_tree()
        if tree.parent == 0:
            return None
        while tree.parent != tree.root:
            window = tree.parent
            tree = window.query_tree()
        return window
    return None


def outer(window: Any) -> Rect:
    """`window` with its border, in its parent's coordinates.

    Raises:
        Xlib.error.BadDrawable: it is gone.
    """
    return with_border(window.get_geometry())


def with_border(geometry: Any) -> Rect:
    """The place and size of a window with its border, from an answer to GetGeometry."""
    border = 2 * geometry.border_width
    return Rect(geometry.x, geometry.y, geometry.width + border, geometry.height + border)


def inner(window: Any, root: Any) -> Rect:
    """`window` without its border, in the root's coordinates.

    Raises:
        Xlib.error.BadWindow, Xlib.error.BadDrawable: it is gone.
    """
    size = window.get_geometry()
    # The naming is python-xlib's: `root.translate_coords(window, x, y)` translates from `window` to `root`.
    place = root.translate_coords(window, 0, 0)
    return Rect(place.x, place.y, size.width, size.height)
