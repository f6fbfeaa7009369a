"""Hairlines between the parts of a window."""

from PySide6.QtWidgets import QFrame

from ui import theme


def rule(upright: bool = False) -> QFrame:
    """A line across; `upright`: one from top to bottom."""
    made = QFrame()
    theme.set_kind(made, "rule")
    if upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made
