"""Segments of a prompt in the parts in which they are tokenised.

A tokenizer joins letters across the border between template and content: a sentence's full stop and the template's line
feed are one token for GLM, and that is what the model was trained on. So plain text is put together again before it is
tokenised, and only the template's special tokens, which end a text for the tokenizer anyway, stay apart.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from desktop_agent.core.chat import Picture
from desktop_agent.model.prompt import Content, Markup, Segment, break_specials, special_pattern


class Specials:
    """Texts of a vocabulary's control and user-defined tokens."""

    def __init__(self, texts: Collection[str]) -> None:
        self.begins = special_pattern(texts)
        """Finds where one begins, overlapping ones too; None where there is none."""
        named = sorted((re.escape(text) for text in texts if len(text) > 1 and text.strip()), key=len, reverse=True)
        self._whole = re.compile("|".join(named)) if named else None

    def split(self, text: str) -> tuple[str, str, str]:
        """What stands before the first one, from there to the end of the last one, and after that."""
        found = list(self._whole.finditer(text)) if self._whole else []
        if not found:
            return text, "", ""
        start, end = found[0].start(), found[-1].end()
        return text[:start], text[start:end], text[end:]


def whole_texts(segments: Sequence[Segment], specials: Specials) -> list[Segment]:
    """The parts to be tokenised. Special tokens count in `Markup` only, all of which stood in the template."""
    return list(_parts(segments, specials))


def _parts(segments: Sequence[Segment], specials: Specials) -> Iterator[Segment]:
    plain = ""
    for segment in segments:
        if isinstance(segment, Content):
            plain += segment.text
            continue
        before, markup, after = specials.split(segment.text) if isinstance(segment, Markup) else ("", "", "")
        plain += before
        if isinstance(segment, Picture) or markup:
            yield from _contents(plain, specials)
            yield segment if isinstance(segment, Picture) else Markup(markup)
            plain = after
    yield from _contents(plain, specials)


def _contents(text: str, specials: Specials) -> Iterator[Content]:
    return (Content(piece) for piece in break_specials(text, specials.begins))
