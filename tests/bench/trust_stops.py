"""Stop means stop: how long input still flows after a stop, and what is left held down after stops and kills.

What counts is what the X server tells an observer on a connection of its own: each event with its device and time.
"""

import contextlib
import itertools
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_agent.core.actions import Click, Drag, Input, Press, Scroll, TypeText
from desktop_agent.core.desktop import Window
from desktop_agent.core.errors import AgentError, Stopped
from desktop_agent.desktop import hands
from desktop_agent.desktop.hands import HandsClient
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.evaluation.person import Person
from tests.bench.figures import Figure
from tests.desktop.hands_support import QtWindow, at, closing, end_process, expecting
from tests.desktop.helpers import wait_until
from tests.desktop.trust_support import Actor, Held, Observer, percentile

STOPS, KILLS = 400, 500
LIMIT_MS = 150
RELEASED_SECONDS = 1.0
WATCHED_SECONDS = 0.4
"""How long each trial is watched after everything was released."""
WORDS = "The quick brown fox jumps over the lazy dog. " * 20
CHINESE = "天地玄黄宇宙洪荒日月盈昃辰宿列张" * 20


def actions(window: Window) -> dict[str, list[Input]]:
    """What is interrupted, each of it lasting for seconds."""
    text, here = at(window, *QtWindow.TEXT), at(window, 100, 180)
    clear = [Click(text), Press(("ctrl", "a")), Press(("delete",))]
    return {
        "typing": [*clear, *[TypeText(WORDS)] * 20],
        "remapped typing": [*clear, *[TypeText("é世ö" + WORDS)] * 20],
        "pasting": [*clear, *[TypeText(CHINESE)] * 200],
        "dragging": [Drag(here, text)] * 50,
        "scrolling": [Scroll(text, "down", 2000)],
        "clicking": [Click(text, count=1000)],
    }


@dataclass
class Bench:
    """A display with a window to act on, and who watches."""

    display: PrivateDisplay
    window: QtWindow
    observer: Observer
    held: Held
    person: Person
    random: random.Random


@contextlib.contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Everything that a trial needs."""
    with PrivateDisplay("xvfb", bus=False) as display, contextlib.ExitStack() as stack:
        places = {name: display.environment[name] for name in ("DISPLAY", "DESKTOP_AGENT_HOME", "XDG_RUNTIME_DIR")}
        before = {name: os.environ.get(name) for name in places}
        os.environ.update(places)
        stack.callback(_restore, before)
        window = QtWindow(display, folder)
        stack.enter_context(closing(window))
        observer = stack.enter_context(Observer(display.name))
        held = Held(display.name)
        stack.callback(held.close)
        person = stack.enter_context(Person.on(display))
        yield Bench(display, window, observer, held, person, random.Random())


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


# How long input flows after a stop


def stop_latencies(bench: Bench, count: int, report: Callable[[str], None]) -> tuple[list[float], int]:
    """Milliseconds from each stop to the last injected event, and how many stops weren't clean."""
    means: dict[str, Callable[[HandsClient], None]] = {
        "another client": lambda other: other.stop("enough"),
        "the stop keys": lambda _: bench.person.press("ctrl+alt+escape"),
        "the person's mouse": lambda _: bench.person.move(bench.random.randrange(800), bench.random.randrange(600)),
        "the person's key": lambda _: bench.person.press("f9"),
    }
    latencies: list[float] = []
    unclean = 0
    with (
        hands.connect("run", display=bench.display.name, linger=0.1) as client,
        hands.connect("stop", display=bench.display.name) as other,
    ):
        pid = client.status().pid
        cases = itertools.cycle(itertools.product(actions(bench.window.window).items(), means.items()))
        for number, ((doing, inputs), (how, stop)) in zip(range(count), cases, strict=False):
            latency, problem = _stopped_after(bench, client, inputs, lambda stop=stop: stop(other))  # type: ignore[misc]
            latencies.append(latency)
            unclean += bool(problem)
            if latency > LIMIT_MS or problem:
                report(f"{doing}, stopped by {how}: {latency:.0f} ms {problem}")
            if number % 50 == 49:
                report(f"{number + 1} of {count} stops, so far at most {max(latencies):.0f} ms")
        client.resume()
    end_process(pid)
    return latencies, unclean


def _stopped_after(
    bench: Bench, client: HandsClient, inputs: list[Input], stop: Callable[[], None]
) -> tuple[float, str]:
    """Milliseconds until the last injected event, and what is wrong besides."""
    client.resume()
    client.acquire("bench")
    ended: list[AgentError] = []
    place = bench.observer.count()

    def perform() -> None:
        try:
            client.perform(inputs, expecting(bench.window.window))
        except AgentError as error:
            ended.append(error)

    thread = threading.Thread(target=perform)
    thread.start()
    _await_input(bench, place)
    issued, place = bench.observer.now(), bench.observer.count()
    stop()
    thread.join()
    time.sleep(0.05)  # what still comes is what is measured
    seen = bench.observer.since(place)
    persons = [each.time for each in seen if not each.injected]
    began = persons[0] if persons else issued
    last = max((each.time for each in seen if each.injected), default=began)
    problems = [] if client.stopped() is not None else ["not latched"]
    if [type(error) for error in ended] != [Stopped]:
        problems.append(f"ended by {ended!r}")
    if bench.held.anything():
        problems.append(f"held: {bench.held}")
    return max(0.0, float(last - began)), ", ".join(problems)


def _await_input(bench: Bench, place: int) -> None:
    """Until input flows, and a random moment longer."""
    wait_until(lambda: any(each.injected for each in bench.observer.since(place)), 20, "input")
    time.sleep(bench.random.uniform(0, 0.25))


# What is left after stops and kills


@dataclass
class Left:
    """What went wrong in how many trials, and the seconds until everything was released."""

    held: int = 0
    flowed: int = 0
    went_on: int = 0
    seconds: list[float] | None = None


MEANS = ("stop", "kill the client", "kill the hands", "kill both")


def stops_and_kills(bench: Bench, count: int, report: Callable[[str], None]) -> Left:
    """Random stops and kills while a client acts."""
    left = Left(seconds=[])
    for number in range(count):
        doing, inputs = bench.random.choice(list(actions(bench.window.window).items()))
        how = MEANS[number % len(MEANS)]
        before = (left.held, left.flowed, left.went_on)
        _end_somehow(bench, inputs, how, left)
        if (left.held, left.flowed, left.went_on) != before:
            report(f"{doing}, {how}: held, flowed, went on: {before} -> {left.held, left.flowed, left.went_on}")
        if number % 50 == 49:
            report(f"{number + 1} of {count}, released after at most {max(left.seconds or [0]):.2f} s")
    with hands.connect("stop", display=bench.display.name) as client:
        pid = client.status().pid
    end_process(pid, 0)
    return left


def _end_somehow(bench: Bench, inputs: list[Input], how: str, left: Left) -> None:
    place = bench.observer.count()
    actor = Actor(bench.display, inputs, expecting(bench.window.window))
    try:
        _await_input(bench, place)
        actor.answers()
        began = bench.observer.now()
        _strike(bench, actor, how)
        assert left.seconds is not None
        left.seconds.append(_until_released(bench))
        left.held += left.seconds[-1] > RELEASED_SECONDS
        place = bench.observer.count()
        time.sleep(WATCHED_SECONDS)
        late = [each for each in bench.observer.since(place) if each.injected and not each.lets_go]
        left.flowed += any(each.time > began + LIMIT_MS for each in late)
        left.held += bench.held.anything()
        left.went_on += "done" in actor.answers()
        if how == "stop":
            _release_the_stop(bench, actor, left)
    finally:
        actor.close()


def _strike(bench: Bench, actor: Actor, how: str) -> None:
    if how == "stop":
        with hands.connect("stop", display=bench.display.name) as other:
            other.stop("enough")
    if how in ("kill the client", "kill both"):
        actor.kill()
    if how in ("kill the hands", "kill both"):
        os.kill(actor.hands, signal.SIGKILL)


def _until_released(bench: Bench) -> float:
    """Seconds until nothing is held; more than `RELEASED_SECONDS` where something stays."""
    began = time.monotonic()
    clean = 0
    while clean < 3 and time.monotonic() - began <= RELEASED_SECONDS:
        clean = 0 if bench.held.anything() else clean + 1
        time.sleep(0.005)
    return time.monotonic() - began


def _release_the_stop(bench: Bench, actor: Actor, left: Left) -> None:
    """The person releases the stop: the run that was stopped has no hands any more."""
    with hands.connect("stop", display=bench.display.name) as other:
        other.resume()
    time.sleep(0.1)
    left.went_on += "done" in actor.answers()


def run(scale: float, report: Callable[[str], None]) -> Sequence[Figure]:
    """Both parts."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as prepared:
        latencies, unclean = stop_latencies(prepared, max(24, round(STOPS * scale)), report)
        figures += [
            Figure(f"last input after a stop, p99 of {len(latencies)}", percentile(latencies, 0.99), LIMIT_MS, "ms"),
            Figure("stops that did not latch or left keys down", unclean, 0, ""),
        ]
        count = max(12, round(KILLS * scale))
        left = stops_and_kills(prepared, count, report)
        figures += [
            Figure(f"something held after {count} stops and kills", left.held, 0, ""),
            Figure("stops and kills after which input flowed", left.flowed, 0, ""),
            Figure("stopped runs that went on", left.went_on, 0, ""),
            Figure("released after, at most", max(left.seconds or [0]), RELEASED_SECONDS, "s"),
        ]
    return figures
