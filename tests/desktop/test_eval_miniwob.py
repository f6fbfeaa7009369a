"""MiniWoB++ in a real Chromium, through the command and in its parts."""

import contextlib
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_agent.core.chat import End
from desktop_agent.core.errors import UsageError
from desktop_agent.core.events import RunEnded, Watcher
from desktop_agent.core.protocols import Planner, Windows
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation import browser as browsers
from desktop_agent.evaluation import miniwob
from desktop_agent.evaluation.browser import Browser, BrowserFailed
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.miniwob_runner import MiniwobRunner
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.scores import Job
from desktop_agent.model.scripted import ScriptedPlanner
from tests.desktop.command_line import CommandLine
from tests.desktop.helpers import wait_until

RUN_SECONDS = 90.0


@pytest.fixture
def windows(on_desktop: PrivateDisplay) -> Iterator[Windows]:
    opened = open_windows()
    yield opened
    opened.close()


@pytest.fixture
def browser(on_desktop: PrivateDisplay, windows: Windows) -> Iterator[Browser]:
    started = Browser(on_desktop, windows)
    yield started
    started.close()


@pytest.fixture
def evaluation(home: Path) -> CommandLine:
    """The command line without a display, as on a server."""
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return CommandLine({name: value for name, value in os.environ.items() if name not in gone}, home)


def test_three_tasks_are_done_and_what_can_t_be_is_told(evaluation: CommandLine, tmp_path: Path) -> None:
    tasks = "click-test-2,no-such-task,enter-text,drag-box"
    options = ("--planner", "oracle", "--tasks", tasks, "--seeds", "1", "--json", "--out", str(tmp_path / "out"))
    finished = evaluation.run("eval", "miniwob", *options, seconds=RUN_SECONDS)
    assert finished.code == 0, finished.said
    result = finished.json
    rates = {name: task["success_rate"] for name, task in result["tasks"].items()}
    assert rates == {"click-test-2": 1, "no-such-task": 0, "enter-text": 1, "drag-box": 1}, finished.said
    assert (result["success_rate"], result["episodes"], result["false_done"]) == (0.75, 4, 0)
    assert "no task “no-such-task”" in result["tasks"]["no-such-task"]["failures"][0]
    report = Path(result["report"]).read_text("utf-8")
    assert "no task “no-such-task”" in report
    assert "ordinary (first_in_application): approved" in report


def test_interrupting_keeps_what_was_scored(evaluation: CommandLine, tmp_path: Path) -> None:
    options = ("--planner", "oracle", "--tasks", "no-such-task,click-test-2", "--seeds", "50", "--json")
    process = evaluation.start("eval", "miniwob", *options, "--out", str(tmp_path / "out"))
    try:
        assert process.stderr is not None
        assert "no-such-task, seed 0" in process.stderr.readline().decode()
        below = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=RUN_SECONDS)
    finally:
        process.kill()
    assert process.returncode == 4
    result = json.loads(out.splitlines()[-1])
    assert result["interrupted"] is True
    assert result["tasks"]["no-such-task"]["episodes"] == result["episodes"] < 100
    assert "more episodes were planned" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert below
    assert not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_chromium_killed_under_the_command_costs_one_episode(evaluation: CommandLine, tmp_path: Path) -> None:
    options = ("--planner", "oracle", "--tasks", "click-checkboxes", "--seeds", "6", "--parallel", "1", "--json")
    process = evaluation.start("eval", "miniwob", *options, "--out", str(tmp_path / "out"))
    try:
        wait_until(lambda: _chromium_below(process.pid), RUN_SECONDS)[0].kill()
        out, errors = process.communicate(timeout=RUN_SECONDS)
    finally:
        process.kill()
    result = json.loads(out.splitlines()[-1])
    assert process.returncode == 0, errors
    (failure,) = result["tasks"]["click-checkboxes"]["failures"]
    assert (result["episodes"], result["success_rate"]) == (6, 5 / 6)
    assert "Chromium" in failure or "browser" in failure


def _chromium_below(pid: int) -> list[psutil.Process]:
    """The main processes of the browsers that an evaluation has started, once they have windows to lose."""
    found = []
    for each in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            is_main = each.name().startswith("chrom") and any(word.startswith("--app=") for word in each.cmdline())
            if is_main and each.children():
                found.append(each)
    return found


def test_a_page_that_never_loads_costs_one_episode(
    on_desktop: PrivateDisplay, windows: Windows, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browsers, "LOAD_SECONDS", 2)
    real = miniwob.pages()
    for folder in ("core", "common"):
        (tmp_path / folder).symlink_to(real.parent / folder)
    (tmp_path / "miniwob").mkdir()
    (tmp_path / "miniwob" / "click-test.html").write_bytes((real / "click-test.html").read_bytes())
    monkeypatch.setattr(miniwob, "pages", lambda: tmp_path / "miniwob")

    def do(job: Job, instruction: str, planner: Planner, watch: Watcher) -> RunEnded:
        return RunEnded("r", "failed", "It was no use.")

    runner = MiniwobRunner(on_desktop, windows, do, lambda job, utterance, page: ScriptedPlanner([[End("stop")]]))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        waiting = f'<script src="http://127.0.0.1:{silent.getsockname()[1]}/"></script>'
        (tmp_path / "miniwob" / "never.html").write_text(f"<!doctype html>{waiting}", "utf-8")
        try:
            first, _ = runner.run(Job("never", 0))
            second, _ = runner.run(Job("click-test", 1))
        finally:
            runner.close()
    assert first.status == "broken"
    assert "never.html did not load" in first.summary
    assert (second.status, second.utterance) == ("failed", "Click the button.")


def test_chromium_killed_in_mid_run_costs_one_episode(on_desktop: PrivateDisplay, windows: Windows) -> None:
    killed = []

    def do(job: Job, instruction: str, planner: Planner, watch: Watcher) -> RunEnded:
        if not killed:
            chromium = next(each.pid for each in windows.stacking() if each.application == "Chromium")
            psutil.Process(chromium).kill()
            killed.append(chromium)
        return RunEnded("r", "failed", "It was no use.")

    runner = MiniwobRunner(on_desktop, windows, do, lambda job, utterance, page: ScriptedPlanner([[End("stop")]]))
    try:
        first, _ = runner.run(Job("click-test", 0))
        second, _ = runner.run(Job("click-test", 1))
    finally:
        runner.close()
    assert first.status == "broken"
    assert "The browser has died." in first.summary
    assert (second.status, second.decided, second.utterance) == ("failed", False, "Click the button.")


def test_a_page_that_never_loads_or_hangs_is_told(
    on_desktop: PrivateDisplay, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "LOAD_SECONDS", 2)
    monkeypatch.setattr(browsers, "ANSWER_SECONDS", 4)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        browser = Browser(on_desktop, windows)
        try:
            with pytest.raises(BrowserFailed, match="did not load"):
                browser.open(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        finally:
            browser.close()
    browser = Browser(on_desktop, windows)
    try:
        with pytest.raises(BrowserFailed, match="no answer"):
            browser.evaluate("while (true);")
    finally:
        browser.close()


def test_a_closed_browser_leaves_nothing(on_desktop: PrivateDisplay, windows: Windows) -> None:
    browser = Browser(on_desktop, windows)
    profile = next(Path(on_desktop.environment["HOME"]).glob("chromium-*"))
    chromium = psutil.Process(browser.pid)
    below = [chromium, *chromium.children(recursive=True)]
    browser.close()
    assert len(below) > 1
    wait_until(lambda: not [each for each in below if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
    assert not profile.exists()


def test_the_same_seed_begins_the_same_episode(browser: Browser) -> None:
    first, again, other = (miniwob.begin(browser, "click-button", seed) for seed in (3, 3, 4))
    assert first == again != other
    with pytest.raises(UsageError, match="no-such"):
        miniwob.begin(browser, "no-such", 0)


def test_the_time_limit_is_lifted_and_the_end_stays(browser: Browser) -> None:
    miniwob.begin(browser, "click-test", 0)
    assert browser.evaluate("return core.EPISODE_MAX_TIME") == miniwob.LONGEST_MS
    assert not miniwob.verdict(browser).decided
    browser.evaluate("document.getElementById('subbtn').click()")
    verdict = miniwob.verdict(browser)
    assert (verdict.decided, verdict.success, verdict.reward) == (True, True, 1)
    browser.evaluate("core.cover_div.click()")
    assert miniwob.verdict(browser) == verdict


def test_boxes_are_where_they_are_on_the_screen(browser: Browser, windows: Windows) -> None:
    """As the accessibility bus tells it, which knows nothing of the page's own units; and tells it at once."""
    from desktop_agent.desktop.elements import open_elements

    elements = open_elements()
    try:
        window = next(each for each in windows.stacking() if each.application == "Chromium")
        for seed in range(5):
            miniwob.begin(browser, "click-button", seed)
            told = [each for each in elements.tree(window).elements if each.role == "push button"]
            for button, box in zip(told, Page(browser).boxes("#area button"), strict=True):
                assert button.name == box.text
                assert abs(box.region.x - button.region.x) <= 1
                assert abs(box.region.y - button.region.y) <= 1
                assert box.point is not None
                assert box.region.contains(box.point)
    finally:
        elements.close()


def test_a_covered_box_is_pointed_at_where_it_shows(browser: Browser) -> None:
    miniwob.begin(browser, "click-test-2", 0)
    browser.evaluate(
        "subbtn.style.cssText = 'position:absolute; left:20px; top:80px';"
        "subbtn2.style.cssText = 'position:absolute; left:15px; top:75px';"
    )
    page = Page(browser)
    below, above = page.box("#subbtn"), page.box("#subbtn2")
    assert below.point is not None
    assert not above.region.contains(below.point)
    browser.evaluate("subbtn2.style.cssText = subbtn.style.cssText")
    assert page.box("#subbtn").point is None
