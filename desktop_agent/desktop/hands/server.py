"""The hands process: clients of one user over a Unix socket, one display, one pair of hands."""

import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

from desktop_agent.core import settings
from desktop_agent.core.errors import AgentError, Stopped, Unavailable
from desktop_agent.core.peer import peer_of
from desktop_agent.core.settings import Settings
from desktop_agent.desktop.devices import DeviceWatch, watch_devices
from desktop_agent.desktop.devices.person import PersonInput
from desktop_agent.desktop.hands.address import Address
from desktop_agent.desktop.hands.guard import Guard
from desktop_agent.desktop.hands.journal import Journal
from desktop_agent.desktop.hands.sent import SentInput
from desktop_agent.desktop.hands.session import Session
from desktop_agent.desktop.hands.status import HandsStatus
from desktop_agent.desktop.keyboard.names import parse_combination

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop_agent.core.actions import Expectation, Input, InputReport

LINGER_SECONDS = 10.0
"""How long the process outlives its last client."""
QUIET_SECONDS = 0.1
"""The person's hand must have been at rest this long: the one that clicked Approve still moves a bit."""
QUIET_WITHIN_SECONDS = 3.0
CLOSING_SECONDS = 5.0
"""How long the end waits for an action that was told to stop; what is held is released then in any case."""
_POLL_SECONDS = 0.25
SILENT_POLLS = 40
"""Acting gives a sign of life before each event and while it waits. Without any for this many polls it hangs: a request
to the display is never answered, say. Polls are counted, so that a process that was itself asleep does not end."""

log = logging.getLogger(__name__)


class HandsHang(Exception):
    """The thread that acts waits for something that does not come."""


class HandsServer:
    """Serves until nobody has needed it for `linger` seconds, or the display is gone.

    Args:
        address: its files; the caller holds its lock.
        listener: the listening socket.
        safe: whether somebody will still release everything if this process is killed; it doesn't go on otherwise.

    Raises:
        Unavailable: the display can't be used.
    """

    def __init__(
        self,
        address: Address,
        listener: socket.socket,
        linger: float = LINGER_SECONDS,
        safe: "Callable[[], bool]" = lambda: True,
    ) -> None:
        from desktop_agent.desktop.hands.x11 import X11Hands

        self._listener = listener
        self._linger = linger
        self._safe = safe
        self._lock = threading.Lock()
        self._sessions: set[Session] = set()
        self._acting = threading.Lock()
        self._performing = False
        self._over = False
        self._signs = 0
        self._silence = (0, 0)
        self._gone = threading.Event()
        self._person: PersonInput | None = None
        chosen = _settings()
        self._stop_keys = _stop_keys(chosen)
        self.guard = Guard(address.latch, self._announce)
        self._journal = Journal(address.journal)
        sent = SentInput()
        self._hands = X11Hands(address.display, self._journal, sent)
        self._problem = ""
        self._watch: DeviceWatch | None = None
        try:
            self._watch = watch_devices(
                address.display, self._seen, self._gone.set, self._watch_broke, chosen.trusted_devices, sent.claim
            )
        except Unavailable as error:
            self._problem = error.user_message
            log.warning("%s", error)

    def serve(self) -> None:
        """Accept clients until the end, and then release everything.

        Raises:
            HandsHang: what is under way hangs; only the end of this process ends it.
        """
        self._listener.settimeout(_POLL_SECONDS)
        needed = time.monotonic()
        while not self._gone.is_set() and self._safe():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                self._require_signs()
                if self._sessions or self._hands.keeps_clipboard:
                    needed = time.monotonic()
                elif time.monotonic() > needed + self._linger:
                    break
            else:
                self._welcome(connection)
                needed = time.monotonic()
        self._listener.close()
        self._end()

    def status(self) -> HandsStatus:
        holder, person = self.guard.holder, self._person
        return HandsStatus(
            stopped=self.guard.stopped,
            prompts=self.guard.prompts,
            holder=holder.run if holder else "",
            holder_pid=holder.pid if holder else 0,
            performing=self._performing,
            held=self._hands.held,
            person=person.device if person else "",
            person_seconds=time.monotonic() - person.at if person else 0.0,
            watching=not self._problem,
            problem=self._problem,
            pid=os.getpid(),
        )

    def own_pids(self) -> frozenset[int]:
        """Every client's own processes."""
        with self._lock:
            return frozenset().union(*(session.pids for session in self._sessions))

    def perform(self, session: Session, inputs: "Sequence[Input]", expectation: "Expectation") -> "InputReport":
        """See `core.protocols.Hands.perform`."""

        def check() -> None:
            self._signs += 1
            if session.gone:
                raise Stopped("The program that was acting is gone.")
            self.guard.check(session)

        check()
        with self._acting:
            self._await_quiet(check)
            self._performing = True
            try:
                check()
                return self._hands.perform(inputs, expectation, self.own_pids(), check)
            finally:
                self._performing = False

    def open_prompt(self, session: Session) -> None:
        """Close the gate, and wait until whatever is being sent has ended."""
        self.guard.open_prompt(session)
        self.idle()

    def idle(self) -> None:
        """Wait until no input is under way."""
        with self._acting:
            pass

    def release(self, session: Session) -> None:
        """Give the lock back, with everything that is held down."""
        holder = self.guard.holder
        if holder is not None and holder.client is session:
            with self._acting:
                if not self._over:
                    self._hands.release_all()
            self.guard.release(session)

    def reload_settings(self) -> None:
        """The stop keys and the devices that count as the person's may have changed."""
        chosen = _settings()
        self._stop_keys = _stop_keys(chosen)
        if self._watch is not None:
            self._watch.trust(chosen.trusted_devices)

    def ended(self, session: Session) -> None:
        """The client's connection ended: release what it held."""
        try:
            self.release(session)
        except Exception:
            log.exception("releasing after a client's end failed")
        self.guard.forget(session)
        with self._lock:
            self._sessions.discard(session)

    def _welcome(self, connection: socket.socket) -> None:
        pid, user = peer_of(connection)
        if user != os.getuid():
            log.warning("refused a connection of user %s", user)
            connection.close()
            return
        session = Session(self, connection, pid)
        with self._lock:
            self._sessions.add(session)
        session.start()

    def _seen(self, event: PersonInput) -> None:
        self._person = event
        if event.holds(self._stop_keys):
            self.guard.stop("you pressed the stop keys")
        elif self._performing and event.device == "keyboard" and event.pressed:
            self.guard.stop("you took the keyboard")
        elif self._performing and event.device != "keyboard":
            self.guard.stop("you took the mouse" if event.device == "mouse" else "you touched the screen")

    def _watch_broke(self, error: Exception) -> None:
        """The stop keys and the person's hands are no longer seen, so nothing goes on without the person's word."""
        self._problem = "Watching your mouse and keyboard failed, so your stop keys are not seen."
        log.error("watching the devices failed", exc_info=error)
        self.guard.stop("your mouse and keyboard can't be watched any more")

    def _await_quiet(self, check: "Callable[[], None]") -> None:
        deadline = time.monotonic() + QUIET_WITHIN_SECONDS
        while self._person is not None and (left := self._person.at + QUIET_SECONDS - time.monotonic()) > 0:
            check()
            if time.monotonic() > deadline:
                self.guard.stop("you are using the mouse or the keyboard")
            time.sleep(min(left, 0.02))

    def _require_signs(self) -> None:
        """Count the polls without a sign of whatever is under way, and give up after too many."""
        signs, polls = self._silence
        self._silence = (self._signs, polls + 1 if self._acting.locked() and signs == self._signs else 0)
        if self._silence[1] >= SILENT_POLLS:
            raise HandsHang

    def _announce(self) -> None:
        with self._lock:
            sessions = tuple(self._sessions)
        for session in sessions:
            session.announce()

    def _end(self) -> None:
        with self._lock:
            sessions = tuple(self._sessions)
        for session in sessions:
            session.close()
        if self._watch is not None:
            self._watch.close()
        # A client that is ending may be having released what it held, or may be going to.
        idle = self._acting.acquire(timeout=CLOSING_SECONDS)
        self._over = True
        if not self._gone.is_set():
            self._hands.close()
        if idle:
            self._acting.release()
        self._journal.close()


def _settings() -> Settings:
    try:
        return settings.load()
    except AgentError as error:
        log.warning("the settings can't be read (%s); using the defaults", error)
        return Settings()


def _stop_keys(chosen: Settings) -> tuple[str, ...]:
    try:
        return parse_combination(chosen.stop_hotkey)
    except AgentError as error:
        log.warning("the stop keys are not set (%s); using the default", error)
        return parse_combination(Settings().stop_hotkey)
