"""Applications on desktops that follow freedesktop.org."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from desktop_agent.core.child import SOCKET_VARIABLE
from desktop_agent.core.desktop import Application
from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.desktop.apps.entry import Entry, load

DEFAULT_FOLDERS = "/usr/local/share:/usr/share"
TERMINALS = ("x-terminal-emulator", "xfce4-terminal", "konsole", "xterm")
"""Programs that run a command after `-e`."""


class XdgLauncher:
    """Implements `core.protocols.Launcher`. Reads the entries anew each time: people install things."""

    def find(self, name: str) -> tuple[Application, ...]:
        """Applications that `name` may mean: those of exactly that name, else of that id or program, alone;
        else those whose name has words that begin like it; then those with such a keyword."""
        wanted = " ".join(name.casefold().split())
        if not wanted:
            return ()
        shown = [each for each in self._entries().values() if each.shown]
        exact = [each for each in shown if each.name.casefold() == wanted] or [
            each for each in shown if wanted in each.names
        ]
        if exact:
            return tuple(_application(each) for each in sorted(exact, key=lambda entry: entry.name))
        ranked = sorted((_rank(each, wanted), each.name, each.id, each) for each in shown)
        return tuple(_application(each) for rank, _, _, each in ranked if rank < _NO_MATCH)

    def launch(self, application: str) -> None:
        """Start the application with that id, detached from this process; never through a shell.

        Raises:
            UsageError: there is none with that id.
            Unavailable: it could not be started.
        """
        entry = self._entries().get(application)
        if entry is None or not entry.shown:
            raise UsageError(f"There is no application {application}.", "Look it up by its name.")
        command = [*_terminal(), *entry.command] if entry.terminal else list(entry.command)
        folder = entry.folder if entry.folder and Path(entry.folder).is_dir() else str(Path.home())
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={key: value for key, value in os.environ.items() if key != SOCKET_VARIABLE},
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(
                f"{entry.name} could not be started: {error.strerror}.", "Is it still installed?", str(error)
            ) from error
        # It may outlive us; if it does not, somebody has to take its exit status.
        threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()

    def _entries(self) -> dict[str, Entry]:
        """Entries by id; of several with one id, the one in the folder that comes first."""
        locales, desktops = _locales(), tuple(filter(None, os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")))
        found: dict[str, Entry | None] = {}
        for folder in _folders():
            for path in sorted(folder.rglob("*.desktop")):
                identity = "-".join(path.relative_to(folder).parts)
                if identity not in found:
                    found[identity] = load(path, identity, locales, desktops)
        return {identity: entry for identity, entry in found.items() if entry is not None}


_NO_MATCH = 3


def _rank(entry: Entry, wanted: str) -> int:
    """0: words of its name begin like `wanted`; 1: of its generic name; 2: of its keywords."""
    for rank, names in enumerate((entry.names, entry.generic, tuple(each.casefold() for each in entry.keywords))):
        if any(_begins(each, wanted) for each in names):
            return rank
    return _NO_MATCH


def _begins(name: str, wanted: str) -> bool:
    """Whether each word of `wanted` begins a word of `name`."""
    words = [each for each in re.split(r"[\W_]+", name) if each] + [name]
    return all(any(word.startswith(part) for word in words) for part in wanted.split())


def _application(entry: Entry) -> Application:
    return Application(entry.id, entry.name, entry.terminal, entry.keywords)


def _folders() -> Iterator[Path]:
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    for each in (home, *(os.environ.get("XDG_DATA_DIRS") or DEFAULT_FOLDERS).split(":")):
        folder = Path(each) / "applications"
        if each.startswith("/") and folder.is_dir():
            yield folder


def _locales() -> tuple[str, ...]:
    """The person's locales as entries write them, most wanted first ("de_DE", "de")."""
    variables = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    value = next((os.environ[name] for name in variables if os.environ.get(name)), "")
    locales: dict[str, None] = {}
    for each in value.split(":"):
        plain = re.sub(r"\..*?(?=@|$)", "", each)
        without_modifier = plain.partition("@")[0]
        locales |= dict.fromkeys((plain, without_modifier, without_modifier.partition("_")[0]))
    return tuple(each for each in locales if each and each not in ("C", "POSIX"))


def _terminal() -> tuple[str, str]:
    for name in TERMINALS:
        program = shutil.which(name)
        if program:
            return program, "-e"
    raise Unavailable("The application runs in a terminal, and none was found.", "Install xterm.")
