"""A planner that knows where everything is, because it reads it in the folder: it tests the scorer, not itself."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop_agent.core.chat import CallEvent, End, Event, Message, Options, TextDelta, ToolCall, ToolSpec
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.evaluation.screenspot import Target

Answering = Callable[[Target, Image], Sequence[Event]]


def thousandths(box: Rect, image: Image) -> list[int]:
    """`box` as a model writes it: in whole thousandths, which are more than a pixel on a wide picture."""
    return [
        round(box.x * 1000 / image.width),
        round(box.y * 1000 / image.height),
        round(box.right * 1000 / image.width),
        round(box.bottom * 1000 / image.height),
    ]


def box(target: Target, image: Image) -> Sequence[Event]:
    """GLM's form, in the pieces that a stream comes in."""
    return [TextDelta("<|begin_of_box|>["), TextDelta(f"{thousandths(target.box, image)}]<|end_of_box|>")]


def click(target: Target, image: Image) -> Sequence[Event]:
    """A call with the middle of the target."""
    x1, y1, x2, y2 = thousandths(target.box, image)
    return [CallEvent(ToolCall("c1", "left_click", {"start_box": [(x1 + x2) // 2, (y1 + y2) // 2]}))]


class Oracle:
    """Implements `core.protocols.Planner`: answers from `targets`, known by picture and instruction."""

    name = "oracle"

    def __init__(self, targets: Sequence[Target], answering: Answering = box) -> None:
        self.targets = list(targets)
        self.answering = answering
        self.given: list[tuple[Sequence[Message], Sequence[ToolSpec]]] = []
        self.cancelled = False
        self._digests: dict[Path, str] = {}

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        self.given.append((messages, tools))
        image = messages[-1].pictures[-1].image
        asked = messages[-1].text
        shown = [each for each in self.targets if each.instruction in asked and self._shows(each, image)]
        (target,) = dict.fromkeys(shown)
        yield from self.answering(target, image)
        yield End("stop")

    def _shows(self, target: Target, image: Image) -> bool:
        if target.picture not in self._digests:
            try:
                self._digests[target.picture] = Image.decode(target.picture.read_bytes()).digest
            except UsageError:
                self._digests[target.picture] = ""  # One that is broken is never shown.
        return self._digests[target.picture] == image.digest

    def cancel(self) -> None:
        self.cancelled = True

    def close(self) -> None:
        pass
