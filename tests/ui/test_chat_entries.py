"""What a conversation shows of what the program itself put into it."""

from collections.abc import Callable

import pytest

from desktop_agent.agent import prompts
from desktop_agent.core.chat import Message, Text
from desktop_agent.core.events import Paused, Resumed, RunEnded
from desktop_agent.core.pause import Pause, Reply, Resolution
from tests.ui.conftest import Wait
from tests.ui.session_double import Held, SessionDouble, started
from ui.bridge import Bridge
from ui.chat import ChatWindow
from ui.chat_entries import NoticeEntry, OwnEntry, of_messages, of_pause
from ui.state import State

PAUSE = Pause("The same was tried 3 times, and nothing changed.", ("Click “7”: no effect.",))


def test_a_note_of_the_program_is_not_the_persons_words() -> None:
    unread = "Your tool call could not be read: It is cut off."
    person, program = of_messages([Message("user", (Text(unread),)), Message("user", (Text(unread),), by_program=True)])
    assert isinstance(person, OwnEntry)
    assert isinstance(program, NoticeEntry)
    assert (program.kind, program.text) == ("info", unread)


def test_a_pause_is_read_again_as_what_it_was() -> None:
    (note,) = of_messages([prompts.resumed(PAUSE, Reply(Resolution.GO_ON))])
    assert isinstance(note, NoticeEntry)
    assert PAUSE.reason in note.text
    assert of_messages([prompts.resumed(PAUSE, Reply(Resolution.TELL, "Use the menu."))]) == (
        OwnEntry("Use the menu."),
    )


@pytest.mark.parametrize("resolution", Resolution)
def test_every_answer_is_told_in_words_of_its_own(resolution: Resolution) -> None:
    told = {of_pause(PAUSE, Reply(each))[0].hint for each in Resolution}  # type: ignore[union-attr] # a notice
    assert len(told) == len(Resolution)
    words = "Use the menu." if resolution is Resolution.TELL else ""
    notice, *others = of_pause(PAUSE, Reply(resolution, words))
    assert notice.text == PAUSE.reason  # type: ignore[union-attr] # likewise
    assert others == ([OwnEntry(words)] if words else [])


def test_the_chat_shows_the_pause_while_it_happens(wait: Wait) -> None:
    held = Held()
    session = SessionDouble(held)
    bridge = Bridge(session)
    chat = ChatWindow(session, bridge)
    shown: Callable[[], list[str]] = lambda: [card.text for card in chat.transcript.cards]  # noqa: E731
    chat.composer.edit.setPlainText("what is this?")
    chat.composer.send.click()
    held.emit(started(), Paused(PAUSE))
    wait(lambda: bridge.state is State.WAITING)
    held.emit(Resumed(PAUSE, Reply(Resolution.TELL, "Use the menu.")))
    wait(lambda: any("Use the menu." in text for text in shown()))
    assert any(PAUSE.reason in text and "told it" in text for text in shown())
    wait(lambda: bridge.state is State.THINKING)
    held.end(RunEnded("r1", "done", "ok"))
    wait(lambda: bridge.current is None)
