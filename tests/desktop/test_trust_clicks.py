"""It clicks what you saw: the quick form of tests/bench/trust_clicks.py."""

from pathlib import Path

import pytest

from tests.bench import trust_clicks
from tests.desktop.hands_support import connecting


@pytest.mark.parametrize("manager", [False, True], ids=["bare", "openbox"])
def test_clicks_at_a_target_that_a_window_flips_over(manager: bool, tmp_path: Path) -> None:
    with trust_clicks.flipping(tmp_path, manager) as stage:
        with connecting(stage.display.name) as connect:
            ours = trust_clicks.click_ours(stage, connect(), 250, lambda _: None)
        naive = trust_clicks.click_naively(stage, 250)
    assert naive.astray > 0
    assert len(ours.refused) > 10
    assert ours.unnoticed == 0
    assert manager or ours.astray == 0
    assert ours.false_alarms + ours.astray < len(ours.sent), "whoever always cries wolf notices everything"


def test_a_click_at_a_target_that_is_left_alone_is_never_called_astray(tmp_path: Path) -> None:
    with trust_clicks.flipping(tmp_path, True, "") as stage, connecting(stage.display.name) as connect:
        ours = trust_clicks.click_ours(stage, connect(), 100, lambda _: None)
    assert (len(ours.refused), ours.astray, ours.false_alarms) == (0, 0, 0)
