"""What the person changes in the library from the list of macros."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import triggered
from desktop_agent.macros.playing.triggered import Removed
from ui.bridge import Bridge
from ui.macro_trigger_words import words as trigger_words
from ui.visible_text import line


class LibraryChanges(QObject):
    """Moves, removes, brings back; each on a thread.

    Signals:
        changed: the library is another one now.
        removed: with what there is to say of it.
        brought_back: what was removed last is there again.
        failed: with the `AgentError`; nothing was changed.
    """

    changed = Signal()
    removed = Signal(str)
    brought_back = Signal()
    failed = Signal(object)

    def __init__(self, library: Library, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._bridge = library, bridge
        self._trashed: list[Removed] = []

    @property
    def can_bring_back(self) -> bool:
        """Whether something was removed."""
        return bool(self._trashed)

    def move(self, entry: Entry, folder: str) -> None:
        """Put it into another folder; what starts it follows."""
        library = self._library
        self._change(lambda: triggered.renaming(library, entry, lambda: library.move(entry, folder)), lambda _: None)

    def remove(self, entry: Entry) -> None:
        """Put it into the trash, and what starts it too."""

        def removed(gone: Removed) -> None:
            self._trashed.append(gone)
            said = self.tr("“{name}” was removed.").format(name=line(entry.name)[:80])
            if gone.triggers:
                starts = ", ".join(map(trigger_words, gone.triggers))
                said += " " + self.tr("It no longer starts by itself ({starts}).").format(starts=starts)
            self.removed.emit(said)

        self._change(lambda: triggered.remove(self._library, entry), removed)

    def bring_back(self) -> None:
        """Take what was removed last out of the trash again."""
        if self._trashed:
            gone = self._trashed.pop()
            self._change(lambda: triggered.restore(self._library, gone), lambda _: self.brought_back.emit())

    def _change(self, work: Callable[[], object], then: Callable[..., object]) -> None:
        def done(result: object) -> None:
            then(result)
            self.changed.emit()

        self._bridge.background(work, done, self.failed.emit, self)
