"""What solvers make of a page's words."""

import pytest

from desktop_agent.evaluation.oracle.solvers.mail import wanted_in
from desktop_agent.evaluation.oracle.solvers.numbers import fits_words

MAIL = {"by": "Nat"}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ('Find the email by Nat and reply to them with the text "At. Ut."', {"task": "reply", "message": "At. Ut."}),
        ("Find the email by Nat and forward that email to Lia.", {"task": "forward", "to": "Lia"}),
        ("Find the email by Nat and click the trash icon to delete it.", {"task": "delete"}),
        ("Find the email by Nat and click the star icon to mark it as important.", {"task": "star"}),
    ],
)
def test_what_is_wanted_of_a_mail_is_read(said, wanted):
    assert wanted_in(said) == MAIL | wanted


@pytest.mark.parametrize(
    ("number", "said", "fits"),
    [
        (4, "Generate an even number, then press submit.", True),
        (4, "Generate an odd number, then press submit.", False),
        (4, "Generate a number less than 4, then press submit.", False),
        (5, "Generate a number greater than 4, then press submit.", True),
    ],
)
def test_a_number_fits_what_is_asked_for(number, said, fits):
    assert fits_words(number, said) is fits
