"""Loads one model after the other and has it answer, as the worker does: `python -m tests.model.load_child`.

A line with a model's and an mmproj's path on standard input, or with a model's only, is answered with a line on
standard output: what came of it. It ends when its input does; a file that kills it is the caller's to tell.
"""

import json
import resource
import sys
from pathlib import Path

from desktop_agent.core.chat import Options
from desktop_agent.core.errors import PlannerError
from desktop_agent.model.config import ModelConfig
from desktop_agent.model.engine import Engine
from tests.model.conversations import picture, said

MEMORY = 6 * 2**30


def answer(model: str, mmproj: str = "") -> None:
    """Ask about a picture, where there is an encoder.

    Raises:
        PlannerError: the pair does not load, or fails.
    """
    pair = Path(model), Path(mmproj) if mmproj else None
    engine = Engine(ModelConfig(*pair, context_tokens=512, threads=1, image_max_tokens=64, embedding_cache_bytes=0))
    try:
        question = said("Hi", picture(1, 56, 56)) if mmproj else said("Hi")
        for _ in engine.stream([question], [], Options(greedy=True, max_tokens=3)):
            pass
    finally:
        engine.close()


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        try:
            answer(*json.loads(line))
            said_back = {"outcome": "answers", "message": ""}
        except PlannerError as error:
            said_back = {"outcome": "refused", "message": f"{error} {error.details}"}
        print(json.dumps(said_back), flush=True)


if __name__ == "__main__":
    main()
