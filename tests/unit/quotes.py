"""Quotes text for instructions."""

import re

from desktop_agent.instant.quoting import CLOSERS


def quote(text: str, opener: str = '"') -> str:
    """`text` in quotes, such that `find_quotes` gives it back exactly."""
    closer = CLOSERS[opener][-1]
    marks = re.escape("".join({opener, *CLOSERS[opener]}))
    escaped = re.sub(rf"(\\*)([{marks}])", lambda match: match[1] * 2 + "\\" + match[2], text)
    trailing = len(escaped) - len(escaped.rstrip("\\"))
    return f"{opener}{escaped}{chr(92) * trailing}{closer}"
