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


def find(reader: Reader, window: Window = WINDOW) -> list[str]:
    return [node.address[1] for node in roots.find(reader, [APPLICATION], window)]


def test_place_decides_between_windows_of_one_title() -> None:
    assert find(reader_of(a=("Note", Rect(0, 0, 640, 480)), b=("Note", WINDOW.frame))) == ["/b"]


def test_title_decides_between_windows_in_one_place() -> None:
    assert find(reader_of(a=("Other", WINDOW.region), b=("Note", WINDOW.region))) == ["/b"]


def test_with_nothing_alike_no_other_window_s_elements_are_given() -> None:
    with pytest.raises(Unavailable, match="App tells nothing"):
        find(reader_of(a=("Other", Rect(0, 0, 5, 5)), b=("Third", Rect(1500, 0, 50, 50))))


def test_a_popup_without_a_tree_of_its_own_is_sought_in_all_windows() -> None:
    popup = Window(2, "", "App", 7, Rect(420, 320, 30, 60), Rect(420, 320, 30, 60), popup=True)
    assert find(reader_of(a=("Note", WINDOW.region), b=("Other", Rect(0, 0, 5, 5))), popup) == ["/a", "/b"]


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
    found = roots.find(reader, [APPLICATION], WINDOW)
    reader.walk(found)
    assert found[0].children[0].region == button


def test_a_window_really_at_the_origin_is_left_there() -> None:
    window = Window(1, "Note", "App", 7, Rect(0, 0, 640, 480), Rect(0, 0, 640, 480))
    reader = reader_of(a=("Note", Rect(0, 0, 640, 480)))
    roots.find(reader, [APPLICATION], window)
    assert reader.offset == (0, 0)


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
