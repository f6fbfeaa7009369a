"""What a thread was given is let go of in the GUI thread."""

import threading

from tests.ui.conftest import Wait
from ui import threads


class Given:
    """Notes which thread let go of it last."""

    def __init__(self, gone: list[threading.Thread]) -> None:
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.current_thread())

    def used(self, until: threading.Event) -> None:
        until.wait(30)


def test_what_a_thread_was_given_is_let_go_of_in_the_gui_thread(wait: Wait) -> None:
    gone: list[threading.Thread] = []
    until = threading.Event()

    def begin(given: Given) -> threading.Thread:
        return threads.start(lambda: given.used(until), "test")

    thread = begin(Given(gone))
    until.set()
    thread.join(30)
    assert not thread.is_alive()
    assert gone == []
    wait(lambda: gone)
    assert gone == [threading.main_thread()]
