"""What the window tests share: one private display and one application for the session, and no word from Qt."""

import gc
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from desktop_agent.core.desktop import Window
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from ui import theme

PATIENCE = 10.0
SESSION_VARIABLES = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM")
Wait = Callable[..., None]

_messages: list[str] = []


def _note(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        _messages.append(f"{kind.name}: {message}")


@pytest.fixture(scope="session")
def ui_display() -> Iterator[PrivateDisplay]:
    """Xvfb 1920×1080 with openbox, trayer, a session bus and AT-SPI; the environment of this process points at it."""
    with PrivateDisplay("xvfb", tray=True) as display, pytest.MonkeyPatch.context() as patch:
        for name in SESSION_VARIABLES:
            patch.setenv(name, display.environment[name])
        patch.delenv("WAYLAND_DISPLAY", raising=False)
        patch.delenv("QT_SCALE_FACTOR", raising=False)
        yield display


@pytest.fixture(scope="session")
def app(ui_display: PrivateDisplay) -> Iterator[QApplication]:
    """The one QApplication of the session: Qt allows no second one in a process."""
    qInstallMessageHandler(_note)
    application = QApplication.instance() or QApplication(["desktop-agent-tests"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    theme.apply(application, "light")
    yield application
    _close_windows()
    application.shutdown()
    qInstallMessageHandler(None)


@pytest.fixture(autouse=True)
def clean_application(app: QApplication) -> Iterator[None]:
    """Each test starts in the light theme, leaves no window behind, and fails on any warning of Qt's."""
    _messages.clear()
    theme.apply(app, "light")
    yield
    _close_windows()
    heard = list(_messages)
    assert not heard, "Qt warned:\n" + "\n".join(heard)


@pytest.fixture
def wait(app: QApplication) -> Wait:
    """Run the event loop until a condition holds; fails after `PATIENCE` seconds."""

    def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
        deadline = monotonic() + patience
        while not condition():
            if monotonic() > deadline:
                pytest.fail(f"did not happen within {patience} s")
            app.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    return until


def _close_windows() -> None:
    for widget in QApplication.topLevelWidgets():
        if not _internal(widget):
            widget.hide()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()


def _internal(widget: QWidget) -> bool:
    """Whether it is a helper window that Qt made for itself."""
    return widget.metaObject().className() in ("QTipLabel", "QComboBoxPrivateContainer")


@pytest.fixture(scope="session")
def screen(ui_display: PrivateDisplay) -> Iterator[Screen]:
    """The real screen of the private display."""
    opened = open_screen(ui_display.name)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def windows(ui_display: PrivateDisplay) -> Iterator[Windows]:
    """The real windows of the private display."""
    opened = open_windows(ui_display.name)
    yield opened
    opened.close()


@pytest.fixture
def person(ui_display: PrivateDisplay) -> Iterator[Person]:
    """Somebody at mouse and keyboard of the private display, the pointer out of the way."""
    with Person.on(ui_display) as somebody:
        somebody.move(3, ui_display.size[1] - 3)
        yield somebody


@pytest.fixture
def terminal(ui_display: PrivateDisplay, windows: Windows, wait: Wait) -> Iterator[Window]:
    """A window of another program, which has the focus: an xterm that shows a pattern, and has finished drawing it."""
    pattern = (
        "yes 'the quick brown fox jumps over the lazy dog' | head -60; printf '\\033]2;drawn\\007'; exec sleep 1000"
    )
    process = ui_display.start(["xterm", "-geometry", "80x24+300+200", "-e", "sh", "-c", pattern])

    def found() -> Window | None:
        active = windows.active()
        return active if active is not None and active.pid == process.pid and active.title == "drawn" else None

    wait(lambda: found() is not None)
    window = found()
    assert window is not None
    yield window
    process.terminate()
    process.wait()
    wait(lambda: windows.get(window.id) is None)
