"""Which elements a planner's call may mean: by kind, and by what is known of where it matters to click."""

from desktop_agent.core.actions import ActionKind
from desktop_agent.core.desktop import Element, Surroundings
from desktop_agent.core.geometry import Point
from desktop_agent.core.naming import ACTIONABLE, BUTTONS, MENU_ITEMS

_SMALL = 100
"""Pixels, the shorter side of what a page handles clicks of and is one thing to click, not a part of the page."""
_HANDLE = 32
"""Pixels, the longer side of what one takes hold of."""
_TALL = 40
"""Pixels, the height of a text of more than one line."""

PLAIN = (BUTTONS - {"split button", "push button menu"}) | MENU_ITEMS | {"check box", "link", "switch"}
"""Roles that are one thing all over, so that it does not matter where they are clicked."""
ROWS = frozenset({"list item", "tree item", "table cell", "table row"})
"""What is a row to choose where it can be selected, and else only a part of a page."""
_CLICKED = (ACTIONABLE - ROWS) | {"icon", "desktop icon", "column header", "table column header", "password text"}
TRACKS = frozenset({"slider", "scroll bar"})
TOGGLES = frozenset({"check box", "switch", "toggle button"})
"""What a click switches on or off. Radio buttons are not of them: the next click on the right one makes it good."""
_EXACT = TRACKS | {
    *("canvas", "drawing area", "image", "image map", "animation", "video", "chart", "dial", "color chooser"),
    *("document frame", "document presentation", "document spreadsheet", "password text", "calendar"),
}
"""Roles in which it matters where one clicks. Chromium calls a drawing within a page (SVG) a document frame."""
WORDS = frozenset({"static", "label", "paragraph", "heading", "caption", "block quote", "article"})
_SCROLLED = frozenset(
    {
        *("scroll pane", "viewport", "list", "list box", "table", "tree", "tree table", "text", "terminal"),
        *("document web", "document text", "document frame", "document presentation", "document spreadsheet"),
    }
)
_CLICKS = frozenset(
    {
        *(ActionKind.LEFT_CLICK, ActionKind.RIGHT_CLICK, ActionKind.MIDDLE_CLICK, ActionKind.DOUBLE_CLICK),
        ActionKind.HOVER,
    }
)


def fits(kind: ActionKind, element: Element, around: Surroundings) -> bool:
    """Whether it is of a kind that such a call acts on."""
    if kind is ActionKind.TYPE:
        return element.takes_text and "read only" not in element.states
    if kind is ActionKind.SCROLL:
        return element.role in _SCROLLED
    if kind is ActionKind.DRAG:
        return element.role in TRACKS | ROWS | {"icon", "desktop icon", "link", "page tab"} or is_handle(element)
    return _is_clicked(element) or (element.ref in around.clickable and _is_small(element))


def is_handle(element: Element) -> bool:
    """Whether it may be the handle of a slider that a page draws itself: something small without a role that takes the
    keyboard."""
    region = element.region
    is_small = max(region.width, region.height) <= _HANDLE
    return is_small and element.role in ("section", "panel") and "focusable" in element.states and not element.name


def _is_clicked(element: Element) -> bool:
    """Whether a click does something to it, as its role says."""
    return element.role in _CLICKED | TRACKS or (element.role in ROWS and "selectable" in element.states)


def is_goal(kind: ActionKind, element: Element, around: Surroundings) -> bool:
    """Whether a point may be moved to it. A field that is only read counts as disabled in Chromium, but opens calendars
    and the like."""
    if not fits(kind, element, around) or may_wrap(element) or (element.disabled and "read only" not in element.states):
        return False
    return _is_clicked(element) or kind not in _CLICKS or _is_one_thing(element, around)


def may_wrap(element: Element) -> bool:
    """Whether it is text that may go over several lines, so that its rectangle holds other words, too."""
    return element.role in WORDS | {"link"} and element.region.height > _TALL


def are_words_to_click(kind: ActionKind, element: Element) -> bool:
    """Whether it is a piece of text of its own, which a page may take clicks of without telling: a goal only where the
    planner says just that."""
    return kind is ActionKind.LEFT_CLICK and element.role in WORDS and not may_wrap(element)


def _is_small(element: Element) -> bool:
    """Whether it is no page, or part of one, that handles the clicks of all that lies in it."""
    return min(element.region.width, element.region.height) <= _SMALL and element.role not in _SCROLLED


def _is_one_thing(element: Element, around: Surroundings) -> bool:
    """Whether nothing within it is there to click by itself."""
    within = (each for each in around.elements if each is not element and element.region.encloses(each.region))
    return not any(_is_clicked(each) or each.ref in around.clickable for each in within)


def is_exact(element: Element) -> bool:
    """Whether it matters where in it one clicks."""
    return element.takes_text or element.role in _EXACT


def is_beyond_end(point: Point, element: Element) -> bool:
    """Whether the nearest place of a slider is its end: that would set it to the least or the most."""
    region = element.region
    if element.role not in TRACKS:
        return False
    if region.width >= region.height:
        return not region.x <= point.x < region.right
    return not region.y <= point.y < region.bottom
