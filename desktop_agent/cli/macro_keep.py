"""`desktop-agent macro import|export|remove|restore`: macros come, are shared, and go."""

import argparse
from pathlib import Path

from desktop_agent.cli import macro_words
from desktop_agent.cli.macro_action import Told, require_yes, say
from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import fold
from desktop_agent.macros import check, files
from desktop_agent.macros.files import SUFFIX
from desktop_agent.macros.library import Library, slug
from desktop_agent.macros.playing import triggered
from desktop_agent.macros.playing.trigger_words import words

PICTURES_WARNING = "Its pictures show what was on your screen: look at them before you share it."


def bring_in(arguments: argparse.Namespace) -> Told:
    """Show a file's macro, ask, and take it in."""
    library = Library()
    stored = files.read(arguments.file)
    problems = check.check(stored, library.snapshot().get)
    say(arguments, macro_words.preview(stored.macro, problems))
    require_yes(arguments, "Take this macro in?", f"{arguments.file} was not taken in.")
    entry = library.bring_in(stored, arguments.folder)
    say(arguments, [f"It is in your library as “{entry.name}”. Each of its steps asks until you approve it."])
    return Told({"name": entry.name, "folder": entry.folder, "problems": [check.sentence(each) for each in problems]})


def export(arguments: argparse.Namespace) -> Told:
    """Write one to a file."""
    from desktop_agent.macros.export import exported, guide, python

    library = Library()
    stored = library.open(library.find(arguments.name))
    other = [each for each in (arguments.python, arguments.guide) if each is not None]
    if arguments.file and other:
        raise UsageError("Several files were named.", "Export one at a time, or --python and --guide together.")
    paths = other or [arguments.file or Path(slug(stored.macro.name) + SUFFIX)]
    for path in paths:
        _require_free(path, arguments.overwrite)
    pictured = not other and bool(files.picture_names(stored.macro))
    if arguments.python:
        script = python.export(stored, library.snapshot().get)
        exported.save(script, arguments.python)
        pictured |= bool(script.pictures)
    if arguments.guide:
        shown = guide.export(stored, exported.folder_beside(arguments.guide).name)
        exported.save(shown, arguments.guide)
        pictured |= bool(shown.pictures)
    if not other:
        files.pack(stored, paths[0])
    say(arguments, [f"Written: {', '.join(map(str, paths))}", *([PICTURES_WARNING] if pictured else [])])
    return Told({"files": [str(path) for path in paths]})


def _require_free(path: Path, overwrite: bool) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", "Name a file.")
    if path.exists() and not overwrite:
        raise UsageError(f"{path} is there already.", "Choose another name, or add --overwrite.")


def remove(arguments: argparse.Namespace) -> Told:
    """Put one into the trash."""
    library = Library()
    entry = library.snapshot().locate(arguments.name)
    removed = triggered.remove(library, entry)
    lines = [f"“{entry.name}” is in the trash for 30 days. Back: desktop-agent macro restore NAME"]
    lines += [f"It no longer starts by itself ({words(each)})." for each in removed.triggers]
    say(arguments, lines)
    return Told({"name": entry.name, "triggers": [words(each) for each in removed.triggers]})


def restore(arguments: argparse.Namespace) -> Told:
    """Take one back from the trash, or list it."""
    library = Library()
    trashed = library.trashed()
    names = list(dict.fromkeys(each.name for each in trashed))
    if not arguments.name:
        say(arguments, names or ["The trash is empty."])
        return Told({"trash": names})
    found = [each for each in trashed if fold(each.name) == fold(arguments.name)]
    if not found:
        raise UsageError(f"There is no “{arguments.name}” in the trash.", "See: desktop-agent macro restore")
    entry = library.restore(found[0].path, arguments.folder)
    say(arguments, [f"“{entry.name}” is back."])
    return Told({"name": entry.name, "folder": entry.folder})
