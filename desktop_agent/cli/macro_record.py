"""`desktop-agent macro record`: what the person does becomes a macro."""

import argparse
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from desktop_agent.cli import macro_words
from desktop_agent.cli.macro_action import Told, say
from desktop_agent.cli.macro_describing import TargetDescriber
from desktop_agent.cli.progress import Waiting
from desktop_agent.core import settings as core_settings
from desktop_agent.core.errors import AgentError, ExitCode, Unavailable, UsageError
from desktop_agent.desktop.hands.own import own_pids
from desktop_agent.macros import files
from desktop_agent.macros.files import SUFFIX, Stored
from desktop_agent.macros.library import Library
from desktop_agent.macros.recording.convert import Draft, convert
from desktop_agent.macros.recording.eyes import Eyes, open_eyes
from desktop_agent.macros.recording.recorder import Recorder
from desktop_agent.macros.recording.recording import Recording

END_KEYS, PAUSE_KEYS = "ctrl+alt+shift+e", "ctrl+alt+shift+p"
POLL_SECONDS = 0.2


def record(arguments: argparse.Namespace) -> Told:
    """Record, show what it became, and keep it."""
    out = arguments.out
    if out is not None and (out.suffix != SUFFIX or out.exists()):
        raise UsageError(f"{out} can't be written.", f"Name a new file that ends with {SUFFIX}.")
    eyes = open_eyes()
    try:
        recording = _record(arguments, eyes)
    finally:
        eyes.close()
    draft = convert(recording, arguments.name, entry_of)
    if not draft.macro.steps:
        recording.discard()
        say(arguments, ["Nothing was recorded.", *draft.remarks])
        return Told({"error": "Nothing was recorded.", "remarks": list(draft.remarks)}, ExitCode.FAILED)
    name, place = _keep(draft, out)
    recording.discard()
    say(arguments, [*macro_words.preview(draft.macro, ()), *(f"  · {each}" for each in draft.remarks)])
    say(arguments, [f"Kept as {place}. Look at its steps, and name what is a parameter: desktop-agent macro edit NAME"])
    body = {"name": name, "place": str(place), "steps": len(draft.macro.steps), "remarks": list(draft.remarks)}
    return Told(body)


def _record(arguments: argparse.Namespace, eyes: Eyes) -> Recording:
    ended, paused = threading.Event(), threading.Event()
    recorder = Recorder(
        eyes,
        TargetDescriber(eyes),
        lambda: frozenset(own_pids(include_ancestors=True)),
        core_settings.load(),
        hotkeys=(END_KEYS, PAUSE_KEYS),
        seconds=arguments.seconds,
    )

    def toggle() -> None:
        (recorder.resume if paused.is_set() else recorder.pause)()
        (paused.clear if paused.is_set() else paused.set)()

    recorder.start()
    waiting = Waiting(sys.stderr)
    with _hotkeys(ended, toggle) as keys:
        print(f"Recording. {keys}Ctrl+C here ends it. Passwords are not recorded.", file=sys.stderr)
        waiting.begin("Recording")
        with contextlib.suppress(KeyboardInterrupt):
            while not ended.is_set() and not recorder.wait(POLL_SECONDS):
                pass
    waiting.end()
    return recorder.stop()


@contextlib.contextmanager
def _hotkeys(ended: threading.Event, toggle: Callable[[], None]) -> Iterator[str]:
    """The keys that end and pause it, said in words; none where they can't be had."""
    from desktop_agent.desktop.hotkeys import open_hotkeys

    with contextlib.ExitStack() as stack:
        try:
            hotkeys = open_hotkeys(trusted=core_settings.load().trusted_devices)
            stack.callback(hotkeys.close)
            hotkeys.register(END_KEYS, ended.set)
            hotkeys.register(PAUSE_KEYS, toggle)
            said = f"{END_KEYS} ends it, {PAUSE_KEYS} pauses it and goes on; "
        except AgentError as error:
            said = f"({error.user_message}) "
        yield said


def _keep(draft: Draft, out: Path | None) -> tuple[str, str]:
    """Write it; its name, and where it is."""
    if out is not None:
        files.pack(Stored(draft.macro, files.InMemory(draft.pictures)), out)
        return draft.macro.name, str(out)
    entry = Library().add(draft.macro, draft.pictures)
    return entry.name, f"“{entry.name}”"


def entry_of(application: str) -> str:
    """The desktop entry of an application, by its windows' class name; that name where it is not one alone."""
    from desktop_agent.desktop.apps import open_launcher

    try:
        found = open_launcher().find(application)
    except Unavailable:
        return application
    return found[0].id if len(found) == 1 else application
