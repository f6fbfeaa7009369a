"""The part of the Models window that lists the models that were fetched, to use or remove them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError
from desktop_agent.core.settings import Settings
from desktop_agent.core.sizes import human
from desktop_agent.model.files import shelf, using
from desktop_agent.model.files.shelf import Kept
from ui import theme
from ui.bridge import Bridge
from ui.labels import ElidedLabel, plain_label
from ui.latest import Latest


class ShelfCard(QFrame):
    """A row for each fetched model. `chosen` carries its file, and `removed` the settings without it, which are on disk
    by then. Hidden while there is none."""

    chosen = Signal(str)
    removed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._listing = Latest()
        theme.set_kind(self, "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        self._column.setSpacing(theme.SMALL)
        self._column.addWidget(plain_label(self.tr("Fetched"), "title"))
        self.problem = plain_label("", "danger", wrap=True)
        self._column.addWidget(self.problem)
        self.rows: list[_Row] = []
        self.hide()
        self.problem.hide()

    def refresh(self) -> None:
        """Look again what is there."""
        self._listing.ask()
        self._bridge.background(
            lambda: [each for each in shelf.kept() if not each.is_encoder and each.number == 1],
            self._listing.only(self._show),
            self._failed,
            self,
        )

    def _show(self, models: list[Kept]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [_Row(model) for model in models]
        for row in self.rows:
            row.use.clicked.connect(lambda _=False, file=row.file: self.chosen.emit(file))
            row.remove.clicked.connect(lambda _=False, row=row: self._ask_to_remove(row))
            self._column.insertWidget(self._column.count() - 1, row)
        self.problem.hide()
        self.setVisible(bool(models))

    def _ask_to_remove(self, row: "_Row") -> None:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setText(self.tr("Remove {name} from this machine?").format(name=row.name))
        question.setInformativeText(self.tr("It can be fetched again. If it is in use, none is used afterwards."))
        remove = question.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(question.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole))
        question.exec()
        if question.clickedButton() is remove:
            self.setEnabled(False)
            self._bridge.background(lambda: _remove(row.file), self._removed, self._failed, self)

    def _removed(self, settings: Settings | None) -> None:
        self.setEnabled(True)
        if settings is not None:
            self.removed.emit(settings)
        self.refresh()

    def _failed(self, error: AgentError) -> None:
        self.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()


class _Row(QWidget):
    def __init__(self, model: Kept) -> None:
        super().__init__()
        self.file = str(model.file)
        self.name = f"{model.origin.repository} {model.quantization}".strip()
        self.use = QPushButton(self.tr("Use"))
        self.remove = QPushButton(self.tr("Remove …"))
        theme.set_kind(self.remove, "quiet")
        for button in (self.use, self.remove):
            button.setAutoDefault(False)
            button.setAccessibleName(f"{button.text()} {self.name}")
        size = QLabel(human(model.origin.size))
        theme.set_role(size, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(ElidedLabel(self.name), 1)
        for widget in (size, self.use, self.remove):
            row.addWidget(widget)


def _remove(file: str) -> Settings | None:
    """Delete the model, and what only it needed. Returns the settings where they changed."""
    settings = core_settings.load()
    removal = using.removal(settings, file)
    changed = using.without(settings, removal)
    if removal.in_use:
        core_settings.save(changed)
    shelf.remove(removal.files)
    return changed if removal.in_use else None
