"""Tells which model thinks, and whether it is in memory."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from desktop_agent.core.model_state import ModelState

_log = logging.getLogger(__name__)


class ModelNews(QObject):
    """`told` carries the `ModelState` whenever it has become another one. What planners tell says only that there is
    something new, and it is looked at here: whichever thread comes last, the last look is true.

    Args:
        state: says how it is now; must not block.
    """

    told = Signal(object)
    _new = Signal()

    def __init__(self, state: Callable[[], ModelState], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._known: ModelState | None = None
        self._new.connect(self.look, Qt.ConnectionType.QueuedConnection)

    def tell(self) -> None:
        """There is something new. From any thread."""
        try:
            self._new.emit()
        except RuntimeError as error:
            _log.info("nobody is told any more: %s", error)

    def look(self) -> None:
        """See how it is now."""
        state = self._state()
        if state != self._known:
            self._known = state
            self.told.emit(state)
