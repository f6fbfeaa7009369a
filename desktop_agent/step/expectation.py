"""What must still hold when an approved action happens."""

from desktop_agent.core.actions import Action, ActionKind, Expectation
from desktop_agent.core.desktop import Element, Screenshot, Window
from desktop_agent.core.errors import TargetChanged, Unavailable
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.step.desk import Desk
from desktop_agent.step.pixels import share_changed

PATCH_SIZES = (64, 32, 16)
"""Sides, in pixels, of the square around the target that is compared; smaller ones where a mask is near."""
UNLIKE = 0.3
"""Share of the pixels around the target that may differ from what the planner saw: pointing at a button lights it, a
caret blinks, but another window in its place changes nearly all."""
HINT = "Look again: a new screenshot shows what is there now."


def expectation(action: Action, screenshot: Screenshot, end_window: Window | None) -> Expectation:
    """For the hands: window, process and frame; and where no element describes the target, the pixels that were seen.

    Args:
        action: approved; its window as it was then.
        screenshot: what the planner saw.
        end_window: for a drag, the window where it ends.
    """
    window, point = action.window, action.point
    region, patch = None, None
    acts_on_pixels = action.kind not in (ActionKind.HOVER, ActionKind.SCROLL)
    if point is not None and action.element is None and acts_on_pixels:
        region, patch = seen_around(screenshot, point)
    return Expectation(
        window=window.id if window else 0,
        pid=window.pid if window else 0,
        frame=window.frame if window else Rect(0, 0, 0, 0),
        end_window=end_window.id if end_window else 0,
        patch_region=region,
        patch=patch,
    )


def seen_around(screenshot: Screenshot, point: Point) -> tuple[Rect | None, Image | None]:
    """The square around `point` in `screenshot`, clipped, and its pixels; nothing where it was masked or off the
    picture, or the picture isn't at the screen's scale."""
    if (screenshot.image.width, screenshot.image.height) != (screenshot.region.width, screenshot.region.height):
        return None, None
    for size in PATCH_SIZES:
        part = Rect.around(point, size).intersection(screenshot.region)
        if not part.empty and all(part.intersection(each).empty for each in screenshot.masked):
            return part, screenshot.image.crop(part.moved(-screenshot.region.x, -screenshot.region.y))
    return None, None


def require_layout(desk: Desk, seen: Screenshot) -> None:
    """The monitors must be laid out as they were.

    Raises:
        TargetChanged: they aren't.
    """
    if desk.screen.layout().id != seen.layout_id:
        raise TargetChanged("The monitors were changed since it was seen.", HINT)


def require_as_seen(action: Action, seen: Screenshot, now: Screenshot) -> None:
    """The place must still look like what the planner saw: it may have thought for minutes.

    Raises:
        TargetChanged: it looks different.
    """
    if action.point is None or seen.id == now.id:
        return
    region, patch = seen_around(seen, action.point)
    if region is None or patch is None:
        return
    if not now.region.encloses(region):
        raise TargetChanged("The window moved or changed its size since it was seen.", HINT)
    current = now.image.crop(now.view.image_rect(region))
    if share_changed(patch, current) > UNLIKE:
        there = f"“{action.window.title or action.window.application}”" if action.window else "no window"
        raise TargetChanged(f"The place looks different now from what was seen: {there} lies there.", HINT)


def require_window(desk: Desk, window: Window) -> None:
    """The window must still be there, of the same process.

    Raises:
        TargetChanged: it isn't.
    """
    now = desk.windows.get(window.id)
    if now is None or now.pid != window.pid:
        raise TargetChanged(f"“{window.title or window.application}” is closed or hidden now.", HINT)


def require_element(desk: Desk, element: Element) -> None:
    """The element must still have its role, its name and its place.

    Raises:
        TargetChanged: it is gone, moved or renamed.
    """
    try:
        now = desk.elements.refresh(element)
    except Unavailable as error:
        raise TargetChanged("The target can't be checked any more.", HINT, str(error)) from error
    label = f"“{element.name}” ({element.role})" if element.name else f"The {element.role}"
    if now is None:
        raise TargetChanged(f"{label} is gone.", HINT)
    if (now.role, now.name) != (element.role, element.name):
        raise TargetChanged(f"{label} is now “{now.name}” ({now.role}).", HINT)
    if now.region != element.region:
        raise TargetChanged(f"{label} has moved.", HINT)
