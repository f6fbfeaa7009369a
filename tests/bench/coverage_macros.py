"""Macro files under atheris, which learns from what they reach which ones to try next; watched, in one process.

    pip install atheris
    python -m tests.bench.coverage_macros FOLDER [--minutes 60]

It is no part of `bench macros`: atheris has no releases for every Python, and an hour is too long for each time.
FOLDER keeps what was tried and reached something new (`corpus`), what crashed, hung or left its folder (`found`, each
with what happened), and how far it is (`progress.json`). Started again, it goes on with that corpus. `--only FILE`
tries one file of `found` again, and needs no atheris. Minutes are those of the processor: it may be stopped and
continued.
"""

import argparse
import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

HANG_SECONDS = 2.0
"""Of the processor's time."""
STUCK_TICKS = 30
"""Seconds of the clock in which the process was not stopped."""
TOLD_EVERY = 1000
MAX_LENGTH = 20_000
FIELDS = (
    *(
        "format",
        "name",
        "parameters",
        "steps",
        "speed",
        "comment",
        "id",
        "do",
        "skip",
        "limit",
        "expect",
        "target",
        "end",
    ),
    *(
        "click",
        "drag",
        "scroll",
        "hover",
        "type",
        "press",
        "open",
        "activate",
        "wait",
        "capture",
        "if",
        "repeat",
        "macro",
    ),
    *(
        "words",
        "window",
        "element",
        "picture",
        "near",
        "place",
        "application",
        "title",
        "role",
        "path",
        "others",
        "file",
    ),
    *("box", "point", "scale", "monitor_width", "until", "text", "gone", "source", "clipboard", "field", "region"),
    *("condition", "then", "otherwise", "most", "values", "default", "choices", "label", "secret", "keys", "times"),
)
SIGNS = (
    "{{",
    "}}",
    "\\\\{{",
    "{{secret:",
    "\\xe2\\x80\\xae",
    "\\xed\\xa0\\x80",
    "\\\\ud800",
    "\\\\u0000",
    "pictures/",
    "../",
)


class Hang(BaseException):
    """It took too long."""


class Trial:
    """Tries one input after the other, and keeps account.

    Args:
        folder: what is found, and how far it is, is written there.
        seconds: of the processor's time, after which the process ends.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        from desktop_agent.core.errors import UsageError
        from tests.bench import macro_inputs, macro_victim

        self._inputs, self._refusal = macro_inputs, UsageError
        self._folder, self._seconds = folder, seconds
        self._place = Path(tempfile.mkdtemp(prefix="macros-"))
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[name] = str(self._place / "home")
        self._ticks = 0
        self._counts: Counter[str] = Counter()
        self._slowest = 0.0
        self._found: set[str] = set()
        signal.signal(signal.SIGPROF, self._too_slow)
        signal.signal(signal.SIGALRM, self._tick)
        for seed in macro_inputs.seeds():  # whatever the program loads late is loaded now
            self._warm(seed)
        self._watch = macro_victim.Watch(self._place)
        self._began = time.process_time()

    def one(self, data: bytes) -> None:
        """Try `data`."""
        place = self._place / "now"
        place.mkdir()
        kind, trial = self._inputs.prepared(data or b"\0", place)
        problem = ""
        error: BaseException | None = None
        self._ticks = 0
        began = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
            signal.setitimer(signal.ITIMER_REAL, 1, 1)
            self._watch.on = True
            outcome = trial()
            self._counts[f"{kind} {'refused' if outcome == 'refused' else 'read'}"] += 1
        except self._refusal:
            self._counts[f"{kind} refused"] += 1
        except Hang as hang:
            problem, error = "hang", hang
        except Exception as crash:  # noqa: BLE001 # whatever it is, it is kept
            problem, error = "crash", crash
        finally:
            self._watch.on = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        took = time.process_time() - began
        if error is not None:  # only now: to describe it, its source is read
            problem += "\n" + "".join(traceback.format_exception(error))
        elif took > HANG_SECONDS:
            problem = f"hang\nit took {took:.1f} s"
        self._slowest = max(self._slowest, took)
        for each in filter(None, (problem, *(f"trespass\n{each}" for each in self._watch.trespasses))):
            self._keep(data, each)
        self._watch.trespasses.clear()
        shutil.rmtree(place)
        self._counts["runs"] += 1
        if self._counts["runs"] % TOLD_EVERY == 0:
            self._tell()

    def _warm(self, data: bytes) -> None:
        place = self._place / "now"
        place.mkdir()
        try:
            self._inputs.prepared(data, place)[1]()
        except Exception:  # noqa: BLE001 # the same is counted later
            return
        finally:
            shutil.rmtree(place)

    def _keep(self, data: bytes, problem: str) -> None:
        """Those that break at the same line are one."""
        kind, _, trace = problem.partition("\n")
        self._counts[kind] += 1
        lines = [line for line in trace.splitlines() if line.startswith("  File")]
        mark = hashlib.sha256("".join([kind, *lines[-3:]] if lines else [problem]).encode()).hexdigest()[:12]
        if mark not in self._found:
            self._found.add(mark)
            self._folder.joinpath("found").mkdir(exist_ok=True)
            self._folder.joinpath("found", f"{kind}-{mark}").write_bytes(data)
            self._folder.joinpath("found", f"{kind}-{mark}.txt").write_text(problem, "utf-8", "backslashreplace")
            print(f"{kind}: {mark}: {problem.splitlines()[-1]:.200}", flush=True)

    def _tell(self) -> None:
        used = time.process_time() - self._began
        told = {**self._counts, "slowest_s": round(self._slowest, 3), "processor_s": round(used)}
        (self._folder / "progress.json").write_text(json.dumps(told, indent=1))
        if used >= self._seconds:
            print(json.dumps(told), flush=True)
            shutil.rmtree(self._place)
            os._exit(0 if not self._found else 1)  # libFuzzer has no other end

    def _too_slow(self, signum: int, frame: FrameType | None) -> None:
        raise Hang

    def _tick(self, signum: int, frame: FrameType | None) -> None:
        """However long the process is stopped, that is one tick."""
        self._ticks += 1
        if self._ticks >= STUCK_TICKS:
            raise Hang


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Half of what holds JSON is changed as JSON, all else as bytes."""
    import atheris

    from tests.bench import macro_mutations

    rng = random.Random(seed)
    if data[:1] == b"\x01" and rng.random() < 0.5:
        try:
            body = json.loads(data[1:])
            changed = b"\x01" + json.dumps(macro_mutations.changed(rng, body, rng.choice([1, 1, 2, 4]))).encode()
        except (ValueError, IndexError, RecursionError):
            changed = b""
        if 0 < len(changed) <= most:
            return changed
    mutated: bytes = atheris.Mutate(data, most)
    return mutated


def main(arguments: Sequence[str]) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.coverage_macros")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--only", type=Path)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    atheris: Any = None if options.only else importlib.import_module("atheris")
    included = ["desktop_agent.macros", "desktop_agent.core"]
    with atheris.instrument_imports(include=included) if atheris else nullcontext():
        from tests.bench import macro_inputs
    corpus = options.folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    trial = Trial(options.folder, options.minutes * 60)
    if options.only:
        trial.one(options.only.read_bytes())
        return
    for seed in macro_inputs.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = options.folder / "words"
    words.write_text("".join(f'"{each}"\n' for each in (*(f'\\"{field}\\"' for field in FIELDS), *SIGNS)))
    flags = [
        f"-max_len={MAX_LENGTH}",
        "-timeout=0",
        "-handle_alrm=0",
        "-rss_limit_mb=4096",
        f"-dict={words}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], trial.one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
