"""`desktop-agent eval grounding`, from the command line to the report."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.cli import eval_options
from desktop_agent.cli import main as command_line
from desktop_agent.core.chat import Event
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.images import Image
from desktop_agent.evaluation.picture_eyes import OnPictures
from desktop_agent.evaluation.screenspot import Target, read_folder
from tests.contract import openai_server
from tests.contract.openai_server import OpenAIServer
from tests.grounding import oracle
from tests.grounding.oracle import Oracle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures with three targets each, one picture that is broken, and an entry that is none."""
    path = tmp_path / "targets"
    path.mkdir()
    entries: list[dict[str, Any]] = []
    for name in ("a.png", "b.png"):
        (path / name).write_bytes(Image(300, 200, bytes(300 * 200 * 4)).encode_png())
        entries += [
            {
                "img_filename": name,
                "bbox": [30 * number, 40, 25, 20],
                "instruction": f"{name}: press key {number}",
                "data_type": "icon",
                "data_source": name,
                "scale": 1 + number,
                "theme": "dark",
            }
            for number in range(3)
        ]
    (path / "c.png").write_bytes(b"none")
    entries += [{**entries[0], "img_filename": "c.png"}, {"img_filename": "a.png"}]
    (path / "targets.json").write_text(json.dumps(entries), "utf-8")
    return path


@pytest.fixture
def measure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[oracle.Answering], Oracle]:
    """Puts an oracle in the place of the planner."""

    def put(answering: oracle.Answering = oracle.box) -> Oracle:
        planner = Oracle(read_folder(folder).targets, answering)

        @contextlib.contextmanager
        def measured(_: object) -> Iterator[Oracle]:
            yield planner

        monkeypatch.setattr(eval_options, "measured_planner", measured)
        return planner

    return put


def evaluate(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the last line's object, and stderr."""
    code = command_line.main(["eval", "grounding", str(folder), "--json", *words])
    shown = capsys.readouterr()
    return code, json.loads(shown.out.splitlines()[-1]), shown.err


def test_what_can_be_scored_is_and_the_rest_is_named(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str]
) -> None:
    measure()
    code, told, errors = evaluate(capsys, folder)
    assert code == 1
    assert (told["ok"], told["accuracy"], told["iou50"], told["targets"], told["failed"]) == (False, 1.0, 1.0, 6, 2)
    assert told["by"]["data_source"]["b.png"]["accuracy"] == 1.0
    assert {key: set(value) for key, value in told["by"].items()} == {
        "data_type": {"icon"},
        "data_source": {"a.png", "b.png"},
        "scale": {"1", "2", "3"},
        "theme": {"dark"},
    }
    assert "targets.json, entry 8: " in errors
    assert "on c.png: c.png is not an image that can be read." in errors
    report = Path(told["report"])
    assert "c.png is not an image that can be read." in report.read_text("utf-8")


def test_a_folder_without_faults_ends_as_done(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    entries = json.loads((folder / "targets.json").read_text("utf-8"))[:6]
    (folder / "targets.json").write_text(json.dumps(entries), "utf-8")
    measure()
    code, told, errors = evaluate(capsys, folder, "--out", str(tmp_path / "new" / "out"))
    assert (code, told["ok"], errors) == (0, True, "")
    assert Path(told["report"]).parent == tmp_path / "new" / "out"


def test_ctrl_c_keeps_what_was_scored(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str]
) -> None:
    count = 0

    def answer(target: Target, image: Image) -> Sequence[Event]:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return oracle.box(target, image)

    planner = measure(answer)
    code, told, errors = evaluate(capsys, folder)
    assert (code, told["targets"], told["accuracy"], told["unasked"]) == (4, 2, 1.0, 5)
    assert planner.cancelled
    assert "It was interrupted: 5 targets were not asked for." in errors
    assert Path(told["report"]).is_file()


def test_a_planner_that_is_gone_ends_it(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(target: Target, image: Image) -> Sequence[Event]:
        raise PlannerError("The server is gone.")

    measure(answer)
    code, told, errors = evaluate(capsys, folder)
    assert (code, told["targets"], told["accuracy"], told["unasked"]) == (1, 0, None, 4)
    assert "The server is gone." in errors


def test_a_limit_is_spread_over_all(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str]
) -> None:
    measure()
    _, told, _ = evaluate(capsys, folder, "--limit", "3")
    assert {value: each["targets"] for value, each in told["by"]["data_source"].items()} == {"a.png": 2, "b.png": 1}


def test_the_planner_on_a_server_is_measured(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with OpenAIServer(openai_server.text("<|begin_of_box|>[[100,", "200,183,300]]<|end_of_box|>")) as server:
        _, told, _ = evaluate(capsys, folder, "--planner", "remote", "--base-url", server.url, "--model-name", "glm")
        sent = server.chats[0].body["messages"]
    assert (told["planner"], told["targets"], told["accuracy"]) == ("remote:glm", 6, 1 / 3)
    assert told["iou50"] == 1 / 3
    assert [part["type"] for part in sent[-1]["content"]] == ["text", "image_url", "text"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 1, "No planner is set up that could be measured."),
        (("--planner", "local"), 1, "No local model is chosen."),
        (("--planner", "instant", "--ask", "box"), 2, "The instant planner can't be asked for a box."),
        (("--limit", "0"), 2, "“0” is no positive number"),
        (("--out", "/proc/no"), 2, "The folder /proc/no can't be made"),
    ],
)
def test_what_can_t_be_measured_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, said: str
) -> None:
    got, told, _ = evaluate(capsys, folder, *words)
    assert got == code
    assert said in told["error"]


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(capsys, tmp_path / "gone")[0] == 2


def test_names_on_pictures_don_t_steer_the_terminal(
    folder: Path, measure: Callable[..., Oracle], capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [{"img_filename": "\x1b[2J.png", "instruction": "x", "bbox": [1, 1, 9, 9], "data_type": "icon"}]
    (folder / "targets.json").write_text(json.dumps(entries), "utf-8")
    measure()
    assert "\x1b" not in evaluate(capsys, folder)[2]


def test_the_planner_without_a_model_looks_at_pictures_only() -> None:
    words = ["eval", "grounding", "F", "--planner", "instant"]
    arguments = command_line.parser(command_line.commands()).parse_args(words)
    with eval_options.measured_planner(arguments) as planner:
        assert isinstance(planner, OnPictures)


def test_figures_are_not_lost_with_a_report_that_can_t_be_written(
    folder: Path,
    measure: Callable[..., Oracle],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = json.loads((folder / "targets.json").read_text("utf-8"))[:6]
    (folder / "targets.json").write_text(json.dumps(entries), "utf-8")
    monkeypatch.setattr(eval_options, "report_path", lambda *_: Path("/proc/no/report.html"))
    measure()
    code, told, errors = evaluate(capsys, folder)
    assert (code, told["ok"], told["failed"], told["accuracy"], told["report"]) == (1, False, 0, 1.0, "")
    assert "The report /proc/no/report.html could not be written" in errors
