"""Which field a label belongs to, by where they stand: toolkits rarely tell."""

from collections.abc import Sequence

from desktop_agent.core.geometry import Rect

_SLACK = 4
"""Pixels by which a label and its field may overlap."""
_FARTHEST = 400
"""Pixels between a label and the field beside it."""
_LINES = 2
"""Label heights between a label and the field below it."""


def field_of(label: Rect, fields: Sequence[Rect]) -> int | None:
    """The index of the field beside `label`, on its right; else of the one below it; None where there is none."""
    beside = [
        (field.x - label.right, index)
        for index, field in enumerate(fields)
        if field.y - _SLACK <= label.center.y < field.bottom + _SLACK and -_SLACK <= field.x - label.right <= _FARTHEST
    ]
    below = [
        (field.y - label.bottom, index)
        for index, field in enumerate(fields)
        if field.x < label.right
        and label.x < field.right
        and -_SLACK <= field.y - label.bottom <= _LINES * label.height
    ]
    nearest = min(beside, default=None) or min(below, default=None)
    return nearest[1] if nearest else None
