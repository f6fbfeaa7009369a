"""The address of a hub."""

import os
from urllib.parse import urlsplit

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line

DEFAULT = "https://huggingface.co"


def hub_address(chosen: str) -> str:
    """The address of the hub: `chosen`, or where that is empty HF_ENDPOINT, or huggingface.co.

    Raises:
        UsageError: it is no address.
    """
    address = (chosen.strip() or os.environ.get("HF_ENDPOINT", "").strip() or DEFAULT).rstrip("/")
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or parts.username is not None:
        raise UsageError(f"“{one_line(address, 80)}” is no hub's address.", f"Write it like {DEFAULT}.")
    return address
