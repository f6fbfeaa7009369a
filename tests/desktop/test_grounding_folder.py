"""Our own targets on screenshots: made on displays of our own, and scored."""

import json
from pathlib import Path

import pytest
from PIL import Image as pillow

from desktop_agent.cli import main as command_line
from desktop_agent.core.chat import Options
from desktop_agent.evaluation.grounding import Score, figures, scored
from desktop_agent.evaluation.screenspot import read_folder
from tests.grounding.applications import CHROMIUM, FORM, MOUSEPAD, XTERM
from tests.grounding.make import make
from tests.grounding.oracle import Oracle

SPOKEN = 'click "'
"""How the instructions begin that name the words on the target."""

READ = (FORM.name, MOUSEPAD.name)
"""Reading a large picture takes seconds, so not all are read."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the folder in which toolkits count in units of one and a half pixels, and Chromium in both."""
    path = tmp_path_factory.mktemp("targets")
    make(path, (FORM, CHROMIUM, XTERM), (1.5,), ("dark",))
    return path


def test_the_folder_is_one_that_can_be_scored(folder: Path) -> None:
    found = read_folder(folder)
    assert found.problems == ()
    assert len(found.targets) == len(FORM.wanted) + len(CHROMIUM.wanted) + len(XTERM.wanted)
    results = list(scored(Oracle(found.targets), found.targets, "box", Options()))
    scores = [each for each in results if isinstance(each, Score)]
    whole = figures(scores)
    assert (whole.targets, whole.accuracy, whole.iou50) == (len(found.targets), 1.0, 1.0)
    assert dict(found.targets[0].groups) == {
        "data_type": "text",
        "data_source": "chromium",
        "scale": "1.5",
        "theme": "dark",
    }
    with pillow.open(found.targets[0].picture) as picture:
        assert picture.size == (1920, 1200)


def test_where_a_box_is_stands_what_it_is_called(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two ways to know a place that have nothing in common must agree: accessible elements and reading the pixels."""
    make(tmp_path, (MOUSEPAD,), (2.0,), ("light",))
    for path in (folder, tmp_path):
        entries = json.loads((path / "targets.json").read_text("utf-8"))
        spoken = [each for each in entries if each["instruction"].startswith(SPOKEN) and each["data_source"] in READ]
        assert spoken
        (path / "targets.json").write_text(json.dumps(spoken), "utf-8")
        assert command_line.main(["eval", "grounding", str(path), "--planner", "instant", "--json"]) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (told["targets"], told["accuracy"], told["planner"]) == (len(spoken), 1.0, "instant on pictures")
