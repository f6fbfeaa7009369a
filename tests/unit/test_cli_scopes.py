import pytest

from desktop_agent.cli import scopes
from desktop_agent.core.errors import Refused, UsageError
from desktop_agent.core.geometry import Rect
from tests.unit.cli_doubles import FixedScreen, FixedWindows, window

OURS = 7
MENU = window(1, "", "Mousepad", 20, popup=True)
TERMINAL = window(2, "bash", "XTerm", OURS)
NOTES = window(3, "galculator notes", "Mousepad", 20)
BAR = window(5, "panel", "trayer", 40, panel=True)
CALCULATOR = window(4, "galculator", "Galculator", 30)


def resolve(text, *stack):
    return scopes.resolve(text, FixedScreen(), FixedWindows(stack), frozenset({OURS}))


def test_screen_is_all_monitors():
    assert resolve("screen").region == Rect(-100, 0, 1000, 800)


def test_window_is_the_topmost_that_is_neither_ours_nor_a_menu_nor_a_panel():
    assert resolve("window", BAR, MENU, TERMINAL, NOTES, CALCULATOR).window == NOTES.id


def test_window_text_prefers_the_application_over_a_title_that_mentions_it():
    scope = resolve("window:galculator", NOTES, CALCULATOR)
    assert (scope.window, scope.pid) == (CALCULATOR.id, 30)


def test_window_text_never_means_a_window_of_ours():
    with pytest.raises(UsageError, match="No window matches"):
        resolve("window:xterm", TERMINAL, NOTES)


def test_missing_window_names_those_that_are_there():
    with pytest.raises(UsageError) as caught:
        resolve("window:firefox", NOTES)
    assert "galculator notes" in caught.value.hint


def test_region_is_clipped_to_the_screen():
    assert resolve("-200,-5,150,50").region == Rect(-100, 0, 50, 45)


@pytest.mark.parametrize("text", ["900,0,10,10", "5000,5000,10,10"])
def test_region_off_the_screen_is_an_error(text):
    with pytest.raises(UsageError, match="off the screen"):
        resolve(text)


@pytest.mark.parametrize("text", ["0,0,0,0", "10,10,0,5", "10,10,5,0"])
def test_an_empty_region_is_an_error(text):
    with pytest.raises(UsageError, match="is empty"):
        resolve(text)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,-3,4", "windows", "x,y,1,1"])
def test_what_is_no_scope_is_an_error(text):
    with pytest.raises(UsageError, match="not a scope"):
        resolve(text)


def test_a_window_that_cannot_be_activated_is_refused():
    scope = resolve("window", NOTES)
    with pytest.raises(Refused, match="could not be brought to the front"):
        scopes.activate(scope, FixedWindows((NOTES,), can_activate=False))


def test_a_region_needs_no_activation():
    windows = FixedWindows((NOTES,))
    scopes.activate(resolve("0,0,5,5"), windows)
    assert windows.activated == []
