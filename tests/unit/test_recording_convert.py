"""A recording becomes steps."""

from dataclasses import replace

import pytest

from desktop_agent.core.geometry import Point
from desktop_agent.macros import wording
from desktop_agent.macros.format import Box as FormatBox
from desktop_agent.macros.format import ElementRef, Place, Spot, Target, TypeStep, WindowRef
from desktop_agent.macros.recording.convert import Draft, convert
from desktop_agent.macros.recording.events import Button, Event, Key, Masked, WindowChange
from desktop_agent.macros.recording.observation import Observation
from desktop_agent.macros.recording.recording import Recording

PAD = WindowRef(application="Mousepad", title="*- Mousepad")


def target(role: str = "", name: str = "", window: WindowRef = PAD) -> Target:
    place = Place(
        point=Spot(x=5, y=5), window=FormatBox(x=0, y=0, width=9, height=9), monitor_width=100, monitor_height=100
    )
    return Target(window=window, element=ElementRef(role=role, name=name) if role else None, place=place)


class Made:
    """A recording in the making; everything happens a second after what was before."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.changes: list[WindowChange] = []
        self.seen: dict[int, Observation] = {}
        self.at = 0.0

    def _see(self, role: str, name: str, window: WindowRef, window_id: int, **more) -> None:
        number = len(self.events)
        found = target(role, name, window) if role or more.pop("placed", False) else None
        self.seen[number] = Observation(number, window, window_id, found, role, **more)

    def click(
        self,
        role="push button",
        name="",
        window=PAD,
        window_id=1,
        button=1,
        end: Point | None = None,
        held: tuple[str, ...] = (),
        **more,
    ):
        self.at += 1
        self._see(role, name, window, window_id, **more)
        self.events.append(Button(len(self.events), self.at, True, button, Point(1, 1), held))
        if end is not None:
            self.seen[len(self.events)] = Observation(len(self.events), window, window_id, target("row", "end", window))
        self.events.append(Button(len(self.events), self.at + 0.05, False, button, end or Point(1, 1)))
        return self

    def type(self, text: str, role="text", name="", window=PAD, window_id=1, **more):
        self.at += 1
        self._see(role, name, window, window_id, **more)
        for char in text:
            self.events.append(Key(len(self.events), self.at, True, ord(char), char, char, True))
        return self

    def mask(self, name: str, role="password text", **more):
        self.at += 1
        self._see(role, "", PAD, 1, **more)
        self.events.append(Masked(len(self.events), self.at, name))
        return self

    def press(self, name: str, *held: str, window=PAD, window_id=1):
        self.at += 1
        self._see("", "", window, window_id)
        self.events.append(Key(len(self.events), self.at, True, 9, name, held=held))
        self.events.append(Key(len(self.events), self.at + 0.01, False, 9))
        return self

    def window(self, appeared: bool, window: int, application="Mousepad", title="Save As", after=0.3):
        self.changes.append(
            WindowChange(self.at + after, appeared, window, application, title, 0, len(self.events) - 1)
        )
        return self

    def draft(self) -> Draft:
        return convert(Recording(tuple(self.events), tuple(self.changes), self.seen, started=1.0, where="X11"))

    @property
    def words(self) -> list[str]:
        return [wording.step(each) for each in self.draft().macro.steps]


SAVE_AS = WindowRef(application="Mousepad", title="Save As")


def test_clicks_keys_and_typing_are_steps_a_person_would_name() -> None:
    made = Made().click(name="Save").press("s", "ctrl").type("hello")
    assert made.words == [
        "Click the push button “Save” in Mousepad",
        "Press Ctrl+S in Mousepad",
        "Type “hello” in Mousepad",
    ]
    assert [each.id for each in made.draft().macro.steps] == ["s1", "s2", "s3"]


def test_a_click_into_a_field_and_what_is_typed_there_are_one_step() -> None:
    made = Made().click("text", "Name").type("Alice", "text", "Name")
    assert made.words == ["Type “Alice” in the text “Name” in Mousepad"]
    (step,) = made.draft().macro.steps
    assert isinstance(step, TypeStep)
    assert not step.replace


def test_a_click_elsewhere_stays_a_step() -> None:
    assert len(Made().click("push button", "Edit").type("x", "text", "Name").words) == 2
    double = Made().click("text", "Name")
    double.at -= 0.9
    assert double.click("text", "Name").type("x", "text", "Name").words[0].startswith("Double-click")


def test_modifiers_are_kept_while_clicking_dragging_and_scrolling() -> None:
    made = Made().click(name="Save", held=("ctrl",)).click("row", "A", end=Point(30, 1), held=("shift",))
    made = made.click("list", "Rows", button=5, held=("ctrl", "shift"))
    assert made.words == [
        "Hold Ctrl and click the push button “Save” in Mousepad",
        "Hold Shift and drag the row “A” in Mousepad to the row “end” in Mousepad",
        "Hold Ctrl+Shift and scroll down by 1 over the list “Rows” in Mousepad",
    ]
    assert made.draft().remarks == ()


def test_what_the_mouse_had_to_rest_on_is_a_step_before_the_click() -> None:
    made = Made().click("menu item", "Draft", hovers=(target("menu", "Recent"),)).click("text", "Name")
    assert made.words == [
        "Point at the menu “Recent” in Mousepad",
        "Click the menu item “Draft” in Mousepad",
        "Click the text “Name” in Mousepad",
    ]
    typed = Made().click("text", "Find", hovers=(target("menu", "Search"),)).type("x", "text", "Find")
    assert typed.words[0] == "Point at the menu “Search” in Mousepad"


def test_select_all_before_typing_means_to_replace() -> None:
    made = Made().click("text", "Name").press("a", "ctrl").type("Bob", "text", "Name")
    assert made.words == ["Replace by “Bob” in the text “Name” in Mousepad"]


def test_tab_from_field_to_field_is_left_out_and_what_was_selected_is_replaced() -> None:
    made = Made().click("text", "A").type("one", "text", "A").press("tab").type("two", "text", "B")
    assert made.words == ["Type “one” in the text “A” in Mousepad", "Replace by “two” in the text “B” in Mousepad"]


def test_line_ends_belong_to_typing_only_in_fields_of_several_lines() -> None:
    many = Made().type("a", multi_line=True).press("enter").type("b", multi_line=True)
    assert [each.text for each in many.draft().macro.steps] == ["a\nb"]
    one = Made().type("a").press("enter").type("b")
    assert [type(each).__name__ for each in one.draft().macro.steps] == ["TypeStep", "PressStep", "TypeStep"]


def test_a_secret_stands_for_what_was_masked() -> None:
    (step,) = Made().mask("my PIN").draft().macro.steps
    assert step.text == "{{secret:my PIN}}"


def test_braces_that_were_typed_mean_themselves() -> None:
    (step,) = Made().type("{{name}}").draft().macro.steps
    assert step.text == r"\{{name}}"


def test_a_window_that_comes_is_expected() -> None:
    made = Made().press("s", "ctrl").window(True, 2).type("x", window=SAVE_AS, window_id=2)
    first, second = made.draft().macro.steps
    assert first.expect.window == SAVE_AS
    assert not first.expect.gone
    assert second.expect is None


def test_a_dialog_that_goes_is_expected_to_be_gone() -> None:
    made = Made().click(name="Cancel", window=SAVE_AS, window_id=2).window(False, 2).click(name="Edit")
    first, _ = made.draft().macro.steps
    assert (first.expect.window, first.expect.gone) == (SAVE_AS, True)


def test_a_window_that_came_and_went_again_is_nothing() -> None:
    made = Made().click(name="Go").window(True, 2, after=0.1).window(False, 2, after=0.4).click(name="Edit")
    assert made.draft().macro.steps[0].expect is None


def test_a_window_that_took_long_is_waited_for() -> None:
    made = Made().click(name="Report").window(True, 2, title="Report", after=25.0)
    made.at += 30
    made.click(name="Print", window=WindowRef(application="Mousepad", title="Report"), window_id=2)
    click, wait, _ = made.draft().macro.steps
    assert (click.do, wait.do, wait.limit, click.expect) == ("click", "wait", 75.0, None)


def test_waits_come_not_from_the_clock() -> None:
    made = Made().click(name="One")
    made.at += 120
    assert [each.do for each in made.click(name="Two").draft().macro.steps] == ["click", "click"]


def test_a_click_that_only_seems_to_have_opened_its_own_window_did_not() -> None:
    made = Made().press("s", "ctrl")
    made.at -= 0.5
    made.click(name="Name", window=SAVE_AS, window_id=2).window(True, 2, after=0.01)
    first, second = made.draft().macro.steps
    assert first.expect is not None
    assert second.expect is None


def test_an_application_started_from_a_panel_is_opened() -> None:
    panel = WindowRef(application="Panel")
    made = Made().click(name="Files", window=panel, window_id=5, panel=True).window(True, 6, "Thunar", "home")
    assert made.words == ["Open Thunar"]


def test_own_windows_leave_no_steps() -> None:
    assert Made().click(own=True).press("enter").draft().macro.steps[0].do == "press"


def test_what_stood_nowhere_is_left_out_and_told() -> None:
    made = Made().click(role="")
    assert (made.draft().macro.steps, len(made.draft().remarks)) == ((), 1)


def test_a_drag_has_two_ends() -> None:
    made = Made().click("row", "start", end=Point(50, 50))
    assert made.words == ["Drag the row “start” in Mousepad to the row “end” in Mousepad"]


def test_what_was_uncertain_stands_in_the_comment() -> None:
    assert Made().click(name="X", note="late").draft().macro.steps[0].comment == "late"


def test_typing_where_fields_are_unknown_is_told() -> None:
    made = Made().type("x", known=False)
    assert "mark it as secret" in made.draft().remarks[0]


def test_only_pictures_that_are_needed_are_kept() -> None:
    made = Made().click(name="X")
    recording = Recording(tuple(made.events), (), made.seen, {"pictures/a.png": b""})
    assert convert(recording).pictures == {}


def test_an_empty_recording_is_an_empty_macro() -> None:
    assert convert(Recording()).macro.steps == ()


@pytest.mark.parametrize("times", [1, 3])
def test_a_macro_is_named_after_its_application(times: int) -> None:
    made = Made()
    for _ in range(times):
        made.click(name="X")
    assert made.draft().macro.name.startswith("Mousepad, ")
    assert convert(replace(Recording(), started=1.0), name="Mine").macro.name == "Mine"
