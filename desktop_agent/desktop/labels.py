"""Names that other programs chose, made fit for one line of our own text: see `core.text`."""

from desktop_agent.core.text import one_line

__all__ = ["one_line"]
