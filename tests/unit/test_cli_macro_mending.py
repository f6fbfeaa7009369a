"""What the person is asked before a macro's step is mended, and what becomes of the macro in the library."""

from pathlib import Path

import pytest

from desktop_agent.cli.approvers import DenyingApprover, OrdinaryApprover
from desktop_agent.cli.macro_mending import LibraryMender
from desktop_agent.cli.planners import Planners
from desktop_agent.core.actions import Answer, Decision
from desktop_agent.core.chat import TextDelta
from desktop_agent.core.errors import PlannerError, Stopped
from desktop_agent.core.events import Asking, Decided
from desktop_agent.core.protocols import Approver, Planner
from desktop_agent.core.settings import Settings
from desktop_agent.macros.errors import NotFound
from desktop_agent.macros.format import Macro, PressStep
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.approval import MacroApprovals, Unattended
from desktop_agent.macros.playing.program import gather
from desktop_agent.model.scripted import ScriptedPlanner
from desktop_agent.step import asking
from tests.desktop.canary_cage import keyring_file_fixture  # noqa: F401 # found by name
from tests.unit.finding_support import record
from tests.unit.painted_desktop import Drawn, PaintedDesktop, button, window
from tests.unit.test_macros_files import MACRO, NAME, PICTURE
from tests.unit.toy_desktop import Events

WHY = NotFound("The button “Save” was not found in “Form”.", "Look.")


class Answers:
    """A person who answers these, one after the other; the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests = []

    def decide(self, request):
        self.requests.append(request)
        return Decision(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], by="scripted")


class Case:
    """A window whose button was called “Save” and is called “Keep” now, and a model that points at it."""

    def __init__(self, approver: Approver, model: Planner | None = None) -> None:
        before, now = Drawn(window(), [button("Save", 20, 40)]), Drawn(window(), [button("Keep", 20, 40)])
        desktop = PaintedDesktop(before)
        self.target, data = record(desktop, before, before.widgets[0])
        self.desktop = PaintedDesktop(now)
        self.desktop.known = desktop.known
        self.picture, self.events = self.desktop.picture(data), Events()
        self.approver, desk = approver, self.desktop.desk
        self.model = model or ScriptedPlanner([[TextDelta("[100, 130]")]], "remote:GLM-4.6V")

        def ask(action, verdict, shot):
            return asking.ask(approver, desk.hands, self.events, action, verdict, shot)

        self.mender = LibraryMender(desk, lambda: self.model, ask, "Test", Library().snapshot())

    def mend(self):
        return self.mender.mend(self.target, self.picture, WHY)


def test_the_person_is_asked_twice_with_what_was_looked_for_the_picture_and_the_ring() -> None:
    person = Answers(Answer.APPROVED)
    case = Case(person)
    mended = case.mend()
    look, take = person.requests
    assert look.action.words == 'Let a model look for the button "Save" in Former'
    assert WHY.user_message in look.verdict.reason
    assert "The model remote:GLM-4.6V, on a server, would be shown this picture of the window, and" in (
        look.verdict.reason
    )
    assert take.action.words == 'Take "Keep" (button) in "Form" (said to be "the button "Save"") for the button "Save"'
    assert "the macro is no longer approved as a whole" in take.verdict.reason
    assert (look.screenshot, take.screenshot.image) == (take.screenshot, look.screenshot.image)
    assert (look.action.target, take.action.target) == (None, mended.found.region)
    assert all(each.verdict.critical and not each.verdict.rememberable for each in person.requests)
    assert all(each.action.inputs == () for each in person.requests)
    assert len(case.events.of(Asking)) == len(case.events.of(Decided)) == 2
    assert case.desktop.gate_history == ["closed", "open"] * 2


@pytest.mark.parametrize("answers", [(Answer.DENIED,), (Answer.APPROVED, Answer.TIMED_OUT), (Answer.FAILED,)])
def test_any_other_answer_than_yes_is_a_no(answers: tuple[Answer, ...]) -> None:
    with pytest.raises(NotFound) as caught:
        Case(Answers(*answers)).mend()
    assert caught.value.user_message.startswith(WHY.user_message)
    assert caught.value.hint == "Look."


@pytest.mark.parametrize("approver", [OrdinaryApprover(), DenyingApprover(), Unattended()])
def test_no_rule_given_beforehand_lets_a_model_look(approver: Approver) -> None:
    asked = []
    model = ScriptedPlanner([[TextDelta("[100, 130]")]])
    model.stream = lambda *arguments: asked.append(arguments)
    with pytest.raises(NotFound):
        Case(approver, model).mend()
    assert asked == []


@pytest.mark.parametrize("answers", [(Answer.STOPPED,), (Answer.APPROVED, Answer.STOPPED)])
def test_stop_stops_everything(answers: tuple[Answer, ...]) -> None:
    case = Case(Answers(*answers))
    with pytest.raises(Stopped):
        case.mend()
    assert case.desktop.stopped() is not None


def test_a_stop_while_the_model_looks_is_no_failure_to_find() -> None:
    case = Case(Answers(Answer.APPROVED))

    class Stopping(ScriptedPlanner):
        def stream(self, *arguments):
            case.desktop.stop("the hotkey")
            return super().stream(*arguments)

    case.model = Stopping([[TextDelta("none")]])
    with pytest.raises(Stopped, match="the hotkey"):
        case.mend()


def test_without_a_model_nobody_is_asked_and_one_that_fails_is_told() -> None:
    person = Answers(Answer.APPROVED)
    case = Case(person)
    case.model = None
    with pytest.raises(NotFound) as caught:
        case.mend()
    assert caught.value is WHY
    assert person.requests == []

    class Broken(ScriptedPlanner):
        def stream(self, *arguments):
            raise PlannerError("The server does not answer.")

    case.model = Broken([])
    with pytest.raises(NotFound, match=r"was not found in “Form”\. The server does not answer\."):
        case.mend()


@pytest.fixture
def kept(keyring_file: Path) -> tuple[Library, LibraryMender]:
    library = Library()
    entry = library.add(MACRO, {NAME: PICTURE})
    MacroApprovals().approve("Test", gather(library.open(entry), library.snapshot()))
    return library, Case(Answers(Answer.APPROVED)).mender


def changed(macro: Macro) -> Macro:
    return macro.model_copy(update={"steps": (*macro.steps, PressStep(id="new", do="press", keys=("enter",)))})


def is_approved(library: Library) -> bool:
    entry = library.find("Test")
    return MacroApprovals().holds("Test", gather(library.open(entry), library.snapshot()))


def test_a_mended_macro_is_kept_and_no_longer_approved_however_it_is_put_back(
    kept: tuple[Library, LibraryMender],
) -> None:
    library, mender = kept
    assert is_approved(library)
    assert "in the trash" in mender.keep("", MACRO, changed(MACRO), {})
    assert library.find("Test").macro == changed(MACRO)
    (earlier,) = library.trashed()
    assert (earlier.macro, library.open(earlier).picture_bytes(NAME)) == (MACRO, PICTURE)
    library.save(library.find("Test"), MACRO, {})
    assert not is_approved(library)
    back = library.restore(earlier.path)
    assert (back.name, library.open(back).macro.steps) == ("Test 2", MACRO.steps)


def test_what_was_changed_meanwhile_is_not_overwritten(kept: tuple[Library, LibraryMender]) -> None:
    library, mender = kept
    library.save(library.find("Test"), MACRO.model_copy(update={"comment": "edited"}), {})
    assert mender.keep("", MACRO, changed(MACRO), {}) == "It was changed meanwhile, so that is not kept."
    assert (library.find("Test").macro.comment, library.trashed()) == ("edited", ())


def test_what_can_not_be_written_is_told(kept: tuple[Library, LibraryMender]) -> None:
    library, mender = kept
    library.remove(library.find("Test"))
    assert "could not be kept: There is no macro in" in mender.keep("", MACRO, changed(MACRO), {})


def test_a_macro_that_another_plays_is_kept_in_its_own_place() -> None:
    library = Library()
    inner, outer = library.add(MACRO, {NAME: PICTURE}), library.add(Macro(name="Outer"), {})
    mender = Case(Answers(Answer.APPROVED)).mender
    assert "in the trash" in mender.keep("test", MACRO, changed(MACRO), {})
    assert (library.at(inner.path).macro, library.at(outer.path).macro) == (changed(MACRO), Macro(name="Outer"))


SERVER = {"base_url": "http://127.0.0.1:9", "model_name": "m"}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(), ""),
        (Settings(model="/m.gguf"), "local:m"),
        (Settings(**SERVER), ""),
        (Settings(**SERVER, remote_enabled=True), "remote:m"),
        (Settings(**SERVER, planner="remote"), "remote:m"),
        (Settings(model="/m.gguf", **SERVER, remote_enabled=True), "local:m"),
        (Settings(model="/m.gguf", planner="instant"), ""),
    ],
)
def test_the_model_is_the_one_that_the_person_set_up(settings: Settings, name: str) -> None:
    planners = Planners(settings, lambda: pytest.fail("no locator"), lambda _: "")
    model = planners.model_planner()
    assert (model.name if model is not None else "") == name
    planners.close()
