"""What a planner is shown while a question is being written is how the question begins."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from desktop_agent.cli.session import Session
from desktop_agent.core.chat import End, Event, Message, Options, TextDelta, ToolSpec
from desktop_agent.core.desktop import Scope
from desktop_agent.core.geometry import Rect
from desktop_agent.core.images import Image
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.scripted import AbsentAsker, ScriptedApprover


class Noting:
    """A planner that keeps what it is given."""

    name = "noting"

    def __init__(self) -> None:
        self.given: list[tuple[Sequence[Message], Sequence[ToolSpec], Options]] = []

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        self.given.append((list(messages), tools, options))
        yield TextDelta("Seen.")
        yield End("stop")

    def prefill(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        options: Options,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        assert wanted()
        self.given.append((list(messages), tools, options))

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_the_question_begins_with_what_was_looked_at_ahead(
    on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(Settings(), ScriptedApprover(), AbsentAsker())
    planner = Noting()
    monkeypatch.setattr(session._planners, "choose", lambda *_, **__: planner)
    try:
        scope = session.scope("screen")
        image = session.screen.grab(scope.region).image
        session.look_ahead(image, scope, lambda: True)
        session.ask("What is this?", image=image, scope=scope, watch=lambda _: None)
    finally:
        session.close()
    (ahead, *same), (asked, *others) = planner.given
    assert same == others
    assert len(ahead) == len(asked) == 2
    assert ahead[0] == asked[0]
    assert ahead[1].parts[:-1] == asked[1].parts[:-1]
    assert [each.image.digest for each in ahead[1].pictures] == [image.digest]


def test_no_hands_are_started_while_the_person_types(
    on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would change the keyboard's map under the person's fingers."""
    session = Session(Settings(), ScriptedApprover(), AbsentAsker())
    planner = Noting()
    monkeypatch.setattr(session._planners, "choose", lambda *_, **__: planner)
    try:
        session.look_ahead(
            Image(28, 28, bytes(28 * 28 * 4)), Scope("screen", Rect(0, 0, 28, 28), "the screen"), lambda: True
        )
        assert len(planner.given) == 1
        assert not session._parts.has_hands
    finally:
        session.close()
