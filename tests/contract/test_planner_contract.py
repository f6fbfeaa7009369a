"""The planners' contract, kept by the scripted and the remote one."""

from collections.abc import Iterator

import pytest

from desktop_agent.core.chat import CallEvent, Event, TextDelta, ToolCall
from desktop_agent.core.protocols import Planner
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.remote import RemotePlanner
from desktop_agent.model.scripted import ScriptedPlanner
from tests.contract import openai_server
from tests.contract.openai_server import MODEL, Answer, OpenAIServer
from tests.contract.planner_contract import PlannerContract

CALL = ToolCall("call_1", "left_click", {"start_box": [500, 500]})


class Scripted:
    def answering(self) -> Planner:
        return ScriptedPlanner([[TextDelta("A "), TextDelta("window.")]] * 3)

    def calling(self) -> Planner:
        return ScriptedPlanner([[CallEvent(CALL)]] * 3)

    def endless(self) -> Planner:
        words: list[Event] = [TextDelta("again ")]
        return ScriptedPlanner([words * 100_000])

    def failing(self) -> None:
        return None


class Remote:
    def __init__(self) -> None:
        self.servers: list[OpenAIServer] = []

    def answering(self) -> Planner:
        return self._on(openai_server.text("A ", "window."))

    def calling(self) -> Planner:
        return self._on(openai_server.call("left_click", '{"start_box": [5', "00, 500]}"))

    def endless(self) -> Planner:
        return self._on(openai_server.endless)

    def failing(self) -> Planner:
        return self._on(openai_server.status(400, {"error": {"message": "no"}}))

    def _on(self, answer: Answer) -> Planner:
        server = OpenAIServer(answer)
        server.__enter__()
        self.servers.append(server)
        return RemotePlanner(Endpoint(server.url, MODEL))


class TestScriptedPlanner(PlannerContract):
    @pytest.fixture
    def planners(self) -> Scripted:
        return Scripted()


class TestRemotePlanner(PlannerContract):
    @pytest.fixture
    def planners(self) -> Iterator[Remote]:
        remote = Remote()
        yield remote
        for server in remote.servers:
            server.__exit__()
