"""A Qt program to be looked at and typed into: `python qt_window.py [--title T] [--geometry X,Y,W,H] [--state FILE]
[--button NAME]`.

With --state it keeps a JSON object in FILE: {"line", "text", "password", "checked", "clicks", "menu"} as they are now.
"""

import argparse
import json
import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class TestWindow(QMainWindow):
    __test__ = False

    def __init__(self, title: str, state: Path | None, button_name: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.state_file = state
        self.clicks = 0
        self.menu = ""
        self.line = QLineEdit()
        self.line.setAccessibleName("Name")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Notes")
        self.check = QCheckBox("Agree")
        self.secret = QLineEdit()
        self.secret.setAccessibleName("Password")
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        button = QPushButton(button_name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        layout = QVBoxLayout(body)
        for widget in (QLabel("A label"), self.line, self.text, self.check, self.secret, button):
            layout.addWidget(widget)
        self.setCentralWidget(body)
        menu = self.menuBar().addMenu("&File")
        for name in ("Open", "Save copy", "Close"):
            menu.addAction(name).triggered.connect(lambda _=False, name=name: self.choose(name))
        button.clicked.connect(self.click)
        self.line.textChanged.connect(self.write)
        self.text.textChanged.connect(self.write)
        self.secret.textChanged.connect(self.write)
        self.check.toggled.connect(self.write)
        self.line.setFocus()
        self.write()

    def choose(self, name: str) -> None:
        self.menu = name
        self.write()

    def click(self) -> None:
        self.clicks += 1
        self.write()

    def write(self) -> None:
        if self.state_file is None:
            return
        state = {
            "line": self.line.text(),
            "text": self.text.toPlainText(),
            "password": self.secret.text(),
            "checked": self.check.isChecked(),
            "clicks": self.clicks,
            "menu": self.menu,
        }
        fresh = self.state_file.with_suffix(".new")
        fresh.write_text(json.dumps(state), "utf-8")
        os.replace(fresh, self.state_file)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--title", default="Qt test window")
    parser.add_argument("--geometry", default="300,200,500,400")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--button", default="Press me")
    arguments = parser.parse_args()
    app = QApplication([])
    app.setDesktopFileName("qt-test-window")
    window = TestWindow(arguments.title, arguments.state, arguments.button)
    window.setGeometry(*(int(part) for part in arguments.geometry.split(",")))
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
