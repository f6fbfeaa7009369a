"""The part of the Models window for servers beside the first: a line each, in the order in which they are asked."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_agent.core.settings import Server
from ui import theme


class FurtherServers(QWidget):
    """Lets the person add, change and remove servers."""

    def __init__(self, servers: Sequence[Server]) -> None:
        super().__init__()
        self.lines: list[ServerLine] = []
        self.add = QPushButton(self.tr("Add another server"))
        self.add.setAutoDefault(False)
        self.add.setFixedHeight(theme.field_height())
        self.add.clicked.connect(lambda: self._append(Server("", "")).address.setFocus())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SMALL)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch()
        self._column.addLayout(row)
        self._fit()
        for server in servers:
            self._append(server)

    def _append(self, server: Server) -> "ServerLine":
        line = ServerLine(server)
        self.lines.append(line)
        line.remove.clicked.connect(lambda: self._drop(line))
        self._column.insertWidget(len(self.lines) - 1, line)
        self._fit()
        return line

    def _drop(self, line: "ServerLine") -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.add.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Have the height that the lines need: a form would squeeze them."""
        self.setFixedHeight(len(self.lines) * (theme.field_height() + theme.SMALL) + theme.field_height())


class ServerLine(QWidget):
    """One server."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.setFixedHeight(theme.field_height())
        self.address = line_edit(server.address, self.tr("Address"), self.tr("Address"))
        self.model = line_edit(server.model, self.tr("Name of the model"), self.tr("Model name"))
        self.key = line_edit("", self.tr("Key"), self.tr("Key"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SMALL)
        for edit, stretch in ((self.address, 3), (self.model, 2), (self.key, 1)):
            row.addWidget(edit, stretch)
        row.addWidget(self.remove)

    @property
    def server(self) -> Server:
        """What was typed."""
        return Server(self.address.text().strip(), self.model.text().strip())


def line_edit(text: str, name: str, placeholder: str) -> QLineEdit:
    """A field with its name for those who don't see it."""
    edit = QLineEdit(text)
    edit.setCursorPosition(0)  # What is too long shows its beginning.
    edit.setAccessibleName(name)
    edit.setPlaceholderText(placeholder)
    return edit
