"""A Qt window to find things in: `python form.py --theme light|dark`. Nothing in it does anything."""

import argparse

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QStyle,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

TITLE = "New appointment"
ICONS = (
    ("Go back", QStyle.StandardPixmap.SP_ArrowBack),
    ("Go forward", QStyle.StandardPixmap.SP_ArrowForward),
    ("Reload", QStyle.StandardPixmap.SP_BrowserReload),
    ("Delete", QStyle.StandardPixmap.SP_TrashIcon),
)


def field(line: QWidget, name: str) -> QWidget:
    line.setAccessibleName(name)
    return line


def form() -> QWidget:
    """The page with the fields."""
    page = QWidget()
    rows = QFormLayout(page)
    rows.addRow("Title", field(QLineEdit(), "Title"))
    rows.addRow("Place", field(QLineEdit(), "Place"))
    calendar = QComboBox()
    calendar.addItems(["Home", "Work"])
    rows.addRow("Calendar", field(calendar, "Calendar"))
    rows.addRow("Remind me", field(QSlider(Qt.Orientation.Horizontal), "Remind me"))
    rows.addRow("Notes", field(QPlainTextEdit(), "Notes"))
    ticks = QHBoxLayout()
    for tick in (QCheckBox("All day"), QRadioButton("Busy"), QRadioButton("Free")):
        ticks.addWidget(tick)
    rows.addRow(ticks)
    return page


def window() -> QMainWindow:
    main = QMainWindow()
    main.setWindowTitle(TITLE)
    for name in ("&Appointment", "&Edit", "&View"):
        main.menuBar().addMenu(name).addAction("Nothing")
    bar = main.addToolBar("Tools")
    for name, pixmap in ICONS:
        bar.addAction(main.style().standardIcon(pixmap), name)
    tabs = QTabWidget()
    tabs.addTab(form(), "General")
    tabs.addTab(QWidget(), "People")
    body = QWidget()
    rows = QVBoxLayout(body)
    rows.addWidget(tabs)
    buttons = QHBoxLayout()
    buttons.addStretch()
    for name in ("Cancel", "Save"):
        buttons.addWidget(QPushButton(name))
    rows.addLayout(buttons)
    main.setCentralWidget(body)
    return main


def dark() -> QPalette:
    palette = QPalette(QColor("#26282c"))  # Fusion makes the other colours of that one.
    palette.setColor(QPalette.ColorRole.Base, QColor("#1d1f22"))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(role, QColor("#e8e8e8"))
    return palette


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    arguments = parser.parse_args()
    app = QApplication([])
    app.setStyle("Fusion")
    if arguments.theme == "dark":
        app.setPalette(dark())
    shown = window()
    shown.setGeometry(330, 150, 620, 500)
    shown.show()
    app.exec()


if __name__ == "__main__":
    main()
