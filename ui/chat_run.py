"""Tells one run in the chat window: its events become cards and a line of status."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_agent.core.actions import Outcome
from desktop_agent.core.events import (
    Acting,
    Asking,
    Decided,
    Looked,
    Paused,
    Questioned,
    Resumed,
    RunEnded,
    RunEvent,
    RunStarted,
    Said,
    Saying,
    Stepped,
    Thinking,
)
from ui.chat_entries import LookEntry, NoticeEntry, NoticeKind, OfferEntry, Shot, Talk, of_pause, of_step
from ui.chat_transcript import Transcript
from ui.run import Run

NOTICES: dict[str, NoticeKind] = {
    "done": "done",
    **dict.fromkeys(("refused", "stopped", "limit", "waiting"), "warning"),
}


class RunTeller(QObject):
    """Follows `run` until it ended.

    `status` carries a line for the person; `conversation` the store's id of the conversation that the run belongs to.
    `compress` takes pictures that can be made smaller in the background.
    """

    status = Signal(str)
    conversation = Signal(str)

    def __init__(self, run: Run, transcript: Transcript, compress: Callable[[Shot], None]) -> None:
        super().__init__(run)
        self._transcript = transcript
        self._compress = compress
        self._talk = Talk()
        self._confirmed = 0
        self._by = ""
        """The server that answered last, where there are several."""
        run.event.connect(self.on_event)
        run.ended.connect(self.on_ended)

    def on_event(self, event: RunEvent) -> None:
        """Show what happened."""
        match event:
            case RunStarted():
                self.conversation.emit(event.conversation)
                self.status.emit(self.tr("Thinking …"))
            case Thinking(text):
                self._talk.reasoning.append(text)
                self._transcript.stream(reasoning=text)
                self.status.emit(self.tr("Thinking …"))
            case Saying(text):
                self._talk.saying.append(text)
                self._transcript.stream(text)
                self.status.emit(self.tr("Answering …"))
            case Said(text, usage):
                self._transcript.finish(self._talk.finish(text))
                self._tell_by(usage.by)
            case Resumed(pause, reply):
                for entry in of_pause(pause, reply):
                    self._transcript.add(entry)
                self.status.emit("")
            case Looked(tool, summary):
                self._transcript.add(LookEntry(tool, summary))
            case Stepped(number, result):
                self._confirmed += result.outcome is Outcome.CONFIRMED
                entry = of_step(number, result)
                self._transcript.add(entry)
                for shot in entry.shots:
                    self._compress(shot)
            case _:
                self._tell_status(event)

    def _tell_by(self, by: str) -> None:
        if by and by != self._by:
            self._transcript.add(LookEntry(self.tr("Answered by"), by))
        self._by = by

    def on_ended(self, end: RunEnded) -> None:
        """Show how it ended, unless the answer said so already."""
        self._transcript.finish(None)
        kind = NOTICES.get(end.status, "error")
        summary = self._talk.news_in(end.summary) if kind == "done" else end.summary
        if kind != "done" or summary:
            self._transcript.add(NoticeEntry(kind, summary, end.hint))
        if end.status == "done" and self._confirmed:
            self._transcript.add(OfferEntry(end.run))
        self.status.emit("")

    def _tell_status(self, event: RunEvent) -> None:
        match event:
            case Asking(request):
                self.status.emit(self.tr("Waiting for your decision: {words}").format(words=request.action.words))
            case Decided():
                self.status.emit(self.tr("Thinking …"))
            case Acting(action):
                self.status.emit(self.tr("Acting: {words}").format(words=action.words))
            case Questioned() | Paused():
                self.status.emit(self.tr("Waiting for your answer"))
