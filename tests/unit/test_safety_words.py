"""Finding the words of the rules in names and titles."""

import time

import pytest

from desktop_agent.safety import rulebook
from desktop_agent.safety.words import Lexicon, Reading

WORDS = Lexicon(
    {
        "delete": {
            "words": ["delete", "move to trash", "=clear", "eras*", "删除"],
            "titles": ["removal"],
            "but": ["deleted items", "delete key", "删除线"],
        },
        "send": {"words": ["send", "send to bank"], "but": ["send to back", "bank"]},
    }
)


def has(text, family="delete", reading=Reading.COMMAND, title=False):
    return WORDS.find(text).has(family, reading, title=title)


@pytest.mark.parametrize("text", [
    "Delete", "DELETE…", "_Delete", "&Delete", "De\u200ble\u202ete", "Ｄｅｌｅｔｅ", "删除(D)", "删 除",
    "Move to Trash", "Clear",
    "Erasing…", "Permanently delete this repository and all that belongs to it", "全部删除", "Yes, delete it",
    "delete_button",
])  # fmt: skip
def test_what_a_command_is_called(text):
    assert has(text)


@pytest.mark.parametrize("text", [
    "Deleted Items", "Delete key", "删除线", "Undelete", "Clear formatting", "Don't delete", "Do not delete",
    "不删除", "已删除",
    "Show the file that somebody wanted to delete", "",
])  # fmt: skip
def test_what_only_holds_such_a_word(text):
    assert not has(text)


def test_a_link_or_a_row_must_be_hardly_more_than_the_word():
    assert has("Delete account", reading=Reading.CONTENT)
    assert not has("How to delete cookies", reading=Reading.CONTENT)
    assert not has("Delete your account now, experts urge", reading=Reading.CONTENT)
    assert has("Delete", reading=Reading.ROW)
    assert not has("delete that old thing", reading=Reading.ROW)


def test_titles_know_more_words():
    assert has("Removal of files", reading=Reading.ANYWHERE, title=True)
    assert not has("Removal of files", reading=Reading.ANYWHERE)


def test_a_harmless_phrase_excuses_no_more_than_its_own_words():
    assert not has("Send to Back", "send")
    assert has("Send to Back, then send", "send")
    assert has("Send to bank", "send")


def test_a_phrase_that_is_too_short_is_refused():
    for phrase in ("", "*", "a*"):
        with pytest.raises(ValueError, match="too short"):
            Lexicon({"x": {"words": [phrase]}})


def test_a_hostile_name_is_read_in_time():
    lexicon = rulebook.shipped().lexicon
    began = time.process_time()
    lexicon.find("move to move to delete 删 " * 100_000)
    assert time.process_time() - began < 5.0
