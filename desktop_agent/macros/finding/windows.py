"""Which windows a macro's reference means, and how to refer to a window."""

import re
from collections.abc import Iterable

from desktop_agent.core.desktop import Window
from desktop_agent.core.text import one_line
from desktop_agent.macros.format import WindowRef

ANYTHING = "*"
_MODIFIED = re.compile(r"^[*●•]\s?")
"""How programs mark a window whose document has unsaved changes."""
_SEPARATOR = re.compile(r"\s[-–—|·]\s")
_CHANGING = re.compile(
    r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|[^\s*]*[/\\][^\s*]*|[^\s*]*\.[A-Za-z]\w{0,4}(?!\w)|\d+(?:[.,:]\d+)*"
)
"""What names a document or counts: quoted names, paths, file names, numbers."""


def matches(ref: WindowRef, window: Window) -> bool:
    """Whether `window` is one that `ref` means. Case makes no difference, nor does a mark of unsaved changes."""
    if ref.application and ref.application.casefold() != window.application.casefold():
        return False
    return not ref.title or _fits(_plain(ref.title), _MODIFIED.sub("", _plain(window.title)))


def _fits(pattern: str, title: str) -> bool:
    """Whether `title` is `pattern` with anything for each `*`. No regular expression: for hundreds of stars, which a
    stranger's macro may have, one takes for ever."""
    first, *rest = pattern.split(ANYTHING)
    if not rest:
        return title == pattern
    at = len(first)
    for part in rest[:-1]:
        found = title.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return title.startswith(first) and title.endswith(rest[-1]) and at + len(rest[-1]) <= len(title)


def matching(ref: WindowRef | None, windows: Iterable[Window]) -> tuple[Window, ...]:
    """Those of `windows` that `ref` means; without one all but panels and the desktop's background. Popups count only
    where nothing else does: they belong to other windows."""
    fitting = [each for each in windows if (not each.panel if ref is None else matches(ref, each))]
    return tuple(each for each in fitting if not each.popup) or tuple(fitting)


def is_vague(ref: WindowRef | None) -> bool:
    """Whether `ref` may as well mean another window of the application, with another document or of another purpose."""
    if ref is None:
        return True
    said = re.sub(r"[\W_]+", "", ref.title.replace(ANYTHING, "")).casefold()
    return ANYTHING in ref.title and (not said or said in _letters(ref.application))


def reference(window: Window) -> WindowRef:
    """How to refer to `window` so that it is found again with another document in it."""
    return WindowRef(application=one_line(window.application), title=title_pattern(window.title, window.application))


def title_pattern(title: str, application: str) -> str:
    """`title` with `*` for what may be another the next time: the document's name where the title also names the
    application, else quoted names, file names and numbers.

    A `*` of the title itself also stands for anything then, which does no harm.
    """
    title = one_line(title)
    title = title if title.startswith(ANYTHING) else _MODIFIED.sub("", title)
    cuts = list(_SEPARATOR.finditer(title))
    if cuts and _names(title[cuts[-1].end() :], application):
        return ANYTHING + title[cuts[-1].start() :]
    if cuts and _names(title[: cuts[0].start()], application):
        return title[: cuts[0].end()] + ANYTHING
    if _letters(title) == _letters(application):
        return title
    return re.sub(r"\*(?:\s*\*)+", ANYTHING, _CHANGING.sub(ANYTHING, title))


def _names(part: str, application: str) -> bool:
    """Whether a part of a title is the application's name."""
    said, known = _letters(part), _letters(application)
    return bool(said and known) and (said in known or known in said)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
