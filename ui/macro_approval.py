"""The window in which a person approves a macro as a whole, having seen every step."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import MacroStep, walk
from desktop_agent.macros.library import Entry
from ui import theme
from ui.bridge import Bridge
from ui.labels import plain_label
from ui.macro_document import Document
from ui.macro_notice import Notice
from ui.macro_pictures import Pictures
from ui.macro_steps import StepsPane
from ui.macro_work import Work
from ui.rule import rule
from ui.visible_text import line

SIZE = QSize(1040, 760)
MOST_NAMES = 20


class ApprovalWindow(QWidget):
    """Approves what it shows, or ends an approval.

    Args:
        entry: where the macro is kept.
        stored: what is shown, and approved.
        approved: whether it is already.

    Signals:
        done: it was approved, or is no longer.
    """

    done = Signal()

    def __init__(
        self,
        entry: Entry,
        stored: Stored,
        approved: bool,
        work: Work,
        bridge: Bridge,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry, self._stored, self._work, self._bridge = entry, stored, work, bridge
        self.setWindowTitle(self.tr("Approve “{name}”").format(name=line(stored.macro.name)[:80]))
        self.resize(SIZE)
        document = Document(stored.macro, {}, stored.source, parent=self)
        self.pane = StepsPane(document, Pictures(bridge, self), read_only=True)
        self.notice = Notice()
        self.approve = QPushButton(self.tr("Approve as a whole"))
        self.approve.setEnabled(not approved)
        theme.set_kind(self.approve, "primary")
        self.approve.clicked.connect(lambda _=False: self._change(True))
        self.revoke = QPushButton(self.tr("End the approval"))
        self.revoke.clicked.connect(lambda _=False: self._change(False))
        self._lay_out(approved)
        self.pane.list.setFocus()

    def _lay_out(self, approved: bool) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.MEDIUM)
        head.setSpacing(theme.SMALL)
        head.addWidget(plain_label(line(self._stored.macro.name), "title", wrap=True))
        head.addWidget(plain_label(self._words(approved), "muted", wrap=True))
        if names := self._others():
            head.addWidget(plain_label(self.tr("It plays other macros, too: {names}.").format(names=names), wrap=True))
        head.addWidget(self.notice)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.approve, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.revoke, QDialogButtonBox.ButtonRole.ResetRole)
        self.revoke.setVisible(approved)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        buttons.rejected.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(rule())
        layout.addWidget(self.pane, 1)
        layout.addWidget(rule())
        layout.addLayout(foot)

    def _words(self, approved: bool) -> str:
        if approved:
            return self.tr("It is approved: its ordinary steps are not asked about. Any change of it ends that.")
        return self.tr(
            "Look through every step. Once you have approved it, its ordinary steps are not asked about any more; what "
            "is critical still is, each time. Any change of the macro, or of one that it plays, ends the approval."
        )

    def _others(self) -> str:
        steps = [step for step, _ in walk(self._stored.macro.steps)]
        names = dict.fromkeys(line(step.macro)[:80] for step in steps if isinstance(step, MacroStep))
        return ", ".join(list(names)[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")

    def _change(self, approved: bool) -> None:
        work, entry, stored = self._work, self._entry, self._stored
        self.setEnabled(False)
        self._bridge.background(lambda: work.approve(entry, stored, approved), self._changed, self._failed, self)

    def _changed(self, _: object) -> None:
        self.close()
        self.done.emit()

    def _failed(self, error: AgentError) -> None:
        self.setEnabled(True)
        self.notice.tell("error", error.user_message, error.hint)
