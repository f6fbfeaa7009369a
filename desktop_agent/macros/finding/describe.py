"""The other direction: from a point at which something was done to the target that is recorded.

Free of secrets: fields for passwords are grey in the picture, and what stands in a field is never taken for a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_agent.core.desktop import Element, Monitor, Screenshot, Window, Word
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.naming import ACTIONABLE, CONTAINERS
from desktop_agent.core.text import one_line
from desktop_agent.macros.files import picture_name
from desktop_agent.macros.finding.names import near_texts, near_words
from desktop_agent.macros.finding.phrases import phrase_at
from desktop_agent.macros.finding.windows import reference
from desktop_agent.macros.format import Ancestor, Box, ElementRef, PictureRef, Place, Spot, Target
from desktop_agent.safety.targets import PASSWORD_ROLE
from desktop_agent.step.masks import painted
from desktop_agent.tools.words import role as called

AROUND = 40
"""Pixels of the surroundings on each side of the target in its picture."""
MOST = (400, 300)
"""The largest width and height of a picture."""
SIDE = 48
"""Of the square around the point that counts as the target where no element is known."""
MARGIN = 4
"""Pixels around a password's field that are masked with it."""
PADDING = 8
"""Pixels around a word that belong to what bears it."""
MAX_LEVELS = 64
_AREAS = CONTAINERS | {"canvas", "drawing area", "list", "list box", "table", "tree", "tree table", "unknown", "chart"}
"""Roles in which the point matters, and not the element."""


@dataclass(frozen=True)
class Moment:
    """What was seen when something was done at `point`.

    Args:
        point: on the desktop.
        surface: the window there: the one that a click reached, which may be a menu or another popup.
        window: the window that it belongs to; itself where it is no popup.
        elements: those that `window` and `surface` showed; empty where they told nothing.
        shot: pixels in which at least the point lies.
        monitor: the one that the point is on.
        words: what could be read in `shot`, in its pixels, where there are no elements.
        hidden: parts of the desktop that no picture may show, besides the fields for passwords.
    """

    point: Point
    surface: Window
    window: Window
    elements: Sequence[Element]
    shot: Screenshot
    monitor: Monitor
    words: Sequence[Word] = ()
    hidden: Sequence[Rect] = ()


@dataclass(frozen=True)
class Described:
    """A target, its pictures as PNGs by their names, and the element that it was taken from."""

    target: Target
    pictures: Mapping[str, bytes]
    element: Element | None


def describe(moment: Moment) -> Described:
    """The target of what was done.

    Raises:
        ValueError: the point doesn't lie in the screenshot.
    """
    element = _element(moment)
    own = _own(moment) if element is None else None
    region = element.region if element is not None else own.region if own else Rect.around(moment.point, SIDE)
    near = _near(moment, region, element)
    ref, pictures = _picture(moment, region, is_known=element is not None)
    target = Target(
        words=f'the text "{own.text}"' if own is not None else _words(element, near),
        window=reference(moment.window),
        element=_element_ref(element, moment.elements) if element is not None else None,
        picture=ref,
        near=near,
        place=None if moment.surface.popup else _place(moment),
    )
    return Described(target, pictures, element)


@dataclass(frozen=True)
class _Own:
    """What is written on a target that no element describes, and its part of the desktop."""

    text: str
    region: Rect


def _own(moment: Moment) -> _Own | None:
    """The words that stand at the point, where there are no elements."""
    if moment.elements or any(each.contains(moment.point) for each in moment.hidden):
        return None
    view = moment.shot.view
    aim = view.image_rect(Rect.around(moment.point, 2 * PADDING))
    found = phrase_at(moment.words, aim)
    return _Own(one_line(found[0], 80), view.screen_rect(found[1]).grown(PADDING)) if found else None


def _element(moment: Moment) -> Element | None:
    """The innermost element at the point, unless it is only an area in which the point matters."""
    hits = [each for each in reversed(moment.elements) if each.region.contains(moment.point)]
    found = min(hits, key=lambda each: each.region.area, default=None)
    # A label or a picture in a button, a link or a row is a part of it.
    while found is not None and found.role not in ACTIONABLE and not found.takes_text:
        inner = found
        holders = [each for each in hits if each.role in ACTIONABLE and each.region.encloses(inner.region)]
        holder = min(holders, key=lambda each: each.region.area, default=None)
        if holder is None:
            break
        found = holder
    return found if found is not None and _is_thing(found) else None


def _is_thing(element: Element) -> bool:
    if element.role in ACTIONABLE or element.takes_text or element.role == PASSWORD_ROLE:
        return True
    return element.role not in _AREAS and bool(element.name)


def name_of(element: Element) -> str:
    """What it is called; not what stands in it."""
    holds_it = element.takes_text and bool(element.text) and element.name.strip() == element.text.strip()
    return "" if holds_it else one_line(element.name)


def _element_ref(element: Element, elements: Sequence[Element]) -> ElementRef:
    name = name_of(element)
    alike = [each for each in elements if each.role == element.role and each.name == element.name]
    levels = [Ancestor(role=each.role, name=each.name, index=each.index) for each in element.path[-MAX_LEVELS:]]
    if levels and name != element.name:
        levels[-1] = levels[-1].model_copy(update={"name": name})
    return ElementRef(role=element.role, name=name, path=tuple(levels), others=max(0, len(alike) - 1))


def _near(moment: Moment, region: Rect, element: Element | None) -> tuple[str, ...]:
    """Texts beside it, from the elements where there are any, else from the pixels."""
    if moment.elements:
        return _near_element(element, moment) if element is not None else near_texts(region, moment.elements)
    view = moment.shot.view
    read = ((each.text, view.screen_rect(each.region)) for each in moment.words)
    return near_words(region, read, _masked(moment))


def _near_element(element: Element, moment: Moment) -> tuple[str, ...]:
    """What is nearer to it than to those that are called alike. Nothing where one of them has no such text: then what
    is beside one could as well be beside another, once this one is gone."""
    alike = [each.region for each in moment.elements if (each.role, each.name) == (element.role, element.name)]
    near = {
        region: near_texts(region, moment.elements, name_of(element), [each for each in alike if each != region])
        for region in alike
    }
    own = near[element.region] if all(near.values()) or len(near) == 1 else ()
    others = [each for each in alike if each != element.region]
    left = (
        near_texts(each, moment.elements, name_of(element), [other for other in others if other != each])
        for each in others
    )
    return () if any(own[:1] == each[:1] for each in left) else own


def _masked(moment: Moment) -> tuple[Rect, ...]:
    fields = (each.region.grown(MARGIN) for each in moment.elements if each.role == PASSWORD_ROLE)
    return (*fields, *moment.hidden)


def _picture(moment: Moment, region: Rect, is_known: bool) -> tuple[PictureRef, Mapping[str, bytes]]:
    """The target and its surroundings within its window, and where in it the target is. What is larger than a picture
    may be sticks out of it: `box` is all of it nevertheless."""
    shot, point = moment.shot, moment.point
    seen = shot.region.intersection(moment.surface.frame)
    if not seen.contains(point):
        seen = shot.region
    part = _framed(region.intersection(seen), point).intersection(seen)
    if part.empty or not part.contains(point):
        raise ValueError(f"{point} lies outside of the picture of {shot.region}")
    image = shot.image.crop(shot.view.image_rect(part))
    hidden = [each.intersection(part).moved(-part.x, -part.y) for each in _masked(moment)]
    image = painted(image, [each for each in hidden if not each.empty])
    data = image.encode_png()
    name = picture_name(data)
    box = Box(x=region.x - part.x, y=region.y - part.y, width=region.width, height=region.height)
    spot = Spot(x=point.x - part.x, y=point.y - part.y)
    others = (
        0 if is_known else _twins(shot.image.crop(shot.view.image_rect(seen)), image, region.moved(-part.x, -part.y))
    )
    return PictureRef(file=name, box=box, point=spot, scale=moment.monitor.scale, others=others), {name: data}


def _twins(window: Image, picture: Image, box: Rect) -> int:
    """How many more places of the window look the same; of what an element describes that needn't be known."""
    from desktop_agent.macros.finding import matching  # numpy takes 100 ms

    inner = box.intersection(Rect(0, 0, picture.width, picture.height))
    template = matching.Template(matching.gray(picture), inner)
    return 0 if inner.empty or template.is_blank else matching.twins(template, matching.gray(window))


def _framed(region: Rect, point: Point) -> Rect:
    """`region` with its surroundings, no larger than a picture may be: of a large one what is around `point`."""
    x, width = _span(region.x, region.width, point.x, MOST[0])
    y, height = _span(region.y, region.height, point.y, MOST[1])
    return Rect(x, y, width, height)


def _span(start: int, length: int, point: int, most: int) -> tuple[int, int]:
    if length + 2 * AROUND <= most:
        return start - AROUND, length + 2 * AROUND
    begin = min(max(start - AROUND, point - most // 2), start + length + AROUND - most)
    return begin, most


def _place(moment: Moment) -> Place:
    window, monitor = moment.window.region, moment.monitor.region
    return Place(
        point=Spot(x=moment.point.x - window.x, y=moment.point.y - window.y),
        window=Box(x=window.x - monitor.x, y=window.y - monitor.y, width=window.width, height=window.height),
        monitor_width=monitor.width,
        monitor_height=monitor.height,
    )


def _words(element: Element | None, near: Sequence[str]) -> str:
    """For people: 'the button "Save"'. In quotation marks stands only what the target itself bears."""
    if element is None:
        return f"the place near {near[0]}" if near else "a place"
    name = name_of(element)
    said = f"the {called(element)}"
    if name:
        return f'{said} "{one_line(name, 80)}"'
    return f"{said} beside {near[0]}" if near else said
