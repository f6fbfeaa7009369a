"""A button was renamed and moved since a macro was recorded: a model may look for it, where the person lets it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_agent.cli.playing import Wanted
from desktop_agent.cli.session import Session
from desktop_agent.core.actions import Answer, ApprovalRequest, Decision
from desktop_agent.core.chat import Message, Options, Picture, TextDelta, ToolSpec
from desktop_agent.core.desktop import Scope, Window
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.program import gather
from desktop_agent.model.scripted import ScriptedPlanner
from tests.desktop.canary_cage import keyring_file_fixture  # noqa: F401 # found by name
from tests.desktop.finding_support import click, named, record
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.unit.toy_desktop import Events

TITLE = "A form"


class Pointing(ScriptedPlanner):
    """Answers `answer` and keeps what it is shown."""

    def __init__(self, answer: str) -> None:
        super().__init__([[TextDelta(answer)]] * 9)
        self.shown: list[Picture] = []

    def stream(self, messages: list[Message], tools: list[ToolSpec], options: Options) -> Iterator[object]:
        self.shown += [each for message in messages for each in message.pictures]
        return super().stream(messages, tools, options)


class Person:
    """Says yes, but for questions of the categories in `no`."""

    def __init__(self, *no: str) -> None:
        self.no = no
        self.requests: list[ApprovalRequest] = []
        self.while_asked: Callable[[], object] = lambda: None

    def decide(self, request: ApprovalRequest) -> Decision:
        self.requests.append(request)
        self.while_asked()
        return Decision(Answer.DENIED if request.verdict.category in self.no else Answer.APPROVED, by="scripted")


class Changed:
    """A macro that clicks a button which is called otherwise now, and stands elsewhere."""

    def __init__(self, display: PrivateDisplay, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.display, self.state = display, folder / "state.json"
        self.person, self.events = Person(), Events()
        self.session = Session(Settings(), self.person, None)
        self.monkeypatch = monkeypatch
        self.library = Library()
        click_away(display)
        before = self.open("Press me", "300,200,500,400")
        button = named(self.session.desk, before, "Press me", "push button")
        recorded = record(self.session.desk, before, button.region.center)
        close_app(display, before)
        assert recorded.target.picture is not None
        step = {"id": "go", "do": "click", "target": recorded.target.model_dump(), "limit": 0.5}
        self.macro = Macro.model_validate({"name": "Go", "steps": [step]})
        pictures = {recorded.target.picture.file: recorded.picture.encode_png()}
        self.entry = self.library.add(self.macro, pictures)
        self.window = self.open("Send off", "500,300,700,560")
        self.button = named(self.session.desk, self.window, "Send off", "push button").region

    def open(self, button: str, geometry: str) -> Window:
        return open_app(self.display, qt_command(TITLE, geometry, self.state, button), TITLE)

    def point(self) -> str:
        """What a model says that sees the button."""
        region = self.window.region
        x, y = View(region, region.width, region.height).to_thousandths(self.button.center)
        return f"[{x}, {y}]"

    def play(self, answer: str, **wanted: object) -> Played:
        self.model = Pointing(answer)
        self.monkeypatch.setattr(self.session._planners, "model_planner", lambda: self.model)
        snapshot = self.library.snapshot()
        how = Wanted(snapshot.place(self.entry), snapshot, **wanted)
        played = self.session.play(self.library.open(self.entry), {}, watch=self.events, wanted=how)
        print(played)
        return played

    @property
    def clicks(self) -> int:
        return json.loads(self.state.read_text("utf-8"))["clicks"]

    @property
    def asked(self) -> list[str]:
        return [each.verdict.category for each in self.person.requests]

    def require_untouched(self) -> None:
        assert self.clicks == 0
        assert self.library.open(self.entry).macro == self.macro
        assert self.library.trashed() == ()

    def close(self) -> None:
        close_app(self.display, self.window)
        self.session.close()


def click_away(display: PrivateDisplay) -> None:
    """Buttons look otherwise under the pointer."""
    from desktop_agent.core.geometry import Point

    click(display, Point(5, 1075))


@pytest.fixture
def changed(on_desktop: PrivateDisplay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Changed]:
    made = Changed(on_desktop, tmp_path, monkeypatch)
    yield made
    made.close()


def test_with_consent_it_is_done_and_the_macro_mended(keyring_file: Path, changed: Changed) -> None:
    snapshot = changed.library.snapshot()
    MacroApprovals().approve("Go", gather(changed.library.open(changed.entry), snapshot))
    played = changed.play(changed.point())
    assert (played.status, played.mended) == ("done", True), played
    wait_until(lambda: changed.clicks == 1, what="the click")
    assert changed.asked[:2] == ["mending", "mending"]
    assert len(changed.asked) == 3, "what the approval of the whole no longer covers is asked about"
    look, take, act = changed.person.requests
    assert take.action.target == act.action.target == changed.button
    assert [each.image for each in changed.model.shown][1:] == [look.screenshot.image]
    assert look.screenshot.region == changed.window.region
    target = changed.library.open(changed.entry).macro.steps[0].target
    assert (target.element.name, target.words) == ("Send off", 'the button "Send off"')
    assert "It asks at each step again, until you approve it anew." in played.summary
    again = gather(changed.library.open(changed.entry), changed.library.snapshot())
    assert not MacroApprovals().holds("Go", again)
    assert [each.macro for each in changed.library.trashed()] == [changed.macro]
    changed.person.requests.clear()
    assert changed.play("none").status == "done"
    assert "mending" not in changed.asked
    wait_until(lambda: changed.clicks == 2, what="the second click")
    assert changed.model.shown == []


@pytest.mark.parametrize("wanted", [{}, {"unattended": True}])
def test_refused_or_unattended_it_halts(changed: Changed, wanted: dict[str, object]) -> None:
    changed.person.no = ("mending",)
    played = changed.play(changed.point(), **wanted)
    assert (played.status, played.failed_step) == ("failed", "go"), played
    assert "was not found" in played.summary
    assert changed.asked == ([] if wanted else ["mending"])
    assert changed.model.shown == []
    changed.require_untouched()


def test_what_the_person_does_not_take_for_it_is_not_clicked(changed: Changed) -> None:
    changed.person.while_asked = lambda: setattr(changed.person, "no", ("mending",) * (len(changed.asked) - 1))
    played = changed.play(changed.point())
    assert (played.status, changed.asked) == ("failed", ["mending"] * 2), played
    assert "was not confirmed" in played.summary
    changed.require_untouched()


def test_a_no_to_the_click_itself_leaves_the_macro_as_it_was(changed: Changed) -> None:
    changed.person.while_asked = lambda: setattr(
        changed.person, "no", (changed.asked[-1],) if changed.asked[-1] != "mending" else ()
    )
    played = changed.play(changed.point())
    assert (played.status, len(changed.asked)) == ("refused", 3), played
    changed.require_untouched()


@pytest.mark.parametrize("answer", ["[1200, 40]", "[-5, 20]", "click at 3", "[99999999999, 1]", ""])
def test_an_answer_that_is_no_point_in_the_window_is_refused(changed: Changed, answer: str) -> None:
    played = changed.play(answer)
    assert (played.status, changed.asked) == ("failed", ["mending"]), played
    assert "it sees none" in played.summary
    changed.require_untouched()


def test_a_point_on_another_window_is_refused(changed: Changed, on_desktop: PrivateDisplay) -> None:
    """One that came over it while the person was asked: what lay there before was brought out of the way."""
    place = changed.button.center
    where = f"{place.x - 150},{place.y - 200},300,400"
    over = open_app(on_desktop, qt_command("Over it", where, button="Other"), "Over it")
    changed.person.while_asked = lambda: changed.session.windows.activate(over.id)
    try:
        played = changed.play(changed.point())
        assert (played.status, changed.asked) == ("failed", ["mending"]), played
        assert "“Over it”, which is another window" in played.summary
        changed.require_untouched()
    finally:
        close_app(on_desktop, over)


def test_a_model_sees_and_proposes_nothing_outside_of_the_scope(changed: Changed) -> None:
    window = changed.window.region
    upper = Rect(window.x, window.y, window.width, changed.button.y - window.y - 5)
    changed.person.while_asked = lambda: setattr(changed.person, "no", ("mending",) * (len(changed.asked) - 1))
    played = changed.play("[500, 500]", scope=Scope("region", upper, "the upper part"))
    assert (played.status, changed.asked) == ("failed", ["mending"] * 2), played
    assert [each.view.region for each in changed.model.shown if each.view is not None] == [upper]
    (proposed,) = [each.action for each in changed.person.requests if each.action.target is not None]
    assert proposed.target is not None
    assert upper.encloses(proposed.target)
    changed.require_untouched()
