"""How the instant planner says things to the person."""

from collections.abc import Sequence

from desktop_agent.core.desktop import Candidate
from desktop_agent.instant.commands import (
    Choose,
    Click,
    Command,
    Drag,
    Hover,
    NotUnderstood,
    Open,
    Play,
    Press,
    Read,
    Scroll,
    Type,
    Wait,
    WaitFor,
)

EXAMPLE = (
    'I understand commands such as: click “Save”; double-click “notes.txt”; type "hello" into the text area; press '
    "ctrl+s; scroll down; select File > Save As; wait for “Done”; open an application by its name; read the text."
)
MAX_SHOWN = 60


def shortened(text: str) -> str:
    """`text` on one line, at most `MAX_SHOWN` characters of it."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SHOWN else line[: MAX_SHOWN - 1] + "…"


def in_words(command: Command) -> str:  # noqa: C901 - one case a command
    """What a command does, as an order: "click “Save”"."""
    match command:
        case Click(target, button, count):
            how = "double-click" if count == 2 else "click" if button == "left" else f"{button}-click"
            return f"{how} “{shortened(target)}”"
        case Hover(target):
            return f"point at “{shortened(target)}”"
        case Type(text, target):
            return f"type “{shortened(text)}”" + (f" into “{shortened(target)}”" if target else "")
        case Press(keys):
            return f"press {'+'.join(keys)}"
        case Scroll(direction, clicks, _):
            return f"scroll {direction} by {clicks}"
        case Wait(seconds):
            return f"wait {seconds:g} s"
        case WaitFor(target):
            return f"wait for “{shortened(target)}”"
        case Open(name):
            return f"open “{shortened(name)}”"
        case Choose(path):
            return f"choose “{shortened(' > '.join(path))}”"
        case Drag(start, end):
            return f"drag “{shortened(start)}” to “{shortened(end)}”"
        case Read(target):
            return f"read “{shortened(target)}”" if target else "read the text"
        case Play(name, _):
            return f"play the macro “{shortened(name)}”"


_PAST = {"type": "typed", "choose": "chose", "drag": "dragged", "read": "read"}


def done_in_words(command: Command) -> str:
    """What a command did: "clicked “Save”"."""
    verb, rest = in_words(command).split(" ", 1)
    return f"{_PAST.get(verb, verb + 'ed')} {rest}"


def joined(parts: Sequence[str]) -> str:
    """A list in words: "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…”", "…")) else ".")


def not_understood(problem: NotUnderstood, offer: str) -> str:
    """What was not understood, what would be, and what could help."""
    part = f"I did not understand “{shortened(problem.part)}”. " if problem.part else ""
    return f"{part}{problem.why} {EXAMPLE} {offer}".strip()


def not_found(name: str, similar: Sequence[str]) -> str:
    """Nothing on the screen is called `name`."""
    near = f" What is called most like it: {joined([f'“{shortened(each)}”' for each in similar])}." if similar else ""
    return f"I found nothing called “{shortened(name)}” in what I can see.{near}"


def descriptions(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """A different description for each candidate: its label and role, its window where these differ, and where it
    stands among those that are still alike."""
    names = [_described(each, with_window=False) for each in candidates]
    if len(set(names)) < len(names):
        names = [_described(each, with_window=True) for each in candidates]
    return tuple(
        f"{name}, {_position(index, candidates, names)}" if names.count(name) > 1 else name
        for index, name in enumerate(names)
    )


def _described(candidate: Candidate, with_window: bool) -> str:
    role = candidate.role if candidate.source == "element" else "text on the screen"
    named = f"“{shortened(candidate.label)}” ({role})" if candidate.label else role
    return f"{named} in “{shortened(candidate.window)}”" if with_window and candidate.window else named


def _position(index: int, candidates: Sequence[Candidate], names: Sequence[str]) -> str:
    """Where one candidate stands among those of the same name: the left one, the lower one, the 2nd of 3 …"""
    alike = [number for number, name in enumerate(names) if name == names[index]]
    centers = {number: candidates[number].region.center for number in alike}
    wide = _spread([center.x for center in centers.values()]) >= _spread([center.y for center in centers.values()])
    order = sorted(alike, key=lambda n: (centers[n].x, centers[n].y) if wide else (centers[n].y, centers[n].x))
    place = order.index(index)
    if len(order) == 2:
        return f"the {('left', 'right')[place] if wide else ('upper', 'lower')[place]} one"
    return f"number {place + 1} of {len(order)} from {'left' if wide else 'the top'}"


def _spread(values: Sequence[int]) -> int:
    return max(values) - min(values)
