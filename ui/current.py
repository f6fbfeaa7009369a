"""The session in use. It is replaced when the settings change; whoever holds this goes on."""

from collections.abc import Callable

from desktop_agent.cli.session import Session
from desktop_agent.core.desktop import Scope
from desktop_agent.core.events import RunEnded, Watcher
from desktop_agent.core.images import Image
from desktop_agent.core.model_state import ModelState
from desktop_agent.core.protocols import Screen, Windows
from desktop_agent.core.settings import PlannerName, Settings
from desktop_agent.store.conversations import Conversations
from desktop_agent.store.runs import Runs


class Current:
    """Implements `ui.bridge.Runner` and `ui.chat.Backing`.

    Args:
        make: makes a session for settings.
        settings: the first ones.
    """

    def __init__(self, make: Callable[[Settings], Session], settings: Settings) -> None:
        self._make = make
        self.settings = settings
        self.session = make(settings)

    def use(self, settings: Settings) -> Session:
        """Go on with other settings. Not while something runs.

        Returns:
            The session before, to be closed.
        """
        old, self.session = self.session, self._make(settings)
        self.settings = settings
        return old

    @property
    def screen(self) -> Screen:
        return self.session.screen

    @property
    def windows(self) -> Windows:
        return self.session.windows

    @property
    def model(self) -> ModelState:
        """See `Session.model`."""
        return self.session.model

    @property
    def conversations(self) -> Conversations:
        return self.session.conversations

    @property
    def runs(self) -> Runs:
        return self.session.runs

    def prepare(self) -> None:
        """See `Session.prepare`."""
        self.session.prepare()

    def look_ahead(self, image: Image, scope: Scope, wanted: Callable[[], bool]) -> None:
        """See `Session.look_ahead`."""
        self.session.look_ahead(image, scope, wanted)

    def ask(
        self,
        question: str,
        *,
        image: Image | None = None,
        scope: Scope | None = None,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | None = None,
    ) -> RunEnded:
        """See `Session.ask`."""
        return self.session.ask(
            question, image=image, scope=scope, watch=watch, conversation=conversation, planner=planner
        )

    def do(
        self,
        instruction: str,
        *,
        scope: Scope,
        watch: Watcher,
        conversation: str | None = None,
        planner: PlannerName | None = None,
    ) -> RunEnded:
        """See `Session.do`."""
        return self.session.do(instruction, scope=scope, watch=watch, conversation=conversation, planner=planner)

    def is_command(self, text: str) -> bool:
        """See `Session.is_command`."""
        return self.session.is_command(text)

    def stop(self, reason: str) -> None:
        """See `Session.stop`."""
        self.session.stop(reason)

    def stopped(self) -> str | None:
        """See `Session.stopped`."""
        return self.session.stopped()

    def resume(self) -> None:
        """See `Session.resume`."""
        self.session.resume()

    def close(self) -> None:
        """Give back what the session holds."""
        self.session.close()
