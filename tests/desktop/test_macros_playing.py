"""Macros on real applications, played by a session as the program does, with what they leave in the store."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.cli.playing import Look, Wanted, ladder
from desktop_agent.cli.session import Session
from desktop_agent.core.actions import Outcome
from desktop_agent.core.settings import Settings
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.macros.files import Stored
from desktop_agent.macros.found import Finder
from desktop_agent.macros.playing.outcome import Played
from desktop_agent.macros.playing.stage import Holds
from desktop_agent.step.desk import Desk
from tests.desktop.helpers import close_app, open_app, qt_command, wait_until
from tests.desktop.spine_support import ScriptedApprover
from tests.macro_doubles import ElementFinder, Shelf, element, stored
from tests.unit.toy_desktop import Events

PAGE = """<!doctype html><title>Order</title><body style="font: 16px sans-serif">
<p><label>Name <input id="n"></label><p><label>Notes <input id="m"></label>
<p><label><input type="checkbox" id="c"> Express</label>
<p><button onclick="document.title = 'Taken: ' + n.value + '/' + m.value + '/' + c.checked">Take down</button>"""


class Sessions:
    """A session on the display, and how its macros went."""

    def __init__(self, look: Look = ladder) -> None:
        self.approver, self.events = ScriptedApprover(), Events()
        self.session = Session(Settings(), self.approver, None, look=look)

    def play(self, main: Stored, values: dict[str, str] | None = None, *others: Stored, **more: object) -> Played:
        started = time.monotonic()
        played = self.session.play(
            main, values or {}, watch=self.events, wanted=Wanted(shelf=Shelf(main, *others), **more)
        )
        print(f"{main.macro.name}: {time.monotonic() - started:.2f} s, {played}")
        for step in self.session.runs.get(played.run).steps:
            parts = {name: round(seconds, 3) for name, seconds in step.seconds.items()}
            print(f"  {step.part}: {step.words}: {step.outcome} {step.message} {parts}")
        return played


@pytest.fixture
def player(on_desktop: PrivateDisplay, request: pytest.FixtureRequest) -> Iterator[Sessions]:
    opened = Sessions(getattr(request, "param", ladder))
    yield opened
    opened.session.close()


def test_a_note_is_written_and_saved_by_the_file_dialog(
    on_desktop: PrivateDisplay, player: Sessions, tmp_path: Path
) -> None:
    window = open_app(on_desktop, ["mousepad", "--disable-server"], "Mousepad")
    macro = stored(
        "Note",
        {"do": "type", "window": {"application": "Mousepad"}, "text": "{{text}}", "replace": True},
        {"do": "press", "keys": ["ctrl", "shift", "s"], "window": {"application": "Mousepad"}},
        {"do": "wait", "until": {"window": {"application": "Mousepad", "title": "Save As"}}, "limit": 10},
        {"do": "type", "window": {"title": "Save As"}, "text": f"{tmp_path}/{{{{file}}}}", "replace": True},
        {
            "do": "click",
            "target": element("push button", "Save", "Mousepad", "Save As"),
            "expect": {"window": {"title": "Save As"}, "gone": True},
        },
        parameters=({"name": "text"}, {"name": "file"}),
    )
    text = "grüß dich, 世界\nzweite Zeile"
    played = player.play(macro, {"text": text, "file": "note.txt"})
    assert played.status == "done", played
    wait_until(lambda: (tmp_path / "note.txt").read_text("utf-8").rstrip("\n") == text)
    record = player.session.runs.get(played.run)
    assert (record.run.planner, record.run.status) == ("macro:Note", "done")
    assert [each.part for each in record.steps] == ["s1", "s2", "s4", "s5"]
    assert all(each.before and each.after for each in record.steps)
    close_app(on_desktop, window)


def by_elements(desk: Desk) -> tuple[Finder, Holds]:
    """What has neither a name nor a record of its surroundings is found by its role alone."""
    finder = ElementFinder(desk)
    return finder, finder.holds


def calculation(*keys: str) -> list[dict]:
    return [{"do": "click", "target": element("toggle button", key, "Galculator")} for key in keys]


@pytest.mark.parametrize("player", [by_elements], indirect=True)
def test_a_result_is_calculated_read_and_used(on_desktop: PrivateDisplay, player: Sessions) -> None:
    window = open_app(on_desktop, ["galculator"], "galculator")
    macro = stored(
        "Sum",
        *calculation("7", "*", "8", "="),
        {"do": "capture", "name": "sum", "source": "field", "target": element("text", "", "Galculator")},
        {"do": "if", "condition": {"text": "{{sum}}"}, "then": [{"id": "again", **calculation("7")[0]}]},
    )
    played = player.play(macro)
    assert (played.status, dict(played.values)) == ("done", {"sum": "56"}), played
    assert {each.outcome for each in player.session.runs.get(played.run).steps} == {Outcome.CONFIRMED}
    played = player.play(macro, dry=True)
    assert (played.status, played.steps) == ("done", 0), played
    close_app(on_desktop, window)


def test_a_form_is_filled_in_in_a_browser(
    on_desktop: PrivateDisplay, player: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "order.html"
    page.write_text(PAGE)
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = ["chromium", "--no-sandbox", "--no-first-run", "--password-store=basic", "--force-renderer-accessibility"]
    monkeypatch.setitem(on_desktop.environment, "ACCESSIBILITY_ENABLED", "1")
    window = open_app(on_desktop, [*command, profile, f"--app=file://{page}"], "Order")
    macro = stored(
        "Form",
        {"do": "type", "target": element("entry", "Name"), "text": "{{name}}", "replace": True},
        {"do": "type", "target": element("entry", "Notes"), "text": "by {{name}}", "replace": True},
        {"do": "click", "target": element("check box", "Express")},
        {
            "do": "click",
            "target": element("push button", "Take down"),
            "expect": {"window": {"title": "Taken: {{name}}/by {{name}}/true*"}},
        },
        parameters=({"name": "name"},),
    )
    played = player.play(macro, {"name": "Änne"})
    assert played.status == "done", played
    close_app(on_desktop, window)


def test_what_is_not_there_halts_with_a_picture_of_what_is(on_desktop: PrivateDisplay, player: Sessions) -> None:
    window = open_app(on_desktop, ["galculator"], "galculator")
    gone = {"do": "click", "target": element("toggle button", "Launch", "Galculator"), "limit": 0.2}
    played = player.play(stored("Gone", *calculation("7"), gone, *calculation("8")))
    assert (played.status, played.failed_step) == ("failed", "s2"), played
    done, missing = player.session.runs.get(played.run).steps
    assert (done.outcome, missing.outcome, missing.part) == (Outcome.CONFIRMED, Outcome.FAILED, "s2")
    assert missing.before is not None
    assert "Launch" in missing.message
    close_app(on_desktop, window)


def test_a_click_with_shift_held_arrives_with_it(on_desktop: PrivateDisplay, player: Sessions, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    window = open_app(on_desktop, qt_command(state=state), "Qt test window")
    write = {"do": "type", "target": element("text", "Name"), "text": "abc", "replace": True}
    home = {"do": "press", "keys": ["home"]}
    select = {"do": "click", "target": element("text", "Name"), "keys": ["shift"]}
    played = player.play(stored("Shift", write, home, select, {"do": "press", "keys": ["delete"]}))
    assert played.status == "done", played
    wait_until(lambda: '"abc"' not in state.read_text(), what=state.read_text())
    close_app(on_desktop, window)
