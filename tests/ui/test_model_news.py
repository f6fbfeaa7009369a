"""What is told of the model, from whichever thread it comes."""

import threading

from PySide6.QtWidgets import QApplication

from desktop_agent.core.model_state import ModelState, Presence
from tests.ui.conftest import Wait
from ui.model_news import ModelNews

LOADING, LOADED = ModelState(Presence.LOADING, "m"), ModelState(Presence.LOADED, "m")


def test_it_is_told_in_the_gui_thread_once_for_each_state(app: QApplication, wait: Wait) -> None:
    now = ModelState()
    heard: list[tuple[ModelState, bool]] = []
    news = ModelNews(lambda: now)
    news.told.connect(lambda state: heard.append((state, threading.current_thread() is threading.main_thread())))
    news.look()
    news.look()
    now = LOADING
    threads = [threading.Thread(target=news.tell) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [(ModelState(), True)], "nothing is shown from another thread"
    wait(lambda: len(heard) == 2)
    app.processEvents()
    assert heard[1:] == [(LOADING, True)]


def test_what_was_told_late_does_not_count_but_how_it_is(app: QApplication, wait: Wait) -> None:
    now = LOADING
    heard: list[ModelState] = []
    news = ModelNews(lambda: now)
    news.told.connect(heard.append)
    news.tell()
    now = LOADED
    wait(lambda: heard)
    assert heard == [LOADED]


def test_nobody_is_told_after_the_end(app: QApplication) -> None:
    news = ModelNews(lambda: LOADED)
    news.deleteLater()
    app.sendPostedEvents(news, 52)
    news.tell()
