"""Text from outside made fit to be kept, sent or shown."""


def encodable(text: str) -> str:
    """`text` with lone surrogates, which are no characters and have no UTF-8, replaced by "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, limit: int = 300) -> str:
    """`text` in one line of at most `limit` characters. White space becomes single spaces; what could change how
    the line is shown (control and format characters, such as escapes and marks of direction) is dropped."""
    line = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
