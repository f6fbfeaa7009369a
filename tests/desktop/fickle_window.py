"""A window that gives the keyboard away as soon as it has taken a text that is pasted: `python fickle_window.py LOG`.
Keys that its other window gets are lines in LOG."""

import sys

from Xlib import X
from Xlib.display import Display


def main() -> None:
    display = Display()
    screen = display.screen()
    clipboard, utf8, place = (display.intern_atom(name) for name in ("CLIPBOARD", "UTF8_STRING", "PLACE"))
    windows = []
    for title, x in (("Fickle other", 900), ("Fickle target", 300)):
        window = screen.root.create_window(
            x, 300, 200, 200, 0, screen.root_depth, background_pixel=0x336699, event_mask=X.KeyPressMask
        )
        window.set_wm_name(title)
        window.set_wm_normal_hints(flags=1 | 2, x=x, y=300)
        window.map()
        windows.append(window)
    other, target = windows
    with open(sys.argv[1], "a", buffering=1) as log:
        while True:
            event = display.next_event()
            if event.type == X.KeyPress and event.window.id == other.id:
                log.write(f"key {event.detail}\n")
            elif event.type == X.KeyPress:
                target.convert_selection(clipboard, utf8, place, X.CurrentTime)
            elif event.type == X.SelectionNotify and event.property != X.NONE:
                other.set_input_focus(X.RevertToParent, X.CurrentTime)
            display.flush()


if __name__ == "__main__":
    main()
