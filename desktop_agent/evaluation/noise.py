"""Degrades any planner as weak models err: points off, calls that can't be read, said again, out of date, or wrong.

What recovers a run from it is the product. The planner is only asked again.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from desktop_agent.core.chat import CallEvent, Event, Message, Options, Picture, ToolCall, ToolSpec
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import THOUSAND, View
from desktop_agent.core.protocols import Planner
from desktop_agent.evaluation.oracle.glm import written
from desktop_agent.evaluation.wrapped import WrappedPlanner
from desktop_agent.model.calls import CALL_CLOSE, CALL_OPEN, CallParser

PLACES = ("start_box", "end_box")
HELP = "points=PX,malformed=SHARE,repeated=SHARE,stale=SHARE,wrong=SHARE,seed=N, such as points=12,malformed=10%%"


@dataclass(frozen=True)
class Noise:
    """`points`: how many pixels of the screen a point may be off. The others are shares of all calls, 0 to 1:
    `malformed`, which can't be read or carried out; `repeated`, where the last call is said again instead; `stale`,
    which names an older picture; `wrong`, a click somewhere else instead."""

    points: int = 0
    malformed: float = 0.0
    repeated: float = 0.0
    stale: float = 0.0
    wrong: float = 0.0
    seed: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{each.name}={value:g}" for each in fields(self) if (value := getattr(self, each.name)))


def parse(text: str) -> Noise:
    """Read what `--noise` says.

    Raises:
        UsageError: it is not of that form, or the shares are more than all calls.
    """
    given: dict[str, float] = {}
    for pair in text.split(","):
        name, _, value = pair.strip().partition("=")
        if name not in {each.name for each in fields(Noise)}:
            raise UsageError(f"“{pair.strip()}” is no noise.", f"Use {HELP.replace('%%', '%')}.")
        given[name] = _number(value, share=name not in ("points", "seed"))
    shares = sum(value for name, value in given.items() if name not in ("points", "seed"))
    if shares > 1:
        raise UsageError(f"The shares of noise add up to {shares:.0%}.", "Together they can be 100% at most.")
    whole = {name: int(value) for name, value in given.items() if name in ("points", "seed")}
    return Noise(**{**given, **whole})  # type: ignore[arg-type] # the whole numbers are those above


def _number(text: str, share: bool) -> float:
    try:
        value = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= (1 if share else 1e9) or (not share and value != int(value)):
        raise UsageError(f"“{text}” is no {'share' if share else 'whole number'}.", "Shares are like 10% or 0.1.")
    return value


class Noisy(WrappedPlanner):
    """A planner with noise.

    Args:
        planner: which is degraded.
        noise: how.
        chance: where the noise comes from; the same chance makes the same noise.
    """

    def __init__(self, planner: Planner, noise: Noise, chance: random.Random) -> None:
        super().__init__(planner)
        self._noise = noise
        self._chance = chance
        self._last: ToolCall | None = None

    @property
    def name(self) -> str:
        return f"{self._planner.name} with noise"

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """The planner's turn, with some of its calls degraded.

        Raises:
            PlannerError: the planner could not answer.
        """
        pictures = [picture for message in messages for picture in message.pictures if picture.view is not None]
        for event in self._planner.stream(messages, tools, options):
            if isinstance(event, CallEvent):
                yield from self._degraded(event.call, pictures, tools)
            else:
                yield event

    def _degraded(self, call: ToolCall, pictures: Sequence[Picture], tools: Sequence[ToolSpec]) -> Iterator[Event]:
        kind = self._kind()
        if kind == "malformed":
            yield from self._malformed(call, tools)
            return
        name, arguments = call.name, dict(call.arguments)
        if kind == "repeated" and self._last is not None:
            name, arguments = self._last.name, dict(self._last.arguments)
        elif kind == "stale" and PLACES[0] in arguments and len(pictures) > 1:
            arguments["image"] = pictures[-2].id
        elif kind == "wrong" and pictures:
            name, arguments = "left_click", {PLACES[0]: [self._chance.randint(0, THOUSAND - 1) for _ in range(2)]}
        if kind != "repeated" and pictures:
            view = pictures[-1].view
            arguments = {key: self._moved(key, value, view) for key, value in arguments.items()}
        self._last = ToolCall(call.id, name, arguments)
        yield CallEvent(self._last)

    def _kind(self) -> str:
        drawn, noise = self._chance.random(), self._noise
        for kind in ("malformed", "repeated", "stale", "wrong"):
            drawn -= getattr(noise, kind)
            if drawn < 0:
                return kind
        return ""

    def _malformed(self, call: ToolCall, tools: Sequence[ToolSpec]) -> Iterator[Event]:
        """The call as a model might garble it, read by the product's own parser."""
        parser = CallParser(tools)
        text = self._chance.choice(GARBLED)(written(call.name, call.arguments))
        yield from parser.feed(text)
        yield from parser.end()

    def _moved(self, key: str, value: Any, view: View | None) -> Any:
        """A point, off by up to as many pixels of the screen as the noise says, in any direction."""
        if key not in PLACES or view is None or not self._noise.points:
            return value
        far, turn = self._noise.points * math.sqrt(self._chance.random()), self._chance.uniform(0, 2 * math.pi)
        off = (far * math.cos(turn) / view.region.width, far * math.sin(turn) / view.region.height)
        return [min(max(round(old + THOUSAND * by), 0), THOUSAND - 1) for old, by in zip(value, off, strict=True)]


def _cut_off(text: str) -> str:
    return text[: len(text) // 2]


def _as_broken_json(text: str) -> str:
    name, _, rest = text.removeprefix(CALL_OPEN).partition("\n")
    return f'{CALL_OPEN}{{"name": "{name}", "arguments": {{{rest.removesuffix(CALL_CLOSE)}{CALL_CLOSE}'


def _with_bare_arguments(text: str) -> str:
    return text.replace("<arg_key>", "").replace(CALL_CLOSE, f"now{CALL_CLOSE}")


def _of_no_tool(text: str) -> str:
    return text.replace(CALL_OPEN, f"{CALL_OPEN}do_", 1)


def _at_no_place(text: str) -> str:
    return text.replace(_POINT, f"{_POINT}2000, ") if _POINT in text else _of_no_tool(text)


_POINT = "<arg_value>["
GARBLED: tuple[Callable[[str], str], ...] = (
    _cut_off,
    _as_broken_json,
    _with_bare_arguments,
    _of_no_tool,
    _at_no_place,
)
"""Ways to garble a call. Some can't be read, others can't be carried out; none of them does anything."""
