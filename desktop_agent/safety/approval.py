"""Approvals as single-use tokens: what was approved is what is executed, once, and soon."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable

from desktop_agent.core.actions import Action
from desktop_agent.core.errors import Refused

LIFETIME = 30.0
"""Seconds from approval to execution."""


class Approvals:
    """Issues tokens bound to an action, its screenshot and its window. Safe to use from several threads.

    A token is a nonce and an HMAC-SHA256 (RFC 2104) over the nonce and all of the action, under a key that never leaves
    this object: whoever changes the action can't make a token for it.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._open: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self, action: Action) -> str:
        """A token for `action`, approved now."""
        nonce = secrets.token_hex(16)
        with self._lock:
            self._open[nonce] = self._clock()
        return f"{nonce}.{self._seal(nonce, action)}"

    def consume(self, token: str, action: Action) -> None:
        """Use the token up.

        Raises:
            Refused: it was issued for another action, used already, is too old, or was never issued.
        """
        nonce, _, seal = token.partition(".")
        with self._lock:
            issued_at = self._open.pop(nonce, None)
        if issued_at is None:
            raise Refused("The approval was used already, or never given.", "It has to be asked again.")
        if not hmac.compare_digest(seal.encode(), self._seal(nonce, action).encode()):
            raise Refused("What was approved is not what was about to be done.", "It has to be asked again.")
        if self._clock() - issued_at > LIFETIME:
            raise Refused(
                f"The approval is older than {LIFETIME:.0f} seconds, so what was shown may have changed.",
                "It has to be asked again.",
            )

    def _seal(self, nonce: str, action: Action) -> str:
        # A dataclass's repr names every field, so that no two different actions share one; strings are quoted in it.
        return hmac.new(
            self._key, f"{nonce}\n{_canonical(action)}".encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()


def _canonical(action: Action) -> str:
    element, window = action.element, action.window
    return repr(
        (
            action.kind,
            action.words,
            action.inputs,
            action.screenshot_id,
            action.target,
            window,
            element and (element.ref, element.role, element.name, element.region, element.pid),
            action.claimed,
            action.application,
            action.secret,
        )
    )
