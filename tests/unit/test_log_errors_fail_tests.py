"""Errors in the log fail a test, wherever they come from (see conftest.py)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = "from desktop_agent.core import log; log.start('some'); import logging; "
ERROR = "logging.getLogger('part').error('it went wrong')"


def outcome(folder: Path, body: str, mark: str = "") -> str:
    """What pytest says of a test with that body, with our conftest.py beside it."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = expects_log_errors\n")
    (folder / "test_it.py").write_text(f"import subprocess, sys, pytest\n{mark}\ndef test_it():\n    {body}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "body",
    [
        f"import logging; {ERROR}",
        START + ERROR,
        f"subprocess.run([sys.executable, '-c', {START + ERROR!r}], check=True)",
    ],
    ids=["here", "here, after a start", "in a child"],
)
def test_an_error_in_the_log_fails_the_test_that_did_not_expect_it(tmp_path: Path, body: str) -> None:
    said = outcome(tmp_path, body)
    assert "1 error" in said
    assert "it went wrong" in said
    assert "1 error" not in outcome(tmp_path, body, "@pytest.mark.expects_log_errors")


def test_warnings_do_not(tmp_path: Path) -> None:
    assert "1 error" not in outcome(tmp_path, (START + ERROR).replace(".error(", ".warning("))
