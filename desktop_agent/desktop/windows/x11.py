"""Windows under X11, with or without a window manager (EWMH where it has one)."""

import time
from collections.abc import Iterator
from typing import Any

from desktop_agent.core.desktop import Window
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.text import one_line
from desktop_agent.desktop import x11
from desktop_agent.desktop import x11_questions as ask

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
            return None if top is None else _Questions(display, top, x11.client_of(top, x11.clients(root))).window()

    def at(self, point: Point) -> Window | None:
        """The topmost window that a click at `point` reaches; None is the bare desktop. Invisible windows that take
        input count: they are what a click would hit."""
        with self._connection.use() as display:
            listed = x11.clients(display.screen().root)
            for top in _viewable(display, input_only=True):
                with x11.vanishing():
                    if _takes_input_at(display, top, point):
                        found = _Questions(display, top, x11.client_of(top, listed)).window(shown_only=False)
                        if found is not None:
                            return found
        return None

    def stacking(self) -> tuple[Window, ...]:
        """Visible windows and popups, topmost first."""
        with self._connection.use() as display:
            listed = x11.clients(display.screen().root)
            asked = [_Questions(display, top, x11.client_of(top, listed)) for top in _viewable(display)]
            return tuple(found for each in asked if (found := each.window()) is not None)

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

    tops = display.screen().root.query_tree().children[::-1]
    for top, asked in [(each, ask.ask_attributes(each)) for each in tops]:
        with x11.vanishing():
            attributes = ask.answered(asked)
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
            return None if top is None else _Questions(display, top, client).window()
    return None


class _Questions:
    """All that is to be known of `client` in `top`, asked in one go."""

    def __init__(self, display: Any, top: Any, client: Any) -> None:
        root = display.screen().root
        self._display, self._top, self._client = display, top, client
        self._attributes = ask.ask_attributes(client)
        self._class = ask.ask_property(client, "WM_CLASS")
        self._titles = [ask.ask_property(client, each) for each in ("_NET_WM_NAME", "WM_NAME")]
        self._parent = ask.ask_property(client, "WM_TRANSIENT_FOR")
        self._type = ask.ask_property(client, "_NET_WM_WINDOW_TYPE")
        self._state = ask.ask_property(client, "_NET_WM_STATE")
        self._process = ask.ask_process(display, client)
        self._size, self._place = ask.ask_geometry(client), ask.ask_place(client, root)
        self._outer, self._screen = ask.ask_geometry(top), ask.ask_geometry(root)

    def window(self, shown_only: bool = True) -> Window | None:
        """The answers; None when it is gone or, with `shown_only`, hidden."""
        with x11.vanishing():
            attributes = ask.answered(self._attributes)
            instance_and_class = self._text(self._class).split("\0")
            parent = ask.numbers_in(self._parent)
            size, place = ask.answered(self._size), ask.answered(self._place)
            window = Window(
                id=self._client.id,
                title=one_line(next(filter(None, map(self._text, self._titles)), "")),
                application=one_line(instance_and_class[1]) if len(instance_and_class) > 1 else "",
                pid=ask.process_in(self._process) or x11.process_of(self._display, self._client.id),
                region=Rect(place.x, place.y, size.width, size.height),
                frame=x11.with_border(ask.answered(self._outer)),
                popup=self._client.id == self._top.id and bool(attributes.override_redirect),
                parent=parent[0] if parent else 0,
                panel=self._has(self._type, "_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_WINDOW_TYPE_DESKTOP"),
            )
            return window if not shown_only or self._shown(attributes, window) else None
        return None

    def _shown(self, attributes: Any, window: Window) -> bool:
        from Xlib import X

        screen = ask.answered(self._screen)
        part = window.frame.intersection(Rect(0, 0, screen.width, screen.height))
        if attributes.map_state != X.IsViewable or part.intersection(window.region).empty:
            return False  # not mapped, off the screen, or rolled up to its title
        # Some window managers keep minimised windows mapped and only say so.
        return not self._has(self._state, "_NET_WM_STATE_HIDDEN")

    def _text(self, asked: Any) -> str:
        return ask.text_in(asked, self._display.get_atom("UTF8_STRING"))

    def _has(self, asked: Any, *values: str) -> bool:
        """Whether the list of atoms holds one of `values`."""
        found = ask.numbers_in(asked)
        return bool(found) and any(self._display.get_atom(each) in found for each in values)


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
