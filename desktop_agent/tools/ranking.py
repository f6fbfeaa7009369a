"""How well an element of an accessibility tree fits what a person called it."""

from collections.abc import Sequence

from desktop_agent.core.desktop import Element, Window
from desktop_agent.core.naming import CONTAINERS, DISPLAYS, IN_POPUPS, POPUP_ROOTS, TEXTS, Fit, Wanted, fit

_OTHER_ROLE = 10
"""Added to the fit of an element whose role isn't the one that was named."""
_ROLE_IN_NAME = 5
"""Added where a role word was taken as a part of the name, and the name isn't exactly that."""


def of_popup(elements: Sequence[Element], popup: Window) -> Sequence[Element]:
    """What belongs to a popup. One without a tree of its own, as a tooltip, shows its application's elements that lie
    under it as well."""
    frame = popup.region.grown(4)
    has_root = any(
        each.role in POPUP_ROOTS and frame.encloses(each.region) and each.region.grown(4).encloses(popup.region)
        for each in elements
    )
    return elements if has_root else [each for each in elements if each.role in IN_POPUPS]


def score(element: Element, wanted: Sequence[Wanted]) -> int | None:
    """How badly `element` fits the best of the readings; None where it fits none."""
    scores = [score for reading in wanted if (score := _score_one(element, reading, len(wanted) > 1)) is not None]
    return min(scores, default=None)


def _score_one(element: Element, wanted: Wanted, has_role: bool) -> int | None:
    if not wanted.name:
        # A name that says the same wins: in “click Edit” the menu of that name, not whatever can be edited.
        return 1 + _score_role(element, wanted) if element.role in wanted.roles else None
    found = fit(wanted.name, element.name)
    if found is None or (element.role in CONTAINERS - wanted.roles and found is not Fit.EXACT):
        return None
    if wanted.roles:
        return found if element.role in wanted.roles else found + _OTHER_ROLE
    return found if found is Fit.EXACT or not has_role else found + _ROLE_IN_NAME


def _score_role(element: Element, wanted: Wanted) -> int:
    """Among elements named by their role only. For a place to type: what takes text before what shows it, then those of
    as many lines as was said, then the focused one. For a display, the other way round."""
    editable = element.editable
    if wanted.roles is DISPLAYS:
        return 0 if element.role == "text" and not editable else 1
    if wanted.roles is not TEXTS:
        return 0
    has_many = "multi line" in element.states
    other_shape = wanted.lines != "any" and has_many != (wanted.lines == "many")
    return 4 * (not editable) + 2 * other_shape + ("focused" not in element.states)
