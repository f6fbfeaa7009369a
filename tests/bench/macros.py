"""What was promised of macros: each `macros_*.py` beside this file, one by one."""

from collections.abc import Sequence

from tests.bench import parted


def main(arguments: Sequence[str]) -> int:
    """Run them; see `parted.main`."""
    return parted.main("macros", arguments)
