"""Windows under X11, with or without a window manager (EWMH where it has one)."""

import time
from collections.abc import Iterator
from typing import Any

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.desktop import x11

ACTIVATE_SECONDS = 1.0
_FROM_PAGER = 2
"""EWMH source indication: a request by the person's tool, which focus-stealing prevention lets through."""


class X11Windows:
    """Implements `core.protocols.Windows`. Windows that vanish while they are being looked at are left out."""

    def __init__(self, display: str = "") -> None:
        self._connection = x11.Connection(display)
        with self._connection.use():
            pass  # so that a missing display is told now

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()

    def active(self) -> Window | None:
        """The window where keys go: X11's input focus, and where that is nowhere in particular, the window manager's
        active window."""
        from Xlib import X

        with self._connection.use() as display:
            root = display.screen().root
            focus = display.get_input_focus().focus
            if focus in (X.NONE, X.PointerRoot) or focus == root:
                active = x11.numbers(root, "_NET_ACTIVE_WINDOW")
                return _visible(display, active[0]) if active and active[0] else None
            top = x11.top_of(focus)
            return None if top is None else _described(display, top, x11.client_of(top, x11.clients(root)))

    def at(self, point: Point) -> Window | None:
        """The topmost window that a click at `point` reaches; None is the bare desktop. Invisible windows that take
        input count: they are what a click would hit."""
        with self._connection.use() as display:
            listed = x11.clients(display.screen().root)
            for top in _viewable(display, input_only=True):
                with x11.vanishing():
                    if _takes_input_at(display, top, point):
                        found = _described(display, top, x11.client_of(top, listed), shown_only=False)
                        if found is not None:
                            return found
        return None

    def stacking(self) -> tuple[Window, ...]:
        """Visible windows and popups, topmost first."""
        with self._connection.use() as display:
            listed = x11.clients(display.screen().root)
            found = (_described(display, top, x11.client_of(top, listed)) for top in _viewable(display))
            return tuple(each for each in found if each is not None)

    def get(self, window: int) -> Window | None:
        """The window with that id as it is now; None when it is gone, hidden or minimised."""
        with self._connection.use() as display:
            return _visible(display, window)

    def activate(self, window: int) -> bool:
        """Raise `window` and give it the focus; False when that did not happen within a second."""
        with self._connection.use() as display:
            with x11.vanishing():
                _ask_to_activate(display, window)
            display.sync()
        deadline = time.monotonic() + ACTIVATE_SECONDS
        while True:
            active = self.active()
            if active is not None and active.id == window:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)


def _viewable(display: Any, input_only: bool = False) -> Iterator[Any]:
    """Mapped top-levels, topmost first."""
    from Xlib import X

    for top in reversed(display.screen().root.query_tree().children):
        with x11.vanishing():
            attributes = top.get_attributes()
            visible_class = attributes.win_class != X.InputOnly
            if attributes.map_state == X.IsViewable and (visible_class or input_only):
                yield top


def _takes_input_at(display: Any, top: Any, point: Point) -> bool:
    """Whether `point` lies in `top`'s input region: its bounding shape and its input shape (SHAPE 1.1)."""
    from Xlib.ext import shape

    area = x11.outer(top)
    if not area.contains(point):
        return False
    if not display.has_extension(shape.extname):
        return True
    border = (area.width - top.get_geometry().width) // 2
    relative = Point(point.x - area.x - border, point.y - area.y - border)
    return all(
        any(
            Rect(each.x, each.y, each.width, each.height).contains(relative)
            for each in top.shape_get_rectangles(kind).rectangles
        )
        for kind in (shape.SK.Bounding, shape.SK.Input)
    )


def _visible(display: Any, window: int) -> Window | None:
    from Xlib import X

    client = display.create_resource_object("window", window)
    with x11.vanishing():
        if client.get_attributes().map_state == X.IsViewable:
            top = x11.top_of(client)
            return None if top is None else _described(display, top, client)
    return None


def _described(display: Any, top: Any, client: Any, shown_only: bool = True) -> Window | None:
    """What is known of `client` in `top`; None when it is gone or, with `shown_only`, hidden."""
    with x11.vanishing():
        attributes = client.get_attributes()
        instance_and_class = x11.text(client, "WM_CLASS").split("\0")
        parent = x11.numbers(client, "WM_TRANSIENT_FOR")
        window = Window(
            id=client.id,
            title=one_line(x11.text(client, "_NET_WM_NAME") or x11.text(client, "WM_NAME")),
            application=one_line(instance_and_class[1]) if len(instance_and_class) > 1 else "",
            pid=x11.process_of(display, client.id),
            region=x11.inner(client, display.screen().root),
            frame=x11.outer(top),
            popup=client.id == top.id and bool(attributes.override_redirect),
            parent=parent[0] if parent else 0,
            panel=_has(client, "_NET_WM_WINDOW_TYPE", "_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_WINDOW_TYPE_DESKTOP"),
        )
        return window if not shown_only or _shown(display, client, attributes, window) else None
    return None


def _shown(display: Any, client: Any, attributes: Any, window: Window) -> bool:
    from Xlib import X

    screen = display.screen().root.get_geometry()
    part = window.frame.intersection(Rect(0, 0, screen.width, screen.height))
    if attributes.map_state != X.IsViewable or part.intersection(window.region).empty:
        return False  # not mapped, off the screen, or rolled up to its title
    # Some window managers keep minimised windows mapped and only say so.
    return not _has(client, "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN")


def _has(client: Any, name: str, *values: str) -> bool:
    """Whether the atom list `name` of `client` holds one of `values`."""
    found = x11.numbers(client, name)
    return bool(found) and any(client.display.get_atom(each) in found for each in values)


def _ask_to_activate(display: Any, window: int) -> None:
    from Xlib import X
    from Xlib.protocol import event

    root = display.screen().root
    client = display.create_resource_object("window", window)
    request = display.intern_atom("_NET_ACTIVE_WINDOW")
    if request in x11.numbers(root, "_NET_SUPPORTED"):
        message = event.ClientMessage(
            window=client, client_type=request, data=(32, [_FROM_PAGER, X.CurrentTime, 0, 0, 0])
        )
        root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        return
    client.get_attributes()  # raises when it is gone
    client.configure(stack_mode=X.Above)
    client.set_input_focus(X.RevertToParent, X.CurrentTime)
