"""What the program is doing, as tray and windows show it."""

from enum import StrEnum


class State(StrEnum):
    """A run's stages; STOPPED lasts until the person releases the stop."""

    IDLE = "idle"
    THINKING = "thinking"
    ACTING = "acting"
    WAITING = "waiting"
    STOPPED = "stopped"
