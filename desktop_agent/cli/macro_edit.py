"""`desktop-agent macro edit NAME`: its `macro.json` in the person's editor, read again before it replaces anything."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from desktop_agent.cli.approvers import printable
from desktop_agent.cli.macro_action import Told, say
from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.macros import check, files
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import CONTENT
from desktop_agent.macros.library import Entry, Library
from desktop_agent.macros.playing import triggered

FALLBACKS = ("sensible-editor", "nano", "vi")


def edit(arguments: argparse.Namespace) -> Told:
    """Edit one."""
    library = Library()
    entry = library.snapshot().locate(arguments.name)
    editor = _editor()
    before = files.text(entry.path)
    draft = Path(tempfile.mkdtemp(prefix="desktop-agent-edit-")) / CONTENT
    draft.write_bytes(before)
    while True:
        _run(editor, draft)
        after = draft.read_bytes()
        if after == before:
            shutil.rmtree(draft.parent)
            say(arguments, ["Nothing was changed."])
            return Told({"name": entry.name, "changed": False})
        try:
            entry = _save(library, entry, after, draft)
        except AgentError as error:
            if _again(error):
                continue
            raise
        shutil.rmtree(draft.parent)
        problems = check.check(library.open(entry), library.snapshot().get)
        say(arguments, [f"“{entry.name}” is saved.", *map(check.sentence, problems)])
        return Told({"name": entry.name, "changed": True, "problems": [check.sentence(each) for each in problems]})


def _save(library: Library, entry: Entry, text: bytes, draft: Path) -> Entry:
    """Raises BadMacro, with the place where the edited text is kept."""
    try:
        macro = files.parse(text, CONTENT)
        return triggered.renaming(library, entry, lambda: library.save(entry, macro, {}))
    except (BadMacro, UsageError) as error:
        hint = f"The macro is as it was; your text is kept in {draft}. {error.hint}".strip()
        raise BadMacro(error.user_message, hint, error.details) from error


def _again(error: AgentError) -> bool:
    """Tell what is wrong, and ask whether to edit again."""
    if not sys.stdin.isatty():
        return False
    print(printable(str(error)), file=sys.stderr)
    print("Edit it again? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _editor() -> list[str]:
    """The person's editor, with its options.

    Raises:
        UsageError: there is none.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if named:
        try:
            words = shlex.split(named)
        except ValueError as error:
            raise UsageError(f"EDITOR can't be read: {error}.", "Set it to an editor's command.") from error
        if words and shutil.which(words[0]):
            return words
        raise UsageError(f"There is no editor “{named}”.", "Set EDITOR to an editor's command.")
    found = next((each for each in FALLBACKS if shutil.which(each)), None)
    if found is None:
        raise UsageError("There is no editor.", "Set EDITOR to an editor's command.")
    return [found]


def _run(editor: list[str], draft: Path) -> None:
    try:
        code = subprocess.run([*editor, str(draft)]).returncode
    except OSError as error:
        raise UsageError(f"The editor {editor[0]} can't be started: {error.strerror}.") from error
    if code:
        raise AgentError(
            f"The editor {editor[0]} ended with {code}, so nothing was saved.", f"Your text is kept in {draft}."
        )
