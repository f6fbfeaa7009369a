"""What lies in an area that scrolls."""

from desktop_agent.evaluation.oracle.moves import Move, click, scroll
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.oracle.solvers.scrolling import NOTCH


def reach(page: Page, css: str, area: str) -> Move:
    """Click what may be scrolled away in an area, or bring it closer."""
    target = page.box(css)
    if target.point is not None:
        return click(target)
    region = page.box(area).region
    away = target.region.center.y - region.center.y
    return scroll(region.center, "down" if away > 0 else "up", max(1, abs(away) // (2 * NOTCH)))
