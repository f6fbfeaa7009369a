"""Scoring where planners say that things are."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop_agent.agent import prompts
from desktop_agent.core.chat import BadCall, CallEvent, End, Event, Message, Options, TextDelta, ToolCall, ToolSpec
from desktop_agent.core.errors import PlannerError
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.evaluation import grounding_report
from desktop_agent.evaluation.grounding import PATIENCE, Failure, Place, Score, by_group, figures, place_in, scored
from desktop_agent.evaluation.screenspot import Target
from desktop_agent.tools.result import ToolProblem
from tests.grounding import oracle
from tests.grounding.oracle import Oracle

SIZE = (640, 400)
VIEW = View(Rect(0, 0, 1000, 500), 1000, 500)


@pytest.fixture
def targets(tmp_path: Path) -> list[Target]:
    """Small and large ones in all corners of a picture."""
    (tmp_path / "a.png").write_bytes(Image(*SIZE, bytes(SIZE[0] * SIZE[1] * 4)).encode_png())
    boxes = [Rect(0, 0, 16, 16), Rect(620, 380, 20, 20), Rect(100, 200, 300, 24), Rect(301, 7, 17, 13)]
    return [
        Target(
            "a.png",
            tmp_path / "a.png",
            f"click number {number}",
            box,
            (("data_type", "text" if number % 2 else "icon"),),
        )
        for number, box in enumerate(boxes)
    ]


def run(planner: Any, targets: Sequence[Target], way: Any = "box") -> list[Score | Failure]:
    return list(scored(planner, targets, way, Options()))


def scores(planner: Any, targets: Sequence[Target], way: Any = "box") -> list[Score]:
    results = run(planner, targets, way)
    assert all(isinstance(each, Score) for each in results)
    return [each for each in results if isinstance(each, Score)]


def test_who_knows_every_box_scores_everything(targets: list[Target]) -> None:
    planner = Oracle(targets)
    result = scores(planner, targets)
    whole = figures(result)
    assert (whole.targets, whole.accuracy, whole.iou50) == (4, 1.0, 1.0)
    assert all(each.overlap > 0.8 for each in result)
    messages, tools = planner.given[0]
    assert [message.role for message in messages] == ["system", "user"]
    assert messages[0] == prompts.system("en", acting=False)
    assert not tools


def test_calls_are_asked_for_with_the_product_s_tools_and_name_points(targets: list[Target]) -> None:
    planner = Oracle(targets, oracle.click)
    whole = figures(scores(planner, targets, "call"))
    assert (whole.accuracy, whole.iou50) == (1.0, None)
    messages, tools = planner.given[0]
    assert {"left_click", "left_drag", "type"} <= {tool.name for tool in tools}
    assert all("start_box" in tool.parameters["properties"] for tool in tools)
    assert messages[0] == prompts.system("en", acting=True)
    assert messages[-1].text.endswith("click number 0")


def shifted(dx: int, dy: int) -> oracle.Answering:
    def answer(target: Target, image: Image) -> Sequence[Event]:
        return [TextDelta(str(oracle.thousandths(target.box.moved(dx, dy), image)))]

    return answer


def test_a_box_beside_its_target_is_a_miss(targets: list[Target]) -> None:
    (score,) = scores(Oracle(targets, shifted(16, 0)), targets[:1])
    assert (score.hit, score.overlap < 0.1) == (False, True)


def test_the_point_may_be_right_and_the_box_not(targets: list[Target]) -> None:
    (score,) = scores(Oracle(targets, shifted(7, 7)), targets[:1])
    assert score.hit
    assert 0.1 < score.overlap < 0.5
    assert figures([score]).iou50 == 0


def test_overlap_is_the_shared_part_of_all(targets: list[Target]) -> None:
    place = Place(Point(0, 0), Rect(8, 0, 16, 16))  # Half of each is shared, a third of both together.
    assert Score(targets[0], "", place, "", 0.0).overlap == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("[[100,200,300,400]]", Place(Point(200, 150), Rect(100, 100, 201, 101))),
        ("<|begin_of_box|>[[100,200,300,400]]<|end_of_box|>", Place(Point(200, 150), Rect(100, 100, 201, 101))),
        ("In img1 the button 7 is at [100, 200].", Place(Point(100, 100))),
        ("The key (7) of the calculator (left) is at [100, 200].", Place(Point(100, 100))),
        ("(100, 200)", Place(Point(100, 100))),
        ("100, 200", Place(Point(100, 100))),
        ('{"bbox_2d": [300, 400, 100, 200]}', Place(Point(200, 150), Rect(100, 100, 201, 101))),
        ("[[1, 2, 3, 4], [500, 600, 700, 800]]", Place(Point(2, 1), Rect(1, 1, 3, 2))),
        ([[100, 200]], Place(Point(100, 100))),
    ],
)
def test_places_are_read_as_models_write_them(answer: Any, place: Place) -> None:
    assert place_in(answer, VIEW) == place


@pytest.mark.parametrize("answer", ["", "I can't see it.", "[1, 2, 3]", "[1200, 20]", "[-5, 20]", "(here)", [], None])
def test_what_names_no_place_is_no_place(answer: Any) -> None:
    with pytest.raises(ToolProblem):
        place_in(answer, VIEW)


def test_words_without_a_place_are_a_miss_that_counts(targets: list[Target]) -> None:
    (score,) = scores(Oracle(targets, lambda *_: [TextDelta("I can't see it.")]), targets[:1])
    assert score.place is None
    assert "is not a point" in score.problem
    assert figures([score]).accuracy == 0


def test_a_call_without_a_place_and_one_that_can_t_be_read_are_misses(targets: list[Target]) -> None:
    answers = iter([CallEvent(ToolCall("c", "key", {"keys": "enter"})), BadCall("<tool_call>left", "cut off")])
    result = scores(Oracle(targets, lambda *_: [next(answers)]), targets[:2], "call")
    assert [(each.hit, each.answer) for each in result] == [
        (False, "key {'keys': 'enter'}"),
        (False, "<tool_call>left"),
    ]


def test_a_picture_that_is_broken_fails_its_targets_and_the_rest_goes_on(targets: list[Target], tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(b"none")
    broken = [Target("b.png", tmp_path / "b.png", "no", Rect(0, 0, 9, 9), ())] * 2
    outside = Target("a.png", tmp_path / "a.png", "no", Rect(700, 0, 9, 9), ())
    results = run(Oracle(targets), [*broken, outside, *targets])
    assert [isinstance(each, Failure) for each in results] == [True, True, True, False, False, False, False]
    assert not any(each.by_planner for each in results if isinstance(each, Failure))


class Failing(Oracle):
    """Breaks off where it is told to."""

    def __init__(self, targets: Sequence[Target], breaks: Callable[[int], bool]) -> None:
        super().__init__(targets)
        self.breaks = breaks

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        if self.breaks(len(self.given)):
            self.given.append((messages, tools))
            raise PlannerError("The server is gone.", "Start it.")
        return super().stream(messages, tools, options)


def test_a_planner_that_breaks_off_now_and_then_is_asked_again(targets: list[Target]) -> None:
    results = run(Failing(targets, lambda number: number % 2 == 0), targets * 2)
    assert len(results) == 8
    assert [isinstance(each, Failure) and each.by_planner for each in results] == [True, False] * 4


def test_a_planner_that_is_gone_is_not_asked_a_thousand_times(targets: list[Target]) -> None:
    planner = Failing(targets, lambda number: number > 0)
    assert len(run(planner, targets * 100)) == len(planner.given) == 1 + PATIENCE


def test_figures_are_told_apart_by_group(targets: list[Target]) -> None:
    def half(target: Target, image: Image) -> Sequence[Event]:
        return oracle.box(target, image) if target.groups[0][1] == "icon" else [TextDelta("[0, 999]"), End("stop")]

    groups = by_group(scores(Oracle(targets, half), targets))
    assert {value: each.accuracy for value, each in groups["data_type"].items()} == {"icon": 1.0, "text": 0.0}
    assert figures([]).accuracy is None


def test_a_miss_is_drawn_with_the_target_and_the_answer(targets: list[Target]) -> None:
    image = Image(*SIZE, bytes(SIZE[0] * SIZE[1] * 4))
    score = Score(targets[2], "", Place(Point(500, 100), Rect(480, 80, 41, 41)), "", 0.0)
    shown = grounding_report.drawn(image, score).to_pillow()
    assert shown.getpixel((250, 198)) == grounding_report.report.RING  # Just above the target.
    assert shown.getpixel((250, 212)) == (0, 0, 0)
    for point in ((500, 100), (505, 100), (480, 90), (520, 110)):
        assert shown.getpixel(point) == grounding_report.report.ANSWER


def test_the_report_shows_the_misses_only(targets: list[Target], tmp_path: Path) -> None:
    hit, miss = scores(Oracle(targets, shifted(0, 0)), targets[:1]) + scores(
        Oracle(targets, shifted(50, 0)), targets[2:3]
    )
    miss = Score(miss.target, "<b>there", Place(Point(5, 5)), "", 0.0)
    path = tmp_path / "report.html"
    grounding_report.write(path, "oracle", tmp_path, [hit, miss], ["b.png is broken."])
    html = path.read_text("utf-8")
    assert "click number 2" in html
    assert "click number 0" not in html
    assert html.count("<img") == 1
    assert "&lt;b&gt;there" in html
    assert "b.png is broken." in html
    assert "50.0% of 2 points" in html


def test_a_report_of_thousands_of_misses_can_still_be_opened(
    targets: list[Target], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grounding_report, "SHOWN", 1)
    path = tmp_path / "report.html"
    grounding_report.write(path, "p", tmp_path, [Score(each, "", None, "No.", 0.0) for each in targets[:3]], [])
    html = path.read_text("utf-8")
    assert html.count("<img") == 1
    assert html.count("missed") == 3
