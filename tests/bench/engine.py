"""How long a step takes that shows the model one new screenshot, with the evaluated prefix kept and without.

On the tiny random pair: the figures show the growth, not what a real model takes.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.chat import Message, Options, Usage
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine
from tests.model.conversations import CLICK, picture, said, step, turn_of
from tests.model.tiny import write_random_pair

WIDTH, HEIGHT, IMAGE_TOKENS = 1092, 616, 858
STEPS = 8
GROWTH_GOAL = 2.0
"""The last steps with reuse may take that many times as long as the first ones: attention looks back further."""
SAVING_GOAL = 2.5
"""The last steps without reuse must take that many times as long as those with it."""
NEW_TOKENS_GOAL = IMAGE_TOKENS + 200


@dataclass(frozen=True)
class Step:
    """Seconds of one step, and its tokens."""

    seconds: float
    usage: Usage


def run_steps(engine: Engine, count: int, keep: bool) -> list[Step]:
    """A conversation that grows by a call and a screenshot each step; without `keep`, nothing is kept between them."""
    messages: list[Message] = [said("Do it.", picture(0, WIDTH, HEIGHT))]
    steps = []
    for number in range(1, count + 1):
        if not keep:
            engine.forget()
        usage = turn_of(engine.stream(messages, [CLICK], Options(greedy=True, max_tokens=8))).usage
        steps.append(Step(usage.prompt_seconds + usage.generate_seconds, usage))
        call, result = step(number)
        messages += [call, Message("tool", (*result.parts[:1], picture(number, WIDTH, HEIGHT)), call_id=result.call_id)]
    return steps


def misses(kept: Sequence[Step], dropped: Sequence[Step]) -> list[str]:
    """The goals that were missed, in words."""
    early, late, without = _typical(kept[1:4]), _typical(kept[-3:]), _typical(dropped[-3:])
    growth, saving = late / early, without / late
    new = max(each.usage.prompt - each.usage.reused for each in kept[1:])
    found: list[str] = []
    if growth > GROWTH_GOAL:
        found.append(f"a step grows {growth:.1f} times, at most {GROWTH_GOAL} wanted")
    if saving < SAVING_GOAL:
        found.append(f"reuse saves {saving:.1f} times, at least {SAVING_GOAL} wanted")
    if new > NEW_TOKENS_GOAL:
        found.append(f"a step evaluates {new} tokens, at most {NEW_TOKENS_GOAL} wanted")
    return found


def _typical(steps: Sequence[Step]) -> float:
    return statistics.median(step.seconds for step in steps)


def main(arguments: list[str]) -> int:
    """Run the bench; 1 when `--check` is given and a goal was missed."""
    parser = argparse.ArgumentParser(prog="bench engine", description=__doc__)
    parser.add_argument("--check", action="store_true", help="name each goal that is missed, and return 1")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args(arguments)
    if given.steps < 4:
        parser.error("--steps must be at least 4")
    with tempfile.TemporaryDirectory() as folder, _quiet():
        model, mmproj = write_random_pair(Path(folder), width=512)
        # Without the cache of embeddings the run without reuse encodes each image again, as the stock handler does.
        config = ModelConfig(model, mmproj, context_tokens=16384, embedding_cache_bytes=0)
        engine = Engine(config)
        try:
            kept, dropped = (run_steps(engine, given.steps, keep) for keep in (True, False))
        finally:
            engine.close()
    print("step  with reuse  without  evaluated")
    for number, (fast, slow) in enumerate(zip(kept, dropped, strict=True), 1):
        print(f"{number:4}  {fast.seconds:9.2f}s  {slow.seconds:6.2f}s  {fast.usage.prompt - fast.usage.reused:9}")
    missed = misses(kept, dropped) if given.check else []
    for each in missed:
        print(f"MISSED: {each}")
    if given.json:
        seconds = {
            name: [round(each.seconds, 4) for each in run] for name, run in (("kept", kept), ("dropped", dropped))
        }
        print(json.dumps({"ok": not missed, "seconds": seconds, "missed": missed}))
    return 1 if missed else 0


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """llama.cpp's log goes nowhere."""
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stderr(nothing):
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
