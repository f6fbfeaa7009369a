"""What the hands sent is not taken for the person's, and each event counts once."""

import time

import pytest

from desktop_agent.desktop.hands import sent
from desktop_agent.desktop.hands.sent import SentInput


def test_each_event_that_was_sent_is_ours_once() -> None:
    ours = SentInput()
    ours.add("keyboard", True, 38)
    ours.add("keyboard", True, 38)
    assert not ours.claim("keyboard", False, 38)
    assert not ours.claim("keyboard", True, 39)
    assert not ours.claim("mouse", True, 38)
    assert [ours.claim("keyboard", True, 38) for _ in range(3)] == [True, True, False]


def test_what_the_server_did_not_tell_of_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "SEEN_WITHIN_SECONDS", 0.02)
    ours = SentInput()
    ours.add("mouse", False)
    time.sleep(0.03)
    assert not ours.claim("mouse", False, 0)
