"""Brings the `macro.json` of an older version up to the newest, one version at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.format import VERSION

MANY = 1_000_000
"""No version is so high: such a number may have thousands of digits."""
Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, Migration] = {}
"""For each version that is no longer the newest: what makes of its content that of the next. The field `format` is set
by `migrated`."""


def migrated(
    content: dict[str, Any], name: str, migrations: Mapping[int, Migration] = MIGRATIONS, newest: int = VERSION
) -> dict[str, Any]:
    """`content` in the newest version.

    Args:
        content: of a `macro.json`.
        name: of the file, for people.
        migrations: from one version to the next.
        newest: the version to reach.

    Raises:
        BadMacro: it is from a newer program, says no version that ever was, or is not made as its version has it.
    """
    version = content.get("format", 1)
    if type(version) is not int or version < 1:
        raise BadMacro(f"{name} has no version that can be read: “format” must be a number from 1.")
    if version > newest:
        said = f"version {version}" if version < MANY else "a far higher version"
        raise BadMacro(
            f"{name} was made by a newer Desktop Agent: it has {said}, and this one reads up to {newest}.",
            "Update Desktop Agent.",
        )
    while version < newest:
        try:
            content = {**migrations[version](content), "format": version + 1}
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            raise BadMacro(
                f"{name} says that it has version {version}, and does not hold what that has.", details=repr(error)
            ) from error
        version += 1
    return content
