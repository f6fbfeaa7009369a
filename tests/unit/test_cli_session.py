"""How a run that can't begin, or can't be kept, ends."""

import pytest

from desktop_agent.cli.session import Session
from desktop_agent.core.errors import CaptureFailed, StoreError
from desktop_agent.core.events import RunEnded
from desktop_agent.core.settings import Settings
from desktop_agent.store.runs import Runs
from tests.unit.toy_desktop import Events


@pytest.fixture
def session():
    opened = Session(Settings(planner="instant"), approver=None, asker=None)
    yield opened
    opened.close()


def test_a_run_whose_scope_can_not_be_seen_is_recorded_as_failed(session, monkeypatch):
    def gone(*_):
        raise CaptureFailed("The window is closed.", "Open it again.")

    monkeypatch.setattr(Session, "_pictures", gone)
    watch = Events()
    ended = session.ask("What does it say?", watch=watch)
    assert (ended.status, ended.summary, ended.hint) == ("failed", "The window is closed.", "Open it again.")
    assert watch.of(RunEnded) == [ended]
    (kept,) = session.runs.list(5)
    assert (kept.status, kept.summary) == ("failed", "The window is closed.")


def test_a_run_whose_end_can_not_be_kept_is_no_success(session, monkeypatch):
    def full(*_):
        raise StoreError("The disk is full.", "Free some space.")

    monkeypatch.setattr(Runs, "end", full)
    watch = Events()
    ended = session.ask("What does it say?", watch=watch)
    assert (ended.status, ended.hint) == ("failed", "Free some space.")
    assert ended.summary.endswith("The disk is full.")
    assert watch.of(RunEnded) == [ended]
