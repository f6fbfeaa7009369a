"""Ten thousand model and mmproj files that are wrong in one place: how each ends."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from tests.bench import figures
from tests.bench.figures import Figure
from tests.model.hostile import Loader, outcomes
from tests.model.tiny import Shape, write_random_pair

MUTANTS = 10_000
ENDS = ("refused before loading", "refused while loading", "answers", "killed the loader", "hung")


def measure() -> Iterator[Figure]:
    """How many ended how, and the misses among them."""
    ends: Counter[str] = Counter()
    silent = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = write_random_pair(folder, shape=Shape(128))
        with Loader(folder / "log") as loader:
            for outcome in tqdm(outcomes(pair, folder, range(MUTANTS), loader), total=MUTANTS, disable=None):
                ends[outcome.how] += 1
                silent += outcome.how.startswith("refused") and not outcome.message.strip()
                if outcome.how in ("killed the loader", "hung"):
                    print(f"{outcome.number}, {outcome.mutation}: {outcome.how}", flush=True)
    for how in ENDS[:3]:
        yield Figure(how, ends[how], 1, "files", at_least=True)
    yield Figure("ended the process that loads", ends["killed the loader"], MUTANTS / 1000, "files")
    yield Figure("hung", ends["hung"], 0, "files")
    yield Figure("refused without a word", silent, 0, "files")


def main(arguments: Sequence[str]) -> int:
    """Run the bench; 1 when `--check` is given and a goal was missed."""
    return figures.run("hostile", measure, arguments, f"{MUTANTS} files, some ten minutes.")
