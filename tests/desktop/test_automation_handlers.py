"""The handlers for Windows and macOS keep their contracts. Their libraries work under X11 too, which is where this can
be seen: what they do arrives at a server of our own."""

import json
import subprocess
import sys
from typing import Any

import pytest

from desktop_agent.evaluation.display import PrivateDisplay

pytest.importorskip("tkinter", reason="pyautogui ends the program without it")

# In a process of its own: both libraries connect to the display at import and keep the connection.
CODE = """
import json
from Xlib.display import Display
from desktop_agent.core.geometry import Point
from desktop_agent.desktop.keyboard.controller import ControllerKeyboard
from desktop_agent.desktop.pointer.automation import AutomationPointer

display = Display()
root = display.screen().root
pointer, keyboard, found = AutomationPointer(), ControllerKeyboard(), {}

def mask():
    return root.query_pointer().mask

def down(name):
    from Xlib import XK
    code = display.keysym_to_keycode(XK.string_to_keysym(name))
    return bool(display.query_keymap()[code // 8] >> code % 8 & 1)

def both(act, look):
    seen = []
    for pressed in (True, False):
        act(pressed)
        seen.append(look())
    return seen

from Xlib import X
# Else the window manager takes the clicks, and opens its menu.
assert root.grab_pointer(False, X.ButtonPressMask, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, 0) == X.GrabSuccess
pointer.move(Point(0, 0))
pointer.move(Point(321, 234))
at = root.query_pointer()
found["move"] = [at.root_x, at.root_y]
for number, name in enumerate(("left", "middle", "right")):
    found[name] = both(lambda pressed: pointer.button(name, pressed), lambda: bool(mask() & 0x100 << number))
for name, symbol in (("ctrl", "Control_L"), ("pageup", "Page_Up"), ("super", "Super_L"), ("f5", "F5")):
    found[name] = both(lambda pressed: keyboard.key(name, pressed), lambda: down(symbol))
print(json.dumps(found))
"""
WINDOW = """
import sys
from Xlib import X
from Xlib.display import Display
display = Display()
window = display.screen().root.create_window(0, 0, 400, 400, 0, X.CopyFromParent, override_redirect=True,
    event_mask=X.ButtonPressMask | X.KeyPressMask | X.ExposureMask)
window.map()
window.warp_pointer(50, 50)
display.sync()
while display.next_event().type != X.Expose:
    pass
window.set_input_focus(X.RevertToParent, X.CurrentTime)
grabbed = window.grab_pointer(False, X.ButtonPressMask, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE, X.CurrentTime)
assert grabbed == X.GrabSuccess
from desktop_agent.desktop.keyboard.controller import ControllerKeyboard
from desktop_agent.desktop.pointer.automation import AutomationPointer
pointer = AutomationPointer()
for direction, clicks in (("up", 2), ("down", 1), ("left", 1), ("right", 1)):
    pointer.scroll(direction, clicks)
ControllerKeyboard().write("hello")
display.sync()
wheel, text = [], ""
while len(text) < 5 or len(wheel) < 5:
    event = display.next_event()
    if event.type == X.ButtonPress:
        wheel.append(event.detail)
    elif event.type == X.KeyPress:
        text += chr(display.keycode_to_keysym(event.detail, 0))
import json
print(json.dumps([wheel, text]))
"""


def run(display: PrivateDisplay, code: str) -> Any:
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, env=display.environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_pointer_and_keys_go_where_they_are_told(on_desktop: PrivateDisplay) -> None:
    found = run(on_desktop, CODE)
    assert found.pop("move") == [321, 234]
    assert len(found) == 7
    assert all(each == [True, False] for each in found.values()), found


def test_the_wheel_turns_and_text_is_written(on_desktop: PrivateDisplay) -> None:
    wheel, text = run(on_desktop, WINDOW)
    assert wheel == [4, 4, 5, 6, 7]
    assert text == "hello"
