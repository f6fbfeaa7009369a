"""A run that got nowhere, and what the person says to it. Plain data."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Pause:
    """Why a run pauses. `reason` is a sentence; `tried` its last steps, oldest first, each in words with how it ended.
    The steps quote what stands on the screen, so they are hostile."""

    reason: str
    tried: tuple[str, ...]


class Resolution(StrEnum):
    """What becomes of a paused run. Everything but GO_ON and TELL ends it."""

    GO_ON = "go_on"
    TELL = "tell"
    STOP = "stop"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Reply:
    """The person's answer to a pause; `words` is what the planner is to be told, with TELL."""

    resolution: Resolution
    words: str = ""

    @property
    def goes_on(self) -> bool:
        return self.resolution is Resolution.GO_ON or (self.resolution is Resolution.TELL and bool(self.words.strip()))


UNANSWERED = Reply(Resolution.UNANSWERED)
