"""Terminals under Linux: the modes of the pseudo-terminals that a process has opened for others."""

import contextlib
import os
import termios
from collections.abc import Iterator
from pathlib import Path

_LOCAL_MODES = 3
_REMOTE = frozenset({"ssh", "mosh-client", "telnet", "slogin", "autossh", "sudo", "su", "doas", "passwd", "login"})
"""Programs that read passwords themselves, or pass on what others ask: behind them a terminal's modes tell nothing."""
_COMMAND, _TERMINAL, _FOREGROUND = 1, 6, 7
"""Fields of /proc/PID/stat."""


def hides_typing(pid: int) -> bool | None:
    """See `terminals.hides_typing`."""
    found = [_hides(device, foreground) for device, foreground in _terminals(pid)]
    known = [each for each in found if each is not None]
    return any(known) if known else None


def _hides(device: Path, foreground: str) -> bool | None:
    """A line that isn't shown while it is edited by the terminal itself is a password. Shells and editors edit it
    themselves and show it themselves; so may what a remote machine asks, where nobody can tell."""
    modes = _modes(device)
    if modes is None:
        return None
    shows, edits = bool(modes & termios.ECHO), bool(modes & termios.ICANON)
    if edits:
        return not shows
    return foreground in _REMOTE


def _modes(device: Path) -> int | None:
    try:
        descriptor = os.open(device, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return int(termios.tcgetattr(descriptor)[_LOCAL_MODES])
    except termios.error:
        return None
    finally:
        os.close(descriptor)


def _terminals(pid: int) -> Iterator[tuple[Path, str]]:
    """The pseudo-terminals on which the descendants of `pid` run and `pid` itself doesn't, each with the name of the
    program in its foreground."""
    import psutil

    own = _stat(pid)
    seen = {own[_TERMINAL]} if own else set()
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            fields = _stat(child.pid)
            if fields is None or fields[_TERMINAL] in seen:
                continue
            seen.add(fields[_TERMINAL])
            device = _device(int(fields[_TERMINAL]))
            foreground = _stat(int(fields[_FOREGROUND]))
            if device is not None:
                yield device, foreground[_COMMAND] if foreground else ""


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat, the second one without its brackets."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    number, _, rest = text.partition(" (")
    name, _, others = rest.rpartition(") ")
    return [number, name, *others.split()]


def _device(number: int) -> Path | None:
    """The pseudo-terminal with the device number `number`; None where it is none."""
    major = os.major(number)
    return Path(f"/dev/pts/{os.minor(number) + 256 * (major - 136)}") if 136 <= major <= 143 else None
