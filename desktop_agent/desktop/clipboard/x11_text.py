"""What the clipboard of an X11 display holds."""

from Xlib import X

from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard.x11_content import SelectionReader

TARGETS = ("UTF8_STRING", "STRING")


def read_text(display: str) -> str:
    """Its text; empty where it holds none, or its owner does not answer.

    Raises:
        Unavailable: the display can't be reached.
    """
    connection = x11.open_display(display)
    try:
        root = connection.screen().root
        window = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)
        reader = SelectionReader(connection, window, lambda _: None)
        found = reader.read(connection.intern_atom("CLIPBOARD"), TARGETS)
        utf8, latin = (found.get(connection.intern_atom(each)) for each in TARGETS)
        if utf8 is not None:
            return utf8.data.decode("utf-8", "replace")
        return latin.data.decode("latin-1") if latin is not None else ""
    finally:
        connection.close()
