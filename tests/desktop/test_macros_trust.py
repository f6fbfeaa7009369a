"""Macros on a real application where nobody is there, with a secret, and within the scope of a run."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_agent.cli.playing import Wanted
from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import CallEvent, ToolCall
from desktop_agent.core.desktop import Window
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.approval import MacroApprovals
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.program import gather
from tests.desktop.canary import is_grey
from tests.desktop.canary_cage import (
    VALUE,
    Attentive,
    Cage,
    cage_fixture,  # noqa: F401 # found by name
    field,
    keyring_file_fixture,  # noqa: F401 # found by name
    value_fixture,  # noqa: F401 # found by name
    with_keyring_fixture,  # noqa: F401 # found by name
)
from tests.desktop.command_line import line_fixture  # noqa: F401 # found by name
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.macro_doubles import Shelf, element, stored

FORM, OTHER = "Canary form", "Another form"
State = Callable[[], dict[str, object]]
Opener = Callable[..., tuple[Window, State]]


@pytest.fixture
def opened(on_desktop: PrivateDisplay, tmp_path: Path) -> Iterator[Opener]:
    found: list[Window] = []

    def open_it(title: str = FORM, geometry: str = "300,200,500,400", button: str = "Press me") -> tuple[Window, State]:
        state = tmp_path / f"{title}.json"
        found.append(open_app(on_desktop, qt_command(title, geometry, state, button), title))
        return found[-1], lambda: json.loads(state.read_text("utf-8"))

    yield open_it
    for window in found:
        close_app(on_desktop, window)


def click(name: str = "Press me", title: str = FORM) -> dict:
    return {"do": "click", "target": element("push button", name, title=title)}


def play(cage: Cage, macro: Stored, values: dict[str, str] | None = None, **wanted: object) -> Played:
    how = Wanted(shelf=wanted.pop("shelf", Shelf(macro)), **wanted)
    played = cage.session.play(macro, values or {}, watch=cage.events.append, wanted=how)
    print(played, [each.message for each in cage.steps])
    return played


def approved(macro: Macro) -> tuple[Stored, dict[str, object]]:
    """In the library, and approved as a whole."""
    library = Library()
    entry = library.add(macro, {})
    kept, snapshot = library.open(entry), library.snapshot()
    MacroApprovals().approve(snapshot.place(entry), gather(kept, snapshot))
    return kept, {"place": snapshot.place(entry), "shelf": snapshot}


def test_where_nobody_is_there_an_ask_is_a_no_and_the_run_waits(cage: Cage, opened: Opener) -> None:
    _, state = opened()
    played = play(cage, stored("Press", click(), click()), unattended=True)
    assert (played.status, played.failed_step) == ("waiting", "s1"), played
    assert "Nobody is there to allow it" in played.summary
    assert (cage.approver.requests, state()["clicks"]) == ([], 0)
    record = cage.session.runs.get(played.run)
    assert (record.run.status, [each.outcome for each in record.steps]) == ("waiting", [Outcome.REFUSED])


def test_of_an_approved_macro_only_what_is_asked_every_time_waits(cage: Cage, opened: Opener) -> None:
    _, state = opened(button="Delete")
    kept, where = approved(stored("Tidy", typing("abc", "text", "Name"), click("Delete")).macro)
    played = play(cage, kept, unattended=True, **where)
    assert (played.status, played.failed_step) == ("waiting", "s2"), played
    assert (cage.approver.requests, state()["clicks"]) == ([], 0)
    wait_until(lambda: state()["line"] == "abc")
    assert [each.decision.by for each in cage.steps if each.decision is not None] == ["macro", "unattended"]


def typing(text: str, role: str, name: str) -> dict:
    return {"do": "type", "text": text, "target": element(role, name, title=FORM), "replace": True}


def test_a_secret_is_typed_and_stands_nowhere(cage: Cage, opened: Opener) -> None:
    window, state = opened()
    macro = stored(
        "Log in",
        typing("{{secret:canary}}", "text", "Name"),
        typing("{{pin}}", "password text", "Password"),
        typing("I am {{secret:canary}}.", "text", "Notes"),
        {"do": "capture", "name": "read", "source": "field", "target": element("text", "Name", title=FORM)},
        parameters=({"name": "pin", "type": "secret"},),
    )
    played = play(cage, macro, {"pin": "canary"})
    assert played.status == "done", played
    typed = {"line": VALUE, "password": VALUE, "text": f"I am {VALUE}."}
    wait_until(lambda: typed.items() <= state().items(), what=str(state().keys()))
    assert dict(played.values) == {"read": '[secret "canary"]'}
    assert [each.action.secret for each in cage.approver.requests if each.action.secret] == ["canary"] * 3
    places = [field(window, "text", "Name"), field(window, "password text"), field(window, "text", "Notes")]
    last = cage.steps[-1].after
    assert last is not None
    assert all(is_grey(last.image, last.view, each) for each in places)
    assert cage.traces() == []


def test_a_secret_is_not_typed_where_nobody_is_there_although_the_macro_was_approved(
    cage: Cage, opened: Opener
) -> None:
    _, state = opened()
    kept, where = approved(stored("Log in", typing("{{secret:canary}}", "text", "Name")).macro)
    played = play(cage, kept, unattended=True, **where)
    assert (played.status, state()["line"]) == ("waiting", ""), played
    assert cage.traces() == []


def test_what_a_run_plays_stays_within_its_scope(cage: Cage, opened: Opener) -> None:
    _, inside = opened()
    _, outside = opened(OTHER, "900,500,500,400")
    library = Library()
    library.add(stored("Inside", click()).macro, {})
    library.add(stored("Outside", {**click(title=OTHER), "limit": 0.5}).macro, {})

    def run(name: str) -> str:
        turns = [[CallEvent(ToolCall("c", "run_macro", {"name": name}))], [CallEvent(ToolCall("d", "DONE", {}))], []]
        planner, scope = Attentive(turns), cage.session.scope(f"window:{FORM}")
        cage.session.do(f"run {name}", scope=scope, watch=cage.events.append, planner=planner)
        return "\n".join(each.text for each in planner.messages if each.role == "tool")

    assert "confirmed: " in run("Inside")
    wait_until(lambda: inside()["clicks"] == 1)
    told = run("Outside")
    assert "refused: " in told
    assert f"lies outside of “{FORM}”" in told
    assert outside()["clicks"] == 0
