"""Keeps a run in the store while it happens."""

from dataclasses import replace

from desktop_agent.core.chat import Message
from desktop_agent.core.errors import StoreError
from desktop_agent.core.events import Looked, Resumed, RunEnded, RunEvent, Said, Stepped, Watcher
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.runs import Runs


class Recorder:
    """A `Watcher` that stores what it is told and passes it on. What was passed on is on disk.

    Args:
        conversations, runs: the store.
        conversation, run: the store's ids.
        watch: is told of everything afterwards.
    """

    def __init__(self, conversations: Conversations, runs: Runs, conversation: str, run: str, watch: Watcher) -> None:
        self._conversations = conversations
        self._runs = runs
        self._conversation = conversation
        self._run = run
        self._watch = watch

    def message(self, message: Message) -> None:
        """Keep one turn.

        Raises:
            StoreError: it could not be kept.
        """
        self._conversations.append(self._conversation, message)

    def __call__(self, event: RunEvent) -> None:
        """Keep the event, and pass it on.

        Raises:
            StoreError: it could not be kept; it was passed on all the same. The end of a run is passed on with the
                problem in it, instead.
        """
        try:
            self._keep(event)
        except StoreError as error:
            if isinstance(event, RunEnded):
                summary = f"{event.summary} {error.user_message}"
                self._watch(replace(event, status="failed", summary=summary, hint=error.hint))
                return
            self._watch(event)
            raise
        self._watch(event)

    def _keep(self, event: RunEvent) -> None:
        match event:
            case Stepped(number, result):
                self._runs.step(self._run, number, result)
            case Looked(tool, summary):
                self._runs.looked(self._run, tool, summary)
            case Resumed(pause, reply):  # Beside the tools that don't act.
                self._runs.looked(self._run, "pause", f"{pause.reason} {reply.resolution}")
            case Said(_, usage):
                self._runs.usage(self._run, usage)
            case RunEnded(_, status, summary):
                self._runs.end(self._run, status, summary)
