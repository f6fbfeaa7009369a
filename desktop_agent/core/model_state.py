"""Which model thinks, and whether it is in memory: what the windows tell of it."""

from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """Where the model is. NONE: instant commands alone; REMOTE: on a server; the others: on this machine."""

    NONE = "none"
    UNLOADED = "unloaded"
    LOADING = "loading"
    LOADED = "loaded"
    REMOTE = "remote"


@dataclass(frozen=True)
class ModelState:
    """`name` is empty where there is no model."""

    presence: Presence = Presence.NONE
    name: str = ""
