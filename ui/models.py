"""The window for the model: what works without one, a file of one's own, or a server."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.settings import Server, Settings, with_servers
from desktop_agent.model.files import pair, using
from desktop_agent.model.files.address import hub_address
from ui import pixels, theme
from ui.bridge import Bridge
from ui.fields import line_up
from ui.models_download import DownloadCard
from ui.models_servers import FurtherServers, line_edit
from ui.models_shelf import ShelfCard
from ui.settings import dress
from ui.tall_column import TallColumn

if TYPE_CHECKING:
    from desktop_agent.model.files.download import Fetched

WIDTH = 640


class ModelsWindow(QDialog):
    """Lets the person choose a model file or connect a server. `saved` carries the new settings, on disk by then."""

    saved = Signal(object)

    def __init__(self, settings: Settings, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._bridge = bridge
        self.setWindowTitle(self.tr("Models – Desktop Agent"))
        self.setFixedWidth(WIDTH)
        self.model = _FileField(settings.model, self.tr("The model"), self)
        self.mmproj = _FileField(settings.mmproj, self.tr("Its image encoder (mmproj)"), self)
        first, *others = settings.servers or [Server("", "")]
        self.base_url = line_edit(first.address, self.tr("Address"), "http://127.0.0.1:8000/v1")
        self.model_name = line_edit(first.model, self.tr("Name of the model"), "glm-4.6v-flash")
        self.key = line_edit("", self.tr("Key"), self.tr("empty: as it is"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.further = FurtherServers(others)
        self.remote_enabled = QCheckBox(self.tr("Let “Automatic” ask them; what they see leaves this machine"))
        self.remote_enabled.setChecked(settings.remote_enabled)
        self.problem = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        theme.set_role(self.problem, "danger")
        self.problem.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        dress(self.buttons)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)
        self.download = DownloadCard(settings, bridge)
        self.shelf = ShelfCard(bridge)
        self._connect_parts()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.LARGE, 0, theme.LARGE)
        layout.setSpacing(theme.MEDIUM)
        self.cards = TallColumn(
            self._without(), self.download, self.shelf, self._file_card(), self._server_card(), self.problem
        )
        self.cards.fitted.connect(self._fit)
        self.cards.fit(WIDTH)
        layout.addWidget(self.cards)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.HUGE, 0, theme.HUGE, 0)
        foot.addWidget(self.buttons)
        layout.addLayout(foot)
        self.shelf.refresh()

    def _fit(self) -> None:
        """Be as high as the cards need, and stay on the screen."""
        self.adjustSize()
        screen, frame = pixels.screen_under(self).availableGeometry(), self.frameGeometry()
        below = frame.bottom() - screen.bottom()
        if self.isVisible() and below > 0:
            self.move(frame.x(), max(screen.y(), frame.y() - below))

    def save(self) -> None:
        """Check files and address in the background, keep the key in the keyring, write the settings, and close."""
        chosen = dataclasses.replace(
            self._settings,
            model=self.model.text(),
            mmproj=self.mmproj.text(),
            hub_endpoint=self.download.mirror.text().strip(),
            remote_enabled=self.remote_enabled.isChecked(),
        )
        servers = self._servers()
        self.problem.hide()
        self.setEnabled(False)
        self._bridge.background(lambda: _check_and_save(chosen, servers), self._done, self._failed, self)

    def _servers(self) -> list[tuple[Server, str]]:
        """The servers and their keys, without empty lines; a key is empty where it stays as it is."""
        first = Server(self.base_url.text().strip(), self.model_name.text().strip())
        lines = [(first, self.key.text()), *((line.server, line.key.text()) for line in self.further.lines)]
        return [(server, key) for server, key in lines if server.address or server.model or key]

    def _connect_parts(self) -> None:
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.download.busy.connect(lambda busy: save.setEnabled(not busy))
        self.download.fetched.connect(self._fetched)
        self.finished.connect(self.download.stop)
        self.shelf.chosen.connect(self._use)
        self.shelf.removed.connect(self._removed)
        self.model.chosen.connect(self._find_encoder)

    def _fetched(self, fetched: "Fetched") -> None:
        self._fill(str(fetched.model), str(fetched.mmproj or ""))
        self.shelf.refresh()

    def _fill(self, model: str, mmproj: str) -> None:
        self.model.edit.setText(model)
        self.mmproj.edit.setText(mmproj)

    def _use(self, model: str) -> None:
        """Fill in a model, with the image encoder that was fetched with it."""
        settings = self._settings
        self._bridge.background(
            lambda: using.use(settings, model, None),
            lambda found: self._fill(found.model, found.mmproj),
            self._failed,
            self,
        )

    def _find_encoder(self, model: str) -> None:
        """Fill in the image encoder beside the model that was chosen; where it is not clear, the person chooses."""
        self._bridge.background(
            lambda: pair.find_encoder(Path(model)), lambda found: self.mmproj.edit.setText(str(found or "")), None, self
        )

    def _removed(self, settings: Settings) -> None:
        self._settings = settings
        self._fill(settings.model, settings.mmproj)
        self.saved.emit(settings)

    def _done(self, chosen: Settings) -> None:
        self.setEnabled(True)
        self.accept()
        self.saved.emit(chosen)

    def _failed(self, error: AgentError) -> None:
        self.setEnabled(True)
        self.problem.setText(str(error))
        self.problem.show()
        self.cards.ensureWidgetVisible(self.problem)

    def _without(self) -> QFrame:
        note = QFrame()
        theme.set_kind(note, "note")
        column = QVBoxLayout(note)
        column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        title = QLabel(self.tr("What works without a model"))
        theme.set_role(title, "title")
        column.addWidget(title)
        column.addWidget(
            _wrapped(
                self.tr(
                    'Instant commands such as: click Save, type "Hello" into the text area, press ctrl+s; and reading '
                    "the text of a region. A model adds answers about what is seen, and longer tasks in your own words."
                )
            )
        )
        return note

    def _file_card(self) -> QFrame:
        card, form = _card(
            self.tr("A file on this machine"),
            self.tr(
                "Two GGUF files that belong together: GLM-4.6V-Flash and its mmproj. It then runs on this machine, and "
                "nothing leaves it."
            ),
        )
        form.addRow(self.tr("Model"), self.model)
        form.addRow(self.tr("Image encoder"), self.mmproj)
        line_up(form)
        return card

    def _server_card(self) -> QFrame:
        card, form = _card(
            self.tr("A server"),
            self.tr(
                "A server with the OpenAI interface, such as llama-server or vLLM. Pictures of what you choose and "
                "what you write are sent to it. Others are asked where those before them can't be reached or are "
                "overloaded. Keys are kept in the system's keyring."
            ),
        )
        form.addRow(self.tr("Address"), self.base_url)
        form.addRow(self.tr("Model name"), self.model_name)
        form.addRow(self.tr("Key"), self.key)
        form.addRow(self.tr("Otherwise"), self.further)
        form.addRow("", self.remote_enabled)
        line_up(form)
        return card


class _FileField(QWidget):
    """A file's path. `chosen` carries it when it was picked."""

    chosen = Signal(str)

    def __init__(self, path: str, name: str, window: QWidget) -> None:
        super().__init__()
        self._name = name
        self._window = window
        self.edit = QLineEdit(path)
        self.edit.setAccessibleName(name)
        browse = QPushButton(self.tr("Choose …"))
        browse.setAccessibleName(self.tr("Choose the file: {name}").format(name=name))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(browse)

    def text(self) -> str:
        return self.edit.text().strip()

    def _browse(self) -> None:
        start = str(Path(self.text()).parent) if self.text() else str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self._name, start, self.tr("GGUF files (*.gguf);;All files (*)")
        )
        if chosen:
            self.edit.setText(chosen)
            self.chosen.emit(chosen)


def _check_and_save(chosen: Settings, servers: list[tuple[Server, str]]) -> Settings:
    """Everything that can be wrong is found before anything is written.

    Args:
        chosen: the settings but for the servers.
        servers: with their keys, which go to the keyring.

    Raises:
        AgentError: something is wrong with it.
    """
    from desktop_agent.model.endpoint import Endpoint
    from desktop_agent.safety import secrets

    if chosen.model or chosen.mmproj:
        _check_files(chosen)
    hub_address(chosen.hub_endpoint)
    if (chosen.remote_enabled and not servers) or not all(server.address for server, _ in servers):
        raise UsageError("The server's address is missing.", "Write it like http://127.0.0.1:8000/v1.")
    for server, key in servers:
        Endpoint(server.address, server.model, key)
    chosen = with_servers(chosen, [server for server, _ in servers])
    for server, key in servers:
        if key:
            secrets.store(secrets.server_key(server.address), key)
    core_settings.save(chosen)
    return chosen


def _check_files(chosen: Settings) -> None:
    from desktop_agent.model.gguf_check import read_header

    if not chosen.model:
        raise UsageError("An image encoder alone is no model.", "Choose the model's own file too.")
    encoder = read_header(Path(chosen.mmproj)) if chosen.mmproj else None
    pair.require_usable(read_header(Path(chosen.model)), encoder, text_only=encoder is None)


def _card(title: str, text: str) -> tuple[QFrame, QFormLayout]:
    """A titled box with an explanation, and the form to fill in it."""
    card = QFrame()
    theme.set_kind(card, "card")
    heading, explanation = QLabel(title), _wrapped(text)
    theme.set_role(heading, "title")
    theme.set_role(explanation, "muted")
    form = QFormLayout()
    form.setVerticalSpacing(theme.SMALL)
    form.setHorizontalSpacing(theme.MEDIUM)
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.LARGE)
    column.setSpacing(theme.SMALL)
    column.addWidget(heading)
    column.addWidget(explanation)
    column.addLayout(form)
    return card, form


def _wrapped(text: str) -> QLabel:
    return QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
