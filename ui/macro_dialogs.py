"""Asks where a macro comes from or goes to."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from desktop_agent.macros.files import CONTENT, SUFFIX


def file_to_import(parent: QWidget) -> Path | None:
    """The macro to import: a `.macro` file, or the folder of a `macro.json`."""
    title = QCoreApplication.translate("macros", "Import a macro")
    kinds = QCoreApplication.translate("macros", "Macros (*.macro macro.json);;All files (*)")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(Path.home()), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path.parent if path.name == CONTENT else path


def file_to_export(parent: QWidget, name: str) -> Path | None:
    """Where to write a macro; the ending of its name says in which form."""
    title = QCoreApplication.translate("macros", "Export the macro")
    kinds = QCoreApplication.translate("macros", "Macro (*.macro);;Python script (*.py);;Guide with pictures (*.md)")
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(Path.home() / f"{name}{SUFFIX}"), kinds)
    if not chosen:
        return None
    path, suffix = Path(chosen), kind.rpartition("*")[2].rstrip(")") or SUFFIX
    return path if path.suffix else path.with_name(path.name + suffix)


def folder(parent: QWidget, known: Sequence[str], now: str) -> str | None:
    """The folder of the person's to move a macro into; "" is none."""
    title = QCoreApplication.translate("macros", "Move to folder")
    label = QCoreApplication.translate("macros", "Folder (empty: none); a new name makes a new one:")
    choices = ["", *known]
    row = choices.index(now) if now in choices else 0
    chosen, fine = QInputDialog.getItem(parent, title, label, choices, row, editable=True)
    return chosen.strip() if fine else None
