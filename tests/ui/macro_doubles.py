"""Macros to show, and whoever records and plays them as a test wants it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop_agent.core.errors import AgentError, UsageError
from desktop_agent.core.events import RunStarted, Watcher
from desktop_agent.core.images import Image
from desktop_agent.macros import files
from desktop_agent.macros.files import Stored
from desktop_agent.macros.format import (
    Box,
    ClickStep,
    Condition,
    IfStep,
    Macro,
    Parameter,
    PictureRef,
    PressStep,
    RepeatStep,
    Spot,
    Step,
    Target,
    TypeStep,
    WindowRef,
)
from desktop_agent.macros.library import Entry, Library
from ui.macro_playing import Ended
from ui.macro_work import Draft

SIZE = (320, 200)


def picture(shade: int = 200) -> bytes:
    """A PNG with a target at (200, 120), 60×24."""
    width, height = SIZE
    row = bytes((shade, shade, shade, 255)) * width
    inside = bytes((shade, shade, shade, 255)) * 200 + bytes((220, 110, 70, 255)) * 60
    inside += bytes((shade, shade, shade, 255)) * (width - 260)
    return Image(width, height, row * 120 + inside * 24 + row * (height - 144)).encode_png()


def target(words: str = "the button “Save”", shade: int = 200) -> Target:
    """A target with the picture `picture(shade)`."""
    file = files.picture_name(picture(shade))
    box, point = Box(x=200, y=120, width=60, height=24), Spot(x=230, y=132)
    window = WindowRef(application="Mousepad", title="*Mousepad")
    return Target(words=words, window=window, picture=PictureRef(file=file, box=box, point=point))


def pictures(*shades: int) -> dict[str, bytes]:
    """The pictures of those targets, by their names."""
    return {files.picture_name(data): data for data in map(picture, shades or (200,))}


def click(step_id: str, words: str = "the button “Save”", shade: int = 200) -> ClickStep:
    return ClickStep(id=step_id, do="click", target=target(words, shade))


def typing(step_id: str, text: str = "hello") -> TypeStep:
    return TypeStep(id=step_id, do="type", text=text, window=WindowRef(application="Mousepad"))


def press(step_id: str, *keys: str) -> PressStep:
    return PressStep(id=step_id, do="press", keys=keys or ("ctrl", "s"))


def branching(step_id: str, then: tuple[Step, ...], otherwise: tuple[Step, ...] = ()) -> IfStep:
    return IfStep(id=step_id, do="if", condition=Condition(text="Unsaved"), then=then, otherwise=otherwise)


def repeating(step_id: str, *steps: Step) -> RepeatStep:
    return RepeatStep(id=step_id, do="repeat", steps=steps, most=3)


def macro(*steps: Step, name: str = "Save the note", parameters: tuple[Parameter, ...] = ()) -> Macro:
    return Macro(name=name, steps=steps or (click("a"), typing("b"), press("c")), parameters=parameters)


@dataclass(frozen=True)
class DraftDouble:
    macro: Macro
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class RecorderDouble:
    """`calls` is what was asked of it; `stop` gives `result`, or raises it."""

    def __init__(self, result: DraftDouble | AgentError) -> None:
        self.result = result
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.count = 0

    def start(self) -> None:
        self._call("start")

    def pause(self) -> None:
        self._call("pause")

    def resume(self) -> None:
        self._call("resume")

    def stop(self) -> DraftDouble:
        self._call("stop")
        if isinstance(self.result, AgentError):
            raise self.result
        return self.result

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.threads.add(threading.get_ident())


Plays = Callable[[Watcher], Ended]


class WorkDouble:
    """`played` is what was to be played; playing ends as `end` says."""

    def __init__(self) -> None:
        self.library = Library()
        self.draft: DraftDouble | AgentError = DraftDouble(macro(name="Recorded"), pictures())
        self.recorders: list[RecorderDouble] = []
        self.played: list[tuple[Macro, Mapping[str, str], str | None, bool]] = []
        self.unattended: list[bool] = []
        self.places: list[str] = []
        self.end = Ended("done", "It was played to its end.", run="r1")
        self.exported: list[Path] = []
        self.runs: list[str] = []
        self.forgotten: list[object] = []
        self.approved: dict[str, Macro] = {}

    def recorder(self) -> RecorderDouble:
        self.recorders.append(RecorderDouble(self.draft))
        return self.recorders[-1]

    def draft_of_run(self, run: str) -> DraftDouble:
        self.runs.append(run)
        if isinstance(self.draft, AgentError):
            raise self.draft
        return self.draft

    def forget(self, draft: Draft) -> None:
        self.forgotten.append(draft)

    def is_approved(self, entry: Entry, stored: Stored) -> bool:
        return self.approved.get(entry.name) == stored.macro

    def approve(self, entry: Entry, stored: Stored, approved: bool) -> None:
        self.approved.pop(entry.name, None)
        if approved:
            self.approved[entry.name] = stored.macro

    def play(
        self,
        stored: Stored,
        values: Mapping[str, str],
        watch: Watcher,
        *,
        entry: Entry | None = None,
        start: str | None = None,
        dry: bool = False,
        unattended: bool = False,
    ) -> Ended:
        watch(RunStarted("r1", "c1", stored.macro.name, None, f"macro:{stored.macro.name}"))
        self.played.append((stored.macro, values, start, dry))
        self.unattended.append(unattended)
        self.places.append(entry.path.name if entry is not None else "")
        return self.end

    def check(self, parameter: Parameter, text: str) -> None:
        if parameter.type == "integer" and not text.isdecimal():
            raise UsageError(f"{parameter.name} must be a whole number.")

    def export(self, stored: Stored, path: Path) -> None:
        self.exported.append(path)
        files.pack(stored, path)
