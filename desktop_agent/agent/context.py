"""What of a conversation the planner still sees. The whole of it stays in the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from desktop_agent.core.chat import Message, Part, Picture, Text

KEEP = 4
"""Screenshots that keep their pixels at least, unless the person sets another number."""
BATCH = 4
"""Screenshots dropped at once, at least. Each time the planner evaluates again all that follows the first of them, so
it must not happen at every step; in between there are more than are kept."""
UNKNOWN = "Unknown: the run broke off here. This may have been done or not: look before you do it again."
BROKE_OFF = "Skipped: the run broke off."


def trimmed(messages: Sequence[Message], keep: int = KEEP) -> list[Message]:
    """The conversation with its oldest screenshots replaced by a line, a whole batch at a time. Pictures that the
    person attached, which don't show the desktop, stay.

    What follows a dropped screenshot is evaluated again: the `keep` that stay, and the text. A batch as large as that
    makes it one screenshot more a step, however many stay. Whether the oldest were dropped before makes no difference
    to which are dropped now, so that a conversation that is gone on with begins as it was evaluated.
    """
    shown = sum(1 for message in messages for part in message.parts if _is_screenshot(part))
    batch = max(BATCH, keep)
    left = max(0, shown - keep) // batch * batch
    result = []
    for message in messages:
        parts: list[Part] = []
        for part in message.parts:
            if left and isinstance(part, Picture) and _is_screenshot(part):
                parts.append(Text(f"({part.id}: an older screenshot, no longer shown)"))
                left -= 1
            else:
                parts.append(part)
        result.append(replace(message, parts=tuple(parts)) if tuple(parts) != message.parts else message)
    return result


def repaired(messages: Sequence[Message]) -> list[Message]:
    """The conversation with each call answered, directly behind its turn: servers refuse one in which a call is not.
    Answers are missing where a run broke off, with its process or with the store. Whether the first of those calls was
    carried out can't be known, and must not be guessed; those behind it were not begun."""
    result: list[Message] = []
    waiting: dict[str, Message | None] = {}
    others: list[Message] = []
    for message in messages:
        if message.role == "assistant":
            result += [*_answers(waiting), *others]
            waiting, others = {call.id: None for call in message.calls}, []
            result.append(message)
        elif message.role != "tool":
            others.append(message)
        elif message.call_id in waiting:
            waiting[message.call_id] = message
    return [*result, *_answers(waiting), *others]


def _answers(waiting: Mapping[str, Message | None]) -> Iterator[Message]:
    """One call is carried out after the other, and each is answered before the next is begun."""
    answered = max((place for place, answer in enumerate(waiting.values()) if answer is not None), default=-1)
    for place, (call, answer) in enumerate(waiting.items()):
        said = UNKNOWN if place <= answered + 1 else BROKE_OFF
        yield answer or Message("tool", (Text(said),), call_id=call)


def _is_screenshot(part: Part) -> bool:
    return isinstance(part, Picture) and part.view is not None
