"""Runs MiniWoB++'s episodes one after the other on one display."""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from desktop_agent.core.actions import StepResult
from desktop_agent.core.errors import AgentError
from desktop_agent.core.events import Decided, RunEnded, Watcher
from desktop_agent.core.protocols import Planner, Windows
from desktop_agent.evaluation import miniwob, report
from desktop_agent.evaluation.browser import ZOOM, Browser, BrowserFailed
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.miniwob import Verdict
from desktop_agent.evaluation.oracle.page import Page
from desktop_agent.evaluation.scores import Approval, Job, Score, StepLine
from desktop_agent.evaluation.scripted import policy_class
from desktop_agent.evaluation.until import UntilDecided
from desktop_agent.evaluation.witness import Witness

_log = logging.getLogger(__name__)


class Do(Protocol):
    """Carries a job's instruction out in the browser's window with a planner, as the product does: a session's `do`."""

    def __call__(self, job: Job, instruction: str, planner: Planner, watch: Watcher) -> RunEnded: ...


MakePlanner = Callable[[Job, str, Page], Planner]
"""The planner for an episode, from what the page asks for and, for the oracle, the page.

Raises:
    AgentError: there is none.
"""


class MiniwobRunner:
    """Keeps a browser, and starts another where it failed.

    Args:
        display: where everything happens; this process's environment points at it.
        windows: of that display.
        do: carries an instruction out.
        make_planner: makes the planner of each episode.
        zoom: screen pixels to one of the page's.
    """

    def __init__(
        self, display: PrivateDisplay, windows: Windows, do: Do, make_planner: MakePlanner, zoom: int = ZOOM
    ) -> None:
        self._display = display
        self._zoom = zoom
        self._windows = windows
        self._do = do
        self._make_planner = make_planner
        self._browser: Browser | None = None

    def run(self, job: Job) -> tuple[Score, list[bytes]]:
        """Run one episode. Whatever goes wrong is told in its score; of one that failed, the pictures come with it as
        PNGs."""
        try:
            return self._run(job)
        except BrowserFailed as error:
            _log.warning("%s, seed %d: %s (%s)", job.task, job.seed, error, error.details)
            self.close()
            return Score.unrun(job, str(error)), []
        except AgentError as error:
            _log.warning("%s, seed %d: %s (%s)", job.task, job.seed, error, error.details)
            return Score.unrun(job, str(error)), []

    def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def _run(self, job: Job) -> tuple[Score, list[bytes]]:
        browser = self._browser = self._browser or Browser(self._display, self._windows, self._zoom)
        utterance = miniwob.begin(browser, job.task, job.seed)
        page = Page(browser)
        planner = UntilDecided(self._make_planner(job, utterance, page), lambda: page.verdict.decided)
        witness = Witness()
        ended = self._do(job, utterance, planner, witness)
        try:
            verdict = page.verdict
        except BrowserFailed as error:
            raise BrowserFailed(f"{error} The run ended as {ended.status}.", details=error.details) from error
        return _score(job, utterance, ended, verdict, witness)


def _score(job: Job, utterance: str, ended: RunEnded, verdict: Verdict, witness: Witness) -> tuple[Score, list[bytes]]:
    lines, pictures = ((), []) if verdict.success else _told(witness.steps)
    score = Score(
        job.task,
        job.seed,
        utterance,
        verdict.decided,
        verdict.reward if verdict.decided else 0.0,
        verdict.success,
        ended.status,
        f"{ended.summary} {ended.hint}".strip(),
        tuple(witness.step_seconds),
        tuple(witness.planner_seconds),
        _parts(witness.steps),
        tuple(_approval(each) for each in witness.asked),
        lines,
        job.snapping,
    )
    return score, pictures


def _parts(steps: Sequence[StepResult]) -> dict[str, float]:
    parts: dict[str, float] = {}
    for step in steps:
        for part, seconds in step.seconds.items():
            parts[part] = parts.get(part, 0.0) + seconds
    return parts


def _approval(asked: Decided) -> Approval:
    verdict = asked.request.verdict
    return Approval(asked.request.action.words, verdict.category, policy_class(verdict), asked.decision.answer.value)


def _told(steps: Sequence[StepResult]) -> tuple[tuple[StepLine, ...], list[bytes]]:
    """The steps for the report, and their pictures; the last one shows how it ended."""
    lines, pictures = [], list[bytes]()
    for number, step in enumerate(steps):
        entry = report.entry(number + 1, step)
        picture = len(pictures) if entry.figure is not None else -1
        pictures += [entry.figure.png] if entry.figure is not None else []
        lines.append(StepLine(entry.words, entry.reason, entry.decision, entry.outcome, entry.message, picture))
    if steps and steps[-1].after is not None:
        pictures.append(report.figure("", steps[-1].after.image).png)
    return tuple(lines), pictures
