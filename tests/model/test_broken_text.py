"""Tokens that are parts of characters, or of none."""

from collections.abc import Callable
from pathlib import Path

from desktop_agent.core.chat import Options, TextDelta
from desktop_agent.model.local import LocalPlanner
from tests.model.conversations import said
from tests.model.tiny import write_chain_pair

Make = Callable[..., LocalPlanner]


def deltas(planner: LocalPlanner) -> list[str]:
    events = planner.stream([said("x")], [], Options(greedy=True, max_tokens=200))
    return [event.text for event in events if isinstance(event, TextDelta)]


def test_characters_that_are_cut_across_tokens_arrive_whole(make_planner: Make, tmp_path: Path) -> None:
    text = "Größenänderung äöüß 日本語のテキスト 🙂🙃 naïve – “gut”."
    found = deltas(make_planner(write_chain_pair(tmp_path, text)))
    assert "".join(found) == text
    assert len(found) > 5  # as it comes, not at the end


def test_bytes_that_are_no_text(make_planner: Make, tmp_path: Path) -> None:
    broken = b"good \xff\xfe\xc3( \xed\xa0\x80 \xf0\x9f\x98 bad \xe2\x82"
    found = deltas(make_planner(write_chain_pair(tmp_path, broken.decode("utf-8", "surrogateescape"))))
    # What is cut within a character at the end is left out.
    assert "".join(found) == broken.removesuffix(b"\xe2\x82").decode("utf-8", "replace")
