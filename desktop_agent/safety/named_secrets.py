"""The person's named secrets: the values in the keyring, the names in a folder of empty files.

Keyrings can't list what they hold without being unlocked, which asks the person. A name is no secret, and a file each
can't be damaged by two processes that write at once.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_agent.core import paths
from desktop_agent.core.errors import Refused, StoreError, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.safety import secrets

MAX_VALUE = 1000
"""Characters: longer ones are no passwords, and would be typed for long."""
_NAME = re.compile(r"\w(?:[\w .@-]{0,48}\w)?")
_UNTYPABLE = frozenset({"Cc", "Cs"})
"""Control characters, among them the line break, which would send a form; and halves of surrogate pairs."""


def names() -> tuple[str, ...]:
    """All names, sorted. The keyring is not asked.

    Raises:
        StoreError: they can't be read.
    """
    with _explained("read"):
        folder = _folder()
        found = folder.iterdir() if folder.exists() else ()
        return tuple(sorted(each.name for each in found if _NAME.fullmatch(each.name)))


def keep(name: str, value: str) -> None:
    """Keep `value` under `name`, in the place of what was there.

    Raises:
        UsageError: it can't be a name, or the value can't be typed.
        Unavailable: no keyring can be used.
        StoreError: the name could not be written.
    """
    require_name(name)
    if not value:
        raise UsageError("The secret is empty.", "Give its value.")
    if len(value) > MAX_VALUE:
        raise UsageError(f"The secret has more than {MAX_VALUE:,} characters.", "Only what is typed can be a secret.")
    if not _typable(value):
        raise UsageError("The secret holds a line break or a control character, which can't be typed.", "Leave it out.")
    secrets.store(_item(name), value)
    with _explained("written"):
        _folder().mkdir(mode=0o700, exist_ok=True)
        (_folder() / name).touch(mode=0o600)


def remove(name: str) -> None:
    """Forget the secret called `name`.

    Raises:
        UsageError: there is none.
        Unavailable: no keyring can be used.
        StoreError: the name could not be removed.
    """
    if name not in names():
        raise missing(name)
    secrets.store(_item(name), "")
    with _explained("written"):
        (_folder() / name).unlink(missing_ok=True)


def reveal(name: str) -> str:
    """The value, to be typed at once and kept nowhere.

    Raises:
        Refused: there is none, or it can't be typed.
        Unavailable: no keyring can be used.
    """
    value = secrets.read(_item(name))
    if not value:
        problem = missing(name)
        raise Refused(problem.user_message, problem.hint)
    if not _typable(value):
        raise Refused(f"The secret “{name}” holds a line break or a control character, which can't be typed.")
    return value


def missing(name: str) -> UsageError:
    """What is said of a name that stands for nothing."""
    shown = one_line(name, 60)
    written = shlex.quote(name) if _NAME.fullmatch(name) else "NAME"
    return UsageError(f"There is no secret “{shown}”.", f"Add it with: desktop-agent secret set {written}")


def require_name(name: str) -> None:
    """Names are files, and stand on approval cards.

    Raises:
        UsageError: `name` can't be one.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"“{one_line(name, 60)}” can't be the name of a secret.",
            "Use up to 50 letters, digits, spaces and . @ - _, with a letter or a digit at both ends.",
        )


def _item(name: str) -> str:
    """The keyring's name for it, apart from the keys of servers."""
    return f"secret {name}"


def _folder() -> Path:
    return paths.data() / "secrets"


def _typable(value: str) -> bool:
    return all(unicodedata.category(each) not in _UNTYPABLE for each in value)


@contextmanager
def _explained(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The names of your secrets could not be {doing}: {error.strerror}.",
            "Free some space, or make the folder writable.",
            str(error),
        ) from error
