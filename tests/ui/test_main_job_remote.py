"""A server that answers with GLM's tools, used through the windows: streaming, acting, and dying half-way."""

import json
import threading
from collections.abc import Iterator

import pytest

from desktop_agent.core.chat import Message
from desktop_agent.core.settings import Settings
from tests.contract.openai_server import MODEL, Answer, OpenAIServer, Reply, call, dying, text
from tests.ui.main_job_support import (
    Office,
    Program,
    Start,
    apart,
    galculator_fixture,  # noqa: F401 # found by name
    open_program_fixture,  # noqa: F401 # found by name
    start_fixture,  # noqa: F401 # found by name
    until,
)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(text("Nobody told me what to answer.")) as running:
        yield running


@pytest.fixture
def office(start: Start, server: OpenAIServer) -> Office:
    """The application, which may use the server."""
    return start(Settings(remote_enabled=True, base_url=server.url, model_name=MODEL))


def test_an_answer_streams_into_the_box(office: Office, server: OpenAIServer, galculator: Program) -> None:
    go_on = threading.Event()
    server.answers = [_in_two("It shows ", "a zero.", go_on)]
    office.mark(galculator.window)
    run = office.say("what does the display show?")
    until(lambda: office.box.answer == "It shows", "the first half of the answer")
    assert run.end is None
    assert office.box.running
    go_on.set()
    assert office.ended(run).status == "done"
    assert office.box.answer == "It shows a zero."
    assert run.planner == f"remote:{MODEL}"
    assert '"image_url"' in json.dumps(server.chats[0].body), "what was marked goes along"


def test_glms_tools_press_a_key_when_the_person_agrees(
    office: Office, server: OpenAIServer, galculator: Program
) -> None:
    point = apart(lambda: galculator.thousandths("toggle button", "7"))
    arguments = json.dumps({"start_box": point, "element_info": "the seven"})
    server.answers = [call("left_click", arguments[:9], arguments[9:]), text("The seven ", "is pressed.")]
    office.mark(galculator.window)
    run = office.say("Please help me with the sum")
    card = office.card()
    assert card.request.action.words.startswith('Click "7" (toggle button)')
    assert office.text_of(galculator) == "0"
    office.approve(card)
    assert office.ended(run).status == "done"
    assert office.text_of(galculator) == "7"
    assert office.box.answer == "The seven is pressed."


def test_a_server_that_dies_half_way_is_told_and_nothing_is_lost(
    office: Office, server: OpenAIServer, galculator: Program
) -> None:
    server.answers = [dying("The display shows ", "a ze"), text("A zero.")]
    office.mark(galculator.window)
    run = office.say("what does the display show?")
    assert office.ended(run).status == "failed"
    assert office.box.answer == "The display shows a ze", "what came stays"
    assert "broke off before the answer was complete" in office.box_status
    assert "Look at its log, then try again." in office.box_status
    assert not office.box.running

    office.focus_box()
    run = office.say("and what now?")
    assert office.ended(run).status == "done"
    assert office.box.answer == "A zero."
    asked = [_words(each) for each in server.chats[-1].body["messages"] if each["role"] == "user"]
    assert ["what does the display show?" in each for each in asked] == [True, False], "the same conversation"
    (kept,) = office.parts.current.conversations.recent(10)
    messages = office.parts.current.conversations.messages(kept.id)
    assert _said(messages, "user") == 2
    assert messages[-1].text == "A zero."


def _in_two(first: str, second: str, go_on: threading.Event) -> Answer:
    """An answer whose second half waits."""

    def answer(reply: Reply) -> None:
        reply.stream()
        reply.chunk(delta={"role": "assistant", "content": first})
        assert go_on.wait(60)
        reply.chunk(delta={"content": second})
        reply.done()

    return answer


def _words(message: dict[str, object]) -> str:
    return json.dumps(message["content"])


def _said(messages: tuple[Message, ...], role: str) -> int:
    return sum(each.role == role for each in messages)
