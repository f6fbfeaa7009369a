"""Region capture: the frozen, dimmed screen, on which the person selects what to ask about.

One window for each monitor, made at start and kept hidden, so that the frozen screen appears within some milliseconds.
They bypass the window manager and never take the focus: the keyboard is grabbed instead, and whatever had the focus
still has it afterwards.
"""

import logging
import uuid
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QScreen

from desktop_agent.core.desktop import Scope, Screenshot
from desktop_agent.core.errors import AgentError
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.step.masks import masked
from desktop_agent.step.privacy import Privacy
from ui import pictures, pixels
from ui.capture_selection import Arrow, Selection
from ui.capture_view import CaptureView
from ui.window_listing import WindowListing

GRAB_RETRY_MS = 20
WARM_UP_MS = 700
"""When the program has started and is idle, what is slow only once (loading mss and the font) is done."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Captured:
    """What the person took. `scope.kind` is "region", "window" or "monitor", `scope.region` where `screenshot` was
    taken."""

    screenshot: Screenshot
    scope: Scope


class CaptureOverlay(QObject):
    """The overlay over all monitors. Make it at start; call `show_frozen` when the person asks for it.

    Signals:
        captured: a `Captured`; the overlay is hidden by then.
        cancelled: the person gave up, or the monitors changed meanwhile.
        failed: the `AgentError` for which what the person took can't be had; `cancelled` follows.
    """

    captured = Signal(object)
    cancelled = Signal()
    failed = Signal(object)
    _listed = Signal(object)

    def __init__(self, screen: Screen, windows: Windows, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._screen = screen
        self._privacy = privacy
        self._windows = windows
        self._views: list[CaptureView] = []
        self._frozen: Screenshot | None = None
        self._selection: Selection | None = None
        self._listing: WindowListing | None = None
        self._listed.connect(self._take_windows, Qt.ConnectionType.QueuedConnection)
        self._keyboard = QTimer(self, interval=GRAB_RETRY_MS)
        self._keyboard.timeout.connect(self._grab_keyboard)
        application = QGuiApplication.instance()
        if not isinstance(application, QGuiApplication):
            raise RuntimeError("make a QApplication first")
        application.screenAdded.connect(self._monitors_changed)
        application.screenRemoved.connect(self._monitors_changed)
        self._make_views()
        QTimer.singleShot(WARM_UP_MS, self, self._warm_up)

    @property
    def visible(self) -> bool:
        return self._frozen is not None

    def show_frozen(self) -> None:
        """Freeze the screen as it is now and let the person select. What is taken of it has our own windows and
        what else is hidden painted grey. Does nothing while it is shown already.

        Raises:
            CaptureFailed: the screen could not be read.
        """
        if self.visible:
            return
        selection = Selection(self._screen.layout(), (), _pointer())
        self._frozen = frozen = self._screen.grab(selection.bounds)
        self._selection = selection
        picture = pictures.borrowed_qimage(frozen.image)
        for view in self._views:
            view.freeze(picture, frozen.region, selection)
        self._grab_keyboard()

    def cancel(self) -> None:
        """Hide it without taking anything."""
        if self.visible:
            self._hide()
            self.cancelled.emit()

    def close(self) -> None:
        """Hide it and give its windows back."""
        self._hide()
        for view in self._views:
            view.deleteLater()
        self._views.clear()

    def _warm_up(self) -> None:
        try:
            self._screen.grab(self._screen.layout().bounds)
        except AgentError as problem:
            _log.info("the screen can't be read yet: %s", problem)
        for view in self._views[:1]:
            view.warm_up()

    def _make_views(self) -> None:
        for view in self._views:
            view.deleteLater()
        self._views = []
        for screen in QGuiApplication.screens():
            view = CaptureView(screen)
            # Listing the windows takes longer than all the rest, so it waits until the frozen screen is shown.
            view.shown.connect(self._list_windows, Qt.ConnectionType.QueuedConnection)
            view.pointer_moved.connect(self._move)
            view.pressed.connect(self._press)
            view.released.connect(self._release)
            view.arrow.connect(self._adjust)
            view.accepted.connect(self._accept)
            view.cancelled.connect(self.cancel)
            screen.geometryChanged.connect(self._monitors_changed)
            self._views.append(view)

    def _monitors_changed(self, _: QScreen | object = None) -> None:
        self.cancel()
        self._make_views()

    def _list_windows(self) -> WindowListing | None:
        """The listing that belongs to the frozen screen; begun when it is first asked for."""
        selection = self._selection
        if self._listing is None and selection is not None:
            overlay = frozenset(int(view.winId()) for view in self._views)
            self._listing = WindowListing(self._windows, overlay, lambda: self._tell_listed(selection))
        return self._listing

    def _tell_listed(self, selection: Selection) -> None:
        """From the listing's thread."""
        try:
            self._listed.emit(selection)
        except RuntimeError as problem:
            _log.info("the overlay was closed meanwhile: %s", problem)

    def _take_windows(self, selection: Selection) -> None:
        listing = self._list_windows()
        if selection is self._selection and listing is not None and not selection.windows:
            try:
                selection.windows = listing.takable()
            except AgentError as problem:
                _log.warning("the windows can't be listed: %s", problem)
            self._update()

    def _grab_keyboard(self) -> None:
        """Keys reach a window without the focus only by a grab. It fails while another client has one: that of
        the hotkey, until the key is up. Then try again."""
        if not self.visible or (self._views and self._views[0].take_keyboard()):
            self._keyboard.stop()
        elif not self._keyboard.isActive():
            self._keyboard.start()

    def _move(self, point: Point) -> None:
        if self._selection is not None:
            self._selection.move(point)
            self._update()

    def _press(self, point: Point) -> None:
        if self._selection is not None:
            self._take_windows(self._selection)  # waits for them: a quick hand
            self._selection.press(point)
            self._update()

    def _release(self, point: Point) -> None:
        if self._selection is None:
            return
        scope = self._selection.release(point)
        if scope is None:
            self._update()
        else:
            self._take(scope)

    def _adjust(self, arrow: Arrow, resize: bool, far: bool) -> None:
        if self._selection is not None:
            self._selection.adjust(arrow, resize, far)
            self._update()

    def _accept(self) -> None:
        if self._selection is not None:
            self._take(self._selection.accept())

    def _take(self, scope: Scope) -> None:
        frozen, listing = self._frozen, self._list_windows()
        self._hide()
        if frozen is None or listing is None:
            return
        shot = cut(frozen, scope.region)
        try:
            shot = masked(shot, listing.hidden(shot.region, self._privacy))
        except AgentError as problem:
            self.failed.emit(problem)
            self.cancelled.emit()
        else:
            self.captured.emit(Captured(shot, scope))

    def _update(self) -> None:
        for view in self._views:
            view.refresh()

    def _hide(self) -> None:
        self._keyboard.stop()
        self._frozen = self._selection = self._listing = None
        for view in self._views:
            view.thaw()


def cut(screenshot: Screenshot, region: Rect) -> Screenshot:
    """The part of `screenshot` that shows `region`, as a screenshot of its own."""
    part = region.intersection(screenshot.region)
    return Screenshot(
        uuid.uuid4().hex,
        part,
        screenshot.layout_id,
        screenshot.image.crop(screenshot.view.image_rect(part)),
        screenshot.taken_at,
        tuple(mask.intersection(part) for mask in screenshot.masked if not mask.intersection(part).empty),
    )


def _pointer() -> Point:
    """Where the pointer is, in physical pixels."""
    position = QCursor.pos()
    screen = QGuiApplication.screenAt(position) or QGuiApplication.primaryScreen()
    return pixels.point_from_local((position - screen.geometry().topLeft()).toPointF(), screen)
