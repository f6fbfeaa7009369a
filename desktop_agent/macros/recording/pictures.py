"""Cutting a target and its surroundings out of a picture."""

from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.macros.files import picture_name
from desktop_agent.macros.format import Box, PictureRef, Spot

MARGIN = 60
"""Pixels around the target that are kept."""
LARGEST = 800
"""Pixels of a side; of a larger target the part around the point is kept."""


def cut(shot: Screenshot, box: Rect, point: Point, scale: float = 1.0) -> tuple[PictureRef, str, bytes] | None:
    """The target's picture, its name and its PNG; None where the target lies outside of the picture.

    Args:
        shot: of the desktop.
        box: the target, on the desktop.
        point: where it was acted on.
        scale: of its monitor.
    """
    near = Rect.around(point, LARGEST)
    target = box.intersection(near).intersection(shot.region)
    if target.empty or not target.contains(point):
        return None
    view = shot.view
    part = view.image_rect(target.grown(MARGIN).intersection(near.union(target)).intersection(shot.region))
    image = shot.image.crop(part)
    inner, at = view.image_rect(target), view.image_rect(Rect(point.x, point.y, 1, 1))
    data = image.encode_png()
    name = picture_name(data)
    reference = PictureRef(
        file=name,
        box=Box(x=inner.x - part.x, y=inner.y - part.y, width=max(1, inner.width), height=max(1, inner.height)),
        point=Spot(x=at.x - part.x, y=at.y - part.y),
        scale=scale,
    )
    return reference, name, data
