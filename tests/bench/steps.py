"""What a step costs that shows the model one new screenshot: beside llama-server and llama-cpp-python's own handler,
with what is reused, and how exact reuse is.

On a random pair of GLM-4.6V's architecture (0.2 billion weights in Q8_0), since no real weights can be had everywhere.
Ours is measured through `LocalPlanner` and its worker process, as the program uses it. Other work on the machine makes
all times worse. llama-server is built at the first run, which takes minutes.
"""

import contextlib
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_agent.agent.context import trimmed
from desktop_agent.core.chat import Message, Picture, Text
from desktop_agent.evaluation.display import refuse_persons_display
from desktop_agent.model.engine import Engine
from desktop_agent.model.local import LocalPlanner
from tests import llama_server
from tests.bench import figures
from tests.bench.contenders import CONTENDERS, OURS, SERVER, STEPS, STOCK, Reply, conversation, reply_of
from tests.bench.figures import Figure
from tests.bench.model_pair import GREEDY, SYSTEM, Pair, config, screenshot, shown, write_pair
from tests.model.conversations import CLICK, turn_of

RUNS = 3
REUSE, PREFILL, EXACTNESS = "reuse", "prefill", "exactness"
PARTS = (REUSE, PREFILL, EXACTNESS, *CONTENDERS)
STOCK_GOAL, SERVER_GOAL, PREFILLED_GOAL = 5.0, 1.0, 30.0
TOLERANCE = 0.2
"""How far quantised scores may be moved by what was kept: other batch shapes round in other ways."""
EXACT_STEPS = 3
NOTICE = (
    "This takes about twenty minutes, most of them in llama-cpp-python's own handler; each figure is printed as soon "
    "as it is known."
)
Runs = dict[str, list[list[Reply]]]


def measure(runs: int, chosen: Sequence[str]) -> Iterator[Figure]:
    """The figures of the `chosen` parts; a contender that is not among them is not measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pair = write_pair(folder)
        if REUSE in chosen:
            yield from reuse_figures(pair, folder / REUSE)
        if PREFILL in chosen:
            yield from prefill_figures(pair, folder / PREFILL, runs)
        if EXACTNESS in chosen:
            yield from exactness(pair)
        contenders = [name for name in CONTENDERS if name in chosen]
        if contenders:
            yield from race(run_contenders(pair, folder, runs, contenders))


def run_contenders(pair: Pair, folder: Path, runs: int, chosen: Sequence[str]) -> Runs:
    """Each contender's conversations, one of each in turn, with nothing kept between two.

    Each goes first in one turn of three: memory that the machine has not used before is slower at first.
    """
    found: Runs = {name: [] for name in CONTENDERS}
    able = [name for name in chosen if name != SERVER or llama_server.find()]
    for number in range(runs):
        turn = number % len(able)
        for name in able[turn:] + able[:turn]:
            place = folder / f"{name}{number}"
            place.mkdir()
            contender = CONTENDERS[name](pair, place)
            try:
                found[name].append(list(conversation(contender)))
            finally:
                contender.close()
            _say(f"run {number + 1}: {name} took {_total(found[name][-1]):.1f} s")
    return found


def race(runs: Runs) -> Iterator[Figure]:
    """What the conversations say."""
    times = {name: statistics.median(map(_total, each)) if each else None for name, each in runs.items()}
    for name, each in runs.items():
        if each:
            steps = (statistics.median(run[step].seconds for run in each) for step in range(STEPS))
            _say(f"{name:<14}{times[name]:8.1f} s; by step: " + " ".join(f"{seconds:.1f}" for seconds in steps))
    if runs[OURS] and runs[SERVER]:
        both = zip(runs[OURS][0], runs[SERVER][0], strict=True)
        _say(f"{sum(mine.text == theirs.text for mine, theirs in both)} of {STEPS} answers are llama-server's")
    ours, server, stock = times[OURS], times[SERVER], times[STOCK]
    against_stock = stock / ours if ours and stock else None
    yield Figure("as fast as llama-cpp-python's handler", against_stock, STOCK_GOAL, "times", at_least=True)
    yield Figure("time, of llama-server's", ours / server if ours and server else None, SERVER_GOAL, "")


def reuse_figures(pair: Pair, cache: Path) -> Iterator[Figure]:
    """What is encoded and evaluated once only."""
    common = _common_tokens(pair)
    planner = LocalPlanner(config(pair, cache), log=cache.with_suffix(".log"))
    try:
        messages = [SYSTEM]
        encoded = 0
        for number in range(STEPS):
            messages.append(shown(number))
            turn = turn_of(planner.stream(messages, [CLICK], GREEDY))
            encoded += turn.usage.encoded
            messages.append(turn.message)
        shorter = trimmed(messages[:-1])
        dropped = _pictures(messages) - _pictures(shorter)
        after = turn_of(planner.stream(shorter, [CLICK], GREEDY)).usage
        yield Figure(f"image encodes for {STEPS} images", encoded, STEPS, "")
        yield Figure(f"more of them after {dropped} old ones were dropped", after.encoded, 0, "")
        again = _evaluated_again(planner, common)
        yield Figure("system and tools evaluated again in a second conversation", again, 0, "tokens")
    finally:
        planner.close()
    planner = LocalPlanner(config(pair, cache), log=cache.with_suffix(".log"))
    try:
        yield Figure("and after a restart", _evaluated_again(planner, common), 0, "tokens")
    finally:
        planner.close()


def _common_tokens(pair: Pair) -> int:
    """How many tokens of each conversation are system and tools."""
    with _engine(pair) as engine:
        return engine.prefill([SYSTEM], [CLICK], GREEDY).prompt


@contextlib.contextmanager
def _engine(pair: Pair) -> Iterator[Engine]:
    """One in this process, whose log goes nowhere."""
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stderr(nothing):
        engine = Engine(config(pair, None))
        try:
            yield engine
        finally:
            engine.close()


def _evaluated_again(planner: LocalPlanner, common: int) -> int:
    question = Message("user", (Text("Something else altogether."),))
    usage = turn_of(planner.stream([SYSTEM, question], [CLICK], GREEDY)).usage
    if usage.prompt <= common:
        raise RuntimeError(f"{usage.prompt} tokens hold no question: {common} are system and tools")
    return max(0, common - usage.reused)


def prefill_figures(pair: Pair, cache: Path, runs: int) -> Iterator[Figure]:
    """Seconds until the first token for an image that nobody has seen, and for one that was looked at while the person
    wrote. System and tools were evaluated in both cases."""
    planner = LocalPlanner(config(pair, cache), log=cache.with_suffix(".log"))
    cold, warm = [], []
    try:
        planner.prefill([SYSTEM], [], GREEDY)
        for number in range(100, 100 + runs):
            cold.append(reply_of(lambda at=number: planner.stream([SYSTEM, shown(at)], [], GREEDY)).first)
            looked = Message("user", (screenshot(-number), Text("")))
            asked = replace(looked, parts=(looked.parts[0], Text("What is this, and what can be done here?")))
            planner.prefill([SYSTEM, looked], [], GREEDY)
            warm.append(reply_of(lambda asked=asked: planner.stream([SYSTEM, asked], [], GREEDY)).first)
    finally:
        planner.close()
    before, after = statistics.median(cold), statistics.median(warm)
    _say(f"Enter to first token: {before:.2f} s cold, {after:.2f} s with the image prefilled")
    yield Figure("Enter to first token, image prefilled, of cold", 100 * after / before, PREFILLED_GOAL, "%")


def exactness(pair: Pair) -> Iterator[Figure]:
    """How far the quantised scores after a conversation with reuse are from those of one that is evaluated at once."""
    with _engine(pair) as engine:
        messages = [SYSTEM]
        for number in range(EXACT_STEPS):
            messages.append(shown(number))
            messages.append(turn_of(engine.stream(messages, [], GREEDY)).message)
        only = replace(GREEDY, max_tokens=1)
        scores = []
        for forget in (lambda: None, engine.forget):
            forget()
            turn_of(engine.stream(messages[:-1], [], only))
            scores.append(engine.last_logits)
    kept, fresh = scores
    _say(f"scores lie between {min(fresh):.1f} and {max(fresh):.1f}")
    difference = max(abs(one - other) for one, other in zip(kept, fresh, strict=True))
    yield Figure("largest change of a score by reuse (Q8_0)", difference, TOLERANCE, "")


def _pictures(messages: Sequence[Message]) -> int:
    return sum(isinstance(part, Picture) for message in messages for part in message.parts)


def _total(run: Sequence[Reply]) -> float:
    return sum(reply.seconds for reply in run)


def _say(line: str) -> None:
    print(f"   {line}", flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run it; with `--check`, 1 where a figure misses its goal or could not be measured."""
    parser = figures.parser_of("steps")
    parser.add_argument("--only", default="", metavar="PART,…", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--scale", type=float, default=1.0, help="how many runs, 1 being three of each")
    options = parser.parse_args(arguments)
    chosen = list(filter(None, options.only.split(","))) or list(PARTS)
    for unknown in set(chosen) - set(PARTS):
        parser.error(f"there is no part {unknown!r}")
    refuse_persons_display()
    print(NOTICE, flush=True)
    if SERVER in chosen:
        _build_server()
    return figures.tell(measure(max(1, round(RUNS * options.scale)), chosen), options.check, options.json)


def _build_server() -> None:
    """Have llama-server, if it can be built. What needs it is not measured otherwise."""
    if llama_server.find():
        return
    _say("llama-server is being built, which takes about ten minutes on two cores")
    try:
        llama_server.build()
    except llama_server.BuildFailed as error:
        _say(f"llama-server could not be built, so nothing is compared with it. {error}")
