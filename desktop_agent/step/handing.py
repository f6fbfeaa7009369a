"""What can be said after the person did something themselves."""

from desktop_agent.core.actions import Outcome
from desktop_agent.core.desktop import Screenshot

SAID = "The person was asked to do this themselves, and says that it is done"


def finding(before: Screenshot, after: Screenshot | None) -> tuple[Outcome, str, str]:
    """Outcome, message and evidence, from how the screen was when they were asked and how it is now. What they entered
    is told to nobody, so that it is checked no closer than by whether anything changed."""
    if after is None:
        evidence = "the window is closed or hidden now"
        return Outcome.UNVERIFIABLE, f"{SAID}; {evidence}.", evidence
    if before.region == after.region and before.image.bgra == after.image.bgra:
        return Outcome.NO_EFFECT_SEEN, f"{SAID}, but nothing changed on the screen.", "nothing changed on the screen"
    evidence = "the screen has changed"
    return Outcome.UNVERIFIABLE, f"{SAID}; {evidence}. What they entered is not read back.", evidence
