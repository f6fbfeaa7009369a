"""Which accessible window is the one on the screen, and where a toolkit counts from."""

from collections.abc import Sequence
from typing import Any

import pytest

from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.elements import roots
from desktop_agent.desktop.elements.atspi import visible
from desktop_agent.desktop.elements.bus import Call
from desktop_agent.desktop.elements.walk import Node, Reader

SHOWING = [1 << 25 | 1 << 30, 0]
WINDOW = Window(1, "Note", "App", 7, Rect(400, 300, 640, 480), Rect(399, 280, 642, 505))
APPLICATION = (":1.1", "/root")


class FakeBus:
    """Answers like an application: objects by path, as (role, name, extents, children)."""

    def __init__(self, objects: dict[str, tuple[int, str, Rect, tuple[str, ...]]]) -> None:
        self.objects = objects

    def calls(self, calls: Sequence[Call], _deadline: float) -> list[Any]:
        return [self._answer(call) for call in calls]

    def _answer(self, call: Call) -> Any:
        role, name, area, children = self.objects[call.path]
        return {
            "GetRole": (role,),
            "Get": (("s", name),),
            "GetState": (SHOWING,),
            "GetExtents": ((area.x, area.y, area.width, area.height),),
            "GetChildren": ([(":1.1", child) for child in children],),
        }[call.member]


def reader_of(**frames: tuple[str, Rect]) -> Reader:
    objects = {f"/{key}": (23, title, area, ("/button",)) for key, (title, area) in frames.items()}
    objects["/root"] = (75, "app", Rect(0, 0, 0, 0), tuple(objects))
    objects["/button"] = (43, "Press", Rect(10, 20, 30, 40), ())
    return Reader(FakeBus(objects), 5.0, 100)  # type: ignore[arg-type]


def found_by(reader: Reader, window: Window = WINDOW, siblings: Sequence[Window] = (WINDOW,)) -> list[Node]:
    return roots.find(reader, [APPLICATION], window, lambda: siblings)


def find(reader: Reader, window: Window = WINDOW) -> list[str]:
    return [node.address[1] for node in found_by(reader, window)]


def test_place_decides_between_windows_of_one_title() -> None:
    assert find(reader_of(a=("Note", Rect(0, 0, 640, 480)), b=("Note", WINDOW.frame))) == ["/b"]


def test_title_decides_between_windows_in_one_place() -> None:
    assert find(reader_of(a=("Other", WINDOW.region), b=("Note", WINDOW.region))) == ["/b"]


def test_with_nothing_alike_no_other_window_s_elements_are_given() -> None:
    with pytest.raises(Unavailable, match="App tells nothing"):
        find(reader_of(a=("Other", Rect(0, 0, 5, 5)), b=("Third", Rect(1500, 0, 50, 50))))


def test_a_popup_without_a_tree_of_its_own_is_sought_in_all_windows_whose_places_are_known() -> None:
    popup = Window(2, "", "App", 7, Rect(420, 320, 30, 60), Rect(420, 320, 30, 60), popup=True)
    second = Window(3, "Other", "App", 7, Rect(0, 100, 200, 90), Rect(0, 100, 200, 90))
    reader = reader_of(a=("Note", WINDOW.region), b=("Other", second.region), c=("Third", Rect(0, 0, 5, 5)))
    assert [node.address[1] for node in found_by(reader, popup, (WINDOW, second))] == ["/a", "/b"]


def test_an_empty_popup_is_sought_in_its_window_as_well() -> None:
    popup = Window(2, "", "", 7, Rect(420, 320, 30, 60), Rect(420, 320, 30, 60), popup=True)
    bus = FakeBus(
        {
            "/root": (75, "app", Rect(0, 0, 0, 0), ("/list", "/page")),
            "/list": (23, "", popup.region, ()),
            "/page": (23, "Note", WINDOW.region, ("/button",)),
            "/button": (43, "Press", Rect(10, 20, 30, 40), ()),
        }
    )
    reader = Reader(bus, 5.0, 100)  # type: ignore[arg-type]
    assert [node.address[1] for node in found_by(reader, popup)] == ["/page"]


def test_a_notification_that_is_a_text_itself_is_its_own_window() -> None:
    popup = Window(2, "", "", 7, Rect(420, 320, 30, 60), Rect(420, 320, 30, 60), popup=True)
    bus = FakeBus(
        {
            "/root": (75, "app", Rect(0, 0, 0, 0), ("/note", "/page")),
            "/note": (29, "You have mail", popup.region, ()),
            "/page": (23, "Note", WINDOW.region, ("/button",)),
            "/button": (43, "Press", Rect(10, 20, 30, 40), ()),
        }
    )
    reader = Reader(bus, 5.0, 100)  # type: ignore[arg-type]
    assert [node.address[1] for node in found_by(reader, popup)] == ["/note"]


@pytest.mark.parametrize(
    ("frame", "button"),
    [
        (Rect(0, 0, 640, 480), Rect(410, 320, 30, 40)),  # counts from its window, as GTK 4 does
        (WINDOW.region, Rect(10, 20, 30, 40)),
        (WINDOW.frame, Rect(10, 20, 30, 40)),
    ],
)
def test_regions_are_the_screen_s_wherever_the_toolkit_counts_from(frame: Rect, button: Rect) -> None:
    reader = reader_of(a=("Note", frame))
    assert button_of(found_by(reader), reader) == button


def test_a_window_really_at_the_origin_is_left_there() -> None:
    window = Window(1, "Note", "App", 7, Rect(0, 0, 640, 480), Rect(0, 0, 640, 480))
    reader = reader_of(a=("Note", Rect(0, 0, 640, 480)))
    assert button_of(found_by(reader, window), reader) == Rect(10, 20, 30, 40)


def button_of(found: Sequence[Node], reader: Reader) -> Rect:
    reader.walk(found)
    return found[0].children[0].region


@pytest.mark.parametrize(
    ("frame", "button"),
    [
        (Rect(200, 150, 320, 240), Rect(20, 40, 60, 80)),  # twice as large: Qt counts from the client area
        (Rect(199, 140, 321, 253), Rect(21, 40, 60, 80)),  # GTK from the frame, and rounds up
        (Rect(266, 200, 427, 320), Rect(16, 30, 45, 60)),  # one and a half
        (Rect(0, 0, 320, 240), Rect(420, 340, 60, 80)),  # and counts from the window
    ],
)
def test_a_toolkit_s_units_are_the_screen_s_pixels(frame: Rect, button: Rect) -> None:
    reader = reader_of(a=("Note", frame))
    assert button_of(found_by(reader), reader) == button


def test_a_popup_counts_in_the_units_of_its_window() -> None:
    popup = Window(2, "", "App", 7, Rect(420, 340, 90, 200), Rect(420, 340, 90, 200), popup=True)
    reader = reader_of(a=("Note", Rect(200, 150, 320, 240)))
    assert button_of(found_by(reader, popup), reader) == Rect(20, 40, 60, 80)
    with pytest.raises(Unavailable):
        found_by(reader, popup, siblings=())


@pytest.mark.parametrize(
    "frame",
    [
        Rect(400, 300, 320, 300),  # another shape, as while the window changes its size
        Rect(0, 0, 0, 0),
        Rect(4, 3, 6, 5),  # a unit would be a hundred pixels
    ],
)
def test_elements_whose_places_cannot_be_told_are_not_given(frame: Rect) -> None:
    with pytest.raises(Unavailable, match="does not say where"):
        find(reader_of(a=("Note", frame)))


def test_a_window_that_changes_its_size_keeps_its_elements() -> None:
    reader = reader_of(a=("Note", Rect(400, 300, 500, 440)))
    assert button_of(found_by(reader), reader) == Rect(10, 20, 30, 40)


def test_another_window_that_happens_to_have_half_the_size_is_not_taken_for_it() -> None:
    assert find(reader_of(a=("Third", Rect(200, 150, 320, 240)), b=("Other", Rect(700, 10, 320, 240)))) == ["/a"]
    with pytest.raises(Unavailable):
        find(reader_of(a=("Third", Rect(900, 150, 320, 240)), b=("Other", Rect(700, 10, 320, 240))))


@pytest.mark.parametrize(
    ("page", "button"),
    [
        (Rect(416, 340, 600, 400), Rect(10, 20, 30, 40)),  # Chromium's pages count in pixels
        (Rect(208, 170, 300, 200), Rect(20, 40, 60, 80)),  # one that counts as its window does
        (Rect(208, 170, 240, 100), Rect(0, 0, 0, 0)),  # who knows
    ],
)
def test_a_page_may_count_in_pixels_within_a_window_that_does_not(page: Rect, button: Rect) -> None:
    objects = {
        "/root": (75, "app", Rect(0, 0, 0, 0), ("/frame",)),
        "/frame": (23, "Note", Rect(200, 150, 320, 240), ("/holder",)),
        "/holder": (39, "", Rect(208, 170, 300, 200), ("/page",)),
        "/page": (95, "A page", page, ("/button",)),
        "/button": (43, "Press", Rect(10, 20, 30, 40), ()),
    }
    reader = Reader(FakeBus(objects), 5.0, 100)  # type: ignore[arg-type]
    found = found_by(reader)
    reader.walk(found)
    assert [node.region for node in found[0].preorder() if node.name == "Press"] == [button]


def test_a_tree_that_contains_itself_ends() -> None:
    objects = {f"/{n}": (39, "", Rect(0, 0, 9, 9), ("/0", "/1", "/2")) for n in range(3)}
    reader = Reader(FakeBus(objects), 5.0, 100)  # type: ignore[arg-type]
    root = reader.read([(":1.1", "/0")])[0]
    assert root is not None
    reader.walk([root])
    assert len(list(root.preorder())) == 3


@pytest.mark.parametrize("extents", [Rect(-(2**31), -(2**31), 50, 20), Rect(5, 5, 0, 10), Rect(5, 5, 2**30, 10)])
def test_what_is_nowhere_has_no_region(extents: Rect) -> None:
    reader = Reader(FakeBus({"/x": (43, "X", extents, ())}), 5.0)  # type: ignore[arg-type]
    node = reader.read([(":1.1", "/x")])[0]
    assert node is not None
    assert node.region.empty
    assert visible([node], WINDOW) == []


def test_labels_within_buttons_and_parts_out_of_the_window_are_left_out() -> None:
    def node(role: str, name: str, area: Rect, *children: Node) -> Node:
        made = Node((":1.1", f"/{name}"), role, name, frozenset({"showing"}), area, children=list(children))
        for each in children:
            each.parent = made
        return made

    inside, outside = Rect(450, 350, 40, 20), Rect(450, 2000, 40, 20)
    tree = node(
        "frame",
        "Note",
        WINDOW.region,
        node("push button", "Save file", inside, node("label", "Save", inside), node("image", "", inside)),
        node("push button", "Scrolled away", outside),
        node("menu", "File", inside, node("menu item", "Open", outside)),
        node("panel", "", inside, node("label", "A label", inside)),
    )
    assert [each.name for each in visible([tree], WINDOW)] == ["Note", "Save file", "File", "Open", "", "A label"]
