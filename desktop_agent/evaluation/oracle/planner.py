"""Implements `core.protocols.Planner` with a task's solver: the product gets what a model would have written."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from desktop_agent.core.chat import End, Event, Message, Options, ToolSpec
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Point, View
from desktop_agent.evaluation.oracle import glm, moves
from desktop_agent.evaluation.oracle.history import deeds
from desktop_agent.evaluation.oracle.moves import Move
from desktop_agent.evaluation.oracle.page import Lost, Page
from desktop_agent.evaluation.oracle.registry import solver_for
from desktop_agent.model.calls import CallParser


class Oracle:
    """Knows one task and its page.

    Args:
        page: the page, which it reads at each turn.
        task: the task's name.

    Raises:
        PlannerError: nobody wrote a solver for it.
    """

    def __init__(self, page: Page, task: str) -> None:
        solver = solver_for(task)
        if solver is None:
            raise PlannerError(f"The oracle does not know the task “{task}”.")
        self._page = page
        self._solver = solver
        self._cancelled = threading.Event()

    @property
    def name(self) -> str:
        return "oracle"

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer with one call.

        Raises:
            BrowserFailed: the page gives no answer.
            PlannerError: there is no picture to point at, or the point is not on it.
        """
        self._cancelled = cancelled = threading.Event()
        move = self._move(messages)
        text = glm.written(move.name, _arguments(move, messages))
        parser = CallParser(tools)
        for piece in glm.pieces(text):
            if cancelled.is_set():
                yield End("cancelled")
                return
            yield from parser.feed(piece)
        yield from parser.end()
        yield End("calls")

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self.cancel()

    def _move(self, messages: Sequence[Message]) -> Move:
        verdict = self._page.verdict
        if verdict.decided:
            said = f"The page gave the reward {verdict.reward:g}."
            return moves.done(said) if verdict.success else moves.fail(said)
        try:
            return self._solver(self._page, deeds(messages))
        except Lost as error:
            return moves.fail(f"The oracle is lost: {error}.")


def _arguments(move: Move, messages: Sequence[Message]) -> dict[str, Any]:
    places = {"start_box": move.start, "end_box": move.end}
    given = {name: point for name, point in places.items() if point is not None}
    if not given:
        return dict(move.arguments)
    view = _latest_view(messages)
    return {**{name: _thousandths(point, view) for name, point in given.items()}, **move.arguments}


def _latest_view(messages: Sequence[Message]) -> View:
    pictures = (picture for message in reversed(messages) for picture in reversed(message.pictures))
    view = next((picture.view for picture in pictures if picture.view is not None), None)
    if view is None:
        raise PlannerError("The oracle was given no picture of the desktop.")
    return view


def _thousandths(point: Point, view: View) -> list[int]:
    try:
        return list(view.to_thousandths(point))
    except ValueError as error:
        raise PlannerError(f"The oracle points beside the picture: {error}.") from error
