"""Messages, pictures and a tool that the tests of the local model share."""

from collections.abc import Iterable

from desktop_agent.core.chat import Event, Message, Options, Picture, Text, ToolCall, ToolSpec, Turn
from desktop_agent.core.images import Image

CLICK = ToolSpec(
    "left_click",
    "Clicks.",
    {
        "type": "object",
        "properties": {
            "start_box": {"type": "array", "items": {"type": "integer"}},
            "element_info": {"type": "string"},
        },
        "required": ["start_box"],
    },
)
CALL = (
    "<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>[412, 655]</arg_value>\n"
    "<arg_key>element_info</arg_key>\n<arg_value>The 5 key</arg_value>\n</tool_call>"
)
GREEDY = Options(greedy=True, max_tokens=24)


def picture(number: int, width: int = 224, height: int = 168) -> Picture:
    """A picture like no other one: stripes."""
    row = bytes((number * 37 + x * 3) % 256 for x in range(width * 4))
    return Picture(f"img{number}", Image(width, height, row * height))


def said(text: str, *pictures: Picture) -> Message:
    return Message("user", (*pictures, Text(text)))


def step(number: int, text: str = "Clicked.") -> tuple[Message, Message]:
    """A call and its result, which shows a new picture."""
    call = ToolCall(f"c{number}", "left_click", {"start_box": [number, 2]})
    return (
        Message("assistant", (), "", (call,)),
        Message("tool", (Text(text), picture(number)), call_id=call.id),
    )


def turn_of(events: Iterable[Event]) -> Turn:
    turn = Turn()
    for event in events:
        turn.add(event)
    return turn
