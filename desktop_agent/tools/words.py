"""What an action does, in one line for people."""

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.geometry import Point
from desktop_agent.core.text import one_line
from desktop_agent.safety.claims import contradicts

SHOWN = 80
"""Characters of a typed text that fit the line; the approval card shows all of it."""

ROLES = {"text": "text area", "entry": "text field", "push button": "button", "page tab": "tab"}
"""AT-SPI role names that people would call otherwise."""


def role(element: Element) -> str:
    """What people call such an element."""
    return ROLES.get(element.role, element.role)


def place(point: Point, element: Element | None, window: Window | None, claimed: str) -> str:
    """A place: '"Save" (push button) in "Untitled - Mousepad"'; without an element its coordinates. What the planner
    takes it for is added where no element says it, or another thing."""
    said = f' (said to be "{one_line(claimed, SHOWN)}")' if claimed else ""
    if element is not None:
        where = f'"{one_line(element.name, SHOWN)}" ({role(element)})' if element.name else f"the {role(element)}"
        return f"{where} {inside(window)}{said if contradicts(claimed, element) else ''}"
    return f"at {point.x},{point.y} {inside(window)}{said}"


def field(element: Element | None, window: Window | None) -> str:
    """Where keys go: 'the text "Name" in "Form"'."""
    if element is None:
        return inside(window)
    name = f' "{one_line(element.name, SHOWN)}"' if element.name else ""
    return f"the {role(element)}{name} {inside(window)}"


def inside(window: Window | None) -> str:
    """'in "Untitled - Mousepad"'."""
    return f'in "{title(window)}"' if window is not None else "on the bare desktop"


def title(window: Window) -> str:
    """The window's title, or its application's name."""
    return one_line(window.title or window.application, SHOWN) or "a window without a title"


def quoted(text: str) -> str:
    """`text` in quotation marks, on one line; long texts are shortened and counted."""
    line = one_line(text.replace("\n", " ⏎ "), SHOWN)
    count = f" ({len(text):,} characters)" if len(text) > SHOWN else ""
    return f'"{line}"{count}'
