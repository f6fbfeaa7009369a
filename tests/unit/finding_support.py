"""Recording a target on a painted desktop, and finding it on another."""

from desktop_agent.core.desktop import Screenshot
from desktop_agent.macros.finding.describe import Moment, describe
from desktop_agent.macros.finding.ladder import Ladder


def moment_at(desktop, drawn, widget, offset=None, read=True):
    """What is seen when `widget` is acted on, in its middle or `offset` pixels from its corner. `read`: whether the
    words are read where nothing is accessible."""
    place = drawn.placed(widget)
    point = place.center if offset is None else type(place.center)(place.x + offset[0], place.y + offset[1])
    elements = desktop.tree_of(drawn.window).elements if drawn.accessible else ()
    shot: Screenshot = desktop.grab(drawn.window.frame)
    return Moment(
        point,
        drawn.window,
        drawn.window,
        elements,
        shot,
        desktop.layout().monitors[0],
        desktop.known[shot.image.digest] if read and not drawn.accessible else (),
    )


def record(desktop, drawn, widget, offset=None, read=True):
    """The target, and its picture's PNG."""
    described = describe(moment_at(desktop, drawn, widget, offset, read))
    (data,) = described.pictures.values()
    return described.target, data


def find(desktop, target, data):
    return Ladder(desktop.desk).find(target, desktop.picture(data) if data else None)
