"""The ways to elements, and that they tell no secret."""

from desktop_agent.core.desktop import Element, Level, Window
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.elements.paths import paths
from desktop_agent.desktop.elements.walk import NOWHERE, Node
from desktop_agent.step.privacy import Place, Privacy

WINDOW = Window(1, "Form", "Former", 100, Rect(0, 0, 400, 300), Rect(0, 0, 400, 300))


def node(role, name, parent=None):
    made = Node(("bus", f"/{role}{name}"), role, name, frozenset(), NOWHERE, parent=parent)
    if parent is not None:
        parent.children.append(made)
    return made


def test_children_are_counted_among_those_of_their_role_and_name() -> None:
    root = node("frame", "Form")
    first, second = node("panel", "", root), node("panel", "", root)
    save, _, again = (node("push button", each, second) for each in ("Save", "Open", "Save"))
    panel = Level("panel", "", 1)
    assert paths([root, first, save, again]) == [
        (),
        (Level("panel", "", 0),),
        (panel, Level("push button", "Save", 0)),
        (panel, Level("push button", "Save", 1)),
    ]


def test_the_way_to_an_element_tells_no_secret_that_was_typed() -> None:
    privacy = Privacy()
    field = Element("f", "entry", "Code", Rect(10, 10, 80, 20), frozenset({"editable"}), pid=100)
    privacy.typing("pin", "hunter22", Place.of(WINDOW, field))
    path = (Level("section", "It is hunter22", 0), Level("push button", "Repeat hunter22", 0))
    told = Element("b", "push button", "Repeat hunter22", Rect(10, 200, 80, 20), pid=100, path=path)
    inside = Element("f", "entry", "Code", Rect(10, 10, 80, 20), pid=100, path=(Level("entry", "Code", 0),))
    seen, veiled = privacy.veiled((told, inside))
    assert "hunter22" not in repr(seen)
    assert seen.path[-1].name == seen.name
    assert veiled.path == inside.path
