"""Desktop entry files, as in the Desktop Entry Specification 1.5 of freedesktop.org."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GROUP = "[Desktop Entry]"
MAX_BYTES = 1_000_000
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
_LIST_ITEM = re.compile(r"(?:[^;\\]|\\.)+")
_EXEC_QUOTED = '"`$\\'
"""What a backslash escapes within the double quotes of an Exec key."""


@dataclass(frozen=True)
class Entry:
    """One application. `names` are all by which a person may call it, casefolded; `command` runs it."""

    id: str
    path: Path
    name: str
    names: frozenset[str]
    generic: frozenset[str]
    keywords: tuple[str, ...]
    command: tuple[str, ...]
    terminal: bool
    folder: str
    """Where it wants to be started; empty where it doesn't care."""
    shown: bool


def load(path: Path, identity: str, locales: tuple[str, ...], desktops: tuple[str, ...]) -> Entry | None:
    """Read the entry at `path`; None when it is no application that can be run.

    Args:
        path: the file.
        identity: its desktop-entry id.
        locales: the person's, most wanted first ("de_DE", "de").
        desktops: what XDG_CURRENT_DESKTOP lists.
    """
    try:
        if not path.is_file():  # opening a named pipe would wait for whoever writes into it
            return None
        with path.open("rb") as file:
            keys = _keys(file.read(MAX_BYTES).decode("utf-8", "replace"))
    except OSError:
        return None
    if keys.get("Type") != "Application":
        return None
    name = _localized(keys, "Name", locales)
    try:
        command = arguments(keys.get("Exec", ""), unescape(name), str(path), unescape(keys.get("Icon", "")))
    except ValueError:
        return None
    if not name or not command:
        return None
    spellings = {unescape(keys.get("Name", "")), unescape(name), identity.removesuffix(".desktop")}
    spellings |= {identity, identity.removesuffix(".desktop").rpartition(".")[2], os.path.basename(command[0])}
    generic = {unescape(each) for each in (keys.get("GenericName", ""), _localized(keys, "GenericName", locales))}
    keywords = (*_list(keys.get("Keywords", "")), *_list(_localized(keys, "Keywords", locales)))
    return Entry(
        identity,
        path,
        unescape(name),
        frozenset(each.casefold() for each in spellings if each),
        frozenset(each.casefold() for each in generic if each),
        tuple(dict.fromkeys(keywords)),
        command,
        keys.get("Terminal") == "true",
        unescape(keys.get("Path", "")),
        _shown(keys, desktops),
    )


def _keys(text: str) -> dict[str, str]:
    """The raw values of the main group."""
    keys: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            inside = line == GROUP
        elif inside and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            keys.setdefault(key.strip(), value.strip())
    return keys


def _localized(keys: Mapping[str, str], key: str, locales: tuple[str, ...]) -> str:
    for each in locales:
        if f"{key}[{each}]" in keys:
            return keys[f"{key}[{each}]"]
    return keys.get(key, "")


def _list(value: str) -> list[str]:
    return [unescape(each.replace("\\;", ";")).strip() for each in _LIST_ITEM.findall(value) if each.strip()]


def _shown(keys: Mapping[str, str], desktops: tuple[str, ...]) -> bool:
    if keys.get("NoDisplay") == "true" or keys.get("Hidden") == "true":
        return False
    if "OnlyShowIn" in keys and not set(_list(keys["OnlyShowIn"])) & set(desktops):
        return False
    if set(_list(keys.get("NotShowIn", ""))) & set(desktops):
        return False
    program = unescape(keys.get("TryExec", ""))
    return not program or shutil.which(program) is not None


def unescape(value: str) -> str:
    r"""The escapes of string values: \s \n \t \r and \\."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), value)


def arguments(value: str, name: str, path: str, icon: str) -> tuple[str, ...]:
    """The program and its arguments in an Exec key. Field codes for files and addresses are left out, as there are
    none; %i, %c and %k become icon, name and path.

    Raises:
        ValueError: a quote that never ends, or a field code that does not exist.
    """
    result: list[str] = []
    for argument, quoted in _split(unescape(value)):
        if argument == "%i" and not quoted:
            result += ["--icon", icon] if icon else []
            continue
        filled = argument if quoted else _filled(argument, name, path)
        if filled or quoted:
            result.append(filled)
    return tuple(result)


def _split(value: str) -> Iterator[tuple[str, bool]]:
    """The arguments, and whether each was quoted (the specification lets quotes surround whole arguments only)."""
    position = 0
    while position < len(value):
        if value[position] in " \t\n":
            position += 1
        elif value[position] == '"':
            argument, position = _quoted(value, position + 1)
            yield argument, True
        else:
            end = re.compile(r"[ \t\n]|$").search(value, position)
            stop = end.start() if end else len(value)
            yield value[position:stop], False
            position = stop


def _quoted(value: str, start: int) -> tuple[str, int]:
    argument = ""
    position = start
    while position < len(value):
        char = value[position]
        if char == '"':
            return argument, position + 1
        if char == "\\" and value[position + 1 : position + 2] in tuple(_EXEC_QUOTED):
            position += 1
            char = value[position]
        argument += char
        position += 1
    raise ValueError("a quote that never ends")


def _filled(argument: str, name: str, path: str) -> str:
    codes = {"%": "%", "c": name, "k": path, **dict.fromkeys("fFuUiDdNnvm", "")}

    def code(found: re.Match[str]) -> str:
        if found[1] not in codes:
            raise ValueError(f"unknown field code {found[0]}")
        return codes[found[1]]

    return re.sub(r"%(.?)", code, argument)
