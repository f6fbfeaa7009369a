"""What can go wrong with a server, in words for the person."""

import re
import socket
import ssl
from collections.abc import Iterator, Sequence

import openai

from desktop_agent.core.errors import PlannerError
from desktop_agent.core.text import one_line
from desktop_agent.model.chat_deltas import BadStream, Incomplete, Withheld
from desktop_agent.model.chat_request import EXTRAS
from desktop_agent.model.endpoint import Endpoint

MAX_RETRY_AFTER = 20.0


class ServerFailure(PlannerError):
    """A request failed.

    Args:
        retryable: the same request may succeed later.
        elsewhere: the server is out of reach or overloaded, so another one may answer instead.
        contents: the server could not make anything of what the request holds, images in an unexpected place perhaps.
        wait: seconds the server asked to wait before.
        refused: fields of the request that the server doesn't know.
    """

    def __init__(
        self,
        user_message: str,
        hint: str = "",
        details: str = "",
        *,
        retryable: bool = False,
        elsewhere: bool = False,
        contents: bool = False,
        wait: float = 0.0,
        refused: tuple[str, ...] = (),
    ) -> None:
        super().__init__(user_message, hint, details)
        self.retryable = retryable
        self.elsewhere = elsewhere or retryable
        self.contents = contents
        self.wait = wait
        self.refused = refused


def none_answered(failures: Sequence[ServerFailure]) -> ServerFailure:
    """The one failure to tell where each of several servers failed."""
    if len(failures) == 1:
        return failures[0]
    return ServerFailure(
        " ".join(("None of the servers answered.", *(each.user_message for each in failures))),
        failures[0].hint,
        " | ".join(each.details for each in failures),
    )


def explain(error: Exception, endpoint: Endpoint, reached: bool, models: Sequence[str] = ()) -> ServerFailure:
    """`error` for the person.

    Args:
        error: what the `openai` package or the reading of the stream raised.
        endpoint: the server.
        reached: a connection had been made.
        models: what the server has, where it was asked.
    """
    details = _without_key(one_line(f"{type(error).__name__}: {error}", 1000), endpoint)
    match error:
        case openai.APIStatusError():
            return _status(error, endpoint, details, models)
        case openai.APITimeoutError() if reached:
            return ServerFailure(
                f"The server {endpoint.host} sent nothing for {endpoint.silence_seconds:g} seconds.",
                "It may be overloaded or still loading the model. Look at its log, then try again.",
                details,
                elsewhere=True,
            )
        case Withheld():
            return ServerFailure(
                f"The server {endpoint.host} held its answer back: a filter found fault with the contents.",
                "Ask in another way, or about another part of the screen.",
                details,
            )
        case Incomplete() | openai.APIConnectionError() if reached:
            return ServerFailure(
                f"The connection to {endpoint.host} broke off before the answer was complete.",
                "The server may have crashed or run out of memory. Look at its log, then try again.",
                details,
                retryable=True,
            )
        case openai.APIConnectionError():
            return _unreachable(error, endpoint, details)
        case openai.APIError():
            told = _told(error.body or error.message, endpoint)
            problem = f"The server {endpoint.host} reported an error: {told}"
            return ServerFailure(problem, "Look at its log, then try again.", details, elsewhere=True)
        case BadStream() | ValueError() | RecursionError():
            return ServerFailure(
                f"The server {endpoint.host} sent something that is no answer of a chat model.",
                'Check that its address is that of an OpenAI-compatible API; most end in "/v1".',
                details,
            )
        case _:
            return ServerFailure(f"The request to {endpoint.host} failed.", "Try again.", details)


def _unreachable(error: Exception, endpoint: Endpoint, details: str) -> ServerFailure:
    causes = list(_causes(error))
    details += "".join(f"; {type(cause).__name__}: {cause}" for cause in causes[1:])
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return ServerFailure(
            f"There is no safe connection to {endpoint.host}: its certificate or its encryption was not accepted.",
            "Check the address (http or https?) and the server's certificate.",
            details,
            elsewhere=True,
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return ServerFailure(
            f"The server {endpoint.host} can't be found: its name is unknown.",
            "Check the address and the network.",
            details,
            elsewhere=True,
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return ServerFailure(
            f"The server {endpoint.host} refuses connections: nothing listens there.",
            "Start it, or check its address and port.",
            details,
            retryable=True,
        )
    return ServerFailure(
        f"The server {endpoint.host} can't be reached.",
        "Check the address, the network and the server.",
        details,
        elsewhere=True,
    )


def _status(error: openai.APIStatusError, endpoint: Endpoint, details: str, models: Sequence[str]) -> ServerFailure:
    told = _told(error.body, endpoint)
    match error.status_code:
        case 401 | 403:
            problem = "did not accept the API key" if endpoint.api_key else "wants an API key"
            where = "in the Models window, or with: desktop-agent secret set ADDRESS."
            hint = endpoint.key_problem or f"Set the right key {where}"
            return ServerFailure(f"The server {endpoint.host} {problem}.", hint, details)
        case 404 if models:
            known = ", ".join(models)
            return ServerFailure(
                f'The server {endpoint.host} has no model "{one_line(endpoint.model, 80)}". It has: {known}.',
                "Choose one of them with --model-name or in the settings.",
                details,
            )
        case 404:
            return ServerFailure(
                f'The server {endpoint.host} has no chat API there, or no model "{one_line(endpoint.model, 80)}".',
                'Check the address (most end in "/v1") and the model\'s name.',
                details,
            )
        case 429:
            return ServerFailure(
                f"The server {endpoint.host} takes no more requests for now: {told}",
                "Wait a little and try again; with a paid server, check what is left of the quota.",
                details,
                retryable=True,
                wait=_retry_after(error),
            )
        case code if code >= 500:
            return ServerFailure(
                f"The server {endpoint.host} failed (HTTP {code}): {told}",
                "Look at its log, then try again.",
                details,
                retryable=True,
                contents=code in (500, 501),
                wait=_retry_after(error),
            )
        case code if code >= 400:
            return ServerFailure(
                f"The server {endpoint.host} did not take the request (HTTP {code}): {told}",
                "The conversation may be too long for it, or the model may not take images.",
                details,
                contents=True,
                refused=tuple(name for name in EXTRAS if re.search(rf"\b{name}\b", str(error.body))),
            )
        case code:
            target = one_line(error.response.headers.get("location", "elsewhere"), 200)
            return ServerFailure(
                f"The server {endpoint.host} sends requests on to {target} (HTTP {code}), which is not followed.",
                "If that is the right place, set it as the server's address.",
                details,
            )


def _told(body: object, endpoint: Endpoint) -> str:
    """What the server says about it, in one line."""
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body
    return _without_key(one_line(str(body or "it does not say why")), endpoint)


def _without_key(text: str, endpoint: Endpoint) -> str:
    """Servers quote the key they refuse."""
    return text.replace(endpoint.api_key, "[key]") if endpoint.api_key else text


def _retry_after(error: openai.APIStatusError) -> float:
    """Seconds, from the header `Retry-After` (RFC 9110, 10.2.3); its date form counts as none."""
    try:
        return min(max(float(error.response.headers.get("retry-after", "0")), 0.0), MAX_RETRY_AFTER)
    except ValueError:
        return 0.0


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
