"""A planner on an OpenAI-compatible server (vLLM, SGLang, xLLM, llama-server, a paid API)."""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop_agent.core.chat import End, Event, Message, Options, ReasoningDelta, ToolSpec
from desktop_agent.model.chat_deltas import Deltas
from desktop_agent.model.chat_request import body_of
from desktop_agent.model.endpoint import Endpoint

if TYPE_CHECKING:
    from desktop_agent.model.exchange import Exchange
    from desktop_agent.model.server_failure import ServerFailure

__all__ = ["Endpoint", "RemotePlanner"]

RETRY_SECONDS = (0.5, 2.0)
"""Pauses before a request is made again. Only while nothing of the answer has arrived."""

CHARACTERS_PER_TOKEN = 4
"""For the reasoning budget: no server counts while it streams. Fewer than in most languages, so that it ends early."""


@dataclass
class _Habits:
    """What was learned about the server."""

    refused: set[str] = field(default_factory=set)
    """Fields of a request that it doesn't know."""
    parses_calls: bool = False
    """It has a parser for the model's calls, so a call in the text is a quotation, of the screen perhaps."""


class RemotePlanner:
    """Implements `core.protocols.Planner`. One stream at a time; `cancel` from any thread."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._habits = _Habits()
        self._turn: _Turn | None = None

    @property
    def name(self) -> str:
        return f"remote:{self._endpoint.model}"

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer the conversation, see `Planner`.

        A number of thinking tokens is kept to by asking again without thinking once the reasoning has grown longer.

        Raises:
            PlannerError: the server could not be reached, refused, stalled, or sent what is no answer.
        """
        self._turn = _Turn(self._endpoint, self._habits, messages, tools, options)
        return self._turn.events()

    def cancel(self) -> None:
        if turn := self._turn:
            turn.cancel()

    def close(self) -> None:
        self.cancel()


class _Cancelled(Exception):
    """The person cancelled the turn."""


class _Overthought(Exception):
    """The reasoning is longer than allowed."""


class _Turn:
    """One answer, over as many requests as it takes."""

    def __init__(
        self,
        endpoint: Endpoint,
        habits: _Habits,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        options: Options,
    ) -> None:
        self._endpoint = endpoint
        self._habits = habits
        self._messages = messages
        self._tools = tools
        self._options = options
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None
        self._begun = False
        """Something of the answer was given out."""
        self._thought = 0
        """Characters of reasoning so far."""

    def cancel(self) -> None:
        with self._lock:
            self._cancelled.set()
            if self._exchange:
                self._exchange.cut()

    def events(self) -> Iterator[Event]:
        from desktop_agent.model.exchange import Exchange

        exchange = Exchange(self._endpoint)
        with self._lock:
            self._exchange = exchange
        try:
            yield from self._requests(exchange)
        except _Cancelled:
            yield End("cancelled")
        finally:
            with self._lock:
                self._exchange = None
            exchange.close()

    def _requests(self, exchange: "Exchange") -> Iterator[Event]:
        """Ask until there is an answer, or no hope of one."""
        from desktop_agent.model.server_failure import ServerFailure

        pauses = iter(RETRY_SECONDS)
        while True:
            try:
                yield from self._request(exchange)
                return
            except _Overthought:
                self._options = dataclasses.replace(self._options, thinking=False)
            except ServerFailure as failure:
                if self._cancelled.is_set():
                    raise _Cancelled from failure
                self._prepare_next(failure, next(pauses, None))

    def _prepare_next(self, failure: "ServerFailure", pause: float | None) -> None:
        """Get ready for another request, or raise `failure` where another would not help."""
        refused = set(failure.refused) - self._habits.refused
        if self._begun or not (refused or failure.retryable):
            raise failure
        if refused:
            self._habits.refused |= refused
            return
        if pause is None:
            raise failure
        if self._cancelled.wait(max(pause, failure.wait)):
            raise _Cancelled

    def _request(self, exchange: "Exchange") -> Iterator[Event]:
        body = body_of(
            self._endpoint.model,
            self._messages,
            self._tools,
            self._options,
            self._endpoint.images_in_tool_results,
            self._habits.refused,
        )
        deltas = Deltas(self._tools, calls_in_text=not self._habits.parses_calls)
        started, first = time.monotonic(), 0.0
        with contextlib.closing(self._answer(exchange, body, deltas)) as events:
            for event in events:
                first = first or time.monotonic()
                self._begun = True
                yield event
                self._check_budget(event)
        ended = time.monotonic()
        self._habits.parses_calls |= deltas.calls_by_server
        yield deltas.usage((first or ended) - started, ended - (first or ended))
        yield End(deltas.reason)

    def _answer(self, exchange: "Exchange", body: Mapping[str, Any], deltas: Deltas) -> Generator[Event, None, None]:
        """The events of one request's answer."""
        self._check_cancelled()
        with exchange.explained():
            for chunk in exchange.chunks(body):
                self._check_cancelled()
                yield from deltas.feed(chunk)
            self._check_cancelled()
            yield from deltas.end()

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise _Cancelled

    def _check_budget(self, event: Event) -> None:
        """Count the reasoning, which comes before all else, against its budget."""
        budget = self._options.thinking
        if isinstance(budget, bool) or not isinstance(event, ReasoningDelta):
            return
        self._thought += len(event.text)
        if self._thought > budget * CHARACTERS_PER_TOKEN:
            raise _Overthought
