"""How texts of a macro stand in a script, so that they never become code."""

from collections.abc import Iterator

from desktop_agent.core.text import encodable, one_line


def literal(text: str) -> str:
    """`text` as Python writes it; only ASCII, so that no editor shows it otherwise than Python reads it."""
    return ascii(encodable(text))


def comment(text: str, indent: str) -> Iterator[str]:
    """`text` as comments: each of its lines a line of its own, without control characters."""
    for line in text.splitlines():
        if said := encodable(one_line(line, 200)):
            yield f"{indent}# {said}"
