"""Keys that control the program: they are not recorded."""

from collections.abc import Iterable

from desktop_agent.desktop.keyboard.names import parse_combination
from desktop_agent.macros.recording.events import Key, Raw


class Controls:
    """Tells the combinations that control the program from what is to be recorded.

    Args:
        combinations: written like "ctrl+alt+r"; empty ones are none.
    """

    def __init__(self, combinations: Iterable[str]) -> None:
        self._combinations = {frozenset(parse_combination(each)) for each in combinations if each}
        self._down: set[int] = set()

    def holds(self, event: Raw) -> bool:
        """Whether it belongs to one. To be asked of each event, in order."""
        if not isinstance(event, Key):
            return False
        if not event.down:
            known = event.code in self._down
            self._down.discard(event.code)
            return known
        if frozenset((*event.held, event.name)) not in self._combinations:
            return False
        self._down.add(event.code)
        return True
