"""The planner without a model on pictures, where nothing but the words on them is known."""

from collections.abc import Sequence

from desktop_agent.agent import prompts
from desktop_agent.core.chat import CallEvent, End, Message, Options, Picture, TextDelta, ToolSpec
from desktop_agent.core.desktop import Scope, Word
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.evaluation.picture_eyes import OnPictures, PictureLocator
from desktop_agent.instant.planner import InstantPlanner
from desktop_agent.tools import pointer

TOOLS: tuple[ToolSpec, ...] = tuple(tool.spec for tool in pointer.TOOLS)
REGION = Rect(1000, 500, 400, 200)


class Reader:
    """Reads words that depend on the picture's width."""

    def __init__(self, **words: Sequence[Word]) -> None:
        self.words = words

    def read(self, image: Image) -> tuple[Word, ...]:
        return tuple(self.words[f"w{image.width}"])

    def close(self) -> None:
        pass


def conversation(instruction: str, *widths: int) -> list[Message]:
    pictures = [
        Picture(f"img{width}", Image(width, width // 2, bytes(width * width * 2)), View(REGION, width, width // 2))
        for width in widths
    ]
    return [
        prompts.system("en", acting=True),
        prompts.instruction(instruction, Scope("screen", REGION, "it"), pictures),
    ]


def answer(reader: Reader, instruction: str, *widths: int) -> list[object]:
    locator = PictureLocator(reader)
    planner = OnPictures(InstantPlanner(locator), locator)
    assert planner.name == "instant on pictures"
    return list(planner.stream(conversation(instruction, *widths), TOOLS, Options()))


def word(text: str, x: int, y: int, line: int = 0) -> Word:
    return Word(text, Rect(x, y, 40, 10), line, 0.9)


def test_a_word_is_clicked_where_the_latest_picture_shows_it() -> None:
    reader = Reader(w200=[word("Save", 80, 45)], w400=[word("Save", 0, 0)])
    event = answer(reader, 'click "Save"', 400, 200)[0]
    assert isinstance(event, CallEvent)
    assert (event.call.name, event.call.arguments["start_box"]) == ("left_click", [501, 502])


def test_what_is_not_written_there_is_not_guessed() -> None:
    reader = Reader(w200=[word("Open", 80, 45), word("Shut", 80, 65, 1), word("Shut", 0, 65, 2)])
    for instruction in ('click "Save"', 'click "Shut"'):
        events = answer(reader, instruction, 200)
        assert not any(isinstance(each, CallEvent) and each.call.name == "left_click" for each in events)
    assert isinstance(answer(reader, "close this window", 200)[0], TextDelta)
    assert isinstance(answer(reader, "close this window", 200)[-1], End)
