"""What solvers read out of the pages' words."""

import re

from desktop_agent.evaluation.oracle.page import Lost

ORDINALS = {"1st": 0, "2nd": 1, "3rd": 2}
"""Places as the pages count them."""


def quoted(utterance: str) -> str:
    """What stands in quotation marks.

    Raises:
        Lost: nothing does.
    """
    return found(r'"(.*)"', utterance)


def found(pattern: str, utterance: str) -> str:
    """What the pattern's group matches.

    Raises:
        Lost: it doesn't match.
    """
    match = re.search(pattern, utterance)
    if match is None:
        raise Lost(f"“{utterance}” does not read like {pattern}")
    return match[1]
