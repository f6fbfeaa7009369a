"""The window with the person's macros."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing.triggers import Trigger
from ui import macro_dialogs, theme
from ui.bridge import Bridge
from ui.labels import plain_label
from ui.latest import Latest
from ui.macro_changes import LibraryChanges
from ui.macro_empty import NoMacros
from ui.macro_entries import Entries, problem
from ui.macro_folders import Folders
from ui.macro_list import MacroList
from ui.macro_listed import Listed, listed
from ui.macro_notice import Notice
from ui.macro_pictures import Pictures
from ui.macro_tools import IconAction, ToolRow
from ui.macro_trigger_words import words as trigger_words
from ui.visible_text import line

SIZE = QSize(960, 640)


class MacrosWindow(QWidget):
    """Lists the macros, and says what the person wants to do with one.

    Signals:
        record_wanted: a new one.
        play_wanted, edit_wanted, history_wanted, approve_wanted: with the `Entry`.
        import_wanted, export_wanted: with the path of the file, the latter after the `Entry`.
        triggers_wanted: with the `Entry`: what starts it by itself is to be shown and changed.
        changed: the library is another one now.
    """

    record_wanted = Signal()
    play_wanted = Signal(object)
    edit_wanted = Signal(object)
    history_wanted = Signal(object)
    approve_wanted = Signal(object)
    import_wanted = Signal(object)
    export_wanted = Signal(object, object)
    triggers_wanted = Signal(object)
    changed = Signal()

    def __init__(self, library: Library, bridge: Bridge, hotkey: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library, self._bridge, self._hotkey = library, bridge, hotkey
        self._listing = Latest()
        self._changes = LibraryChanges(library, bridge, self)
        self.setWindowTitle(self.tr("Macros – Desktop Agent"))
        self.resize(SIZE)
        self.entries = Entries(self)
        self._make_actions()
        self._make_lists()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the macros"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.notice = Notice()
        self.notice.button.clicked.connect(lambda _=False: self._changes.bring_back())
        self._changes.changed.connect(self.refresh)
        self._changes.changed.connect(self.changed)
        self._changes.removed.connect(self._tell_removed)
        self._changes.brought_back.connect(self.notice.hide)
        self._changes.failed.connect(self._failed)
        self._lay_out()
        self._show_chosen()
        self.refresh()

    @property
    def chosen(self) -> Entry | None:
        """The chosen macro."""
        return self.list.chosen

    def refresh(self) -> None:
        """Look again what is there."""
        library = self._library
        self._listing.ask()
        self._bridge.background(lambda: listed(library), self._listing.only(self._show), self._failed, self)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """These are wrong with what starts macros, by the ids of the triggers."""
        self.entries.problems = problems
        self.list.viewport().update()
        if problems:
            self.tell("warning", " ".join(dict.fromkeys(problems.values())))

    def tell(self, kind: str, text: str, hint: str = "") -> None:
        """Say something at the top of the list, for instance how playing ended."""
        self.notice.tell(kind, text, hint)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the chosen macro."""
        if self.list.underMouse() or self.list.hasFocus():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions([self.play, self.edit, self.history, self.approve, self.triggers])
            menu.addSeparator()
            menu.addActions([self.move_to, self.export, self.remove])
            menu.popup(event.globalPos())

    def _make_actions(self) -> None:
        self.record = self._action("record", self.tr("Record"), "Ctrl+R", self.record_wanted.emit)
        self.bring_in = self._action("download", self.tr("Import …"), "Ctrl+O", self._import)
        self.play = self._action("play", self.tr("Play"), "F5", self._for_chosen(self.play_wanted))
        self.edit = self._action("edit", self.tr("Edit"), "Ctrl+E", self._for_chosen(self.edit_wanted))
        self.history = self._action("history", self.tr("History"), "Ctrl+H", self._for_chosen(self.history_wanted))
        self.approve = self._action(
            "approve", self.tr("Approve …"), "Ctrl+Shift+A", self._for_chosen(self.approve_wanted)
        )
        self.triggers = self._action(
            "keyboard", self.tr("By itself …"), "Ctrl+T", self._for_chosen(self.triggers_wanted)
        )
        self.triggers.setToolTip(self.tr("Hotkey and times at which it is played (Ctrl+T)"))
        self.move_to = self._action("folder", self.tr("Move …"), "Ctrl+M", self._move)
        self.export = self._action("send", self.tr("Export …"), "Ctrl+S", self._export)
        self.remove = self._action("trash", self.tr("Remove"), "Del", self._remove)
        self.undo = self._action("undo", self.tr("Bring back"), "Ctrl+Z", self._changes.bring_back)
        self._action("search", self.tr("Search"), "Ctrl+F", lambda: self.search.setFocus())
        self._action("close", self.tr("Close"), "Ctrl+W", self.close)

    def _action(self, icon: str, text: str, shortcut: str, does: Callable[[], object]) -> IconAction:
        return IconAction(self, icon, text, shortcut, does)

    def _for_chosen(self, signal: SignalInstance) -> Callable[[], None]:
        def tell() -> None:
            if self.chosen is not None:
                signal.emit(self.chosen)

        return tell

    def _make_lists(self) -> None:
        self.folders = Folders()
        self.folders.chosen.connect(self._narrow)
        self.list = MacroList(self.entries, Pictures(self._bridge, self), self._library)
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.activated.connect(lambda _: self._open())

    def _lay_out(self) -> None:
        self.empty = NoMacros(self.record, self.bring_in, self._hotkey)
        self.none = plain_label(self.tr("No macro fits."), "muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        for widget in (self.list, self.empty, self.none):
            self._stack.addWidget(widget)
        head = QHBoxLayout()
        head.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.MEDIUM, theme.SMALL)
        head.setSpacing(theme.SMALL)
        head.addWidget(self.search, 1)
        self.beginnings = ToolRow(self.bring_in, self.record, primary=self.record)
        head.addWidget(self.beginnings)
        self.tools = ToolRow(
            self.play,
            self.edit,
            self.history,
            self.approve,
            self.triggers,
            None,
            self.move_to,
            self.export,
            self.remove,
            bare=(self.move_to, self.export, self.remove),
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.MEDIUM)
        foot.addWidget(self.tools)
        note = QVBoxLayout()
        note.setContentsMargins(theme.MEDIUM, 0, theme.MEDIUM, theme.SMALL)
        note.addWidget(self.notice)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addLayout(note)
        right.addLayout(self._stack, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.folders)
        layout.addLayout(right, 1)

    def _show(self, found: Listed) -> None:
        before, items = self.chosen, found.items
        self.entries.show(items)
        if found.problem is not None:
            self._failed(found.problem)
        elif found.lost:
            self._tell_lost(found.lost)
        self.folders.show_names(sorted({item.entry.folder for item in items if item.entry.folder}))
        self.list.choose(before)
        self._narrow()
        if not self.search.hasFocus():
            self.list.setFocus()

    def _tell_removed(self, said: str) -> None:
        self.notice.tell("info", said, button=self.tr("Bring it back"))

    def _tell_lost(self, lost: Sequence[Trigger]) -> None:
        names = ", ".join(dict.fromkeys(f"“{line(each.macro)[:80]}” ({trigger_words(each)})" for each in lost))
        self.notice.tell("warning", self.tr("There is no macro any more for what starts {names}.").format(names=names))

    def _narrow(self) -> None:
        before = self.chosen
        self.entries.narrow(self.folders.current, self.search.text())
        self.list.choose(before)
        whole = self.list if self.entries.rowCount() else self.none
        self._stack.setCurrentWidget(whole if self.entries.all else self.empty)
        for widget in (self.tools, self.search, self.beginnings):
            widget.setVisible(bool(self.entries.all))

    def _show_chosen(self) -> None:
        """What can be done now."""
        entry = self.chosen
        for action in (self.move_to, self.remove):
            action.setEnabled(entry is not None)
        for action in (self.play, self.edit, self.history, self.approve, self.triggers, self.export):
            action.setEnabled(entry is not None and not entry.problem)
        self.undo.setEnabled(self._changes.can_bring_back)

    def _open(self) -> None:
        """Edit the chosen macro; of a broken one say all that is wrong with it."""
        entry = self.chosen
        if entry is not None and entry.problem:
            self.notice.tell("error", problem(entry))
        else:
            self.edit.trigger()

    def _import(self) -> None:
        path = macro_dialogs.file_to_import(self)
        if path is not None:
            self.import_wanted.emit(path)

    def _export(self) -> None:
        entry = self.chosen
        path = macro_dialogs.file_to_export(self, entry.path.name) if entry is not None else None
        if path is not None:
            self.export_wanted.emit(entry, path)

    def _move(self) -> None:
        entry = self.chosen
        folder = macro_dialogs.folder(self, self.folders.names, entry.folder) if entry is not None else None
        if entry is not None and folder is not None and folder != entry.folder:
            self._changes.move(entry, folder)

    def _remove(self) -> None:
        if self.chosen is not None:
            self._changes.remove(self.chosen)

    def _failed(self, error: AgentError) -> None:
        self.notice.tell("error", error.user_message, error.hint)
