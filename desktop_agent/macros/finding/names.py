"""Whether two names, or what stands around two elements, are the same."""

from collections import Counter
from collections.abc import Iterable, Sequence

from desktop_agent.core.desktop import Element, Level
from desktop_agent.core.geometry import Rect
from desktop_agent.core.naming import has_ideographs, normal
from desktop_agent.core.text import one_line
from desktop_agent.macros.format import Ancestor

REACH = 300
"""How far away a text may be to count as near, in the pixels of `_apart`."""
MOST_NEAR = 8
LONGEST_NEAR = 60
_SHORT = 2
"""Names of so few characters differ by each of them: "a" and "A" are two keys."""
_PROVEN = 0.4
"""How much of what was near must still be so."""
_BESIDE = 3
"""The nearest text must be among the nearest so many again."""
_DOCUMENTS = frozenset({"document web", "document frame", "document text", "page", "frame", "internal frame"})
"""What is named after its content."""


def same(one: str, other: str) -> bool:
    """Whether two names are the same but for what programs change: an ellipsis, a mnemonic, spacing, a mark of unsaved
    changes, and the case of longer ones."""
    if one == other:
        return True
    one, other = _unmarked(one), _unmarked(other)
    is_long = min(len(one), len(other)) > _SHORT or has_ideographs(one)
    return normal(one) == normal(other) and is_long


def _unmarked(name: str) -> str:
    return name.strip().strip("*").strip() or name


def near_texts(
    region: Rect, elements: Iterable[Element], own_name: str = "", rivals: Sequence[Rect] = ()
) -> tuple[str, ...]:
    """The names of the elements beside `region`, nearest first. What stands in fields is none: it is the person's. Nor
    is what several elements are called, or what is nearer to one of `rivals`: it is beside others as well."""
    told: dict[str, list[Element]] = {}
    for each in elements:
        if any(map(str.isalnum, each.name)):
            told.setdefault(one_line(each.name, LONGEST_NEAR), []).append(each)
    near = sorted(
        (min(apart(region, each.region) for each in called), text)
        for text, called in told.items()
        if text != own_name
        and _is_one_place(called)
        and not any(_is_no_neighbour(each, region) for each in called)
        and all(apart(region, called[0].region) < apart(rival, called[0].region) for rival in rivals)
    )
    return tuple(text for distance, text in near if distance <= REACH)[:MOST_NEAR]


def near_words(region: Rect, read: Iterable[tuple[str, Rect]], masked: Sequence[Rect] = ()) -> tuple[str, ...]:
    """The words beside `region`, nearest first, of those that were `read`, each with its place: where no elements are
    told. Not those that can be read in several places, nor what lies in `masked`."""
    every = tuple(read)
    counts = Counter(text for text, _ in every)
    shown = sorted(
        (apart(region, place), one_line(text, LONGEST_NEAR))
        for text, place in every
        if any(map(str.isalnum, text))
        and counts[text] == 1
        and not place.intersection(region).area
        and not any(place.intersection(each).area for each in masked)
    )
    return tuple(dict.fromkeys(text for distance, text in shown if distance <= REACH))[:MOST_NEAR]


def _is_one_place(elements: Sequence[Element]) -> bool:
    """Whether they are one thing, as a cell and the text in it."""
    first = elements[0].region
    return all(not each.region.intersection(first).empty for each in elements)


def _is_no_neighbour(element: Element, region: Rect) -> bool:
    """Whether it is around `region` or a part of it, or is called by what the person typed."""
    typed = element.takes_text and element.name in element.text
    return typed or element.region.encloses(region) or region.encloses(element.region)


def apart(one: Rect, other: Rect) -> float:
    """How far two rectangles are apart; what is beside counts as nearer than what is above or below."""
    across = max(one.x - other.right, other.x - one.right, 0)
    along = max(one.y - other.bottom, other.y - one.bottom, 0)
    return across / 2 + 2 * along


def likeness(recorded: Sequence[str], now: Sequence[str]) -> float:
    """How much of what was near is near still and in that order, 0…1."""
    names = [normal(each) for each in now]
    shares = [
        1 / (1 + rank) / (1 + abs(rank - names.index(normal(each)))) if normal(each) in names else 0.0
        for rank, each in enumerate(recorded)
    ]
    return sum(shares) / sum(1 / (1 + rank) for rank in range(len(recorded))) if recorded else 0.0


def is_beside(recorded: Sequence[str], now: Sequence[str]) -> bool:
    """Whether what is near allows that this is the place where `recorded` was near."""
    nearest = [normal(each) for each in now[:_BESIDE]]
    return bool(recorded) and normal(recorded[0]) in nearest and likeness(recorded, now) >= _PROVEN


def is_right_beside(recorded: Sequence[str], now: Sequence[str]) -> bool:
    """Whether what is near shows which of several places this is: the nearest text is the same."""
    return is_beside(recorded, now) and normal(recorded[0]) == normal(now[0])


def is_surrounded(recorded: Sequence[str], now: Sequence[str]) -> bool:
    """Whether the nearest texts are all the same: what is beside one row of a list may be above it, and beside others
    when that row is gone."""
    nearest = [normal(each) for each in recorded[:_BESIDE]]
    return bool(nearest) and nearest == [normal(each) for each in now[: len(nearest)]]


def same_path(recorded: Sequence[Ancestor | Level], now: Sequence[Level]) -> bool:
    """Whether it is the same way through the tree. What is named after its content may have another name."""
    return len(recorded) == len(now) > 0 and all(
        before.role == after.role
        and before.index == after.index
        and (same(before.name, after.name) or after.role in _DOCUMENTS)
        for before, after in zip(recorded, now, strict=True)
    )
