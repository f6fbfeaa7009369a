"""Which planner answers: the one that was named, or the one that `auto` chooses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_agent.core.desktop import Candidate
from desktop_agent.core.errors import PlannerError, Unavailable
from desktop_agent.core.geometry import View
from desktop_agent.core.model_state import ModelState, Presence
from desktop_agent.core.protocols import Locator, Planner, Resident
from desktop_agent.core.settings import PlannerName, Server, Settings
from desktop_agent.safety import secrets

if TYPE_CHECKING:
    from desktop_agent.instant.planner import InstantPlanner
    from desktop_agent.model.endpoint import Endpoint

OFFER = (
    "To have it understood, get a model (Models window, or desktop-agent model download), or connect a server "
    "(--planner remote --base-url URL --model-name NAME)."
)


def key_of(address: str) -> str:
    """The key of the server at `address`, from the system's keyring; empty where it has none.

    Raises:
        Unavailable: no keyring can be used.
    """
    return secrets.read(secrets.server_key(address)) or ""


class LateLocator:
    """A Locator that is made when something is first looked for: reading a picture needs no display.

    Args:
        make: makes the locator. Its `Unavailable` is raised by each method.
    """

    def __init__(self, make: Callable[[], Locator]) -> None:
        self._make = make

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        return self._locator.find(name, view)

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        return self._locator.focusable_text(view)

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        return self._locator.similar(name, view)

    @cached_property
    def _locator(self) -> Locator:
        return self._make()


@dataclass
class Planners:
    """Makes planners when they are first wanted and keeps them: a local model stays loaded, its prefix evaluated.

    Args:
        settings: what the person chose.
        locator: makes the locator for the instant planner; called once, when that first looks for something.
        read_key: the key of the server at an address. Its `Unavailable` is told when the server turns out to want one.
        macros: the names of the macros that instant commands may play.
        tell: is called, from any thread, whenever `model` has become another one.
    """

    settings: Settings
    locator: Callable[[], Locator]
    read_key: Callable[[str], str] = key_of
    macros: Callable[[], tuple[str, ...]] = tuple
    tell: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self._made: dict[str, Planner] = {}
        self._instant: InstantPlanner | None = None

    @property
    def instant(self) -> "InstantPlanner":
        """The planner without a model."""
        from desktop_agent.instant.planner import InstantPlanner

        if self._instant is None:
            self._instant = InstantPlanner(LateLocator(self.locator), OFFER, self.macros)
        return self._instant

    def choose(self, name: PlannerName, instruction: str, is_question: bool) -> Planner:
        """The planner called `name`. `auto` is: instant when it is sure to understand the instruction, else the local
        model, else the server where the person enabled it, else instant, which says what it did not understand.

        Raises:
            PlannerError: it is not set up.
        """
        if name == "instant":
            return self.instant
        if name == "local":
            return self._keep("local", self._local)
        if name == "remote":
            return self._keep("remote", self._remote)
        if not is_question and self.instant.sure(instruction):
            return self.instant
        if self.settings.model:
            return self._keep("local", self._local)
        if self.settings.remote_enabled and self.settings.servers:
            return self._keep("remote", self._remote)
        return self.instant

    def model(self) -> ModelState:
        """The model that the settings name, and whether it is in memory. Never blocks; from any thread."""
        settings = self.settings
        if settings.model and settings.planner in ("auto", "local"):
            local = self._made.get("local")
            presence = local.presence if isinstance(local, Resident) else Presence.UNLOADED
            return ModelState(presence, Path(settings.model).stem)
        enabled = settings.planner == "remote" or (settings.planner == "auto" and settings.remote_enabled)
        if enabled and settings.servers:
            return ModelState(Presence.REMOTE, settings.servers[0].model)
        return ModelState()

    def model_planner(self) -> Planner | None:
        """The model that is set up, as the person's choice of planner has it; None where there is none, or they want
        none."""
        settings, wanted = self.settings, self.settings.planner
        if wanted in ("local", "auto") and settings.model:
            return self._keep("local", self._local)
        if settings.servers and (wanted == "remote" or (wanted == "auto" and settings.remote_enabled)):
            return self._keep("remote", self._remote)
        return None

    def prepare(self) -> None:
        """Load now what the first question to a server would have to wait for: half a second of imports."""
        settings = self.settings
        wanted = settings.planner == "remote" or (settings.planner == "auto" and not settings.model)
        if wanted and settings.remote_enabled and settings.servers:
            import desktop_agent.model.exchange  # noqa: F401 - imported for its effect

    def cancel(self) -> None:
        """End whatever any of them is doing, from any thread."""
        for planner in (self._instant, *self._made.values()):
            if planner is not None:
                planner.cancel()

    def close(self) -> None:
        """Give back what they hold."""
        for planner in (self._instant, *self._made.values()):
            if planner is not None:
                planner.close()
        self._made.clear()
        self._instant = None

    def _keep(self, name: str, make: Callable[[], Planner]) -> Planner:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def _local(self) -> Planner:
        from desktop_agent.model import config
        from desktop_agent.model.local import LocalPlanner

        if not self.settings.model:
            raise PlannerError(
                "No local model is chosen.",
                "Fetch one: desktop-agent model download; or give --model FILE --mmproj FILE.",
            )
        idle_seconds = 60.0 * self.settings.unload_minutes
        return LocalPlanner(config.of_settings(self.settings), idle_seconds=idle_seconds, tell=self.tell)

    def _remote(self) -> Planner:
        from desktop_agent.model.remote import RemotePlanner

        if not self.settings.servers:
            raise PlannerError(
                "No server is connected.", "Give --base-url URL --model-name NAME, or connect one in the Models window."
            )
        return RemotePlanner(*map(self._endpoint, self.settings.servers))

    def _endpoint(self, server: Server) -> "Endpoint":
        """The server with its own key."""
        from desktop_agent.model.endpoint import Endpoint

        silence = self.settings.server_silence_seconds
        endpoint = Endpoint(server.address, server.model, silence_seconds=silence)
        try:
            return replace(endpoint, api_key=self.read_key(endpoint.base_url))
        except Unavailable as error:
            return replace(endpoint, key_problem=str(error))
