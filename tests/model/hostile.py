"""Tries mutants of a model pair: how each ends, and whether it says so."""

import contextlib
import json
import os
import random
import selectors
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from desktop_agent.core.errors import PlannerError
from desktop_agent.model.gguf_check import check_pair, read_header
from tests.model.mutants import mutate, take_apart

ANSWER_SECONDS = 20.0
How = Literal["refused before loading", "refused while loading", "answers", "killed the loader", "hung"]


@dataclass(frozen=True)
class Outcome:
    """How one mutant ended. `message` is what a person reads, `details` for the log."""

    number: int
    mutation: str
    how: How
    message: str


class Loader:
    """A process that loads files, and another one when a file has killed it."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self.deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> int:
        """End the process; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        with process:
            return process.wait()

    def load(self, *files: Path) -> tuple[How, str]:
        """Have `files` loaded and asked."""
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps([str(file) for file in files]) + "\n")
            process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(ANSWER_SECONDS):
                self.end()
                return "hung", ""
        line = process.stdout.readline()
        if not line:
            self.deaths += 1
            self._process = None
            with process:
                code = process.wait()
            return "killed the loader", f"{code} {self._tail()}"
        said = json.loads(line)
        return ("answers" if said["outcome"] == "answers" else "refused while loading"), said["message"]

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.model.load_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "GGML_NO_BACKTRACE": "1"},
            )

    def _tail(self) -> str:
        return self._log.read_bytes()[-600:].decode("utf-8", "replace")


def outcomes(pair: tuple[Path, Path], folder: Path, numbers: range, loader: Loader) -> Iterator[Outcome]:
    """What comes of the mutants with these numbers: the even ones of the model, the odd ones of its mmproj."""
    model, mmproj = folder / "mutant.gguf", folder / "mutant-mmproj.gguf"
    for number in numbers:
        chance = random.Random(number)
        which = number % 2
        draft = take_apart(pair[which])
        mutation = mutate(draft, chance)
        written = (model, mmproj)[which]
        draft.write(written)
        files = (pair[0], written) if which else (written, pair[1])
        try:
            check_pair(*map(read_header, files))
        except PlannerError as error:
            yield Outcome(number, mutation, "refused before loading", str(error))
            continue
        yield Outcome(number, mutation, *loader.load(*files))
