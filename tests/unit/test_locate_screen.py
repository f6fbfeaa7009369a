"""The locator over doubles of the eyes: windows that cover one another, trees, and words."""

from dataclasses import dataclass, field, replace

import pytest

from desktop_agent.core.desktop import Candidate, Element, ElementTree, Layout, Screenshot, Window, Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.tools.locate import ScreenLocator

REGION = Rect(-200, 0, 800, 400)
VIEW = View(REGION, 400, 200)
OWN = 99
EDITABLE = "enabled sensitive editable"


def window(number: int, region: Rect, pid: int = 0, popup: bool = False) -> Window:
    return Window(number, f"W{number}", "App", pid or number, region, region, popup)


def element(name: str, x: int, y: int = 10, role: str = "push button", states: str = "enabled sensitive") -> Element:
    return Element(f"{name}/{role}/{x},{y}", role, name, Rect(x, y, 40, 20), frozenset(states.split()))


@dataclass
class Desktop:
    """All the eyes at once. `stack` is topmost first; `words` is what OCR reads, None where there is no OCR."""

    stack: tuple[Window, ...]
    trees: dict[int, tuple[Element, ...]] = field(default_factory=dict)
    words: tuple[Word, ...] | None = ()
    focus: int = 1
    asked: list[int] = field(default_factory=list)
    reads: int = 0

    def locator(self) -> ScreenLocator:
        elements = Trees(self)
        return ScreenLocator(self, elements, self, self, lambda: frozenset({OWN}))  # type: ignore[arg-type]

    def active(self) -> Window | None:
        return next((each for each in self.stack if each.id == self.focus), None)

    def at(self, point: Point) -> Window | None:
        return next((each for each in self.stack if each.frame.contains(point)), None)

    def stacking(self) -> tuple[Window, ...]:
        return self.stack

    def tree(self, window: Window) -> ElementTree:
        self.asked.append(window.id)
        if window.id not in self.trees:
            raise Unavailable("It exposes nothing.")
        return ElementTree(self.trees[window.id])

    def under(self, window: Window, point: Point) -> Element | None:
        return next((each for each in self.tree(window).elements if each.region.contains(point)), None)

    def layout(self) -> Layout:
        return Layout("one", ())

    def grab(self, region: Rect) -> Screenshot:
        return Screenshot("s", region, "one", Image(region.width // 2, region.height // 2, bytes(region.area)), 0.0)

    def read(self, image: Image) -> tuple[Word, ...]:
        self.reads += 1
        if self.words is None:
            raise Unavailable("No OCR.")
        return self.words


@dataclass
class Trees:
    """The desktop's accessibility."""

    desktop: Desktop

    def tree(self, window: Window) -> ElementTree:
        return self.desktop.tree(window)

    def at(self, window: Window, point: Point) -> Element | None:
        return self.desktop.under(window, point)


def found(desktop: Desktop, name: str) -> list[tuple[str, int]]:
    return [(each.label, each.region.x) for each in desktop.locator().find(name, VIEW)]


MAIN, OTHER = window(1, Rect(0, 0, 300, 300)), window(2, Rect(300, 0, 300, 300))


def one_window(*elements: Element, words: tuple[Word, ...] | None = ()) -> Desktop:
    return Desktop((MAIN,), {1: elements}, words)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Save", "_Save"),
        ("SAVE", "_Save"),
        ("Save As", "Save As...   "),
        ("save as…", "Save As...   "),
        ("All", "Save All"),
        ("Auto", "Autosave"),
        ("the Autosave check box", "Autosave"),
    ],
)
def test_the_best_fit_alone_is_found_by_name(name: str, label: str) -> None:
    desktop = one_window(
        element("Autosave", 150, role="check box"),
        element("Save As...   ", 50),
        element("_Save", 0),
        element("Save All", 100),
    )
    assert [each for each, _ in found(desktop, name.removeprefix("the "))] == [" ".join(label.split())]
    assert desktop.reads == 0


def test_several_equal_fits_are_all_found() -> None:
    assert found(one_window(element("OK", 0), element("OK", 50)), "ok") == [("OK", 0), ("OK", 50)]


def test_what_acts_comes_before_what_shows_and_what_holds() -> None:
    desktop = one_window(
        element("Find", 0, role="label"),
        element("Find", 50, role="panel"),
        element("Find", 100),
        element("Find it", 150),
    )
    assert found(desktop, "Find") == [("Find", 100)]


def test_what_holds_others_is_found_only_by_all_of_its_name_or_its_role() -> None:
    desktop = one_window(element("Save the file?", 0, role="dialog"))
    assert found(desktop, "Save") == []
    assert found(desktop, "Save the file?") == [("Save the file?", 0)]
    assert found(desktop, "save dialog") == [("Save the file?", 0)]


def test_enabled_comes_before_disabled_of_the_same_name_but_never_another_name() -> None:
    disabled = element("Save", 0, states="visible")
    assert found(one_window(disabled, element("Save", 50)), "Save") == [("Save", 50)]
    assert found(one_window(disabled, element("Save As", 50)), "Save") == [("Save", 0)]


def test_a_role_word_narrows() -> None:
    desktop = one_window(element("File", 0, role="menu"), element("File", 50), element("File", 100, role="page tab"))
    assert found(desktop, "file menu") == [("File", 0)]
    assert found(desktop, "the File button".removeprefix("the ")) == [("File", 50)]
    assert found(desktop, "File标签页") == [("File", 100)]
    assert len(found(desktop, "File")) == 3


def test_a_role_word_can_be_wrong_or_a_part_of_the_name() -> None:
    assert found(one_window(element("Save", 0, role="link")), "save button") == [("Save", 0)]
    desktop = one_window(element("Start", 0), element("Start Menu", 50))
    assert found(desktop, "Start menu") == [("Start Menu", 50)]


def test_text_fields_are_found_by_role_alone() -> None:
    shown, field_, focused = (
        element("", 0, role="text", states="enabled"),
        element("", 50, role="text", states=EDITABLE),
        element("", 100, role="entry", states=f"{EDITABLE} focused"),
    )
    assert found(one_window(shown, field_), "text area") == [("", 50)]
    assert found(one_window(shown, field_, focused), "文本框") == [("", 100)]
    assert found(one_window(shown), "text field") == [("", 0)]
    assert found(one_window(shown, field_), "display") == [("", 0)]


def test_a_text_area_has_many_lines_and_a_field_has_one() -> None:
    one = element("", 0, role="text", states=f"{EDITABLE} focused")
    many = replace(element("", 50, role="text"), states=frozenset((*EDITABLE.split(), "multi line")))
    assert found(one_window(one, many), "text area") == [("", 50)]
    assert found(one_window(one, many), "field") == [("", 0)]
    assert found(one_window(one, many), "text box") == [("", 0)]
    assert found(one_window(one), "text area") == [("", 0)]


def test_a_field_is_found_by_the_label_beside_or_above_it() -> None:
    name = element("Name:", 0, 10, role="label")
    beside = element("", 60, 12, role="text", states=EDITABLE)
    below = element("", 0, 35, role="text", states=EDITABLE)
    far = element("", 0, 200, role="text", states=EDITABLE)
    for fields_ in ([below, beside, far], [far, beside]):
        (place,) = one_window(name, *fields_).locator().find("Name field", VIEW)
        assert place.element == beside
    (place,) = one_window(name, far, below).locator().find("name field", VIEW)
    assert place.element == below
    (place,) = one_window(name, far).locator().find("name field", VIEW)
    assert place.role == "label"
    assert found(one_window(name, beside), "Name") == [("Name:", 0)]


def test_what_lies_under_a_tooltip_is_not_taken_for_its_content() -> None:
    tip = window(7, Rect(0, 0, 60, 40), pid=1, popup=True)
    button = element("7", 0)
    (place,) = Desktop((tip, MAIN), {7: (button,), 1: (button,)}).locator().find("7", VIEW)
    assert (place.window, place.behind_tooltip) == ("W1", True)
    shown = Element("root", "popup menu", "", Rect(0, 0, 60, 40))
    assert found(Desktop((tip, MAIN), {7: (shown, button), 1: ()}), "7") == [("7", 0)]


def test_digits_and_symbols_fit_only_themselves_or_what_means_the_same() -> None:
    desktop = one_window(element("7", 0), element("17", 50), element("*", 100), element("+/-", 150), element("F7", 200))
    assert found(desktop, "7") == [("7", 0)]
    assert found(desktop, "×") == found(desktop, "multiply") == [("*", 100)]
    assert found(desktop, "+") == []


def test_a_label_within_its_item_is_the_same_place() -> None:
    inner = Element("inner", "menu item", "Save", Rect(5, 12, 20, 10), frozenset({"enabled"}))
    assert found(one_window(element("Save", 0, role="menu item"), inner), "Save") == [("Save", 0)]


def test_nothing_is_found_outside_the_view() -> None:
    outside = window(3, Rect(600, 0, 100, 100))
    assert found(Desktop((outside,), {3: (element("Save", 650),)}, focus=3), "Save") == []


def test_what_is_partly_in_view_is_found_where_it_is_seen() -> None:
    desktop = Desktop((window(1, Rect(500, 0, 300, 300)),), {1: (element("Save", 580),)})
    (place,) = desktop.locator().find("Save", VIEW)
    assert place.region == Rect(580, 10, 20, 20)


def test_what_is_covered_is_not_found() -> None:
    cover = window(5, Rect(0, 0, 100, 100))
    desktop = Desktop((cover, MAIN), {1: (element("Save", 0), element("Save", 150)), 5: ()})
    assert found(desktop, "Save") == [("Save", 150)]


def test_another_programs_popup_covers_like_any_window() -> None:
    popup = window(5, Rect(0, 0, 100, 100), popup=True)
    desktop = Desktop((popup, MAIN), {1: (element("Save", 0), element("Open", 0, role="menu item")), 5: ()})
    assert found(desktop, "Save") == []
    assert found(desktop, "Open") == []


def test_what_fits_less_is_not_taken_for_what_is_covered() -> None:
    cover = window(5, Rect(0, 0, 100, 100))
    desktop = Desktop((cover, MAIN), {1: (element("Save", 0), element("Save As", 150)), 5: ()})
    assert found(desktop, "Save") == []


def test_nothing_is_found_in_our_own_windows_or_under_them() -> None:
    ours = window(9, Rect(0, 0, 100, 100), pid=OWN)
    word = Word("Save", Rect(100, 0, 20, 10), 0, 0.9)
    desktop = Desktop((ours, MAIN), {9: (element("Save", 0),), 1: (element("Save", 50),)}, (word,), focus=9)
    assert found(desktop, "Save") == []
    assert 9 not in desktop.asked


def test_the_active_window_comes_first() -> None:
    trees = {1: (element("OK", 0),), 2: (element("OK", 350),)}
    assert found(Desktop((OTHER, MAIN), trees), "OK") == [("OK", 0)]
    assert found(Desktop((OTHER, MAIN), trees, focus=2), "OK") == [("OK", 350)]
    assert len(found(Desktop((OTHER, MAIN), trees, focus=0), "OK")) == 2


def test_a_better_fit_elsewhere_beats_the_active_window() -> None:
    desktop = Desktop((MAIN, OTHER), {1: (element("Save As", 0),), 2: (element("Save", 350),)})
    assert found(desktop, "Save") == [("Save", 350)]


def test_other_windows_are_not_read_when_the_active_one_has_it() -> None:
    desktop = Desktop((OTHER, MAIN), {1: (element("OK", 0),), 2: (element("OK", 350),)})
    found(desktop, "OK")
    assert desktop.asked == [1]


def test_an_open_menu_comes_first_and_shows_only_its_own() -> None:
    menu = window(7, Rect(0, 0, 60, 200), pid=1, popup=True)
    item, button, under = element("Save", 5, 50, "menu item"), element("Save", 200), element("Find", 5, 100)
    desktop = Desktop((menu, MAIN), {7: (item,), 1: (item, button, under)})
    assert found(desktop, "Save") == [("Save", 5)]
    assert found(desktop, "Find") == []


def test_a_menu_item_that_only_the_main_windows_tree_has_is_found() -> None:
    menu = window(7, Rect(0, 0, 60, 200), pid=1, popup=True)
    desktop = Desktop((menu, MAIN), {1: (element("Save", 5, 50, "menu item"),)})
    assert found(desktop, "Save") == [("Save", 5)]


def test_without_a_name_the_words_on_the_screen_are_read() -> None:
    words = (Word("Save", Rect(150, 50, 20, 10), 0, 0.9), Word("As", Rect(175, 50, 10, 10), 0, 0.9))
    desktop = one_window(element("Open", 0), words=words)
    (place,) = desktop.locator().find("Save As", VIEW)
    assert place == Candidate("Save As", Rect(100, 100, 70, 20), "text", window="W1")
    assert [each.label for each in desktop.locator().find("save button", VIEW)] == ["Save"]


def test_words_of_a_text_are_no_buttons_or_menus() -> None:
    text = Element("t", "text", "", Rect(80, 80, 150, 100), frozenset(EDITABLE.split()))
    words = (Word("Save", Rect(150, 50, 20, 10), 0, 0.9),)
    assert found(one_window(text, words=words), "Save menu item") == []
    assert found(one_window(text, words=words), "Save") == [("Save", 100)]
    assert found(one_window(element("Open", 0), words=words), "Save menu item") == [("Save", 100)]
    assert found(Desktop((MAIN,), {}, words), "Save menu item") == [("Save", 100)]


def test_words_of_a_tooltip_are_not_found_but_those_of_other_popups_are() -> None:
    popup = window(7, Rect(100, 80, 200, 60), pid=1, popup=True)
    words = (Word("Save", Rect(150, 50, 20, 10), 0, 0.9),)
    assert found(Desktop((popup, MAIN), {7: (), 1: (element("Open", 0),)}, words), "Save") == []
    assert found(Desktop((popup, MAIN), {1: (element("Open", 0),)}, words), "Save") == [("Save", 100)]


def test_without_accessibility_or_ocr_it_says_so() -> None:
    with pytest.raises(Unavailable):
        Desktop((MAIN,), {}, None).locator().find("Save", VIEW)
    assert one_window(element("Open", 0), words=None).locator().find("Save", VIEW) == ()


@pytest.mark.parametrize("name", ["", " ", "…", "the", "\ud83d", "button"])
def test_odd_names_find_nothing(name: str) -> None:
    assert one_window(element("Open", 0, role="link")).locator().find(name, VIEW) == ()


def fields(desktop: Desktop) -> list[int]:
    return [each.region.x for each in desktop.locator().focusable_text(VIEW)]


def test_places_that_take_text() -> None:
    one, two = element("a", 0, role="text", states=EDITABLE), element("b", 50, role="text", states=EDITABLE)
    focused = element("c", 100, role="text", states=f"{EDITABLE} focused")
    locked = replace(one, ref="d", states=one.states | {"read only"}, region=one.region.moved(150, 0))
    assert fields(one_window(one, two, locked, element("OK", 200))) == [0, 50]
    assert fields(one_window(one, focused, two)) == [100]
    far = element("e", 350, role="text", states=EDITABLE)
    assert fields(Desktop((OTHER, MAIN), {1: (one,), 2: (far,)})) == [0]
    assert fields(Desktop((OTHER, MAIN), {1: (), 2: (far,)})) == [350]
    assert fields(Desktop((MAIN,), {})) == []


def test_similar_names_are_suggested_best_first() -> None:
    desktop = one_window(
        element("Save As…", 0), element("Save   ", 50), element("Quit", 100), element("Sav", 150, role="label")
    )
    assert desktop.locator().similar("Sve", VIEW)[0] == "Save"
    assert "Quit" not in desktop.locator().similar("Sve", VIEW)
    assert "Save" not in desktop.locator().similar("save", VIEW)
    assert desktop.reads == 0
