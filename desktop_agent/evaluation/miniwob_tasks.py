"""The tasks of MiniWoB++, and the list that is measured."""

from desktop_agent.evaluation.miniwob import pages

SIXTY: dict[str, str] = {"click-test": "click"}


def available() -> tuple[str, ...]:
    """The tasks that the installed package has.

    Raises:
        Unavailable: it is not installed.
    """
    return tuple(sorted(path.stem for path in pages().glob("*.html")))
