"""Eyes for a picture in place of a screen: what stands on it is found by reading it.

With them the planner without a model can be measured where there is no window to ask, and never looks at the person's
screen.
"""

from collections.abc import Iterator, Sequence

from desktop_agent.core.chat import Event, Message, Options, Picture, ToolSpec
from desktop_agent.core.desktop import Candidate
from desktop_agent.core.geometry import View
from desktop_agent.core.naming import readings
from desktop_agent.core.protocols import Planner, TextReader
from desktop_agent.evaluation.wrapped import WrappedPlanner
from desktop_agent.tools.spotting import spot


class PictureLocator:
    """Implements `core.protocols.Locator` on `picture`: by the words that OCR reads, since nothing else is known."""

    def __init__(self, reader: TextReader) -> None:
        self._reader = reader
        self.picture: Picture | None = None

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        if self.picture is None:
            return ()
        words = self._reader.read(self.picture.image)
        for reading in readings(name):
            if found := spot(reading.name, words):
                return tuple(Candidate(each.text, view.screen_rect(each.region), "text") for each in found)
        return ()

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        """None: a picture does not tell what takes text."""
        return ()

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        """None: it is only asked for elements' names."""
        return ()


class OnPictures(WrappedPlanner):
    """A planner that finds places through `locator`, which is shown the latest picture of each conversation."""

    def __init__(self, planner: Planner, locator: PictureLocator) -> None:
        super().__init__(planner)
        self._locator = locator

    @property
    def name(self) -> str:
        return f"{self._planner.name} on pictures"

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        pictures = [picture for message in messages for picture in message.pictures if picture.view is not None]
        self._locator.picture = pictures[-1] if pictures else None
        return self._planner.stream(messages, tools, options)
