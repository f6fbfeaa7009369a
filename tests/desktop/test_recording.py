"""Recording a person on a real display: nothing is lost, secrets leave no trace, the steps are what was done."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from desktop_agent.core.settings import Settings
from desktop_agent.desktop import x11
from desktop_agent.evaluation.device_input import DeviceInput
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros import wording
from desktop_agent.macros.recording import journal
from desktop_agent.macros.recording.convert import convert
from desktop_agent.macros.recording.events import Key, WindowChange
from desktop_agent.macros.recording.gestures import Typing, gestures, text_of
from desktop_agent.macros.recording.recorder import Recorder
from desktop_agent.macros.recording.recording import Recording
from tests.desktop.canary import traces_in
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.recording_support import Slowly, drafted, place_of_role, recording

SECRET = "tr0ub4dor and 3"
ASKS = 'read -s -p "Password: " x; exec cat'


def written(found: Recording) -> str:
    """All typing that was kept, whatever stood between."""
    return "".join(text_of(each) for each in gestures(found.events) if isinstance(each, Typing))


def has_appeared(recorder: Recorder, title: str) -> bool:
    changes = (each for each in tuple(recorder._intake.events) if isinstance(each, WindowChange))
    return any(each.appeared and each.title == title for each in changes)


def test_a_job_in_mousepad_becomes_steps_that_a_person_would_name(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, ["mousepad"], "Mousepad")
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        slowly = Slowly(person)
        slowly.click(window.region.x + 200, window.region.y + 200)
        slowly.type("Helo")
        slowly.press("backspace")
        slowly.type("lo")
        slowly.press("enter")
        slowly.type("World")
        slowly.press("ctrl+shift+s")
        wait_until(
            lambda: any(getattr(each, "appeared", False) for each in tuple(recorder._intake.events)), 10, "the dialog"
        )
        time.sleep(0.4)
        slowly.press("escape")
        time.sleep(0.4)
        draft = drafted(recorder)
    close_app(on_desktop, window)
    steps = draft.macro.steps
    typed, saved, left = (wording.step(each) for each in steps)
    assert typed == "Type “Hello World” in the text in Mousepad"
    assert saved == "Press Ctrl+Shift+S in Mousepad"
    assert left == "Press Escape in Mousepad"
    assert steps[0].text == "Hello\nWorld"
    assert steps[0].target.picture.file in draft.pictures
    assert steps[1].expect.window.title == "Save As"
    assert (steps[2].window.title, steps[2].expect.gone) == ("Save As", True)


def test_buttons_of_a_calculator_are_known_by_name(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, ["galculator"], "galculator")
    found = {name: place_of_role(on_desktop, window, "toggle button", name) for name in ("7", "+", "8", "=")}
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        for point in found.values():
            Slowly(person).click(point.x, point.y)
        draft = drafted(recorder)
    close_app(on_desktop, window)
    assert [each.target.element.name for each in draft.macro.steps] == ["7", "+", "8", "="]
    assert {each.comment for each in draft.macro.steps} == {""}


PROMPTS = {
    "Qt": (qt_command("Asking Qt"), "password text"),
    "GTK": ([sys.executable, str(Path(__file__).with_name("gtk_prompt.py")), "Asking GTK"], "password text"),
    "terminal": (["xterm", "-T", "Asking xterm", "-e", "bash", "-c", ASKS], ""),
}


@pytest.mark.parametrize("kind", PROMPTS)
def test_a_secret_leaves_nothing_but_a_name(on_desktop: PrivateDisplay, home: Path, kind: str) -> None:
    command, role = PROMPTS[kind]
    window = open_app(on_desktop, command, "Asking")
    spot = place_of_role(on_desktop, window, role) if role else window.region.center
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        slowly = Slowly(person)
        slowly.click(spot.x, spot.y)
        slowly.type(SECRET)
        slowly.press("enter")
        time.sleep(0.5)
        found = recorder.stop()
    close_app(on_desktop, window)
    texts = [each.text for each in convert(found).macro.steps if each.do == "type"]
    assert len(texts) == 1
    assert texts[0].startswith("{{secret:")
    assert found.folder is not None
    for each in (found, journal.read(found.folder)):
        assert written(each) == ""
        assert not any(isinstance(event, Key) and event.types for event in each.events)
    assert traces_in(SECRET, home) == []


def test_a_password_field_is_not_pictured(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, qt_command("Asking Qt"), "Asking")
    spot = place_of_role(on_desktop, window, "password text")
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        for _ in range(2):
            Slowly(person).click(spot.x, spot.y)
            time.sleep(0.3)
        draft = drafted(recorder)
    close_app(on_desktop, window)
    assert [each.target.element.role for each in draft.macro.steps] == ["password text"] * 2
    assert draft.pictures == {}


def test_typing_faster_than_anyone_can_look_is_masked_where_a_field_might_be_secret(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, qt_command("Qt fast"), "Qt fast")
    spot = place_of_role(on_desktop, window, "password text")
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        person.click(spot.x, spot.y)
        person.type("pw")
        person.press("enter")
        found = recorder.stop()
    close_app(on_desktop, window)
    assert written(found) == ""


def test_an_application_that_is_never_captured_gives_neither_keys_nor_pictures_nor_titles(
    on_desktop: PrivateDisplay, home: Path
) -> None:
    window = open_app(on_desktop, qt_command("Vault of Alice"), "Vault of Alice")
    settings = Settings(never_captured=("qt_window",))
    with Person.on(on_desktop) as person, recording(on_desktop, settings=settings) as recorder:
        slowly = Slowly(person)
        slowly.click(window.region.x + 250, window.region.y + 58)
        slowly.type(SECRET)
        found = recorder.stop()
    close_app(on_desktop, window)
    assert written(found) == ""
    assert dict(found.pictures) == {}
    assert traces_in(SECRET, home) == []
    assert traces_in("Vault of Alice", home) == []


def test_the_agents_own_input_and_control_keys_are_not_recorded(on_desktop: PrivateDisplay) -> None:
    from Xlib import X
    from Xlib.ext import xtest

    with Person.on(on_desktop) as person, recording(on_desktop, hotkeys=("ctrl+alt+r",)) as recorder:
        display = x11.open_display(on_desktop.name)
        code = display.keysym_to_keycode(0x61)
        for kind in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(display, kind, code)
        display.sync()
        display.close()
        person.press("ctrl+alt+r")
        person.press("ctrl+alt+escape")
        person.press("f9")
        found = recorder.stop()
    names = [
        each.name for each in found.events if isinstance(each, Key) and each.down and each.name not in ("ctrl", "alt")
    ]
    assert names == ["f9"]


def test_windows_of_ours_are_not_recorded(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, qt_command("Qt ours"), "Qt ours")
    with Person.on(on_desktop) as person, recording(on_desktop, own_pids=lambda: frozenset({window.pid})) as recorder:
        slowly = Slowly(person)
        slowly.click(window.region.x + 250, window.region.y + 58)
        slowly.type("mine")
        draft = drafted(recorder)
    close_app(on_desktop, window)
    assert draft.macro.steps == ()


def test_a_pause_leaves_out_what_is_done_meanwhile(on_desktop: PrivateDisplay) -> None:
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        person.press("f5")
        time.sleep(0.1)
        recorder.pause()
        wait_until(lambda: recorder.status.state == "paused")
        person.press("f6")
        time.sleep(0.1)
        recorder.resume()
        wait_until(lambda: recorder.status.state == "recording")
        person.press("f7")
        found = recorder.stop()
    assert [each.name for each in found.events if isinstance(each, Key) and each.down] == ["f5", "f7"]


def test_the_time_may_be_limited(on_desktop: PrivateDisplay) -> None:
    told = []
    with recording(on_desktop, seconds=0.5, watch=told.append) as recorder:
        assert recorder.wait(10)
        assert recorder.status.state == "over"
    assert {"recording", "over", "stopped"} <= {each.state for each in told}


def test_a_thousand_events_a_second_are_not_lost(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, ["mousepad"], "Mousepad")
    time.sleep(2.2)
    display = x11.open_display(on_desktop.name)
    device = DeviceInput(display)
    code = display.keysym_to_keycode(0x61)
    with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
        Slowly(person).click(window.region.x + 200, window.region.y + 200)
        began = time.monotonic()
        for number in range(1000):
            device.key(code, True)
            device.key(code, False)
            display.flush()
            time.sleep(max(0.0, began + (number + 1) * 0.002 - time.monotonic()))
        display.sync()
        found = recorder.stop()
    display.close()
    close_app(on_desktop, window)
    assert [each.number for each in found.events if isinstance(each, Key)] == list(range(2, 2002))
    assert written(found) == "a" * 1000


KILLED = """
import os, sys, time
from tests.desktop.recording_support import recording
class Display: name = os.environ["DISPLAY"]
with recording(Display):
    print("recording", flush=True)
    time.sleep(60)
"""


def test_a_killed_recording_loses_at_most_its_last_moments(on_desktop: PrivateDisplay, home: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {"DESKTOP_AGENT_HOME": str(home), "PYTHONPATH": str(root)}
    log = home / "victim.log"
    victim = on_desktop.start([sys.executable, "-c", KILLED], environment, log)
    wait_until(lambda: "recording" in log.read_text(), 30, "the recording")
    with Person.on(on_desktop) as person:
        for number in range(1, 9):
            person.press(f"f{number}")
        time.sleep(0.25)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    (folder,) = journal.interrupted(home / "data" / journal.FOLDER)
    names = [each.name for each in journal.read(folder).events if isinstance(each, Key) and each.down]
    assert names == [f"f{number}" for number in range(1, 9)]
