"""One episode of MiniWoB++: a page is loaded, seeded and begun; later it says whether the task was done.

The pages measure themselves (`WOB_…` in the package's core.js). Three things are changed for slow planners and for
checks that look at the screen: the time limit is lifted; the scoreboard, whose clock ticks and whose canvas shows each
click, is hidden; and the cover that comes when the episode is over no longer begins another one when it is clicked.
"""

import importlib.util
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.evaluation.browser import BrowserFailed

READY_SECONDS = 10.0
POLL = 0.05
LONGEST_MS = 2**31 - 1
"""The longest time that a browser's timer can wait: 24 days."""

_BEGIN = """
core.EPISODE_MAX_TIME = arguments[1];
Math.seedrandom(arguments[0]);
core.setDataMode('train');
core.startEpisodeReal();
core.cover_div.onclick = null;
core.clearTimer();
core.hideDisplay();
document.getElementById('click-canvas').style.display = 'none';
"""
_RENAME = "const before = document.title; document.title = arguments[0]; return before"
_UTTERANCE = "const said = core.getUtterance(); return typeof said === 'string' ? said : said.utterance"
_VERDICT = "return [WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL, String(WOB_REWARD_REASON ?? '')]"


class Evaluator(Protocol):
    """What loads pages and evaluates scripts in them: `browser.Browser`."""

    def open(self, url: str) -> None: ...

    def evaluate(self, script: str, *arguments: Any) -> Any: ...

    def accessible_title(self) -> str: ...


@dataclass(frozen=True)
class Verdict:
    """What the page says. `reward` is its raw reward, from -1 to 1, without its discount for time; it means nothing
    before the page has `decided`."""

    decided: bool
    reward: float
    reason: str = ""

    @property
    def success(self) -> bool:
        """Whether the task was done, and wholly: parts of it don't count."""
        return self.decided and self.reward >= 1.0


def pages() -> Path:
    """The folder of the package's pages.

    Raises:
        Unavailable: the package is not installed.
    """
    spec = importlib.util.find_spec("miniwob")  # Not imported: it would load gymnasium.
    if spec is None or spec.origin is None:
        raise Unavailable("MiniWoB++ is not installed.", "Run: pip install 'desktop-agent[eval]'")
    return Path(spec.origin).parent / "html" / "miniwob"


def begin(browser: Evaluator, task: str, seed: int) -> str:
    """Load the page of `task`, begin its episode number `seed`, wait until it can be seen in the accessible tree too,
    and return what it asks for, in its words.

    Raises:
        UsageError: there is no such task.
        BrowserFailed: the page doesn't load, or isn't one of MiniWoB++'s.
    """
    page = pages() / f"{task}.html"
    if not page.is_file():
        raise UsageError(f"MiniWoB++ has no task “{task}”.")
    browser.open(page.as_uri())
    _wait(lambda: browser.evaluate("return typeof core !== 'undefined' && core.cover_div !== null"), "loaded")
    browser.evaluate(_BEGIN, seed, LONGEST_MS)
    _wait(lambda: browser.evaluate("return WOB_TASK_READY"), "begun")
    _await_tree(browser)
    return str(browser.evaluate(_UTTERANCE))


def verdict(browser: Evaluator) -> Verdict:
    """What the page says by now.

    Raises:
        BrowserFailed: it doesn't answer.
    """
    decided, reward, reason = browser.evaluate(_VERDICT)
    return Verdict(bool(decided), float(reward), str(reason))


def _await_tree(browser: Evaluator) -> None:
    """Chromium tells what has changed in its order, and some time later: a tree that has the title given last has all
    else. The page's own title is given back."""
    mark = secrets.token_hex()
    title = str(browser.evaluate(_RENAME, mark))
    _wait(lambda: browser.accessible_title() == mark, "in the accessible tree")
    browser.evaluate(_RENAME, title)
    _wait(lambda: browser.accessible_title() == title, "in the accessible tree")


def _wait(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise BrowserFailed(f"The page is not {what} after {READY_SECONDS:.0f} seconds.")
        time.sleep(POLL)
