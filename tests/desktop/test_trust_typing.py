"""It types what you saw, where you saw it: the quick form of tests/bench/trust_typing.py, and what keeps its
promises."""

import sys
from pathlib import Path

import pytest

from desktop_agent.core.actions import Click, Press, TypeText
from desktop_agent.evaluation.display import PrivateDisplay
from tests.bench import trust_typing
from tests.desktop.hands_support import (
    Connect,
    at,
    connect_fixture,  # noqa: F401 # found by name
    expecting,
)
from tests.desktop.helpers import close_app, open_app

CHINESE = "天地玄黄宇宙洪荒日月盈昃辰宿列张"


@pytest.mark.parametrize("program", ["xterm", "mousepad", "Qt", "Chromium"])
def test_every_kind_of_text_arrives_or_is_said_not_to(program: str) -> None:
    told: list[str] = []
    tally = trust_typing.type_all(len(trust_typing.KINDS), [program], told.append)
    assert tally.wrong == []
    assert tally.refused == len(trust_typing.LAYOUTS)
    assert tally.exact >= tally.typings // 2


def test_a_focus_that_goes_with_the_paste_is_said_and_nothing_follows(
    connect: Connect, on_desktop: PrivateDisplay, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    script = str(Path(__file__).with_name("fickle_window.py"))
    window = open_app(on_desktop, [sys.executable, script, str(log)], "Fickle target")
    client = connect()
    client.acquire("test")
    try:
        inputs = [Click(at(window, 20, 20)), TypeText(CHINESE), Press(("enter",))]
        report = client.perform(inputs, expecting(window))
    finally:
        close_app(on_desktop, window)
    assert "Right after it was pasted" in report.mismatch
    assert "Fickle other" in report.mismatch
    assert log.read_text() == ""
