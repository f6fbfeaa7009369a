"""What becomes of a macro that nobody has kept yet: one that was recorded, a stranger's, a run of the agent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Entry
from ui.bridge import Bridge
from ui.macro_editor import EditorWindow
from ui.macro_review import ReviewWindow
from ui.macro_work import Draft, Work
from ui.open_windows import OpenWindows, is_open


@dataclass(frozen=True)
class Preview:
    """A `Draft` of a macro that came from elsewhere."""

    macro: Macro
    pictures: dict[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Drafts(QObject):
    """Has them looked through before they are kept.

    Signals:
        kept: with the `Entry`.
        failed: with the `AgentError`: it could not be shown.
    """

    kept = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._bridge = work, bridge
        self._open = OpenWindows()

    def take(self, draft: Draft, editor: EditorWindow | None) -> None:
        """What was recorded goes into the editor that wanted it; where none is open, it is looked through."""
        if is_open(editor):
            editor.add(draft)
            editor.saved.connect(lambda _: self.forget(draft))
            editor.destroyed.connect(lambda: self.forget(draft))
        else:
            self._review(draft, then=partial(self.forget, draft))

    def preview(self, path: Path) -> None:
        """Show a macro from elsewhere, before it is taken in."""

        def show(stored: Stored) -> None:
            self._review(Preview(stored.macro), stored.source, str(path))

        self._bridge.background(lambda: files.read(path), show, self.failed.emit, self)

    def take_run(self, run: str) -> None:
        """Make a macro of a confirmed run of the agent."""
        self._bridge.background(lambda: self._work.draft_of_run(run), self._review, self.failed.emit, self)

    def forget(self, draft: Draft) -> None:
        """What is on disk of a recording may go."""
        self._bridge.background(lambda: self._work.forget(draft), lambda _: None)

    def _review(
        self,
        draft: Draft,
        source: files.Source | None = None,
        stranger: str = "",
        then: Callable[[], object] = lambda: None,
    ) -> None:
        library = self._work.library

        def show(entries: tuple[Entry, ...]) -> None:
            folders = {each.folder for each in entries if each.folder}
            window = ReviewWindow(draft, library, self._bridge, folders, source, stranger)
            window.kept.connect(self.kept)
            window.finished.connect(then)
            self._open.keep(f"review {id(window)}", window)

        self._bridge.background(library.entries, show, self.failed.emit, self)
