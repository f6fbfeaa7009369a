"""Looks a macro through before it is kept: one that was just recorded, or a stranger's."""

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.macros import files
from desktop_agent.macros.files import Source
from desktop_agent.macros.library import Entry, Library
from ui import theme
from ui.bridge import Bridge
from ui.fields import line_up
from ui.icons import IconLabel
from ui.labels import plain_label
from ui.macro_document import Document
from ui.macro_marking import Marking
from ui.macro_notice import Notice
from ui.macro_parameters import ParametersDialog
from ui.macro_pictures import Pictures
from ui.macro_steps import StepsPane
from ui.macro_tools import IconAction, ToolRow
from ui.macro_work import Draft
from ui.rule import rule
from ui.visible_text import line

SIZE = QSize(1040, 760)
MOST_REMARKS = 6


class ReviewWindow(QWidget):
    """Shows every step. Of a recording all can be changed; a stranger's macro is only looked at.

    Args:
        draft: what may be kept.
        source: where pictures come from that the draft has not.
        stranger: where it comes from, for people; empty: it was recorded here.

    Signals:
        kept: with the `Entry`.
        finished: it was kept, or is not wanted.
    """

    kept = Signal(object)
    finished = Signal()

    def __init__(
        self,
        draft: Draft,
        library: Library,
        bridge: Bridge,
        folders: Collection[str] = (),
        source: Source | None = None,
        stranger: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._library, self._bridge, self._stranger = library, bridge, stranger
        self._finished = False
        self.setWindowTitle(self.tr("Import a macro") if stranger else self.tr("Keep the recording"))
        self.resize(SIZE)
        self.document = Document(draft.macro, draft.pictures, source, parent=self)
        self.pane = StepsPane(self.document, Pictures(bridge, self), read_only=bool(stranger))
        self.marking = Marking(self.document, self.pane.form, bridge)
        self.notice = Notice()
        self.name = QLineEdit(draft.macro.name)
        self.name.setMaxLength(120)
        self.name.setAccessibleName(self.tr("Name"))
        self.folder = QComboBox(editable=True)
        self.folder.addItems(["", *sorted(folders)])
        self.folder.setAccessibleName(self.tr("Folder"))
        self._make_actions()
        self._make_buttons()
        self._lay_out(draft)
        self.document.changed.connect(self._show_chosen)
        self.pane.chosen.connect(self._show_chosen)
        self._show_chosen()
        if stranger:
            self.pane.list.setFocus()
        else:
            self.name.selectAll()
            self.name.setFocus()

    def keep(self) -> None:
        """Put it into the library, and close."""
        try:
            self.document.rename(self.name.text().strip())
        except UsageError as error:
            self._failed(error)
            self.name.setFocus()
            return
        document, library, folder = self.document, self._library, self.folder.currentText().strip()
        macro = document.macro
        self.setEnabled(False)

        def work() -> Entry:
            files.parse(files.dump(macro))
            pictures = {
                name: document.source.read(name, files.MAX_PICTURE) for name in sorted(files.picture_names(macro))
            }
            for name, data in pictures.items():
                files.decode(data, name)
            return library.add(macro, pictures, folder)

        self._bridge.background(work, self._kept, self._failed, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A recording is not thrown away unasked."""
        if self._finished or self._stranger or not self.document.macro.steps or self._may_discard():
            super().closeEvent(event)
            self.finished.emit()
        else:
            event.ignore()

    def _make_actions(self) -> None:
        stack = self.document.stack
        self.delete = IconAction(self, "trash", self.tr("Delete"), "", self._delete)
        self.undo = IconAction(self, "undo", self.tr("Undo"), "Ctrl+Z", stack.undo)
        self.redo = IconAction(self, "redo", self.tr("Redo"), "Ctrl+Shift+Z", stack.redo)
        self.parameters = IconAction(self, "keyboard", self.tr("Parameters …"), "Ctrl+P", self._edit_parameters)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.pane.list.delete_wanted.connect(self._delete)

    def _make_buttons(self) -> None:
        self.save = QPushButton(self.tr("Import") if self._stranger else self.tr("Save"))
        theme.set_kind(self.save, "primary")
        self.save.clicked.connect(lambda _=False: self.keep())
        self.discard = QPushButton(self.tr("Cancel") if self._stranger else self.tr("Discard"))
        self.discard.clicked.connect(lambda _=False: self.close())
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.discard, QDialogButtonBox.ButtonRole.RejectRole)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())

    def _lay_out(self, draft: Draft) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.LARGE)
        form.setVerticalSpacing(theme.SMALL)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Folder"), self.folder)
        line_up(form)
        head = QVBoxLayout()
        head.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.MEDIUM)
        head.setSpacing(theme.MEDIUM)
        if self._stranger:
            head.addWidget(self._warning())
        head.addLayout(form)
        if draft.remarks:
            head.addWidget(self._remarks(draft))
        head.addWidget(self.notice)
        if not self._stranger:
            head.addWidget(
                ToolRow(self.undo, self.redo, self.delete, self.parameters, None, bare=(self.undo, self.redo))
            )
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(rule())
        layout.addWidget(self.pane, 1)
        layout.addWidget(rule())
        layout.addLayout(foot)

    def _warning(self) -> QFrame:
        """That nobody here has recorded it."""
        note = QFrame()
        theme.set_kind(note, "note-warning")
        words = self.tr(
            "This macro comes from elsewhere: {place}. Look through every step. It will do what they say with your "
            "mouse and keyboard. Nothing of it is done before you play it, and what is critical is asked each time."
        )
        row = QHBoxLayout(note)
        row.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        row.setSpacing(theme.MEDIUM)
        row.addWidget(IconLabel("warning", 20, "warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(plain_label(words.format(place=line(self._stranger)[:200]), wrap=True), 1)
        return note

    def _remarks(self, draft: Draft) -> QFrame:
        note = QFrame()
        theme.set_kind(note, "note")
        column = QVBoxLayout(note)
        column.setContentsMargins(theme.MEDIUM, theme.SMALL, theme.MEDIUM, theme.SMALL)
        column.setSpacing(theme.TINY)
        for remark in draft.remarks[:MOST_REMARKS]:
            column.addWidget(plain_label(line(remark[:400]), wrap=True))
        if len(draft.remarks) > MOST_REMARKS:
            more = self.tr("And {number} more.").format(number=len(draft.remarks) - MOST_REMARKS)
            column.addWidget(plain_label(more, "muted"))
        return note

    def _show_chosen(self) -> None:
        self.delete.setEnabled(bool(self.pane.list.chosen))
        self.save.setEnabled(bool(self.document.macro.steps))

    def _delete(self) -> None:
        if not self._stranger and self.pane.list.chosen:
            self.document.remove(self.pane.list.chosen)

    def _edit_parameters(self) -> None:
        dialog = ParametersDialog(self.document.macro.parameters, self)
        dialog.given.connect(self.document.set_parameters)
        dialog.open()

    def _kept(self, entry: Entry) -> None:
        self._finished = True
        self.close()
        self.kept.emit(entry)

    def _failed(self, error: AgentError) -> None:
        self.setEnabled(True)
        self.notice.tell("error", error.user_message, error.hint)

    def _may_discard(self) -> bool:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(self.tr("Throw the recording away?"))
        question.setInformativeText(self.tr("It can't be brought back."))
        discard = question.addButton(self.tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("Keep it here"), QMessageBox.ButtonRole.RejectRole))
        question.exec()
        return question.clickedButton() is discard
