"""An episode begins once eyes that ask the accessible tree see its page."""

import pytest

from desktop_agent.evaluation import miniwob
from desktop_agent.evaluation.browser import BrowserFailed

TITLE = "Click Test Task"
SAID = "Click the button."


class SlowTree:
    """A browser whose accessible tree is `late` looks behind the page, with the page before at first."""

    def __init__(self, late):
        self.late, self.title, self.told, self.changes = late, "", ["", "Enter Text Task"], []

    def open(self, url):
        self._rename(TITLE)

    def evaluate(self, script, *arguments):
        if script == miniwob._RENAME:
            before = self.title
            self._rename(*arguments)
            return before
        return SAID if script == miniwob._UTTERANCE else True

    def accessible_title(self):
        self.changes = [(title, left - 1) for title, left in self.changes]
        self.told += [title for title, left in self.changes if left < 0]
        self.changes = [(title, left) for title, left in self.changes if left >= 0]
        return self.told[-1]

    def _rename(self, title):
        self.title = title
        self.changes.append((title, self.late))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(miniwob, "POLL", 0)


@pytest.mark.parametrize("late", [0, 1, 7])
def test_it_is_waited_for_until_the_tree_is_of_the_page_as_it_is(late):
    browser = SlowTree(late)
    assert miniwob.begin(browser, "click-test", 0) == SAID
    assert (browser.title, browser.told[-1], browser.changes) == (TITLE, TITLE, [])
    assert len(browser.told) == 5, "the page's own title, another one, and its own again"


def test_the_same_page_again_is_told_from_the_one_before():
    browser = SlowTree(3)
    browser.told = [TITLE]
    miniwob.begin(browser, "click-test", 0)
    assert browser.changes == []


def test_a_tree_that_never_comes_is_not_waited_for_forever(monkeypatch):
    monkeypatch.setattr(miniwob, "READY_SECONDS", 0.05)
    with pytest.raises(BrowserFailed, match="not in the accessible tree"):
        miniwob.begin(SlowTree(10**9), "click-test", 0)
