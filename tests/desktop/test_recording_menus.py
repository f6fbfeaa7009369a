"""Recording what opens and closes: lists whose entries go at the press, menus that open under a resting mouse."""

import time

import pytest

from desktop_agent.core.geometry import Point
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from desktop_agent.macros.format import Step
from tests.bench.macro_job import Dress
from tests.bench.macro_job_form import Form
from tests.desktop.helpers import close_app, open_app
from tests.desktop.recording_support import REST, Slowly, drafted, place_of_role, recording


def press_at_once(person: Person, point: Point) -> None:
    """As a person does who knows where it is: without any rest."""
    person.click(point.x, point.y)
    time.sleep(REST)


def told(step: Step) -> tuple[str, str, str]:
    """What it does, on what, and what is uncertain about that."""
    element = step.target.element  # type: ignore[union-attr]
    return step.do, element.name if element is not None else "?", step.comment


def test_an_entry_of_a_list_that_closes_at_the_press_is_known(
    on_desktop: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(on_desktop.environment, "ACCESSIBILITY_ENABLED", "1")
    job = Form()
    window = open_app(on_desktop, job.command(on_desktop, Dress())[0], job.title, 60)
    try:
        box = place_of_role(on_desktop, window, "combo box", "Colour")
        with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
            Slowly(person).click(box.x, box.y)
            entry = place_of_role(on_desktop, window, "menu item", "Green")
            time.sleep(0.5)  # reading the list
            press_at_once(person, entry)
            draft = drafted(recorder)
    finally:
        close_app(on_desktop, window)
        job.close()
    assert [told(each) for each in draft.macro.steps] == [("click", "Colour", ""), ("click", "Green", "")]


def test_a_menu_that_opened_under_the_mouse_is_opened_that_way_again(on_desktop: PrivateDisplay) -> None:
    window = open_app(on_desktop, ["mousepad", "--disable-server"], "Mousepad")
    try:
        menu = place_of_role(on_desktop, window, "menu", "Document")
        with Person.on(on_desktop) as person, recording(on_desktop) as recorder:
            slowly = Slowly(person)
            slowly.move(window.region.x + 300, window.region.y + 300)
            slowly.click(menu.x, menu.y)
            opener = place_of_role(on_desktop, window, "menu", "Tab Size")
            slowly.move(opener.x, opener.y - 40)
            slowly.move(opener.x, opener.y)
            entry = place_of_role(on_desktop, window, "radio menu item", "8")
            time.sleep(0.5)
            press_at_once(person, entry)
            draft = drafted(recorder)
    finally:
        close_app(on_desktop, window)
    assert [told(each) for each in draft.macro.steps] == [
        ("click", "Document", ""),
        ("hover", "Tab Size", ""),
        ("click", "8", ""),
    ]
