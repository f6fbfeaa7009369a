"""The tool that plays a macro. Macros lie above the tools: composition gives what plays them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import Text
from desktop_agent.core.text import fold, one_line
from desktop_agent.step.capture import capture
from desktop_agent.tools.context import Context, Tool, desktop_of, spec
from desktop_agent.tools.result import ToolProblem, ToolResult

SHOWN = 40
"""Macros that planners are told of, at most …"""
SHOWN_CHARACTERS = 1200
"""… and no more than fit into so many characters: each costs tokens in every run."""
NAME_CHARACTERS = 60
YES, NO = "Play it", "Don't"


@dataclass(frozen=True)
class Offered:
    """A macro that can be played: its name, and its parameters' names, with a question mark where one may be left
    out."""

    name: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ended:
    """How playing one ended, and a sentence or two about it."""

    outcome: Outcome
    summary: str


@dataclass(frozen=True)
class Macros:
    """What the tool needs.

    Args:
        offered: the macros that there are.
        play: plays the one of that name with values for its parameters. Raises AgentError where it can't begin, and
            Stopped.
        named: whether the person's own words in this run hold that text. A planner that the person did not tell which
            macro to play, or with which values, may have been told so by what stands on the screen: then the person is
            asked.
    """

    offered: Sequence[Offered]
    play: Callable[[str, Mapping[str, str]], Ended]
    named: Callable[[str], bool]


def tool(macros: Macros) -> Tool:
    """The tool `run_macro`."""

    def run(context: Context, arguments: dict[str, Any]) -> ToolResult:
        return _run(context, macros, arguments["name"].strip(), _values(arguments.get("values", {})))

    return Tool(
        spec(
            "run_macro",
            f"Play a macro that the person recorded. {_listing(macros.offered)}",
            {
                "name": {"type": "string"},
                "values": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "Values for its parameters, by their names",
                },
            },
            "name",
        ),
        run,
    )


def _run(context: Context, macros: Macros, name: str, values: Mapping[str, str]) -> ToolResult:
    sight = desktop_of(context)
    macro = next((each for each in macros.offered if fold(each.name) == fold(name)), None)
    if macro is None:
        raise ToolProblem(f'There is no macro called "{one_line(name, 80)}". {_listing(macros.offered)}')
    if not all(map(macros.named, (macro.name, *values.values()))):
        _ask(context, macro, values)
    ended = macros.play(macro.name, values)
    picture = context.gallery.add(capture(sight.desk, sight.scope))
    said = f"{ended.outcome.value}: {ended.summary}"
    summary = f"{macro.name}: {ended.summary}"
    return ToolResult((Text(f"{said}\nThe screen is now {picture.id}:"), picture), summary=summary)


def _ask(context: Context, macro: Offered, values: Mapping[str, str]) -> None:
    """Raises ToolProblem: the person does not want it played, or can't be asked."""
    given = "".join(f"\n{name} = {one_line(text, 200)}" for name, text in values.items())
    question = f"Shall the macro “{one_line(macro.name, 80)}” be played now?{given}"
    if context.asker is None:
        raise ToolProblem("The person did not name this macro, and nobody can be asked.")
    with desktop_of(context).desk.hands.prompt():
        answer = context.asker.ask(question, (YES, NO))
    if answer != YES:
        raise ToolProblem("The person did not want this macro to be played.")


def holds(text: str, name: str) -> bool:
    """Whether `name` stands in `text` as a whole, in any case. Chinese and Japanese put no spaces between words."""
    start = "" if _unspaced(name[:1]) else r"(?<!\w)"
    end = "" if _unspaced(name[-1:]) else r"(?!\w)"
    return bool(name.strip()) and re.search(f"{start}{re.escape(fold(name))}{end}", fold(text)) is not None


def _unspaced(char: str) -> bool:
    return not char.isalnum() or ord(char) >= 0x2E80


def _values(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)  # Models write objects as texts now and then.
        except ValueError:
            value = None
    if not isinstance(value, Mapping):
        raise ToolProblem('"values" must be an object: {"amount": "3"}.')
    return {str(name): _text(each) for name, each in value.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    raise ToolProblem('"values" must hold texts.')


def _listing(offered: Sequence[Offered]) -> str:
    """The macros' names and parameters, as far as it is cheap. A name may be a stranger's words, so it is short and in
    quotation marks."""
    shown: list[str] = []
    for each in offered[:SHOWN]:
        line = f'"{one_line(each.name, NAME_CHARACTERS)}"' + (
            f" ({', '.join(each.parameters)})" if each.parameters else ""
        )
        if sum(map(len, shown)) + len(line) > SHOWN_CHARACTERS:
            break
        shown.append(line)
    more = f", and {len(offered) - len(shown)} more" if len(shown) < len(offered) else ""
    return f"There are: {', '.join(shown)}{more}." if shown else "There are none."
