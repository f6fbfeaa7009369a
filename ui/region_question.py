"""From the hotkey to the answer: the region capture, the question box beside the region, and the run behind it."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop_agent.core.desktop import Scope
from desktop_agent.core.events import (
    Acting,
    Asking,
    Looked,
    Paused,
    Questioned,
    RunEnded,
    RunEvent,
    RunStarted,
    Said,
    Saying,
    Stepped,
    Thinking,
)
from ui.bridge import Bridge
from ui.capture import Captured
from ui.chat_cards import outcome_words
from ui.question import QuestionBox
from ui.run import Run
from ui.visible_text import line

Settle = Callable[[Scope, bool], Scope]


class RegionQuestion(QObject):
    """One question box and what is asked in it. It ends with its box.

    Args:
        captured: what the person marked.
        bridge: runs things.
        settle: makes the scope current, on a worker thread; told whether it is going to be acted in.
    """

    def __init__(self, captured: Captured, bridge: Bridge, settle: Settle) -> None:
        super().__init__()
        self._captured = captured
        self._bridge = bridge
        self._settle = settle
        self._conversation: str | None = None
        self._run: Run | None = None
        self._said = ""
        self._closed = threading.Event()
        self.box = QuestionBox(captured.screenshot, captured.scope)
        self.setParent(self.box)
        self.box.submitted.connect(self._submit)
        self.box.stop_requested.connect(lambda: bridge.stop("the question box's Stop button"))
        self.box.dismissed.connect(self._dismissed)

    def open(self) -> None:
        """Show the box, and let the planner look at the picture while the person writes."""
        closed = self._closed
        self.box.open()
        self._bridge.look_ahead(self._captured.screenshot.image, self._captured.scope, lambda: not closed.is_set())

    def _submit(self, text: str) -> None:
        captured, settle = self._captured, self._settle
        run = self._bridge.submit(
            text,
            lambda acting: settle(captured.scope, acting),
            image=captured.screenshot.image,
            conversation=self._conversation,
        )
        if run is None:
            self.box.finish(self.tr("Something is running already. Wait until it ends, or stop it."), ok=False)
            return
        self._run = run
        self._said = ""
        run.event.connect(self._tell)
        run.ended.connect(self._end)

    def _tell(self, event: RunEvent) -> None:
        match event:
            case RunStarted():
                self._conversation = event.conversation
            case Thinking():
                self.box.set_status(self.tr("Thinking…"))
            case Saying(text):
                self.box.append_answer(("\n\n" if not self._said and self.box.answer else "") + text)
                self._said += text
            case Said(text):
                if text and not self._said:
                    self.box.append_answer(("\n\n" if self.box.answer else "") + text)
                self._said = ""
            case _:
                self.box.set_status(self._status(event))

    def _status(self, event: RunEvent) -> str:
        match event:
            case Looked(tool, summary):
                return line(f"{tool}: {summary}")
            case Asking(request):
                return self.tr("Waiting for your decision: {words}").format(words=line(request.action.words))
            case Questioned() | Paused():
                return self.tr("Waiting for your answer")
            case Acting(action):
                return self.tr("Acting: {words}").format(words=line(action.words))
            case Stepped(number, result):
                return f"{number}. {line(result.action.words)} – {outcome_words(result.outcome.value)}"
            case _:
                return self.tr("Thinking…")

    def _end(self, end: RunEnded) -> None:
        self._run = None
        ok = end.status == "done"
        self.box.finish(end.summary if ok else f"{end.summary} {end.hint}".strip(), ok)

    def _dismissed(self) -> None:
        self._closed.set()
        run, self._run = self._run, None
        if run is not None:
            run.event.disconnect(self._tell)
            run.ended.disconnect(self._end)
            self._bridge.cancel()
