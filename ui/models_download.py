"""The part of the Models window that fetches a model: what a repository has, what suits this machine, how far it is."""

from collections.abc import Callable
from enum import Enum, auto
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_agent.core.errors import AgentError, PlannerError
from desktop_agent.core.settings import Settings
from desktop_agent.core.sizes import human
from desktop_agent.model.files import catalog
from desktop_agent.model.files.address import DEFAULT
from desktop_agent.model.files.progress import Interrupted, Progress, Stage
from ui import theme
from ui.bridge import Bridge
from ui.fields import line_up
from ui.labels import plain_label

if TYPE_CHECKING:
    from desktop_agent.model.files.download import Fetched, Offer
    from desktop_agent.model.files.hub import Hub
    from desktop_agent.model.files.listing import Variant

POLL_MS = 100
BAR_STEPS = 1000
SURE_SECONDS = 3.0
"""After so long the speed is worth telling."""


class _State(Enum):
    IDLE = auto()
    LOOKING = auto()
    OFFERED = auto()
    FETCHING = auto()


class DownloadCard(QFrame):
    """Fetches a model. `fetched` carries a `Fetched` pair, `busy` whether something is under way.

    Whatever is slow runs on a thread, which is asked here how far it is.
    """

    fetched = Signal(object)
    busy = Signal(bool)

    def __init__(self, settings: Settings, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._bridge = bridge
        self._progress = Progress()
        self._offer: Offer | None = None
        self._hub: Hub | None = None
        self._began: tuple[str, float, int] = ("", 0.0, 0)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._show_progress)
        self.repository = QComboBox(editable=True)
        self.repository.setAccessibleName(self.tr("Repository"))
        self.repository.addItems(
            [catalog.DEFAULT, *(k.repository for k in catalog.KNOWN if k.repository != catalog.DEFAULT)]
        )
        self.repository.editTextChanged.connect(self._forget_offer)
        self.look = QPushButton(self.tr("Look what fits"))
        self.look.clicked.connect(self._look)
        self.mirror = QLineEdit(settings.hub_endpoint)
        self.mirror.setAccessibleName(self.tr("Mirror"))
        self.mirror.setPlaceholderText(DEFAULT)
        self.mirror.textChanged.connect(self._forget_offer)
        self.quantization = QComboBox()
        self.quantization.setAccessibleName(self.tr("Quantization"))
        self.download = QPushButton(self.tr("Download"))
        theme.set_kind(self.download, "primary")
        self.download.clicked.connect(self._download)
        self.advice = plain_label("", "muted", wrap=True)
        self.bar = QProgressBar(maximum=BAR_STEPS, textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Stop"))
        self.cancel.clicked.connect(self.stop)
        self.status = plain_label("", "small", wrap=True)
        self.problem = plain_label("", "danger", wrap=True)
        self._lay_out()
        self._enter(_State.IDLE)

    def stop(self) -> None:
        """Stop what is under way; what was fetched is kept."""
        self._progress.stop()
        if self._state is _State.LOOKING:
            # Whatever the hub answers yet, nobody waits for it.
            self._progress = Progress()
            self._enter(_State.IDLE)

    @property
    def working(self) -> bool:
        """Whether something is under way."""
        return self._state in (_State.LOOKING, _State.FETCHING)

    def _lay_out(self) -> None:
        theme.set_kind(self, "card")
        explanation = self.tr(
            "From Hugging Face, or a mirror of it. The files are checked by their SHA-256 before they are used. "
            "Any repository with a GGUF and its mmproj will do."
        )
        form = QFormLayout()
        form.setVerticalSpacing(theme.SMALL)
        form.setHorizontalSpacing(theme.MEDIUM)
        form.addRow(self.tr("Repository"), _row(self.repository, self.look))
        form.addRow(self.tr("Mirror"), self.mirror)
        self._offered = _row(self.quantization, self.download)
        form.addRow(self.tr("Quantization"), self._offered)
        line_up(form)
        self._form = form
        self._running = _row(self.bar, self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.LARGE)
        column.setSpacing(theme.SMALL)
        column.addWidget(plain_label(self.tr("Get a model"), "title"))
        column.addWidget(plain_label(explanation, "muted", wrap=True))
        column.addLayout(form)
        for widget in (self.advice, self._running, self.status, self.problem):
            column.addWidget(widget)

    def _enter(self, state: _State, status: str = "", problem: str = "") -> None:
        """Show what belongs to `state`."""
        self._state = state
        for widget in (self.repository, self.look, self.mirror, self.quantization, self.download):
            widget.setEnabled(not self.working)
        offered = state in (_State.OFFERED, _State.FETCHING)
        self._form.setRowVisible(self._offered, offered)
        self.advice.setVisible(offered)
        self._running.setVisible(self.working)
        self.bar.setRange(0, 0 if state is _State.LOOKING else BAR_STEPS)
        for label, text in ((self.status, status), (self.problem, problem)):
            label.setText(text)
            label.setVisible(bool(text))
        if self.working:
            self._timer.start()
        else:
            self._timer.stop()
        self.busy.emit(self.working)

    def _forget_offer(self) -> None:
        if self._state is _State.OFFERED:
            self._enter(_State.IDLE)

    def _look(self) -> None:
        repository, endpoint = self.repository.currentText().strip(), self.mirror.text().strip()
        tokens, progress = self._settings.context_tokens, Progress()
        self._progress = progress

        def work() -> "tuple[Hub, Offer, Variant | None, str]":
            from desktop_agent.model.files import download
            from desktop_agent.model.files.hub import Hub

            hub = Hub(endpoint)
            offer = download.look(hub, repository, tokens, progress)
            try:
                choice = offer.choose()
            except PlannerError as error:
                return hub, offer, None, str(error)
            return hub, offer, choice.model, choice.why

        self._enter(_State.LOOKING, self.tr("Asking what there is …"))
        self._watch(progress, work, lambda found: self._show_offer(*found))

    def _show_offer(self, hub: "Hub", offer: "Offer", best: "Variant | None", why: str) -> None:
        self._hub, self._offer = hub, offer
        self.quantization.clear()
        for variant in offer.listing.models:
            name = f"{variant.quantization or variant.path} – {human(variant.size)}"
            if variant is best:
                name = self.tr("{name} (suits this machine)").format(name=name)
            self.quantization.addItem(name, variant)
        if best is not None:
            self.quantization.setCurrentIndex(offer.listing.models.index(best))
        self.advice.setText(why)
        self._enter(_State.OFFERED)
        self.download.setFocus()

    def _download(self) -> None:
        hub, offer, model = self._hub, self._offer, self.quantization.currentData()
        if hub is None or offer is None:
            return
        progress = self._progress = Progress()

        def work() -> "Fetched":
            from desktop_agent.model.files import download

            return download.obtain(hub, offer, model, progress)

        self._enter(_State.FETCHING, self.tr("Beginning …"))
        self._watch(progress, work, self._done)

    def _watch(self, progress: Progress, work: Callable[[], object], done: Callable[..., object]) -> None:
        """Do `work` on a thread, and forget its end where another thing has begun in the meantime."""

        def unless_given_up(call: Callable[..., object]) -> Callable[[object], None]:
            return lambda result: call(result) if progress is self._progress else None

        self._bridge.background(work, unless_given_up(done), unless_given_up(self._failed), self)

    def _done(self, fetched: "Fetched") -> None:
        self._enter(_State.IDLE, self.tr("It is here and checked. Save to use it."))
        self.fetched.emit(fetched)

    def _failed(self, error: AgentError) -> None:
        state = _State.IDLE if self._state is _State.LOOKING else _State.OFFERED
        if isinstance(error, Interrupted):
            self._enter(state, self.tr("Stopped. What was fetched is kept: the same download goes on from there."))
        else:
            self._enter(state, problem=str(error))

    def _show_progress(self) -> None:
        stage = self._progress.stage
        if stage is None or self._state is not _State.FETCHING:
            return
        self.bar.setValue(stage.done * BAR_STEPS // max(1, stage.total))
        self.status.setText(self._words(stage))

    def _words(self, stage: Stage) -> str:
        key = stage.doing + stage.name
        if self._began[0] != key:
            self._began = (key, monotonic(), stage.done)
        if stage.doing == "connect":
            return self.tr("Asking for {name} …").format(name=stage.name)
        what = self.tr("Checking {name}: {done} of {total}")
        if stage.doing == "download":
            what = self.tr("Fetching {name}: {done} of {total}")
        said = what.format(name=stage.name, done=human(stage.done), total=human(stage.total))
        elapsed, came = monotonic() - self._began[1], stage.done - self._began[2]
        if elapsed < SURE_SECONDS or came <= 0:
            return said
        speed = came / elapsed
        minutes = max(1, round((stage.total - stage.done) / speed / 60))
        rest = self.tr("{speed} a second, about {minutes} min left")
        return f"{said} · {rest.format(speed=human(speed), minutes=minutes)}"


def _row(first: QWidget, second: QWidget) -> QWidget:
    """Two side by side; the first takes the room."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(first, 1)
    row.addWidget(second)
    return whole
