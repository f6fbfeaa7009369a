"""The window that lists the rules in words: what is asked every time, handed over, and never done. Read-only."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from desktop_agent.core.errors import AgentError
from desktop_agent.safety import rulebook
from desktop_agent.safety.rulebook import Grade, Rule, Rulebook
from ui import theme
from ui.labels import plain_label

SIZE = QSize(720, 560)
SHOWN = 40
"""Words of a rule that are listed: enough to judge it by."""


class RulesWindow(QDialog):
    """See the module. What keeps the rules from being read is shown in their place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What is asked – Desktop Agent"))
        self.resize(SIZE)
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setWordWrap(True)
        self.tree.setAccessibleName(self.tr("Rules"))
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        intro = self.tr(
            "Looking and scrolling are free. Everything else is asked; for an ordinary click or text you may allow it "
            "for one application until you quit. These are the exceptions."
        )
        self.note = plain_label(intro, wrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.LARGE, theme.LARGE, theme.LARGE, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        for widget in (self.note, self.tree, buttons):
            layout.addWidget(widget)
        self._fill()

    def _fill(self) -> None:
        try:
            book = rulebook.shipped()
        except AgentError as error:
            self.note.setText(str(error))
            theme.set_role(self.note, "danger")
            return
        for grade, title in (
            (Grade.EVERY_TIME, self.tr("Asked every time")),
            (Grade.HAND_OVER, self.tr("Handed over to you")),
            (Grade.BLOCK, self.tr("Never done")),
        ):
            group = QTreeWidgetItem(self.tree, [title])
            group.setFont(0, theme.title_font())
            for rule in book.rules:
                if rule.grade is grade:
                    self._add(group, rule, book)
            group.setExpanded(True)

    def _add(self, group: QTreeWidgetItem, rule: Rule, book: Rulebook) -> None:
        item = QTreeWidgetItem(group, [rule.says])
        for title, families in ((self.tr("Called"), rule.names), (self.tr("In a window titled"), rule.titles)):
            for family in sorted(families):
                words = [each.strip("=*") for each in book.words[family]]
                more = "…" if len(words) > SHOWN else ""
                # The first ones of both languages: the lists begin with English and end with Chinese.
                chosen = words if not more else [*words[: SHOWN // 2], *words[-SHOWN // 2 :]]
                QTreeWidgetItem(item, [f"{title}: {', '.join(chosen)} {more}".strip()])
