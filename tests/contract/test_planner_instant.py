"""The planners' contract, kept by the instant one."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from desktop_agent.core.chat import End, Event, Message, Options, Text, ToolSpec
from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.protocols import Planner
from desktop_agent.instant.planner import InstantPlanner
from tests.contract.planner_contract import PATIENCE, PlannerContract, ask, play


class OnePlace:
    """Wherever it is asked for, it is there. While `searching` is cleared, looking for it takes its time."""

    def __init__(self) -> None:
        self.searching = threading.Event()
        self.found = threading.Event()
        self.found.set()

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        self.searching.set()
        assert self.found.wait(PATIENCE)
        return (Candidate(name, Rect(view.region.x, view.region.y, 2, 2), "text"),)

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        return ()

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        return ()


class Blind(OnePlace):
    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        raise Unavailable("Nothing can be seen.", "Look elsewhere.")


class Told(InstantPlanner):
    """An instant planner that hears one instruction, whatever the contract's conversations say."""

    def __init__(self, instruction: str, locator: OnePlace) -> None:
        super().__init__(locator)
        self._instruction = instruction

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        told = [
            replace(message, parts=(Text(self._instruction), *message.pictures)) if message.role == "user" else message
            for message in messages
        ]
        return super().stream(told, tools, options)


class Instant:
    def answering(self) -> Planner:
        return InstantPlanner(OnePlace())

    def calling(self) -> Planner:
        return Told("click Save, then click Save", OnePlace())

    def endless(self) -> Planner:
        return InstantPlanner(OnePlace())

    def failing(self) -> Planner:
        return Told("click Save", Blind())


class TestInstantPlanner(PlannerContract):
    @pytest.fixture
    def planners(self) -> Instant:
        return Instant()

    def test_is_cancelled_from_another_thread(self, planners: Instant) -> None:  # type: ignore[override]
        """It has no endless answer, but a search of the screen takes time."""
        locator = OnePlace()
        locator.found.clear()
        planner = Told("click Save", locator)
        seen: list[Event] = []
        thread = threading.Thread(target=lambda: seen.extend(play(planner, ask())))
        thread.start()
        assert locator.searching.wait(PATIENCE)
        planner.cancel()
        locator.found.set()
        thread.join(PATIENCE)
        assert seen == [End("cancelled")]
