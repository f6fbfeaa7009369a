"""What the tray application works with, put together: session, prompts, bridge, hotkeys, region capture."""

import gc
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop_agent.cli.approvers import DenyingApprover
from desktop_agent.cli.session import Session
from desktop_agent.core.desktop import Scope
from desktop_agent.core.errors import AgentError
from desktop_agent.core.pause import UNANSWERED, Pause, Reply
from desktop_agent.core.protocols import Approver, Asker, Screen, Windows
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.hands.address import address_of
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.step.privacy import Privacy
from desktop_agent.step.private_eyes import PrivateWindows
from ui.approval import UiApprover
from ui.ask_person import UiAsker
from ui.bridge import Bridge
from ui.chat_scope import Choice
from ui.current import Current
from ui.global_keys import Actions, GlobalKeys
from ui.model_news import ModelNews
from ui.prompter import Prompter
from ui.regions import Regions
from ui.stop_latch import StopLatch
from ui.tray import shown_hotkey

_log = logging.getLogger(__name__)


class NobodyAsks:
    """An `Asker` where no prompt can be shown."""

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        return None

    def pause(self, pause: Pause) -> Reply:
        return UNANSWERED


@dataclass(frozen=True)
class Prompts:
    """How the person is asked. Without a screen that can be read nothing can be acted on, and nobody is asked."""

    prompter: Prompter | None
    regions: Regions | None
    approver: Approver
    asker: Asker
    problem: AgentError | None = None
    screen: Screen | None = None
    windows: Windows | None = None

    @classmethod
    def made(cls, stopped: Callable[[], bool], privacy: Privacy, parent: QObject) -> "Prompts":
        """Prompts over the screen of this session, which answer by themselves once everything is `stopped`."""
        try:
            screen, windows = open_screen(), PrivateWindows(open_windows(), privacy)
        except AgentError as error:
            _log.warning("%s (%s)", error, error.details)
            return cls(None, None, DenyingApprover(), NobodyAsks(), error)
        prompter = Prompter(screen, windows, stopped, parent)
        regions = Regions(screen, windows, privacy, parent)
        asker = UiAsker(prompter, screen, windows)
        return cls(prompter, regions, UiApprover(prompter), asker, screen=screen, windows=windows)

    def close(self) -> None:
        """Give the screen back. The prompter must be closed, and no run going on."""
        if self.regions is not None:
            self.regions.close()
        for part in (self.screen, self.windows):
            if part is not None:
                part.close()


class Parts(QObject):
    """Made once, when the tray is up.

    Args:
        settings: the person's.
        actions: what the hotkeys do beside those of the parts themselves ("ask_hotkey"), called from their thread.
    """

    def __init__(self, settings: Settings, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # One for all sessions: what was typed in one stays hidden in the next, and in what the person marks.
        self._privacy = privacy = Privacy(settings.never_captured)
        self._latch = latch = StopLatch(address_of(os.environ.get("DISPLAY", "")).latch, self)
        self.prompts = prompts = Prompts.made(lambda: latch.reason() is not None, privacy, self)
        self.model = model = ModelNews(lambda: self.current.model, self)
        self.current = Current(
            lambda chosen: Session(chosen, prompts.approver, prompts.asker, privacy=privacy, tell_model=model.tell),
            settings,
        )
        self.bridge = Bridge(self.current, self)
        if prompts.prompter is not None:
            self.bridge.stopping.connect(prompts.prompter.stop)
        latch.changed.connect(self.bridge.see_stopped)
        latch.look()
        self._pending: Settings | None = None
        self.keys = GlobalKeys({**actions, "stop_hotkey": self.stop, "card_hotkey": self.focus_card})
        self._use_keys(settings)
        self._prepare()

    @property
    def settings(self) -> Settings:
        """The ones that the next run uses, or will when the present one has ended."""
        return self._pending or self.current.settings

    def use(self, settings: Settings) -> None:
        """Go on with other settings: hotkeys and hidden applications at once, the session when nothing runs."""
        self._privacy.use(settings.never_captured)
        self._use_keys(settings)
        run = self.bridge.current
        if run is None:
            self._replace(settings)
            return
        if self._pending is None:
            run.ended.connect(lambda _: self._replace(self._pending or settings))
        self._pending = settings

    def stop(self) -> None:
        """Stop everything, from any thread."""
        self.bridge.stop("the stop hotkey")

    def focus_card(self) -> None:
        """Give an open card the keyboard, from any thread."""
        if self.prompts.prompter is not None:
            self.prompts.prompter.focus()

    def settle(self, scope: Scope, acting: bool) -> Scope:
        """A marked scope as things stand now; see `Choice.settle`."""
        return Choice(scope).settle(self.current.screen, self.current.windows, acting)

    def close(self) -> bool:
        """End the run that is going on and give everything back. False when the run did not end."""
        self.keys.close()
        if self.prompts.prompter is not None:
            self.prompts.prompter.close()
        ended = self.bridge.close()
        if ended:
            self.prompts.close()
            self.current.close()
        return ended

    def _replace(self, settings: Settings) -> None:
        self._pending = None
        old = self.current.use(settings)
        self.model.look()
        self.bridge.background(old.close, lambda _: None)
        self._prepare()

    def _prepare(self) -> None:
        # What was loaded stays, and a full collection that goes through all of it holds every thread for 50 ms.
        self.bridge.background(self.current.prepare, lambda _: gc.freeze())

    def _use_keys(self, settings: Settings) -> None:
        self.keys.use(settings)
        if self.prompts.prompter is not None:
            self.prompts.prompter.trusted = settings.trusted_devices
        if isinstance(self.prompts.approver, UiApprover):
            self.prompts.approver.hotkey = shown_hotkey(self.keys.working(settings, "card_hotkey"))
