"""How a prompt is cut for the tokenizer: as little as can be, and never so that content becomes markup."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_agent.core.chat import Picture
from desktop_agent.core.images import Image
from desktop_agent.model.parts import Specials, whole_texts
from desktop_agent.model.prompt import Content, Markup, Segment

USER, CALL, END = "<|user|>", "<tool_call>", "</tool_call>"
SPECIALS = Specials((USER, CALL, END, "\n\n", "x"))
PICTURE = Picture("img1", Image(1, 1, bytes(4)))


def test_plain_text_is_put_together_over_the_borders() -> None:
    segments = [Markup(f"{USER}\n"), Content("\n one."), Content(" two."), Markup(f"\n{CALL} a {END}\n"), Content("b")]
    assert whole_texts(segments, SPECIALS) == [
        Markup(USER),
        Content("\n\n one. two.\n"),
        Markup(f"{CALL} a {END}"),
        Content("\nb"),
    ]


def test_pictures_stay_where_they_are() -> None:
    segments = [Content("a"), Markup("b"), PICTURE, Markup("c"), Content("d"), PICTURE, PICTURE]
    assert whole_texts(segments, SPECIALS) == [Content("ab"), PICTURE, Content("cd"), PICTURE, PICTURE]


def test_a_vocabulary_without_special_tokens() -> None:
    assert whole_texts([Markup("a"), Content(USER), Markup("b")], Specials(())) == [Content(f"a{USER}b")]


WORDS = st.sampled_from([USER, CALL, END, "<", "|user|>", "tool_call", ">", "</", "x", "\n", "a"])
TEXTS = st.lists(WORDS, max_size=5).map("".join)
SEGMENTS = st.lists(st.one_of(TEXTS.map(Content), TEXTS.map(Markup), st.just(PICTURE)), max_size=8)


@given(SEGMENTS)
def test_nothing_is_lost_and_no_content_becomes_markup(segments: list[Segment]) -> None:
    parts = whole_texts(segments, SPECIALS)

    def shown(items: list[Segment]) -> str:
        return "".join("\0" if isinstance(item, Picture) else item.text for item in items)

    assert shown(parts) == shown(segments)
    for part in parts:
        if isinstance(part, Content):
            assert not any(special in part.text for special in (USER, CALL, END))
    markup = [segment.text for segment in segments if isinstance(segment, Markup)]
    assert all(any(part.text in text for text in markup) for part in parts if isinstance(part, Markup))
