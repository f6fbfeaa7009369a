"""Questions to an X server that are asked first and read later: many at once cost one round trip.

`ask_…` sends nothing yet; the first answer that is read sends all that was asked. Reading an answer raises what asking
alone would have raised, so where a window may vanish it is done within `x11.vanishing`.
"""

from typing import Any

PROPERTY_LENGTH = 4096
"""Longest property that is read, in 32-bit units."""


def ask_attributes(window: Any) -> Any:
    """Its attributes."""
    from Xlib.protocol import request

    return request.GetWindowAttributes(display=window.display, defer=True, window=window.id)


def ask_geometry(window: Any) -> Any:
    """Its place in its parent, and its size."""
    from Xlib.protocol import request

    return request.GetGeometry(display=window.display, defer=True, drawable=window.id)


def ask_place(window: Any, root: Any) -> Any:
    """Where its origin is in `root`."""
    from Xlib.protocol import request

    return request.TranslateCoords(
        display=window.display, defer=True, src_wid=window.id, dst_wid=root.id, src_x=0, src_y=0
    )


def ask_property(window: Any, name: str) -> Any:
    """Its property `name`; see `numbers_in` and `text_in`."""
    from Xlib.protocol import request

    return request.GetProperty(
        display=window.display,
        defer=True,
        delete=False,
        window=window.id,
        property=window.display.get_atom(name),
        type=0,
        long_offset=0,
        long_length=PROPERTY_LENGTH,
    )


def ask_process(display: Any, window: Any) -> Any:
    """Whose it is, of the X-Resource extension; see `process_in`. None where the server has none."""
    from Xlib.ext import res

    if not display.has_extension(res.extname):
        return None
    opcode = window.display.get_extension_major(res.extname)
    specs = [{"client": window.id, "mask": res.LocalClientPIDMask}]
    return res.QueryClientIds(display=window.display, defer=True, opcode=opcode, specs=specs)


def answered(asked: Any) -> Any:
    """What was asked, with its answer in it."""
    asked.reply()
    return asked


def numbers_in(asked: Any) -> list[int]:
    """The 32-bit values of a property; none when it isn't there or has another format."""
    found = answered(asked)
    if not found.property_type or found.value[0] != 32:
        return []
    return [int(each) for each in found.value[1]]


def text_in(asked: Any, utf8: int) -> str:
    """The text of a property: UTF-8 where its type is the atom `utf8`, else Latin-1; "" when it isn't there."""
    found = answered(asked)
    if not found.property_type or found.value[0] != 8:
        return ""
    value = found.value[1]
    data = value.encode("latin-1") if isinstance(value, str) else bytes(value)
    return data.decode("utf-8" if found.property_type == utf8 else "latin-1", "replace")


def process_in(asked: Any) -> int:
    """The process that the server names; 0 when it names none."""
    if asked is None:
        return 0
    pids = (int(each.value[0]) for each in answered(asked).ids if each.value)
    return next((pid for pid in pids if pid > 0), 0)
