"""Opens what a session sees and acts with, each part when it is first wanted."""

import logging
import threading
from functools import cached_property

from desktop_agent.cli.missing import NoElements, NoReader
from desktop_agent.core.errors import Unavailable
from desktop_agent.core.protocols import Elements, Hands, Launcher, Screen, TextReader, Windows
from desktop_agent.step.desk import Desk
from desktop_agent.step.privacy import Privacy

_log = logging.getLogger(__name__)


class EyesAndHands:
    """The parts of a `Desk`, opened lazily and shared. Safe to use from several threads.

    Args:
        include_ancestors: the windows of the processes that this one descends from count as our own too, such as the
            terminal in which a command asks.
        privacy: what planners must not see.
    """

    def __init__(self, include_ancestors: bool, privacy: Privacy) -> None:
        self._include_ancestors = include_ancestors
        self._privacy = privacy
        self._lock = threading.RLock()
        self._opened: list[Screen | Windows | Elements | TextReader | Hands] = []

    @property
    def desk(self) -> Desk:
        """All parts. Where accessibility or OCR is missing, that part says so whenever it is asked.

        Raises:
            Unavailable: this session can't be seen or acted on.
        """
        return Desk(self.screen, self.windows, self.elements, self.reader, self.launcher, self.hands, self._privacy)

    @property
    def screen(self) -> Screen:
        with self._lock:
            return self._screen

    @property
    def windows(self) -> Windows:
        with self._lock:
            return self._windows

    @property
    def elements(self) -> Elements:
        with self._lock:
            return self._elements

    @property
    def reader(self) -> TextReader:
        with self._lock:
            return self._reader

    @property
    def launcher(self) -> Launcher:
        with self._lock:
            return self._launcher

    @property
    def hands(self) -> Hands:
        with self._lock:
            return self._hands

    @property
    def has_hands(self) -> bool:
        """Whether the hands were opened."""
        with self._lock:
            return "_hands" in self.__dict__

    def drop_hands(self) -> None:
        """End at once whatever the hands are doing for us, by ending our connection; they are opened anew when next
        wanted."""
        with self._lock:
            hands = self.__dict__.pop("_hands", None)
            if hands is not None:
                self._opened.remove(hands)
                hands.close()

    def close(self) -> None:
        """Close what was opened, the hands first: they release what is held."""
        with self._lock:
            for part in reversed(self._opened):
                part.close()
            self._opened.clear()

    @cached_property
    def _screen(self) -> Screen:
        from desktop_agent.desktop.screen import open_screen

        screen = open_screen()
        self._opened.append(screen)
        return screen

    @cached_property
    def _windows(self) -> Windows:
        from desktop_agent.desktop.windows import open_windows

        windows = open_windows()
        self._opened.append(windows)
        return windows

    @cached_property
    def _elements(self) -> Elements:
        from desktop_agent.desktop.elements import open_elements

        elements: Elements
        try:
            elements = open_elements()
        except Unavailable as error:
            _log.info("no elements: %s (%s)", error, error.details)
            elements = NoElements(error)
        self._opened.append(elements)
        return elements

    @cached_property
    def _reader(self) -> TextReader:
        from desktop_agent.desktop.ocr import open_reader

        reader: TextReader
        try:
            reader = open_reader()
        except Unavailable as error:
            _log.info("no reader: %s (%s)", error, error.details)
            reader = NoReader(error)
        self._opened.append(reader)
        return reader

    @cached_property
    def _launcher(self) -> Launcher:
        from desktop_agent.desktop.apps import open_launcher

        return open_launcher()

    @cached_property
    def _hands(self) -> Hands:
        from desktop_agent.desktop import hands
        from desktop_agent.desktop.hands.own import own_pids

        connected = hands.connect("run", own_pids(self._include_ancestors))
        self._opened.append(connected)
        return connected
