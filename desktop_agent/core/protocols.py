"""What the layers ask of one another. Composition injects the implementations."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from desktop_agent.core.actions import ApprovalRequest, Decision, Expectation, Input, InputReport
from desktop_agent.core.chat import Event, Message, Options, ToolSpec
from desktop_agent.core.desktop import (
    Application,
    Candidate,
    Element,
    ElementTree,
    Layout,
    Screenshot,
    Surroundings,
    Window,
    Word,
)
from desktop_agent.core.geometry import Point, Rect, View
from desktop_agent.core.images import Image
from desktop_agent.core.model_state import Presence
from desktop_agent.core.pause import Pause, Reply


class Planner(Protocol):
    """A mind: local, remote, scripted or instant. The agent can't tell them apart."""

    @property
    def name(self) -> str:
        """A word for the record: "instant", "local:GLM-4.6V-Flash-Q4_K_M"."""

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec], options: Options) -> Iterator[Event]:
        """Answer the conversation. The last event is `End`.

        Raises:
            PlannerError: it could not answer.
        """

    def cancel(self) -> None:
        """End whatever it is doing, from any thread. The stream ends with `End("cancelled")`."""

    def close(self) -> None:
        """Give back what it holds."""


@runtime_checkable
class Prefiller(Planner, Protocol):
    """A planner that gains time when it is told what is known before the question is."""

    def prefill(
        self,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        options: Options,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Evaluate what is known already, so that the answer comes sooner. It ends when a `stream` begins, or with
        `cancel`. `wanted` is asked again and again: once it says no, what can't be interrupted is finished and kept,
        and nothing else is begun.

        Raises:
            PlannerError: it could not; the answer will say so, too.
        """


@runtime_checkable
class Talker(Planner, Protocol):
    """A planner that may have been made to talk only."""

    def calls_tools(self) -> bool:
        """Whether tools may be offered to it."""


@runtime_checkable
class Resident(Planner, Protocol):
    """A planner whose model is in this machine's memory, or is not."""

    @property
    def presence(self) -> Presence:
        """Which of these; never blocks."""


class Approver(Protocol):
    """Asks the person. Blocks the calling worker thread."""

    def decide(self, request: ApprovalRequest) -> Decision:
        """The person's answer. Every failure of asking must come back as a decision that isn't approved."""


class Asker(Protocol):
    """Puts a planner's question to the person, or the program's own about a run that got nowhere. Blocks the calling
    worker thread."""

    def ask(self, question: str, choices: Sequence[str]) -> str | None:
        """The answer, one of `choices` where there are any; None when the person gave none."""

    def pause(self, pause: Pause) -> Reply:
        """What the person wants to become of a run that got nowhere. Must not look like a planner's question."""


class Screen(Protocol):
    """Reads pixels. Safe to call from several threads."""

    def layout(self) -> Layout:
        """The monitors as they are now."""

    def grab(self, region: Rect) -> Screenshot:
        """The pixels of `region`, clipped to the desktop.

        Raises:
            UsageError: the region lies off the screen or is empty.
            CaptureFailed: the screen could not be read.
        """

    def close(self) -> None:
        """Give back its connection."""


class Windows(Protocol):
    """Knows the top-level windows. Safe to call from several threads."""

    def active(self) -> Window | None:
        """The window that has the keyboard focus."""

    def at(self, point: Point) -> Window | None:
        """The topmost window that a click at `point` would reach (windows that let input through are ignored)."""

    def stacking(self) -> tuple[Window, ...]:
        """Visible top-level windows and popups, topmost first."""

    def get(self, window: int) -> Window | None:
        """The window with that id, as it is now; None when it is gone or hidden."""

    def activate(self, window: int) -> bool:
        """Raise it and give it the focus; False when that did not happen within a second."""

    def close(self) -> None:
        """Give back its connection."""


class Elements(Protocol):
    """Reads accessibility trees. Safe to call from several threads."""

    def tree(self, window: Window) -> ElementTree:
        """The visible elements of `window`.

        Raises:
            Unavailable: no accessibility bus, or the application exposes nothing.
        """

    def at(self, window: Window, point: Point) -> Element | None:
        """The innermost visible element at `point`; None where none is known."""

    def around(self, window: Window, point: Point, reach: int) -> Surroundings:
        """The visible elements of `window` at most `reach` pixels from `point`, sideways or up and down.

        Raises:
            Unavailable: no accessibility bus, or the application exposes nothing.
        """

    def focused(self, window: Window) -> Element | None:
        """The element of `window` that has the keyboard focus."""

    def refresh(self, element: Element) -> Element | None:
        """The same element as it is now; None when it is gone."""

    def text(self, element: Element) -> str | None:
        """Its whole text; None when it has none to read."""

    def close(self) -> None:
        """Give back its connection."""


class TextReader(Protocol):
    """Reads words from pixels."""

    def read(self, image: Image) -> tuple[Word, ...]:
        """Words in reading order.

        Raises:
            Unavailable: the reader is not installed or died.
        """

    def close(self) -> None:
        """End its process."""


class Launcher(Protocol):
    """Knows and opens installed applications."""

    def find(self, name: str) -> tuple[Application, ...]:
        """Applications that `name` may mean, best first: exact matches alone where there are any."""

    def launch(self, application: str) -> None:
        """Start the application with that id, detached from this process."""


class Hands(Protocol):
    """A client of the hands process. One run at a time holds the lock; only the holder may perform."""

    def acquire(self, run: str) -> None:
        """Take the lock for a run.

        Raises:
            HandsBusy: another run holds it.
            Stopped: the stop is latched.
        """

    def release(self) -> None:
        """Give the lock back, releasing every key and button still held."""

    def perform(self, inputs: Sequence[Input], expectation: Expectation) -> InputReport:
        """Carry the inputs out, checking `expectation` at the moment of the first press and between chunks.

        Raises:
            TargetChanged: it did not hold; nothing was pressed, or the report of what was is in the details.
            GateClosed: a prompt is open.
            Stopped: the stop was latched, before or in the middle.
        """

    def prompt(self) -> AbstractContextManager[None]:
        """Keep the input gate closed for everyone while a prompt is open."""

    def stop(self, reason: str) -> None:
        """Latch the stop, from any thread and any process of the same user."""

    def stopped(self) -> str | None:
        """The reason of the latched stop, or None."""

    def resume(self) -> None:
        """Release the latch. Only for the person's own command."""

    def own_pids(self) -> frozenset[int]:
        """Processes whose windows count as our own."""

    def close(self) -> None:
        """Disconnect; whatever this client held is released."""


class Locator(Protocol):
    """Finds places on the screen by what they are called."""

    def find(self, name: str, view: View) -> tuple[Candidate, ...]:
        """Places within `view.region` that `name` may mean, best matches only: accessible names first, then words
        on the screen. Empty when there are none, several when it is ambiguous.

        Raises:
            Unavailable: neither accessibility nor OCR can be used.
        """

    def focusable_text(self, view: View) -> tuple[Candidate, ...]:
        """Places within `view.region` that take text, the focused one alone where there is one."""

    def similar(self, name: str, view: View) -> tuple[str, ...]:
        """Names of places within `view.region` that are most like `name`, best first; only to suggest, never to act."""
