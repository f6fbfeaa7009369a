"""What every test shares: a home of its own, and failing on errors that nobody expected in the log."""

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_agent.core import log


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, store and logs of a test lie in a folder of its own."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("DESKTOP_AGENT_HOME", str(folder))
    return folder


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def fail_on_log_errors(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    """An ERROR in the log fails the test, unless it is marked `expects_log_errors`: of this process, also after it
    started a log of its own, and of processes that log into the test's home."""
    root, handler = logging.getLogger(), _Errors()
    before, level = root.handlers[:], root.level
    root.addHandler(handler)
    yield
    root.removeHandler(handler)
    for each in root.handlers[:]:
        if each.name == log.OURS and each not in before:  # a log that the test started; its home goes away
            root.removeHandler(each)
            with contextlib.suppress(OSError):  # what could not be written is still in its buffer
                each.close()
    root.setLevel(level)
    found = [each.getMessage() for each in handler.records] + _children_errors(home)
    if found and request.node.get_closest_marker("expects_log_errors") is None:
        pytest.fail("unexpected errors in the log:\n" + "\n".join(found))


_LINE = re.compile(r"[-\d]+ [:,\d]+ (?:ERROR|CRITICAL) (?P<pid>\d+) ")
"""How a record begins in a file, see `log.FORMAT`."""


def _children_errors(home: Path) -> list[str]:
    """Errors that other processes wrote into the logs of `home`; those of this one came to the handler."""
    lines = (
        (path, line)
        for path in sorted(home.glob("log/*.log*"))
        if path.is_file()
        for line in path.read_text("utf-8", "replace").splitlines()
    )
    return [
        f"{path.name}: {line}"
        for path, line in lines
        if (found := _LINE.match(line)) and int(found["pid"]) != os.getpid()
    ]
