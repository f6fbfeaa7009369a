"""One conversation turn's HTTP exchange with a server, by the `openai` package; any thread can cut it.

Imported only when a request is made: `openai` takes most of a second.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx2
import openai

from desktop_agent import __version__
from desktop_agent.core.text import one_line
from desktop_agent.model.chat_deltas import BadStream
from desktop_agent.model.endpoint import Endpoint
from desktop_agent.model.server_failure import explain

MAX_RESPONSE = 32 * 1024 * 1024
"""Bytes that are read of one response: hundreds of times what an answer takes."""

_KEPT_HEADERS = frozenset({"host", "content-type", "content-length", "accept"})
"""Other headers tell the server about this machine, or come from environment variables meant for another server."""


class Exchange:
    """The requests of one turn, one after another."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._reached = False
        self._cut = False
        http = openai.DefaultHttpxClient(
            trust_env=not endpoint.loopback,  # A proxy is for the way out; this machine is reached directly.
            follow_redirects=False,
            event_hooks={"request": [self._prepare], "response": [self._limit]},
        )
        self._client = openai.OpenAI(
            base_url=endpoint.base_url,
            api_key="replaced by _prepare",
            max_retries=0,  # The library's own waiting can't be cut.
            timeout=openai.Timeout(endpoint.silence_seconds, connect=endpoint.connect_seconds),
            http_client=http,
        )

    def chunks(self, body: Mapping[str, Any]) -> Iterator[object]:
        """Send `body` and give out the answer's chunks as they come. To be called, and read, within `explained`."""
        with self._lock:
            self._socket = None
        self._reached = False
        stream = self._client.post(
            "/chat/completions", body=body, cast_to=object, stream=True, stream_cls=openai.Stream[object]
        )
        with stream:
            yield from stream

    def cut(self) -> None:
        """End what is under way, now and later. From any thread."""
        with self._lock:
            self._cut = True
            self._shut_down()

    def close(self) -> None:
        """Close all connections. Only from the thread that uses it."""
        self._client.close()

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what goes wrong with the server into words for the person.

        Raises:
            ServerFailure: something did.
        """
        try:
            yield
        except (openai.OpenAIError, httpx2.HTTPError, BadStream, ValueError, RecursionError) as error:
            reached = self._reached
            models = self._models() if isinstance(error, openai.NotFoundError) else ()
            raise explain(error, self._endpoint, reached, models) from error

    def _models(self) -> tuple[str, ...]:
        """What the server says it has; nothing where it doesn't say."""
        try:
            answer = self._client.get(
                "/models", cast_to=object, options={"timeout": openai.Timeout(self._endpoint.connect_seconds)}
            )
        except (openai.OpenAIError, httpx2.HTTPError, BadStream, ValueError, RecursionError):
            return ()
        data = answer.get("data") if isinstance(answer, dict) else None
        names = [each.get("id") for each in data if isinstance(each, dict)] if isinstance(data, list) else []
        return tuple(one_line(name, 80) for name in names[:20] if isinstance(name, str))

    def _prepare(self, request: httpx2.Request) -> None:
        """The last thing that happens to a request before it is sent."""
        for name in set(request.headers) - _KEPT_HEADERS:
            del request.headers[name]
        request.headers["user-agent"] = f"desktop-agent/{__version__}"
        request.headers["accept-encoding"] = "identity"
        request.headers["connection"] = "close"  # So that each request makes a socket that `_trace` sees.
        if self._endpoint.api_key:
            request.headers["authorization"] = f"Bearer {self._endpoint.api_key}"
        request.extensions["trace"] = self._trace

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Told by the HTTP library of each connection made; TLS puts another socket in the place of the first."""
        stream = info.get("return_value")
        if stream is None or not hasattr(stream, "get_extra_info"):
            return
        self._reached = name.endswith("start_tls.complete") or not self._endpoint.encrypted
        with self._lock:
            self._socket = stream.get_extra_info("socket")
            if self._cut:
                self._shut_down()

    def _shut_down(self) -> None:
        """Closing a socket wakes nobody who reads from it; shutting it down does. A TLS socket's own `shutdown` would
        also change what the reading thread is using."""
        if self._socket is not None:
            with contextlib.suppress(OSError):  # It is closed already.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _limit(self, response: httpx2.Response) -> None:
        """Called when a response's headers are there."""
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding != "identity":
            raise BadStream(f"the answer is encoded as {encoding}")
        if response.is_success and response.request.method == "POST" and kind != "text/event-stream":
            raise BadStream(f"the answer is {kind or 'of no type'} and not a stream of events")
        response.stream = _Limited(cast(httpx2.SyncByteStream, response.stream))


class _Limited(httpx2.SyncByteStream):
    """A response's bytes, up to `MAX_RESPONSE`."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_RESPONSE
        for data in self._stream:
            left -= len(data)
            if left < 0:
                raise BadStream(f"the answer is larger than {MAX_RESPONSE} bytes")
            yield data

    def close(self) -> None:
        self._stream.close()
