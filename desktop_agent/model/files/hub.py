"""The hub that models come from: huggingface.co, or a mirror that speaks the same protocol.

Listing, addresses, tokens and errors are `huggingface_hub`'s. Its own downloading is not used, because it throws a
partial file away when it ends. The bytes are read here through its client (`Hub.open`) and written by `transfer`.

Imported only when something is to be fetched: `huggingface_hub` takes a third of a second.
"""

import contextlib
import logging
import os
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from desktop_agent import __version__
from desktop_agent.core.errors import DownloadFailed, UsageError
from desktop_agent.core.text import one_line
from desktop_agent.model.files import listing, naming
from desktop_agent.model.files.address import DEFAULT, hub_address
from desktop_agent.model.files.listing import Listing, RemoteFile

# Read when the library is imported, which must come after this. It would otherwise tell the hub what is installed here.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import httpx2
from huggingface_hub import (
    HfApi,
    constants,
    errors,
    get_session,
    get_token,
    hf_hub_url,
    hf_raise_for_status,
    set_client_factory,
)

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
"""How long a server may send nothing."""
MAX_LISTING = 32 * 1024 * 1024
_KEPT_HEADERS = frozenset({"host", "accept", "range", "authorization"})
"""The others tell about this machine, or number our requests."""
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_FAILURES = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    errors.HfHubHTTPError,
    errors.OfflineModeIsEnabled,
)


class Cut(Exception):
    """The connection broke or the server is busy: worth another try. The reason stands in `__cause__`."""


@dataclass(frozen=True)
class Body:
    """A file's bytes from the offset `start` on, which is 0 where the server sends no parts of files.

    `cut` wakes whoever reads them, from any thread.
    """

    start: int
    chunks: Iterator[bytes]
    cut: Callable[[], None]


class Hub:
    """Where models are fetched from.

    Args:
        endpoint: its address; empty means HF_ENDPOINT, and without that huggingface.co.
        send_token: whether a mirror gets the person's token (HF_TOKEN, or the one `hf auth login` keeps), which
            huggingface.co gets in any case: some models are given only to those who agreed to their licence.

    Raises:
        UsageError: it is no address.
    """

    def __init__(self, endpoint: str = "", send_token: bool = False) -> None:
        self.endpoint = hub_address(endpoint)
        self._token: str | bool = (get_token() or False) if send_token or self.endpoint == DEFAULT else False

    def list(self, repository: str) -> Listing:
        """What `repository` ("owner/name") holds now.

        Raises:
            DownloadFailed: the hub can't be reached, has no such repository, or answers nonsense.
            UsageError: `repository` can't be a repository's name.
        """
        if not naming.is_repository(repository):
            raise UsageError(
                f"“{one_line(repository, 80)}” is no repository's name.",
                "It is written owner/name, such as ggml-org/GLM-4.6V-Flash-GGUF.",
            )
        api = HfApi(endpoint=self.endpoint, token=self._token)
        try:
            info = api.model_info(repository, files_metadata=True, timeout=SILENCE_SECONDS)
            entries = [
                (file.rfilename, file.lfs.size if file.lfs else file.size, file.lfs.sha256 if file.lfs else None)
                for file in info.siblings or ()
            ]
            if not all(isinstance(name, str) for name, _, _ in entries):
                raise TypeError("a file without a name")
        except (*_FAILURES, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
            raise self._explained(error, repository) from error
        return listing.read(repository, info.sha, entries)

    @contextlib.contextmanager
    def open(self, repository: str, revision: str, file: RemoteFile, offset: int = 0) -> Iterator[Body]:
        """The bytes of `file`, from `offset` on where the server can.

        Raises:
            Cut: the connection broke.
            DownloadFailed: anything else that the server may do.
        """
        url = hf_hub_url(repository, file.path, revision=revision, endpoint=self.endpoint)
        headers = {"range": f"bytes={offset}-"} if offset else {}
        if isinstance(self._token, str):
            headers["authorization"] = f"Bearer {self._token}"
        try:
            with get_session().stream("GET", url, headers=headers, timeout=_timeout()) as response:
                hf_raise_for_status(response)
                yield Body(_start(response, offset), response.iter_raw(), lambda: _shut_down(response))
        except _FAILURES as error:
            if _is_transient(error):
                raise Cut(str(error)) from error
            raise self._explained(error, repository) from error

    def _explained(self, error: Exception, repository: str) -> Exception:
        """What to raise for `error`."""
        host, details = urlsplit(self.endpoint).netloc, f"{type(error).__name__}: {error}"
        if isinstance(error, errors.GatedRepoError):
            return DownloadFailed(
                f"{repository} is only given to people who agreed to its licence.",
                "Agree on its page, and set HF_TOKEN to a token of yours; or choose another repository.",
                details,
            )
        if isinstance(error, errors.RepositoryNotFoundError):
            return DownloadFailed(f"{host} has no model {repository}.", "Check the name: owner/name.", details)
        if isinstance(error, errors.OfflineModeIsEnabled):
            return DownloadFailed("HF_HUB_OFFLINE is set, so nothing is fetched.", "Unset it.", details)
        if isinstance(error, errors.HfHubHTTPError):
            status = error.response.status_code
            return DownloadFailed(
                f"{host} answers with an error ({status}).", "Try again later, or use another mirror.", details
            )
        if isinstance(error, httpx2.TransportError):
            return DownloadFailed(
                f"{host} can't be reached.",
                "Check the connection; where huggingface.co is blocked, name a mirror: --endpoint URL.",
                details,
            )
        return DownloadFailed(
            f"What {host} answers makes no sense.", "Check the address; it must be a hub like huggingface.co.", details
        )


def _client() -> httpx2.Client:
    direct: dict[str, Any] = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
    return httpx2.Client(
        follow_redirects=True,
        timeout=_timeout(),
        mounts=direct,  # A proxy is for the way out; this machine is reached directly.
        event_hooks={"request": [_prepare], "response": [_limit]},
    )


def _timeout() -> httpx2.Timeout:
    return httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)


def _prepare(request: httpx2.Request) -> None:
    """The last thing that happens to a request before it is sent."""
    if constants.is_offline_mode():
        raise errors.OfflineModeIsEnabled("HF_HUB_OFFLINE")
    for name in set(request.headers) - _KEPT_HEADERS:
        del request.headers[name]
    request.headers["user-agent"] = f"desktop-agent/{__version__}"
    request.headers["accept-encoding"] = "identity"


def _limit(response: httpx2.Response) -> None:
    """Called when a response's headers are there. Errors and listings are read whole, so they are bounded here; files
    are bounded by whoever writes them."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise httpx2.DecodingError("the answer is compressed, which was not asked for", request=response.request)
    if not response.is_success or "/api/models/" in response.request.url.path:
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101 - the client is a synchronous one
        response.stream = _Limited(response.stream)


class _Limited(httpx2.SyncByteStream):
    """A response's bytes, up to `MAX_LISTING`."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_LISTING
        for data in self._stream:
            left -= len(data)
            if left < 0:
                raise httpx2.DecodingError(f"the answer is larger than {MAX_LISTING} bytes")
            yield data

    def close(self) -> None:
        self._stream.close()


def _start(response: httpx2.Response, offset: int) -> int:
    """Where the bytes of `response` begin."""
    if response.status_code != 206:
        return 0
    found = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if found is None or int(found[1]) != offset:
        raise httpx2.DecodingError(f"another part than asked for: {response.headers.get('content-range')!r}")
    return offset


def _is_transient(error: Exception) -> bool:
    if isinstance(error, errors.HfHubHTTPError):
        return error.response.status_code in _TRANSIENT
    return isinstance(error, httpx2.TransportError) and not isinstance(error, httpx2.UnsupportedProtocol)


def _shut_down(response: httpx2.Response) -> None:
    """Wake whoever reads from `response`. Closing a socket wakes nobody; and a TLS socket's own `shutdown` would
    change what the reading thread is using."""
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    if found is not None:
        with contextlib.suppress(OSError):  # It is closed already.
            socket.socket.shutdown(found, socket.SHUT_RDWR)


set_client_factory(_client)
# The library's warnings are a server's words, and would go to the terminal as they are.
logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
