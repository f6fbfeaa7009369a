"""A plain X11 window that logs what it is sent: `python hands_window.py --title T --geometry X,Y,W,H --log FILE
[--plain] [--flip [SHORTEST,LONGEST]]`.

Each button press and release, wheel notch and motion with a button down is a line in FILE: "press 1 10,20", with the
modifiers that are down, if any are: "press 1 10,20 shift ctrl". --plain
keeps the window manager away from it; --flip shows and hides it again and again, every 1 to 6 ms where it isn't told
otherwise.
"""

import argparse
import random
import select
import time

from Xlib import X
from Xlib.display import Display

HELD = {X.ShiftMask: "shift", X.ControlMask: "ctrl", X.Mod1Mask: "alt"}
NAMES = {X.ButtonPress: "press", X.ButtonRelease: "release", X.MotionNotify: "motion", X.KeyPress: "key"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--title", default="Hands test window")
    parser.add_argument("--geometry", default="300,200,300,200")
    parser.add_argument("--log", required=True)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--flip", nargs="?", const="1,6", default="")
    parser.add_argument("--color", type=lambda text: int(text, 16), default=0x336699)
    arguments = parser.parse_args()
    shortest, longest = (float(part) / 1000 for part in (arguments.flip or "0,0").split(","))
    x, y, width, height = (int(part) for part in arguments.geometry.split(","))
    display = Display()
    screen = display.screen()
    mask = X.ButtonPressMask | X.ButtonReleaseMask | X.ButtonMotionMask | X.KeyPressMask
    window = screen.root.create_window(
        x, y, width, height, 0, screen.root_depth,
        background_pixel=arguments.color, event_mask=mask, override_redirect=arguments.plain,
    )  # fmt: skip
    window.set_wm_name(arguments.title)
    window.set_wm_normal_hints(flags=1 | 2, x=x, y=y)
    window.map()
    shown, change_at = True, time.monotonic()
    with open(arguments.log, "a", buffering=1) as log:
        while True:
            if arguments.flip and time.monotonic() >= change_at:
                (window.unmap if shown else window.map)()
                shown, change_at = not shown, time.monotonic() + random.uniform(shortest, longest)
                display.sync()
            while display.pending_events():
                event = display.next_event()
                if event.type in NAMES:
                    held = "".join(f" {name}" for mask, name in HELD.items() if event.state & mask)
                    log.write(f"{NAMES[event.type]} {event.detail} {event.event_x},{event.event_y}{held}\n")
            select.select([display.fileno()], [], [], max(0, change_at - time.monotonic()) if arguments.flip else None)


if __name__ == "__main__":
    main()
