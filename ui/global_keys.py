"""The hotkeys of the settings, registered with the system."""

from collections.abc import Callable, Mapping

from desktop_agent.core.errors import AgentError, Unavailable
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.hotkeys import Hotkeys, open_hotkeys

Actions = Mapping[str, Callable[[], None]]


class GlobalKeys:
    """Registers what it can; `problems` says, by the setting's name, what could not be and why.

    Args:
        actions: what each setting's hotkey does ("ask_hotkey", …); called from a thread of the hotkeys.
        opener: opens the system's hotkeys.
    """

    def __init__(self, actions: Actions, opener: Callable[..., Hotkeys] = open_hotkeys) -> None:
        self.problems: dict[str, str] = {}
        self._actions = actions
        self._opener = opener
        self._hotkeys: Hotkeys | None = None
        self._unavailable: AgentError | None = None

    @property
    def hotkeys(self) -> Hotkeys:
        """Where further ones can be registered, until `use` or `close` is called.

        Raises:
            AgentError: there are none here.
        """
        if self._hotkeys is None:
            raise self._unavailable or Unavailable("Hotkeys are not in use.")
        return self._hotkeys

    def use(self, settings: Settings) -> None:
        """Register the hotkeys of `settings` in place of those before."""
        self.close()
        self.problems = {}
        try:
            self._hotkeys = self._opener(trusted=settings.trusted_devices)
        except AgentError as error:
            self._unavailable = error
            self.problems = dict.fromkeys(self._actions, str(error))
            return
        for name, action in self._actions.items():
            try:
                self._hotkeys.register(getattr(settings, name), action)
            except AgentError as error:
                self.problems[name] = str(error)

    def working(self, settings: Settings, name: str) -> str:
        """The hotkey of that setting; empty where it does not work."""
        return "" if name in self.problems else str(getattr(settings, name))

    def close(self) -> None:
        """Give them back."""
        if self._hotkeys is not None:
            self._hotkeys.close()
            self._hotkeys = None
