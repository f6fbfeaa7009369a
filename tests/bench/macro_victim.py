"""Reads mutated macros and does with them what the program does, watched: a program of its own,
`python -m tests.bench.macro_victim FOLDER COUNT SEED`. It prints a JSON object for each batch.

What it may open is FOLDER alone. Whatever else is opened, made, moved or removed, and any program or connection that is
started, is a trespass. One macro after the other has a seed of its own, so that each can be made again:
`python -m tests.bench.macro_victim FOLDER 1 SEED`.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from desktop_agent.core.errors import AgentError
from desktop_agent.macros import check, files, wording
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.export import exported, guide, python
from desktop_agent.macros.files import SUFFIX, Stored
from desktop_agent.macros.format import Macro, walk
from desktop_agent.macros.library import Library
from tests.bench import macro_exports
from tests.bench import macro_mutations as mutations

BATCH = 250
WARM = 60
HANG_SECONDS = 2.0
"""Of the processor's time, which other processes don't lengthen."""
STUCK_SECONDS = 30
"""Of the clock's: something waits for what never comes."""
FILES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")
FORBIDDEN = (
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"),
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "pickle.find_class", "marshal.loads", "ctypes.dlopen"),
)


class Hang(BaseException):
    """It took too long."""


class Watch:
    """What is done outside `folder` while it is `on`."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder) + os.sep
        self.on = False
        self.trespasses: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event in FORBIDDEN:
            self.trespasses.append(f"{event} {arguments!r:.200}")
        elif event in FILES:
            named = arguments[:2] if event in ("os.rename", "os.link", "os.symlink") else arguments[:1]
            for path in named:
                if isinstance(path, str | bytes | os.PathLike) and not self._inside(os.fsdecode(path)):
                    self.trespasses.append(f"{event} {os.fsdecode(path)!r:.200}")

    def _inside(self, path: str) -> bool:
        if "\0" in path:
            return True  # no file is called so: the system refuses it
        # Where it leads, not what it is called: links within the folder may lead out of it.
        return (os.path.realpath(path) + os.sep).startswith(self._folder)


def tried(path: Path, folder: Path, rng: random.Random) -> str:
    """Do everything with the macro at `path`. What became of it: "read" or "refused".

    Raises:
        Exception: anything but what is told to people.
    """
    try:
        stored = files.read(path)
    except BadMacro:
        return "refused"
    _used(stored, path, folder, rng)
    return "read"


def _used(stored: Stored, path: Path, folder: Path, rng: random.Random) -> None:
    """Everything that is done with a macro that could be read."""
    again = files.parse(files.dump(stored.macro))
    if again != stored.macro:
        raise AssertionError("it is another one after it was written and read")
    for step, _ in walk(stored.macro.steps):
        if "\n" in wording.step(step):
            raise AssertionError("a step is more than a line")
    library = Library(folder / "library")
    find = library.snapshot().get
    check.check(stored, find)
    actions: list[Callable[[], object]] = [
        lambda: exported.save(guide.export(stored, "guide_pictures"), folder / "guide.md"),
        lambda: exported.save(python.export(stored, find), folder / "script.py"),
        lambda: files.pack(stored, folder / "packed.macro"),
        lambda: library.restore(
            library.remove(library.bring_in(stored, rng.choice(["", "Work", "../..", "a/b", "\x00"])))
        ),
    ]
    for action in actions:
        try:
            action()
        except AgentError:
            continue
    for name, problems in (("script.py", macro_exports.script_problems), ("guide.md", macro_exports.guide_problems)):
        if (folder / name).exists() and (found := problems((folder / name).read_text("utf-8"))):
            raise AssertionError(f"{name}: {found[0]}")


def made(rng: random.Random, folder: Path) -> Path:
    """A mutated macro, a file or a folder in `folder`."""
    macro, file, data = mutations.mutated(rng)
    if rng.random() < 0.5:
        path = folder / f"x{SUFFIX}"
        path.write_bytes(mutations.archive(rng, macro, file, data))
        return path
    path = folder / "x"
    (path / "pictures").mkdir(parents=True)
    _place(rng, path / "macro.json", macro)
    _place(rng, path / file, data)
    return path


def _place(rng: random.Random, path: Path, data: bytes) -> None:
    """Put a file there; now and then something else."""
    match rng.randrange(40):
        case 0:
            path.symlink_to("/etc/passwd")
        case 1:
            path.symlink_to(path)
        case 2:
            os.mkfifo(path)
        case 3:
            path.mkdir()
        case 4:
            pass
        case _:
            path.write_bytes(data)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise Hang


def serve(folder: Path, count: int, seed: int) -> None:
    """Go through `count` macros, and tell of each batch."""
    signal.signal(signal.SIGPROF, _stop)
    signal.signal(signal.SIGALRM, _stop)
    for number in range(WARM):
        _warm(folder / f"warm{number}", number)
    watch = Watch(folder)
    told: dict[str, Any] = _nothing()
    for number in range(count):
        place, rng = folder / "now", random.Random(seed + number)
        place.mkdir()
        path = made(rng, place)
        began = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
            signal.setitimer(signal.ITIMER_REAL, STUCK_SECONDS)
            watch.on = True
            told[tried(path, place, rng)] += 1
        except Hang:
            told["hangs"].append(seed + number)
        except Exception as error:  # noqa: BLE001 # whatever it is, it is counted
            told["crashes"].append(f"{seed + number}: {type(error).__name__}: {error!s:.300}")
        finally:
            watch.on = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        told["slowest"] = max(told["slowest"], time.process_time() - began)
        told["trespasses"] += [f"{seed + number}: {each}" for each in watch.trespasses]
        watch.trespasses.clear()
        shutil.rmtree(place)
        if (number + 1) % BATCH == 0 or number + 1 == count:
            print(json.dumps(told), flush=True)
            told = _nothing()


def _warm(folder: Path, number: int) -> None:
    """Whatever the program loads late is loaded now: that counts for nothing."""
    folder.mkdir()
    rng = random.Random(-1 - number)
    try:
        tried(made(rng, folder), folder, rng)
        files.write(folder / "sound", Macro(name="Sound"), {})
        _used(files.read(folder / "sound"), folder / "sound", folder, rng)
    except Exception:  # noqa: BLE001 # the same is counted later
        return


def _nothing() -> dict[str, Any]:
    return {"read": 0, "refused": 0, "hangs": [], "crashes": [], "trespasses": [], "slowest": 0.0}


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
