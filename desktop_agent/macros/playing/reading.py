"""Reading the values that later steps use."""

from desktop_agent.core.errors import Unavailable
from desktop_agent.core.images import Image
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.format import Target
from desktop_agent.macros.playing.eyes import Eyes
from desktop_agent.macros.playing.stage import Stage
from desktop_agent.tools.reading import read_image

MAX_VALUE = 100_000
"""Characters of a value that are kept."""


def field(stage: Stage, eyes: Eyes, target: Target, picture: Image | None) -> str:
    """What stands in a field, or what an element shows.

    Raises:
        NotFound: it is not there, or tells no text.
    """
    found, _ = eyes.find(target, picture)
    if found.element is None:
        raise NotFound("It is there, but tells no text.", "Read it as a region: that reads its pixels.")
    text = stage.desk.elements.text(found.element)
    return _kept(found.element.text or found.element.name if text is None else text)


def region(stage: Stage, eyes: Eyes, target: Target, picture: Image | None) -> str:
    """What can be read where the target is.

    Raises:
        NotFound: it is not there, or nothing can be read.
    """
    found, shot = eyes.find(target, picture)
    part = found.region.intersection(shot.region)
    if part.empty:
        raise NotFound("It lies off the screen.")
    try:
        text, _ = read_image(stage.desk.reader, shot.image.crop(shot.view.image_rect(part)))
    except Unavailable as error:
        raise NotFound(f"It can't be read: {error.user_message}", error.hint, error.details) from error
    if not text.strip():
        raise NotFound("It is there, but no text can be read in it.")
    return _kept(stage.desk.privacy.redacted(text))


def clipboard(stage: Stage) -> str:
    """The text of the clipboard.

    Raises:
        Unavailable: it can't be read.
    """
    return _kept(stage.desk.privacy.redacted(stage.clipboard()))


def _kept(text: str) -> str:
    return text[:MAX_VALUE]
