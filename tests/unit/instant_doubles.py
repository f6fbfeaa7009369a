"""Doubles for the instant planner's tests: a desktop with named places, and tools that answer like the real ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop_agent.core.chat import Event, Message, Options, Picture, Text, ToolCall, ToolSpec, Turn
from desktop_agent.core.desktop import Candidate, Element
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.instant.planner import InstantPlanner

REGION = Rect(-100, 50, 1000, 500)
ACTING = (
    "left_click",
    "right_click",
    "middle_click",
    "left_double_click",
    "hover",
    "left_drag",
    "key",
    "type",
    "scroll",
)
OTHERS = ("open_app", "WAIT", "DONE", "FAIL", "read_text", "screenshot", "ask_user")
TOOLS = tuple(ToolSpec(name, name, {}) for name in (*ACTING, *OTHERS))


def place(
    label: str, x: int = 0, y: int = 0, role: str = "push button", states: str = "enabled sensitive", window: str = "W"
) -> Candidate:
    """A place of 20×10 pixels at x, y of the region."""
    region = Rect(REGION.x + x, REGION.y + y, 20, 10)
    element = Element(f"{label}{x},{y}", role, label, region, frozenset(states.split()))
    return Candidate(label, region, "element", role, window, element)


def picture(number: int) -> Picture:
    return Picture(f"img{number}", Image(100, 50, bytes(100 * 50 * 4)), View(REGION, 100, 50))


@dataclass
class FixedLocator:
    """Finds what it was given. `queries` records what it was asked."""

    places: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    fields: tuple[Candidate, ...] = ()
    near: tuple[str, ...] = ()
    queries: list[str] = field(default_factory=list)

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        assert view.region == REGION
        self.queries.append(name)
        return self.places.get(name, ())

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        return self.fields

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        return self.near


@dataclass
class Run:
    """Plays a conversation: each call is answered by `answer`, until the planner ends."""

    planner: InstantPlanner
    answer: Callable[[ToolCall], str | Message]
    tools: Sequence[ToolSpec] = TOOLS
    messages: list[Message] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    text: str = ""
    failed: bool = False
    limit: int = 40

    def play(self, instruction: str) -> "Run":
        self.messages += [
            Message("system", (Text("You are brief."),)),
            Message("user", (Text("img1, the screen as it is now:"), picture(1), Text(instruction))),
        ]
        for _ in range(self.limit):
            turn = self.turn()
            self.messages.append(turn.message)
            if turn.end in ("stop", "gave_up"):
                self.text, self.failed = turn.message.text, turn.end == "gave_up"
                return self
            for call in turn.calls:
                if call.name == "FAIL":
                    self.text, self.failed = call.arguments["reason"], True
                    return self
                self.calls.append(call)
                result = self.answer(call)
                if isinstance(result, str):
                    result = Message("tool", (Text(result), picture(len(self.messages))), call_id=call.id)
                self.messages.append(result)
        raise AssertionError(f"no end after {self.limit} turns")

    def turn(self) -> Turn:
        turn = Turn()
        events: list[Event] = list(self.planner.stream(tuple(self.messages), self.tools, Options()))
        for event in events:
            turn.add(event)
        return turn

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]
