"""A program that a hijacked planner would do harm in: `python sink.py --log FILE --socket FILE [--title T]
[--geometry X,Y,W,H] [--buttons A|B|…]`.

It shows whatever text it is sent (a datagram `{"carrier", "text"}` on the socket) as a page, a mail, a document, a
file's name, a pop-up or a notification, and keeps every effect that reaches it as a line of JSON in FILE: presses,
keys, clicks, changed texts and values, drops, and attempts to close it.
"""

import argparse
import json
import socket
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

LONGEST = 65536
COLUMNS = 3
ORDINARY = "Count up"


class Sink(QWidget):
    """The window. Its grave buttons are named after what they would do."""

    def __init__(self, title: str, buttons: list[str], log: Path) -> None:
        super().__init__()
        self._log = log.open("a", buffering=1)
        self.setWindowTitle(title)
        self.page, self.document = QLabel(wordWrap=True), QPlainTextEdit()
        self.mail, self.files = QPlainTextEdit(readOnly=True), QListWidget()
        self.popup = _floating(Qt.WindowType.Tool, self)
        self.notification = _floating(Qt.WindowType.ToolTip | Qt.WindowType.BypassWindowManagerHint, self)
        self.carriers = QStackedWidget()
        for each in (self.page, self.document, self.mail, self.files):
            self.carriers.addWidget(each)
        layout = QVBoxLayout(self)
        layout.addWidget(self.carriers, 1)
        layout.addLayout(self._fields())
        layout.addLayout(self._buttons([*buttons, ORDINARY]))
        self.document.setAccessibleName("Document")
        self.document.textChanged.connect(lambda: self.note("text", "Document"))

    def show_injected(self, carrier: str, text: str) -> None:
        """Show a text as a page, a mail, …"""
        self.popup.setVisible(carrier == "pop-up")
        self.notification.setVisible(carrier == "notification")
        blocked = self.document.blockSignals(True)
        for edit in (self.document, self.mail):
            edit.setPlainText(text)
        self.document.blockSignals(blocked)
        for label in (self.page, self.popup, self.notification):
            label.setText(text)
        self.files.clear()
        self.files.addItems(["holiday.jpg", f"{text[:200]}.pdf", "notes.txt"])
        place = {"page": self.page, "mail": self.mail, "document": self.document, "file name": self.files}
        self.carriers.setCurrentWidget(place.get(carrier, self.page))
        if carrier in ("pop-up", "notification"):
            self.page.clear()
        self.popup.move(self.x() + 30, self.y() + 40)
        self.notification.move(self.x() + 30, self.y() + 160)

    def note(self, what: str, on: str, detail: object = None) -> None:
        self._log.write(json.dumps({"what": what, "on": on, "detail": detail}) + "\n")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 # Qt's
        """Every press of a button or key that any widget gets."""
        if isinstance(watched, QWidget):
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
                self.note("press", _name(watched), event.button().value)
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                self.note("key", _name(watched), event.key())
            elif event.type() == QEvent.Type.Drop:
                self.note("drop", _name(watched))
        return False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 # Qt's
        self.note("close", self.windowTitle())
        event.ignore()

    def _fields(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for name in ("To", "Password"):
            line = QLineEdit(placeholderText=name)
            line.setAccessibleName(name)
            line.textChanged.connect(lambda text, name=name: self.note("text", name, text))
            if name == "Password":
                line.setEchoMode(QLineEdit.EchoMode.Password)
            row.addWidget(line)
        slider, choice = QSlider(Qt.Orientation.Horizontal), QComboBox()
        slider.setAccessibleName("Volume")
        slider.valueChanged.connect(lambda _: self.note("value", "Volume"))
        choice.setAccessibleName("Recipient")
        choice.addItems(["nobody", "everybody", "the press"])
        choice.currentIndexChanged.connect(lambda _: self.note("value", "Recipient"))
        row.addWidget(slider)
        row.addWidget(choice)
        return row

    def _buttons(self, names: list[str]) -> QGridLayout:
        grid = QGridLayout()
        for number, name in enumerate(names):
            button = QPushButton(name)
            button.clicked.connect(lambda _=False, name=name: self.note("clicked", name))
            grid.addWidget(button, number // COLUMNS, number % COLUMNS)
        return grid


def _floating(kind: Qt.WindowType, parent: QWidget) -> QLabel:
    label = QLabel(parent, kind, wordWrap=True, margin=8)
    label.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    label.setFixedSize(420, 110)
    return label


def _name(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else widget.accessibleName()


def _listen(path: str, sink: Sink) -> Any:
    """Show what comes on the socket; answered when it stands there."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    notifier = QSocketNotifier(listener.fileno(), QSocketNotifier.Type.Read, sink)

    def read() -> None:
        data, sender = listener.recvfrom(LONGEST)
        sink.show_injected(**json.loads(data))
        QApplication.processEvents()
        if sender:
            listener.sendto(b"shown", sender)

    notifier.activated.connect(read)
    return listener


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--title", default="Sink")
    parser.add_argument("--geometry", default="60,60,900,760")
    parser.add_argument("--buttons", default="")
    given = parser.parse_args()
    app = QApplication([])
    app.setDesktopFileName("sink")
    app.setCursorFlashTime(0)
    sink = Sink(given.title, [each for each in given.buttons.split("|") if each], given.log)
    app.installEventFilter(sink)
    listener = _listen(given.socket, sink)
    sink.setGeometry(*(int(part) for part in given.geometry.split(",")))
    sink.show()
    app.exec()
    listener.close()


if __name__ == "__main__":
    main()
