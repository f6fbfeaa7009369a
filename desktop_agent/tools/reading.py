"""The text within a part of the screen: from the accessibility tree where it has any, else read from the pixels."""

from collections.abc import Iterator

from desktop_agent.core.desktop import Element, Scope, Screenshot, Window, Word
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.protocols import TextReader
from desktop_agent.step.desk import Desk
from desktop_agent.step.regions import scope_windows, subtract

MAX_ELEMENT_TEXT = 12_000
_LONG = "…"
"""What ends an element's short text when there is more."""


def read(desk: Desk, scope: Scope, shot: Screenshot, part: Rect) -> tuple[str, str]:
    """The text in `part` of the desktop, and where it comes from. `shot` was taken just now, with `part` in it.

    Raises:
        Unavailable: nothing accessible is there, and the pixels can't be read.
    """
    accessible = "\n".join(dict.fromkeys(_accessible(desk, scope, part)))
    if accessible:
        return accessible, "from the accessibility tree"
    text, source = read_image(desk.reader, shot.image.crop(shot.view.image_rect(part)))
    return desk.privacy.redacted(text), source


def read_image(reader: TextReader, image: Image) -> tuple[str, str]:
    """The text in `image`, and where it comes from.

    Raises:
        Unavailable: the pixels can't be read.
    """
    return _lines(reader.read(image)), "read from the pixels, so letters may be mistaken"


def _accessible(desk: Desk, scope: Scope, part: Rect) -> Iterator[str]:
    own = desk.hands.own_pids()
    members = {each.id for each in scope_windows(desk.windows, scope)}
    above: list[Rect] = []
    for window in desk.windows.stacking():
        visible = subtract(window.frame.intersection(part), above)
        above.append(window.frame)
        if visible and window.pid not in own and (not members or window.id in members):
            yield from _texts(desk, window, visible)


def _texts(desk: Desk, window: Window, visible: list[Rect]) -> Iterator[str]:
    try:
        elements = desk.elements.tree(window).elements
    except Unavailable:
        return
    for element in elements:
        if any(each.contains(element.region.center) for each in visible):
            text = _text(desk, element)
            if text.strip():
                yield text


def _text(desk: Desk, element: Element) -> str:
    """What a person would read there: its text, else its name."""
    if element.text.endswith(_LONG):
        whole = desk.elements.text(element)
        return (whole or element.text)[:MAX_ELEMENT_TEXT]
    return element.text or element.name


def _lines(words: tuple[Word, ...]) -> str:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return "\n".join(" ".join(line) for line in lines.values())
