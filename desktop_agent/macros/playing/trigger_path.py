"""Where what starts macros is kept. Apart from `triggers`: who only asks whether there are any loads nothing."""

from pathlib import Path

from desktop_agent.core import paths


def default_path() -> Path:
    """The file; there is none before the first trigger."""
    return paths.data() / "macro-triggers.json"
