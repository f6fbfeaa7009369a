"""What the proofs of typing, clicking and stopping share: an observer that trusts nobody's word, and clients in
processes of their own that can be killed."""

import math
import multiprocessing
import os
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Self

from Xlib import X
from Xlib.ext import xinput

from desktop_agent.core.actions import Expectation, Input
from desktop_agent.core.errors import AgentError
from desktop_agent.desktop import hands, x11
from desktop_agent.evaluation.display import PrivateDisplay
from tests.desktop.raw_watch import RawWatch

_KINDS = {
    xinput.RawKeyPress: "key down",
    xinput.RawKeyRelease: "key up",
    xinput.RawButtonPress: "button down",
    xinput.RawButtonRelease: "button up",
    xinput.RawMotion: "motion",
}
SPACES = ("DISPLAY", "DESKTOP_AGENT_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


@dataclass(frozen=True)
class Seen:
    """One event as the X server told it: `time` in its milliseconds, and whether it came through an XTEST device."""

    time: int
    kind: str
    injected: bool

    @property
    def lets_go(self) -> bool:
        return self.kind.endswith(" up")


class Observer:
    """Records every event of every device of a display, with the server's time."""

    def __init__(self, display: str) -> None:
        self._seen: list[Seen] = []
        self._watch = RawWatch(display, _KINDS)
        devices = self._watch.display.xinput_query_device(xinput.AllDevices).devices
        self._virtual = {int(each.deviceid) for each in devices if " XTEST " in each.name}
        self._offset = self._server_time() - time.monotonic() * 1000
        self._watch.start(self._take)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.close()

    def now(self) -> int:
        """The server's milliseconds, which count like the machine's own clock."""
        return int(time.monotonic() * 1000 + self._offset)

    def count(self) -> int:
        return len(self._seen)

    def since(self, place: int) -> list[Seen]:
        """What came after the first `place` events."""
        return self._seen[place:]

    def _server_time(self) -> int:
        display = self._watch.display
        clock = self._watch.root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent)
        clock.change_attributes(event_mask=X.PropertyChangeMask)
        clock.change_property(display.intern_atom("CLOCK"), X.AnyPropertyType + 31, 8, b"")
        return int(display.next_event().time)

    def _take(self, event: Any) -> None:
        _, when, _, source, _, _ = struct.unpack_from("=HIIHHI", event.data)
        self._seen.append(Seen(when, _KINDS[event.evtype], source in self._virtual))


class Held:
    """What is down on a display, asked on a connection of its own."""

    def __init__(self, display: str) -> None:
        self._display: Any = x11.open_display(display)
        self._root = self._display.screen().root
        self._mapping = self._keys()

    def close(self) -> None:
        self._display.close()

    def keys(self) -> int:
        return sum(int(byte).bit_count() for byte in self._display.query_keymap())

    def buttons(self) -> int:
        return int(self._root.query_pointer().mask & 0x1F00).bit_count()

    def remapped(self) -> bool:
        """Whether a keycode means something else than at the beginning."""
        return self._keys() != self._mapping

    def __str__(self) -> str:
        return f"{self.keys()} keys, {self.buttons()} buttons, mapping changed: {self.remapped()}"

    def anything(self) -> bool:
        return bool(self.keys() or self.buttons() or self.remapped())

    def _keys(self) -> list[list[int]]:
        return [list(row) for row in self._display.get_keyboard_mapping(8, 248)]


class Actor:
    """A client in a process of its own that performs the same inputs again and again, and goes on trying whatever it
    is told."""

    def __init__(self, display: PrivateDisplay, inputs: Sequence[Input], expectation: Expectation) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._told, theirs = context.Pipe(duplex=False)
        places = {name: os.environ[name] for name in SPACES if name in os.environ} | {"DISPLAY": display.name}
        self.process = context.Process(target=act, args=(places, tuple(inputs), expectation, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.hands = int(self._told.recv())
        """The process id of the hands it acts through."""

    @property
    def pid(self) -> int:
        pid = self.process.pid
        assert pid is not None
        return pid

    def answers(self) -> list[str]:
        """What its attempts came to since the last call: "done", or the kind of error."""
        answers: list[str] = []
        while self._told.poll():
            try:
                answers.append(self._told.recv())
            except EOFError:
                break
        return answers

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self._told.close()


def act(places: Mapping[str, str], inputs: Sequence[Input], expectation: Expectation, told: Connection) -> None:
    """The actor's process."""
    os.environ.update(places)
    client = hands.connect("run", display=places["DISPLAY"], linger=60)
    client.acquire("the run that is stopped")
    told.send(client.status().pid)
    while True:
        try:
            client.perform(inputs, expectation)
            told.send("done")
        except AgentError as error:
            told.send(type(error).__name__)
            time.sleep(0.02)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values don't exceed (nearest rank)."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
