"""A hub on loopback that speaks what `huggingface_hub` asks of huggingface.co, with switches for bad behaviour.

The protocol, as read in huggingface_hub 2.4: `GET /api/models/OWNER/NAME?blobs=true` gives the revision and the files
with the size and SHA-256 that Git LFS records; `/OWNER/NAME/resolve/REVISION/PATH` redirects, with `X-Repo-Commit`,
`X-Linked-Etag` and `X-Linked-Size`, to another host that has the bytes and serves ranges.
"""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
PIECE = 64 * 1024


@dataclass
class Behaviour:
    """How the hub misbehaves; the defaults are a good one.

    Args:
        cut_after: bytes of a file after which each connection is closed.
        cuts: how many connections are cut so; the others are not.
        stall_after: bytes after which nothing more comes until the hub ends.
        ignore_ranges: a whole file is sent whatever part was asked for.
        wrong_range: another part than the one that was asked for.
        flip: the offset of a byte that arrives with another bit; from the end where it is negative.
        surplus: bytes sent beyond a file's end.
        status: the status of every answer to a file.
        gated: files are only given with this token.
        siblings: the listing, instead of the true one.
        revision: the listing's revision.
        raw: the body of the listing's answer.
        compressed: answers are said to be compressed.
        warning: a warning in the listing's headers.
        silent: a listing is answered only when the hub ends.
    """

    cut_after: int | None = None
    cuts: int = 1000
    stall_after: int | None = None
    ignore_ranges: bool = False
    wrong_range: bool = False
    flip: int | None = None
    surplus: int = 0
    status: int = 200
    gated: str = ""
    siblings: list[dict[str, Any]] | None = None
    revision: Any = REVISION
    raw: bytes | None = None
    compressed: bool = False
    warning: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Hub:
    """Serves the files of repositories: `files["owner/name"]["path"]` is a file on this machine."""

    files: dict[str, dict[str, Path]] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stalled, self.over = threading.Event(), threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="hub")

    def __enter__(self) -> "Hub":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def ranges(self) -> list[str]:
        """The parts that were asked for, "" for a whole file."""
        return [each.headers.get("range", "") for each in self.requests if each.path.startswith("/bytes/")]

    def siblings(self, repository: str) -> list[dict[str, Any]]:
        """The listing as the real hub writes it."""
        return [_sibling(name, file) for name, file in self.files[repository].items()]


def _sibling(name: str, file: Path) -> dict[str, Any]:
    data = file.read_bytes()
    lfs = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 135}
    return {"rfilename": name, "size": len(data), "blobId": "0" * 40, "lfs": lfs}


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub


class _Handler(BaseHTTPRequestHandler):
    @property
    def _hub(self) -> Hub:
        assert isinstance(self.server, _Server)
        return self.server.hub

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = unquote(urlsplit(self.path).path)
        self._hub.requests.append(Request(path, headers))
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)", path):
            self._list(found[1])
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._redirect(found[1], found[3], headers)
        elif found := re.fullmatch(r"/bytes/([^/]+/[^/]+)/(.+)", path):
            self._send(self._hub.files[found[1]][found[2]].read_bytes(), headers.get("range", ""))

    def _list(self, repository: str) -> None:
        if repository not in self._hub.files:
            self._answer(404, b"", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
            return
        behaviour = self._hub.behaviour
        if behaviour.silent:
            self._hub.stalled.set()
            self._hub.over.wait()
        siblings = behaviour.siblings if behaviour.siblings is not None else self._hub.siblings(repository)
        body = {"id": repository, "sha": behaviour.revision, "private": False, "siblings": siblings}
        extra = {"Content-Encoding": "gzip"} if behaviour.compressed else {}
        if behaviour.warning:
            extra["X-HF-Warning"] = f"topic; {behaviour.warning}"
        self._answer(200, behaviour.raw or json.dumps(body).encode(), {"Content-Type": "application/json", **extra})

    def _redirect(self, repository: str, path: str, headers: Mapping[str, str]) -> None:
        wanted = self._hub.behaviour.gated
        if wanted and headers.get("authorization") != f"Bearer {wanted}":
            self._answer(401, b"", {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"})
            return
        if self._hub.behaviour.status != 200:
            self._answer(self._hub.behaviour.status, b"")
            return
        sibling = _sibling(path, self._hub.files[repository][path])
        more = {
            "X-Repo-Commit": REVISION,
            "X-Linked-Etag": f'"{sibling["lfs"]["sha256"]}"',
            "X-Linked-Size": str(sibling["size"]),
            # Another host by its name: tokens must not follow.
            "Location": f"{self._hub.endpoint.replace('127.0.0.1', 'localhost')}/bytes/{repository}/{path}",
        }
        self._answer(302, b"", more)

    def _send(self, data: bytes, part: str) -> None:
        behaviour, start = self._hub.behaviour, 0
        if found := re.fullmatch(r"bytes=(\d+)-", part):
            start = 0 if behaviour.ignore_ranges else int(found[1])
        if behaviour.flip is not None:
            place = behaviour.flip % len(data)
            data = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        data += bytes(behaviour.surplus)
        self.send_response(206 if start else 200)
        if start:
            shift = 1 if behaviour.wrong_range else 0
            self.send_header("Content-Range", f"bytes {start + shift}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self._pour(data[start:])

    def _pour(self, data: bytes) -> None:
        behaviour, cut = self._hub.behaviour, None
        if behaviour.cut_after is not None and behaviour.cuts > 0:
            cut, behaviour.cuts = behaviour.cut_after, behaviour.cuts - 1
        stop = min(limit for limit in (cut, behaviour.stall_after, len(data)) if limit is not None)
        try:
            for place in range(0, stop, PIECE):
                self.wfile.write(data[place : min(stop, place + PIECE)])
            if behaviour.stall_after is not None and stop < len(data):
                self._hub.stalled.set()
                self._hub.over.wait()
        except OSError:
            pass  # The client has gone.
        self.close_connection = True

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
