"""A planner on OpenAI-compatible servers (vLLM, SGLang, transformers, xLLM, llama-server, a paid API)."""

import contextlib
import dataclasses
import logging
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop_agent.core.chat import End, Event, Message, Options, ReasoningDelta, ToolSpec
from desktop_agent.model.chat_deltas import Deltas
from desktop_agent.model.chat_request import body_of
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.habits import Habits

if TYPE_CHECKING:
    from desktop_agent.model.exchange import Exchange
    from desktop_agent.model.server_failure import ServerFailure

__all__ = ["Endpoint", "RemotePlanner"]

RETRY_SECONDS = (0.5, 2.0)
"""Pauses before the servers are asked again. Only while nothing of the answer has arrived."""

REST_SECONDS = 60.0
"""How long a server that failed is asked only after all others."""

CHARACTERS_PER_TOKEN = 6
"""For the reasoning budget: no server counts while it streams. More than in most languages, so that what a server that
keeps the budget itself is about to end is left to it. And a piece of the stream holds at least one token."""

_log = logging.getLogger(__name__)


@dataclass
class _Server:
    """One of the servers, and what was learned about it."""

    endpoint: Endpoint
    habits: Habits = field(default_factory=Habits)
    rests_until: float = 0.0
    """On the monotonic clock."""

    @property
    def name(self) -> str:
        return f"{self.endpoint.model} at {self.endpoint.host}"


class RemotePlanner:
    """Implements `core.protocols.Planner`. One stream at a time; `cancel` from any thread.

    Args:
        endpoints: the servers in order of preference. The next one is asked where one can't be reached or is
            overloaded, as long as nothing of an answer has arrived. Each must be one that the person chose: it is
            sent the whole conversation.
    """

    def __init__(self, *endpoints: Endpoint) -> None:
        self._servers = tuple(_Server(endpoint) for endpoint in endpoints)
        self._turn: _Turn | None = None

    @property
    def name(self) -> str:
        return "remote:" + ", ".join(dict.fromkeys(server.endpoint.model for server in self._servers))

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The servers, in order of preference."""
        return tuple(server.endpoint for server in self._servers)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer the conversation, see `Planner`. Where there are several servers, the usage says which one answered.

        A number of thinking tokens is kept to by asking again without thinking once the reasoning has grown longer.

        Raises:
            PlannerError: no server could be reached, one refused, stalled, or sent what is no answer.
        """
        self._turn = _Turn(self._servers, messages, tools, options)
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
        self, servers: Sequence[_Server], messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options
    ) -> None:
        self._servers = servers
        self._messages = messages
        self._tools = tools
        self._options = options
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None
        self._begun = False
        """Something of the answer was given out."""
        self._thought = self._thoughts = 0
        """Characters and pieces of reasoning so far."""

    def cancel(self) -> None:
        with self._lock:
            self._cancelled.set()
            if self._exchange:
                self._exchange.cut()

    def events(self) -> Iterator[Event]:
        try:
            yield from self._rounds()
        except _Cancelled:
            yield End("cancelled")

    def _rounds(self) -> Iterator[Event]:
        """Ask one server after the other, and all that may do better later again, until there is an answer."""
        from desktop_agent.model.server_failure import ServerFailure, none_answered

        failures: dict[str, ServerFailure] = {}
        for pause in (*RETRY_SECONDS, None):
            for server in self._in_order():
                failure = failures.get(server.name)
                if failure and not failure.retryable:
                    continue
                try:
                    yield from self._ask(server)
                    return
                except ServerFailure as failed:
                    if self._begun:
                        raise
                    if not failed.elsewhere:
                        raise none_answered((*failures.values(), failed)) from failed
                    _log.warning("%s did not answer: %s (%s)", server.name, failed, failed.details)
                    failures[server.name] = failed
                    server.rests_until = time.monotonic() + REST_SECONDS
            waits = [failure.wait for failure in failures.values() if failure.retryable]
            if pause is None or not waits:
                raise none_answered(tuple(failures.values()))
            if self._cancelled.wait(max(pause, min(waits))):
                raise _Cancelled

    def _in_order(self) -> list[_Server]:
        """Those that rest come last, in the same order."""
        now = time.monotonic()
        return sorted(self._servers, key=lambda server: server.rests_until > now)

    def _ask(self, server: _Server) -> Iterator[Event]:
        """The answer of one server, over as many requests as it takes to find out what it takes."""
        from desktop_agent.model.exchange import Exchange
        from desktop_agent.model.server_failure import ServerFailure

        exchange = Exchange(server.endpoint)
        with self._lock:
            self._exchange = exchange
        images_in_results = server.habits.images_in_results
        try:
            while True:
                body = body_of(server.endpoint, self._messages, self._tools, self._options, server.habits)
                try:
                    yield from self._request(exchange, server, body)
                    return
                except _Overthought:
                    self._options = dataclasses.replace(self._options, thinking=False)
                except ServerFailure as failure:
                    if self._cancelled.is_set():
                        raise _Cancelled from failure
                    if self._begun or not self._adapt(server.habits, failure, body):
                        server.habits.images_in_results = images_in_results  # They were not what was wrong.
                        raise
        finally:
            with self._lock:
                self._exchange = None
            exchange.close()

    def _adapt(self, habits: Habits, failure: "ServerFailure", body: Mapping[str, Any]) -> bool:
        """Learn from a request that failed; False where another one would be no different."""
        if refused := set(failure.refused) & body.keys():
            habits.refused |= refused
            return True
        in_results = any(message.role == "tool" and message.pictures for message in self._messages)
        if failure.contents and in_results and habits.images_in_results:
            habits.images_in_results = False
            return True
        return False

    def _request(self, exchange: "Exchange", server: _Server, body: Mapping[str, Any]) -> Iterator[Event]:
        habits = server.habits
        deltas = Deltas(self._tools, calls_in_text=not habits.parses_calls)
        started, first = time.monotonic(), 0.0
        with contextlib.closing(self._answer(exchange, body, deltas)) as events:
            for event in events:
                first = first or time.monotonic()
                self._begun = True
                yield event
                self._check_budget(event)
        ended = time.monotonic()
        habits.parses_calls |= deltas.calls_by_server
        habits.reasoning_field = deltas.reasoning_field or habits.reasoning_field
        by = server.name if len(self._servers) > 1 else ""
        yield deltas.usage((first or ended) - started, ended - (first or ended), by)
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
        self._thoughts += 1
        if self._thoughts > budget or self._thought > budget * CHARACTERS_PER_TOKEN:
            raise _Overthought
