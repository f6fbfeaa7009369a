"""What one action gathers on its way from proposal to end."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_agent.core.actions import Action, Decision, Outcome, Ruling, StepResult, Verdict
from desktop_agent.core.desktop import Screenshot
from desktop_agent.step.secret import SecretTyping

UNJUDGED = Verdict(Ruling.BLOCK, "It was not judged.", "unjudged")


@dataclass
class Way:
    """What is known of one action on its way. `seen` is what the planner saw; `before` and `after` frame the input;
    `intent` is the audit log's id; `acted` says whether any input was sent; `secret` types one, where
    the action does."""

    action: Action
    seen: Screenshot
    verdict: Verdict = UNJUDGED
    decision: Decision | None = None
    before: Screenshot | None = None
    after: Screenshot | None = None
    settled: bool = True
    intent: str = ""
    acted: bool = False
    secret: SecretTyping | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Add the seconds that this takes to `part`."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + time.monotonic() - started

    def result(self, outcome: Outcome, message: str, evidence: str = "") -> StepResult:
        """The way's end."""
        before = self.before or self.seen
        return StepResult(
            self.action,
            outcome,
            message,
            self.verdict,
            self.decision,
            evidence,
            before,
            self.after,
            self.settled,
            self.seconds,
        )
