"""The window with the person's macros."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import triggered
from desktop_agent.macros.playing.triggered import Removed
from desktop_agent.macros.playing.triggers import Trigger
from ui import macro_dialogs, theme
from ui.bridge import Bridge
from ui.chat_history import ITEM_STYLE
from ui.labels import plain_label
from ui.latest import Latest
from ui.macro_empty import NoMacros
from ui.macro_entries import Entries, EntryDelegate, problem
from ui.macro_listed import Listed, listed
from ui.macro_notice import Notice
from ui.macro_pictures import Pictures
from ui.macro_tools import IconAction, ToolRow
from ui.macro_trigger_words import words as trigger_words
from ui.visible_text import line

SIZE = QSize(960, 640)
FOLDERS_WIDTH = 200


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
        self._trashed: list[Removed] = []
        self.setWindowTitle(self.tr("Macros – Desktop Agent"))
        self.resize(SIZE)
        self.entries = Entries(self)
        self.pictures = Pictures(bridge, self)
        self._make_actions()
        self._make_lists()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the macros"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._narrow())
        self.notice = Notice()
        self.notice.button.clicked.connect(self._undo_remove)
        self._lay_out()
        self._show_chosen()
        self.refresh()

    @property
    def chosen(self) -> Entry | None:
        """The chosen macro."""
        index = self.list.currentIndex()
        return self.entries.item(index.row()).entry if index.isValid() else None

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
        self.undo = self._action("undo", self.tr("Bring back"), "Ctrl+Z", self._undo_remove)
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
        self.folders = QListWidget()
        self.folders.setFrameShape(QFrame.Shape.NoFrame)
        self.folders.setStyleSheet(ITEM_STYLE)
        self.folders.setAccessibleName(self.tr("Folders"))
        self.folders.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.folders.currentRowChanged.connect(lambda _: self._narrow())
        self.list = QListView()
        self.list.setModel(self.entries)
        self.list.setItemDelegate(EntryDelegate(self.entries, self.pictures, self._library, self.list))
        self.pictures.made.connect(self.list.viewport().update)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { background: palette(window); }")
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Macros"))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._show_chosen())
        self.entries.modelReset.connect(self._show_chosen)
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
        self._side = QFrame()
        self._side.setFixedWidth(FOLDERS_WIDTH)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(theme.MEDIUM, theme.MEDIUM, theme.SMALL, theme.MEDIUM)
        side.addWidget(self.folders)
        self._rule = QFrame()
        theme.set_kind(self._rule, "rule")
        self._rule.setFixedWidth(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._side)
        layout.addWidget(self._rule)
        layout.addLayout(right, 1)

    def _show(self, found: Listed) -> None:
        before, items = self.chosen, found.items
        self.entries.show(items)
        if found.problem is not None:
            self._failed(found.problem)
        elif found.lost:
            self._tell_lost(found.lost)
        self._show_folders(sorted({item.entry.folder for item in items if item.entry.folder}))
        row = self.entries.row_of(before) if before is not None else 0
        if self.entries.rowCount():
            self._choose_row(max(0, row))
        self._narrow()
        if not self.search.hasFocus():
            self.list.setFocus()

    def _tell_lost(self, lost: Sequence[Trigger]) -> None:
        names = ", ".join(dict.fromkeys(f"“{line(each.macro)[:80]}” ({trigger_words(each)})" for each in lost))
        self.notice.tell("warning", self.tr("There is no macro any more for what starts {names}.").format(names=names))

    def _choose_row(self, row: int) -> None:
        # Not QListView's own way: that goes by the keys that are held down just now.
        choose = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(self.entries.index(row), choose)

    def _show_folders(self, folders: list[str]) -> None:
        now = self._folder()
        self.folders.blockSignals(True)
        self.folders.clear()
        for name, folder in [(self.tr("All macros"), None), *((line(each), each) for each in folders)]:
            item = QListWidgetItem(name, self.folders)
            item.setData(Qt.ItemDataRole.UserRole, folder)
        self.folders.setCurrentRow(folders.index(now) + 1 if now in folders else 0)
        self.folders.blockSignals(False)
        self._side.setVisible(bool(folders))
        self._rule.setVisible(bool(folders))

    def _folder(self) -> str | None:
        item = self.folders.currentItem()
        found: str | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return found

    def _narrow(self) -> None:
        before = self.chosen
        self.entries.narrow(self._folder(), self.search.text())
        row = self.entries.row_of(before) if before is not None else -1
        if self.entries.rowCount():
            self._choose_row(max(0, row))
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
        self.undo.setEnabled(bool(self._trashed))

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
        if entry is None:
            return
        known = [self.folders.item(row).data(Qt.ItemDataRole.UserRole) for row in range(1, self.folders.count())]
        folder = macro_dialogs.folder(self, known, entry.folder)
        if folder is not None and folder != entry.folder:
            library = self._library
            self._change(
                lambda: triggered.renaming(library, entry, lambda: library.move(entry, folder)), lambda _: None
            )

    def _remove(self) -> None:
        entry = self.chosen
        if entry is None:
            return

        def removed(gone: object) -> None:
            if not isinstance(gone, Removed):
                return
            self._trashed.append(gone)
            said = self.tr("“{name}” was removed.").format(name=line(entry.name)[:80])
            if gone.triggers:
                starts = ", ".join(map(trigger_words, gone.triggers))
                said += " " + self.tr("It no longer starts by itself ({starts}).").format(starts=starts)
            self.notice.tell("info", said, button=self.tr("Bring it back"))

        self._change(lambda: triggered.remove(self._library, entry), removed)

    def _undo_remove(self) -> None:
        if self._trashed:
            gone = self._trashed.pop()
            self._change(lambda: triggered.restore(self._library, gone), lambda _: self.notice.hide())

    def _change(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        def done(result: object) -> None:
            then(result)
            self.refresh()
            self.changed.emit()

        self._bridge.background(work, done, self._failed, self)

    def _failed(self, error: AgentError) -> None:
        self.notice.tell("error", error.user_message, error.hint)
