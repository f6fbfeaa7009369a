"""Where our files are. DESKTOP_AGENT_HOME moves all of them under one folder."""

import os
import stat
import warnings
from collections.abc import Callable
from pathlib import Path

import platformdirs

from desktop_agent.core.errors import StoreError

NAME = "desktop-agent"


def _folder(kind: str, default: Callable[[str], str]) -> Path:
    home = os.environ.get("DESKTOP_AGENT_HOME")
    return _private(Path(home) / kind if home else Path(default(NAME)))


def _private(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {path} could not be made: {error.strerror}.",
            "Free some space or make it writable, or set DESKTOP_AGENT_HOME to another folder.",
            str(error),
        ) from error
    return path


def config() -> Path:
    """Settings."""
    return _folder("config", platformdirs.user_config_dir)


def data() -> Path:
    """Conversations, runs, models, macros."""
    return _folder("data", platformdirs.user_data_dir)


def cache() -> Path:
    """What can be made again."""
    return _folder("cache", platformdirs.user_cache_dir)


def logs() -> Path:
    """Logs of ours and of the child processes."""
    return _folder("log", platformdirs.user_log_dir)


def runtime() -> Path:
    """Sockets and locks, gone at the next boot. Only this user may enter.

    Raises:
        StoreError: the folder belongs to someone else or is open to others.
    """
    path = _folder("run", _runtime_default)
    status = path.stat()
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077):
        raise StoreError(
            f"The folder {path} is open to other users, so our sockets can't lie there.",
            f"Run: chmod 700 '{path}'",
        )
    return path


def _runtime_default(name: str) -> str:
    """The session's own folder, or, where there is none, a checked one under the temporary folder."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # That there is none is nothing the person must do anything about.
            return platformdirs.user_runtime_dir(name)
    except OSError as error:
        raise StoreError(
            "There is no safe folder for our sockets.", "Set XDG_RUNTIME_DIR to a folder of your own.", str(error)
        ) from error
