"""Where a remote planner's server is."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from desktop_agent.core.errors import UsageError

PUBLISHERS = ("z.ai", "bigmodel.cn")
"""Domains of the publisher's paid API, whose requests have fields of their own."""
_HINT = 'It looks like "http://127.0.0.1:8000/v1".'


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server and one of its models.

    Plain http is allowed to any host, since servers in a home or an office often have no certificate; whoever is on the
    way can then read screenshots and key. Redirects are not followed.

    Args:
        base_url: http or https, up to and with the version: "http://127.0.0.1:8000/v1".
        model: the server's name for the model.
        api_key: sent as a bearer token; empty where the server wants none. Never shown or logged.
        connect_seconds: how long connecting may take.
        silence_seconds: how long the server may send nothing at all. It reads the whole prompt before its first word,
            so this must allow for several images.
        key_problem: why no key could be read, and what to do; told when the server turns out to want one.

    Raises:
        UsageError: the address, the model's name, the key or a time can't be right.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    connect_seconds: float = 5.0
    silence_seconds: float = 120.0
    key_problem: str = ""

    def __post_init__(self) -> None:
        try:
            url = urlsplit(self.base_url)
            usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
        except ValueError:
            usable = False
        if not usable or not self.base_url.isprintable() or " " in self.base_url:
            raise UsageError("The server's address is not an http or https address.", _HINT)
        if url.username is not None or url.password is not None or url.query or url.fragment:
            raise UsageError(
                "The server's address must not contain a user name, a password, or anything behind the path.", _HINT
            )
        if not self.model.strip():
            raise UsageError("The server's model has no name.", "Name it with --model-name or in the settings.")
        if not (self.api_key.isascii() and self.api_key.isprintable() and " " not in self.api_key):
            raise UsageError("The API key contains characters that no key has.", "Copy it again, without spaces.")
        if min(self.connect_seconds, self.silence_seconds) <= 0:
            raise UsageError("The server must be given some time to answer.", "Set a number of seconds above 0.")

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def publishers(self) -> bool:
        """Whether it is the paid API of GLM's publisher."""
        name = urlsplit(self.base_url).hostname or ""
        return any(name == domain or name.endswith(f".{domain}") for domain in PUBLISHERS)

    @property
    def encrypted(self) -> bool:
        """Whether the address is one of https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def loopback(self) -> bool:
        """Whether the server is on this machine."""
        name = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")
