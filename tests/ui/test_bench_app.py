"""The benchmark of the windows runs and says what it measured."""

import json
import subprocess
import sys

import pytest


@pytest.mark.full
@pytest.mark.timeout(600)
def test_every_figure_is_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui", "bench", "app", "--json"], capture_output=True, text=True, timeout=580
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert len(result["figures"]) == 7
    assert all(value >= 0 for value in result["figures"].values())
    assert result["ok"] is (not result["missed"])
