"""What starts macros by itself: hotkeys and times, in one file of the data folder."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from desktop_agent.core import atomic
from desktop_agent.core.errors import AgentError, StoreError, UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.core.text import one_line
from desktop_agent.desktop.hotkeys import Hotkeys
from desktop_agent.desktop.keyboard.names import combination_text, parse_combination
from desktop_agent.macros.format import Id, Line, Name, Part, Words
from desktop_agent.macros.playing.trigger_path import default_path as default_path

MAX_TRIGGERS = 500
MAX_BYTES = 4_000_000
OUR_HOTKEYS = {
    "ask_hotkey": "asking",
    "stop_hotkey": "stopping",
    "card_hotkey": "reaching the card that asks",
    "record_hotkey": "recording",
    "pause_hotkey": "pausing a recording",
}
"""The settings that hold hotkeys of the program, and what each is for."""
_CRON = re.compile(r"[0-9A-Za-z*/,\-]+( [0-9A-Za-z*/,\-]+){4}")


class _Trigger(Part):
    """`macro` is its name in the library; `values` are for its parameters."""

    id: Id
    macro: Annotated[Line, StringConstraints(min_length=1)]
    values: dict[Name, Words] = Field(default_factory=dict)
    on: bool = True


class HotkeyTrigger(_Trigger):
    """`keys` like "ctrl+alt+m"."""

    kind: Literal["hotkey"] = "hotkey"
    keys: Line


class ScheduleTrigger(_Trigger):
    """At times: `cron`, five fields as crontab has them ("30 8 * * mon-fri"), or every so many `minutes`."""

    kind: Literal["schedule"] = "schedule"
    cron: Line = ""
    minutes: Annotated[int, Field(ge=0, le=60 * 24 * 366)] = 0

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if bool(self.cron) == bool(self.minutes):
            raise ValueError("a schedule needs either cron or minutes")
        if self.cron and not _CRON.fullmatch(self.cron):
            raise ValueError("cron needs five fields, like “30 8 * * mon-fri”")
        return self


Trigger = Annotated[HotkeyTrigger | ScheduleTrigger, Field(discriminator="kind")]


class Triggers(Part):
    """All of them."""

    format: Literal[1] = 1
    triggers: Annotated[tuple[Trigger, ...], Field(max_length=MAX_TRIGGERS)] = ()

    @property
    def hotkeys(self) -> tuple[HotkeyTrigger, ...]:
        return tuple(each for each in self.triggers if isinstance(each, HotkeyTrigger))

    @property
    def schedules(self) -> tuple[ScheduleTrigger, ...]:
        return tuple(each for each in self.triggers if isinstance(each, ScheduleTrigger))


NONE = Triggers()


def load(path: Path | None = None) -> Triggers:
    """Those that are kept; none where there is no file.

    Raises:
        UsageError: the file is damaged.
    """
    path = path or default_path()
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise ValueError("too large")
        return Triggers.model_validate_json(raw)
    except FileNotFoundError:
        return NONE
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise _damaged(path, one_line(f"{where}: {first['msg']}", 200)) from error
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error


def save(
    triggers: Triggers,
    settings: Settings,
    path: Path | None = None,
    before: Triggers = NONE,
) -> None:
    """Keep `triggers`, if they can be used together. What can't be, but stands in `before` already, is no hindrance:
    the settings may have changed since, and everything else must still be changed and removed.

    Raises:
        UsageError: two want one hotkey, the program has it itself, or there are no such keys.
        StoreError: they could not be written; what was there still is.
    """
    require_usable(triggers, settings, before)
    try:
        body = triggers.model_dump_json(indent=1, exclude_defaults=True)
        kept = {"format": triggers.format, **json.loads(body)}
        # Which kind one is has a default, too, but is what tells them apart.
        kinds = [{"kind": each.kind} for each in triggers.triggers]
        kept["triggers"] = [{**kind, **each} for kind, each in zip(kinds, kept.get("triggers", []), strict=True)]
        atomic.replace(path or default_path(), json.dumps(kept, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        raise StoreError(
            f"What starts macros could not be saved: {error.strerror}.", "Free some space and try again.", str(error)
        ) from error


def require_usable(triggers: Triggers, settings: Settings, before: Triggers) -> None:
    """Whether all can be used together.

    Raises:
        UsageError: see `save`.
    """
    problems = conflicts(triggers, settings)
    for each in triggers.triggers:
        if each.id in problems and each not in before.triggers:
            raise problems[each.id]
    ids = [each.id for each in triggers.triggers]
    if len(set(ids)) < len(ids):
        raise UsageError("Two triggers have the same id.")


def conflicts(triggers: Triggers, settings: Settings) -> Mapping[str, UsageError]:
    """What can't be used and why, by the triggers' ids. Of two on one hotkey it is the later one."""
    problems: dict[str, UsageError] = {}
    taken = {_keys(getattr(settings, name)): f"for {use}" for name, use in OUR_HOTKEYS.items()}
    for each in triggers.hotkeys:
        try:
            keys = parse_combination(each.keys)
        except UsageError as error:
            problems[each.id] = error
            continue
        shown, macro = combination_text(keys), one_line(each.macro, 60)
        if keys in taken:
            problems[each.id] = UsageError(
                f"{shown} can't start “{macro}”: it is used already, {taken[keys]}.", "Choose another hotkey."
            )
        elif len(keys) < 2 and not re.fullmatch(r"f\d+", keys[0]):
            problems[each.id] = UsageError(
                f"{shown} alone can't start “{macro}”: it could not be typed any more.", "Add Ctrl, Alt or Super."
            )
        elif each.on:
            taken[keys] = f"to start “{macro}”"
    return problems


@dataclass(frozen=True)
class Start:
    """What a trigger wants played. `attended`: the person pressed a key, so that they can be asked."""

    macro: str
    values: Mapping[str, str]
    attended: bool


class MacroHotkeys:
    """Registers the hotkeys of triggers; `problems` says, by their ids, which are not and why.

    Args:
        play: starts a macro; called from a thread of the hotkeys, which it must not hold up.
    """

    def __init__(self, play: Callable[[Start], None]) -> None:
        self._play = play
        self._hotkeys: Hotkeys | None = None
        self._registered: list[str] = []
        self.problems: dict[str, str] = {}

    def use(self, hotkeys: Hotkeys, triggers: Sequence[HotkeyTrigger], settings: Settings) -> None:
        """Register these in place of those before."""
        self.close()
        self._hotkeys = hotkeys
        clashes = conflicts(Triggers(triggers=tuple(triggers)), settings)
        self.problems = {id: str(error) for id, error in clashes.items()}
        for each in triggers:
            if not each.on or each.id in self.problems:
                continue
            try:
                hotkeys.register(each.keys, self._starting(each))
                self._registered.append(each.keys)
            except AgentError as error:
                self.problems[each.id] = str(error)

    def close(self) -> None:
        """Give them back."""
        hotkeys, self._hotkeys = self._hotkeys, None
        for keys in self._registered:
            if hotkeys is not None:
                hotkeys.unregister(keys)
        self._registered.clear()

    def _starting(self, trigger: HotkeyTrigger) -> Callable[[], None]:
        return lambda: self._play(Start(trigger.macro, trigger.values, attended=True))


def _keys(text: str) -> tuple[str, ...]:
    """The keys of one of our hotkeys; none where the setting is no combination, which is said elsewhere."""
    try:
        return parse_combination(text)
    except UsageError:
        return ()


def _damaged(path: Path, details: str) -> UsageError:
    return UsageError(
        f"What starts macros can't be read from {path} ({details}).", "Mend the file or delete it.", details
    )
