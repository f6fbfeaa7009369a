"""A model from a file, whose weights are set by hand, drives galculator through the windows: worker, parser, card,
hands."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from desktop_agent.core import settings as core_settings
from desktop_agent.core.settings import Settings
from tests.model.tiny import write_chain_pair
from tests.ui.main_job_support import (
    Office,
    Program,
    Start,
    apart,
    galculator_fixture,  # noqa: F401 # found by name
    labels,
    open_program_fixture,  # noqa: F401 # found by name
    start_fixture,  # noqa: F401 # found by name
    until,
)
from ui.models import ModelsWindow

VAGUE = "Please help me with the sum"
"""What no instant command is: the model must answer."""
Pair = tuple[Path, Path]


@pytest.fixture
def pair(galculator: Program, tmp_path: Path) -> Pair:
    """A model that calls for a click on the key 7 of galculator's window, and says so after any tool's result."""
    point = apart(lambda: galculator.thousandths("toggle button", "7"))
    call = f"<tool_call>left_click\n<arg_key>start_box</arg_key>\n<arg_value>{point}</arg_value>\n</tool_call>"
    return write_chain_pair(tmp_path, call, then="I pressed the seven.")


@pytest.fixture
def office(start: Start, pair: Pair) -> Office:
    """The application with that model in its settings."""
    model, mmproj = pair
    return start(Settings(model=str(model), mmproj=str(mmproj)))


def test_the_person_chooses_a_model_and_it_presses_the_key(start: Start, galculator: Program, pair: Pair) -> None:
    office = start()
    _choose_model(office, pair)
    tray = office.app.tray
    assert tray.models.text() == "Model: not loaded – loads when needed"
    office.mark(galculator.window)
    run = office.say(VAGUE)
    card = office.card()
    assert tray.models.text() == "Model: loaded, chain"
    assert office.text_of(galculator) == "0", "nothing happens before the answer"
    assert card.request.action.words in labels(card)
    assert card.request.action.words.startswith('Click "7" (toggle button)')
    assert "7 (toggle button)" in labels(card)
    office.approve(card)
    end = office.ended(run)
    assert (end.status, end.steps) == ("done", 1), end
    assert office.text_of(galculator) == "7"
    assert office.box.answer == "I pressed the seven."
    (step,) = run.steps
    assert step.result.outcome.value == "confirmed"
    assert run.planner == "local:chain"


def test_what_the_person_denies_is_not_done(office: Office, galculator: Program) -> None:
    office.mark(galculator.window)
    run = office.say(VAGUE)
    office.press(office.card().deny_button)
    end = office.ended(run)
    assert end.status == "refused", end
    assert "The person said no." in office.box_status
    (step,) = run.steps
    assert step.result.outcome.value == "refused"
    assert office.text_of(galculator) == "0"


def _choose_model(office: Office, pair: Pair) -> None:
    """Type both files into the window for the model, and save."""
    office.choose_in_tray("Model: none")
    window = office.window(ModelsWindow)
    for field, path in zip((window.model, window.mmproj), pair, strict=True):
        office.write(field.edit, str(path))
    office.press(window.buttons.button(QDialogButtonBox.StandardButton.Save))
    until(lambda: office.parts.settings.model == str(pair[0]), "the model in the settings")
    assert core_settings.load().mmproj == str(pair[1])
