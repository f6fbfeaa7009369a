"""transformers' server (`transformers serve`), from the environment that `installer/test.sh --full` makes for it."""

import contextlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.llama_server import free_port

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-servers"
START_SECONDS = 120.0
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def installed() -> bool:
    """Whether the environment is there."""
    return (ENVIRONMENT / "bin" / "transformers").is_file()


def write_models(folder: Path, chains: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a tiny Glm4v for each of `chains`, arguments of `tests.model.tiny.chain` by name, in `folder`."""
    command = [str(ENVIRONMENT / "bin" / "python"), "-m", "tests.servers.tiny_glm4v", str(folder), json.dumps(chains)]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the tiny models could not be written:\n{done.stderr[-2000:]}")


class TransformersServer:
    """A running server, which loads whatever folder a request names as its model; it ends with this process.

    Args:
        log: takes what it says.
    """

    def __init__(self, log: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/v1"
        serve = [str(ENVIRONMENT / "bin" / "transformers"), "serve", "--host", "127.0.0.1", "--port", str(port)]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *serve, "--device", "cpu"],
                stdout=output,
                stderr=output,
                env=_environment(),
            )
        try:
            self._wait(log)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def _wait(self, log: Path) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it runs on this machine
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                opener.open(self.url.removesuffix("/v1") + "/health", timeout=5).close()
                return
            time.sleep(0.1)
        raise RuntimeError(f"transformers' server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _environment() -> dict[str, str]:
    """Ours without what points Python at our own environment."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | OFFLINE
