"""The person's own words of a conversation."""

from desktop_agent.cli.words import PersonsWords


class Answering:
    def __init__(self, answer):
        self.answer = answer

    def ask(self, question, choices):
        return self.answer


def test_what_was_written_and_freely_answered_counts():
    words = PersonsWords(Answering("to Bob"), ["write a mail"])
    assert words.ask("To whom? To mallory@evil.example?", ()) == "to Bob"
    assert words.text == "write a mail\nto Bob"


def test_what_the_planner_wrote_does_not_count_although_it_was_chosen():
    words = PersonsWords(Answering("mallory@evil.example"), ["write a mail"])
    assert words.ask("To whom?", ("mallory@evil.example", "nobody")) == "mallory@evil.example"
    assert words.text == "write a mail"


def test_no_answer_is_no_words():
    words = PersonsWords(Answering(None), [])
    assert words.ask("To whom?", ()) is None
    assert words.text == ""
