"""It types what you saw, where you saw it: the quick form of tests/bench/trust_typing.py, and what keeps its
promises."""

import contextlib
import json
import random
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from desktop_agent.core.actions import Click, InputReport, Press, TypeText
from desktop_agent.core.errors import UsageError
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


class TellingLate:
    """A page that looks at its field, and tells 0.1 s later what it saw there."""

    def __init__(self, page: trust_typing.Page) -> None:
        self.field = ""
        self._page = page
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell)
        self._thread.start()

    def _tell(self) -> None:
        while not self._over.is_set():
            seen = self.field
            time.sleep(0.1)
            urllib.request.urlopen(self._page.address, json.dumps(seen).encode()).close()

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def test_what_is_read_of_a_page_is_never_older_than_the_question() -> None:
    with contextlib.closing(trust_typing.Page()) as page, contextlib.closing(TellingLate(page)) as telling:
        for number in range(4):
            telling.field = f"text {number}"
            assert page.read() == telling.field


def test_a_page_that_tells_nothing_more_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust_typing, "PAGE_PATIENCE", 0.2)
    with contextlib.closing(trust_typing.Page()) as page, pytest.raises(TimeoutError):
        page.read()


class Lazy:
    """A program that goes on holding its former text for a moment after it was emptied, and keeps `stuck` for good.
    Refuses control characters, `leaking` some of the text all the same."""

    def __init__(self, stuck: str = "", leaking: bool = False) -> None:
        self._stuck = stuck
        self._leaking = leaking
        self._former, self._held = "", "what it held before"
        self._reads_of_former = 0

    def empty(self, _: object) -> None:
        self._former, self._held = self._held, self._stuck
        self._reads_of_former = 5

    def type(self, _: object, text: str) -> InputReport:
        refused = set(text) & set(trust_typing._CONTROLS)
        if not refused or self._leaking:
            self._held += text
        if refused:
            raise UsageError("no key writes that")
        return InputReport()

    def read(self) -> str:
        self._reads_of_former -= 1
        return self._former if self._reads_of_former >= 0 else self._held

    def close(self) -> None:
        """Nothing to give back."""


@pytest.mark.parametrize(
    ("program", "wrong"),
    [(Lazy(), ""), (Lazy(stuck="left"), "can't be emptied, and still holds 'left'"), (Lazy(leaking=True), "refused")],
)
def test_only_what_is_wrong_counts_as_wrong(program: Lazy, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust_typing, "PATIENCE", 0.3)
    tally = trust_typing.Tally(report=lambda _: None)
    count = len(trust_typing.KINDS)
    trust_typing.type_into("lazy", program, None, count, random.Random(1), tally)  # type: ignore[arg-type]
    if wrong:
        assert tally.wrong
        assert all(wrong in each for each in tally.wrong)
    else:
        assert (tally.wrong, tally.refused, tally.exact) == ([], 1, count - 1)
