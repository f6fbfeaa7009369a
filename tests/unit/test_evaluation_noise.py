import random

import pytest

from desktop_agent.core.chat import BadCall, CallEvent, End, Message, Options, Picture, Text, ToolCall
from desktop_agent.core.errors import UsageError
from desktop_agent.core.geometry import Rect, View
from desktop_agent.core.images import Image
from desktop_agent.evaluation import noise
from desktop_agent.evaluation.noise import GARBLED, Noise, Noisy
from desktop_agent.evaluation.oracle.glm import written
from desktop_agent.model.calls import CallParser
from desktop_agent.model.scripted import ScriptedPlanner
from desktop_agent.tools import control, keys, pointer
from desktop_agent.tools.grounding import point_in
from desktop_agent.tools.result import ToolProblem
from desktop_agent.tools.schema import checked

TOOLS = {tool.spec.name: tool.spec for tool in (*pointer.TOOLS, *keys.TOOLS, control.DONE, control.WAIT)}
VIEW = View(Rect(100, 50, 500, 400), 500, 400)
CALLS = (
    ToolCall("c", "left_click", {"start_box": [500, 250], "element_info": "a [bracket] and “quotes”"}),
    ToolCall("c", "left_drag", {"start_box": [5, 5], "end_box": [990, 990]}),
    ToolCall("c", "scroll", {"start_box": [500, 500], "direction": "down", "step": 5}),
    ToolCall("c", "type", {"content": "two\nlines <b>"}),
    ToolCall("c", "key", {"keys": "ctrl+a"}),
    ToolCall("c", "DONE", {"summary": "so"}),
)


def pictured(*names):
    image = Image(500, 400, bytes(500 * 400 * 4))
    return [Message("user", (*(Picture(name, image, VIEW) for name in names), Text("do it")))]


def played(noise, calls, names=("img1",), seed="x"):
    """What comes of `calls`, one a turn."""
    script = ScriptedPlanner([[CallEvent(call), End("calls")] for call in calls])
    planner = Noisy(script, noise, random.Random(seed))
    return [list(planner.stream(pictured(*names), tuple(TOOLS.values()), Options())) for _ in calls]


def test_what_noise_is_called_is_read():
    assert noise.parse("points=12, malformed=10%,repeated=0.1,seed=3") == Noise(12, 0.1, 0.1, seed=3)


@pytest.mark.parametrize(
    "text",
    ["loud=1", "points", "points=x", "points=1.5", "points=-1", "stale=110%", "wrong=nan", "wrong=60%,stale=50%", ""],
)
def test_other_noise_is_refused(text):
    with pytest.raises(UsageError):
        noise.parse(text)


def test_without_noise_all_stays_as_it_is():
    assert [turn[0] for turn in played(Noise(), CALLS)] == [CallEvent(call) for call in CALLS]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
@pytest.mark.parametrize("garble", GARBLED, ids=lambda garble: garble.__name__)
def test_a_malformed_call_can_t_be_carried_out(garble, call):
    parser = CallParser(tuple(TOOLS.values()))
    events = [*parser.feed(garble(written(call.name, call.arguments))), *parser.end()]
    assert [type(each) for each in events] in ([BadCall], [CallEvent])
    if isinstance(events[0], CallEvent):
        assert _problem(events[0].call)


def _problem(call):
    if call.name not in TOOLS:
        return True
    with pytest.raises(ToolProblem):
        point_in(checked(TOOLS[call.name].parameters, call.arguments)["start_box"], VIEW)
    return True


def test_every_call_is_malformed_where_the_share_is_one():
    for events in played(Noise(malformed=1), CALLS * 5):
        assert not [each for each in events if isinstance(each, CallEvent) and each.call in CALLS]
        assert isinstance(events[-1], End)


def test_a_repeated_call_is_the_last_one_said_again():
    calls = [turn[0].call for turn in played(Noise(repeated=1), CALLS)]
    assert {(call.name, tuple(call.arguments)) for call in calls} == {("left_click", ("start_box", "element_info"))}


def test_a_stale_call_names_the_picture_before():
    turns = played(Noise(stale=1), CALLS, names=("img1", "img2", "img3"))
    assert [turn[0].call.arguments.get("image") for turn in turns] == ["img2", "img2", "img2", None, None, None]


def test_a_wrong_call_clicks_somewhere_on_the_picture():
    calls = [turn[0].call for turn in played(Noise(wrong=1), CALLS * 20)]
    assert {call.name for call in calls} == {"left_click"}
    points = {point_in(call.arguments["start_box"], VIEW) for call in calls}
    assert len(points) > 100
    assert all(VIEW.region.contains(point) for point in points)


def test_points_are_off_by_as_much_as_was_said_and_no_more():
    turns = played(Noise(points=12), [CALLS[0]] * 300)
    meant = point_in([500, 250], VIEW)
    points = [point_in(turn[0].call.arguments["start_box"], VIEW) for turn in turns]
    far = [((point.x - meant.x) ** 2 + (point.y - meant.y) ** 2) ** 0.5 for point in points]
    assert max(far) <= 12 + 1  # a thousandth is half a pixel here, and pixels are whole
    assert max(far) > 11
    assert sorted(far)[150] == pytest.approx(12 / 2**0.5, abs=1.5)  # even over the disc


def test_points_at_the_edge_stay_on_the_picture():
    for turn in played(Noise(points=50), [CALLS[1]] * 100):
        for key in ("start_box", "end_box"):
            point_in(turn[0].call.arguments[key], VIEW)


def test_the_same_seed_makes_the_same_noise():
    some = Noise(points=5, malformed=0.2, repeated=0.2, wrong=0.2)

    def said(seed):
        """Without the calls' ids, which are drawn anew each time."""
        calls = [event.call for turn in played(some, CALLS * 10, seed=seed) for event in turn if hasattr(event, "call")]
        return [(call.name, call.arguments) for call in calls]

    assert said("a") == said("a")
    assert said("a") != said("b")


def test_the_shares_hold_on_the_whole():
    turns = played(Noise(malformed=0.1, repeated=0.1), [CALLS[0], CALLS[4]] * 1000)
    bad = sum(not (isinstance(turn[0], CallEvent) and turn[0].call.name in TOOLS) for turn in turns)
    assert 100 < bad < 280
