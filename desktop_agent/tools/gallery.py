"""The pictures of a conversation, by the names under which planners know them."""

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from desktop_agent.core.chat import Message, Picture, Use
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.geometry import View
from desktop_agent.core.images import Image
from desktop_agent.tools.result import ToolProblem

KEPT = 8
"""Pictures that can still be zoomed into or pointed at; a full screen takes 8 MB."""
_ID = re.compile(r"img(\d+)")


@dataclass(frozen=True)
class Shown:
    """A picture, and the screenshot that it shows a part of; None where it does not show the desktop, or where it is of
    an earlier run."""

    picture: Picture
    screenshot: Screenshot | None


class Gallery:
    """Numbers pictures and keeps the latest at full resolution.

    Args:
        messages: the conversation so far, whose pictures keep their names.
    """

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._number = 0
        self._kept: OrderedDict[str, Shown] = OrderedDict()
        for message in messages:
            for picture in message.pictures:
                self._number = max(self._number, *(int(each) for each in _ID.findall(picture.id)), 0)
                self._keep(Shown(picture, None))

    def add(self, screenshot: Screenshot) -> Picture:
        """A new picture of the desktop."""
        return self._new(screenshot.image, screenshot.view, screenshot, "scope")

    def add_part(self, image: Image, view: View | None, screenshot: Screenshot | None, use: Use = "zoom") -> Picture:
        """A new picture of a part of `screenshot`."""
        return self._new(image, view, screenshot, use)

    def get(self, name: str = "") -> Shown:
        """The picture called `name`; the latest without a name.

        Raises:
            ToolProblem: there is none, or it is no longer kept.
        """
        if not self._kept:
            raise ToolProblem("There is no picture yet. Call screenshot first.")
        if not name:
            return next(reversed(self._kept.values()))
        if name in self._kept:
            return self._kept[name]
        known = ", ".join(self._kept)
        raise ToolProblem(f'There is no picture "{name[:40]}", or it is too old. Pictures that are kept: {known}.')

    def _new(self, image: Image, view: View | None, screenshot: Screenshot | None, use: Use) -> Picture:
        self._number += 1
        picture = Picture(f"img{self._number}", image, view, use)
        self._keep(Shown(picture, screenshot))
        return picture

    def _keep(self, shown: Shown) -> None:
        self._kept[shown.picture.id] = shown
        self._kept.move_to_end(shown.picture.id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
