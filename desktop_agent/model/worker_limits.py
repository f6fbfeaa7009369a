"""What the model's process gives up before it opens a model's file, which anybody may have written.

It keeps reading the model, Python and the system's libraries, writing the cache, and the connection to its client. Its
log is open already. Drivers of graphics cards open devices, sockets and caches of their own while a model loads; so
with such a build of llama.cpp files stay as they are, and network and programs are given up after loading.
"""

import contextlib
import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.model import confinement
from desktop_agent.model.config import ModelConfig

EXPENDABLE = 800
"""Of 1000: when memory runs out, the system ends this process rather than one of the person's."""
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/opt", "/nix/store", "/gnu/store", "/proc", "/sys/devices", "/etc/ld.so.cache",
    "/etc/localtime",
)  # fmt: skip
"""Programs and their libraries, which are nobody's secret, and what this machine is like."""
_PART = re.compile(r"-[0-9]{5}-of-([0-9]{5})\.gguf$")
_PLAIN = ("base", "cpu", "blas")
"""What follows `ggml-` in the names of the libraries of a build that computes on the processor."""


@dataclass(frozen=True)
class Limits:
    """Why files and calls are not limited; empty where they are. `later` limits what can be limited only after loading,
    and gives what then holds."""

    files: str
    calls: str
    later: Callable[[], "Limits"] | None = None

    def __str__(self) -> str:
        said = [
            f"files: {self.files or 'only what it needs'}",
            f"network and programs: {self.calls or 'given up'}",
        ]
        return "Limits of the model's process. " + "; ".join(said) + "."


def apply(config: ModelConfig) -> Limits:
    """Give up what is not needed to run `config`. Call it in a process of its own, before there are other threads."""
    _bound_the_damage()
    if uses_graphics():
        files = "not limited, because a graphics driver needs files of its own"
        return Limits(files, "not yet", lambda: Limits(files, confinement.limit_calls()))
    if config.cache:
        config.cache.mkdir(mode=0o700, parents=True, exist_ok=True)  # a rule needs something to hold for
    calls = confinement.limit_calls()  # first: its library is looked for by starting a program
    writable = [Path(os.devnull), *([config.cache] if config.cache else [])]
    return Limits(confinement.limit_files(readable(config), writable), calls)


def uses_graphics() -> bool:
    """Whether llama.cpp was built for more than the processor."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return False
    names = (path.name.partition("ggml-")[2] for path in Path(spec.origin).parent.glob("lib/*ggml-*"))
    return any(not name.startswith(_PLAIN) for name in names)


def readable(config: ModelConfig) -> Iterator[Path]:
    """What is read while a model runs."""
    yield from map(Path, (*_SYSTEM, sys.prefix, sys.base_prefix))
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    # Not all of sys.path: the folder that the program was started in, perhaps the home, is on it.
    yield from (Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    package = sys.modules[__name__.partition(".")[0]]
    yield from map(Path, package.__path__)
    for file in (config.model, config.mmproj):
        if file:
            yield file
            yield from _parts(file)


def _parts(file: Path) -> Iterator[Path]:
    """The other files of a model that is split, by llama.cpp's names for them."""
    found = _PART.search(file.name)
    if found:
        stem, count = file.name[: found.start()], found[1]
        yield from (file.with_name(f"{stem}-{number:05}-of-{count}.gguf") for number in range(1, int(count) + 1))


def _bound_the_damage() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold what the screen showed
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # some containers forbid even that; the rest holds all the same
            Path("/proc/self/oom_score_adj").write_text(str(EXPENDABLE))
