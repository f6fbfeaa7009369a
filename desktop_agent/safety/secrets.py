"""Secrets, kept in the system's keyring and nowhere else."""

from urllib.parse import urlsplit

from desktop_agent.core import dumps
from desktop_agent.core.errors import Unavailable

SERVICE = "desktop-agent"
_PORTS = {"http": 80, "https": 443}


def server_key(address: str) -> str:
    """The name under which the key of the server at `address` is kept. Each has its own, so that no server is sent
    another one's; the paths of one server share theirs.

    Args:
        address: http or https, as `model.endpoint.Endpoint` takes it.
    """
    url = urlsplit(address)
    return f"server-key {url.scheme}://{url.hostname}:{url.port or _PORTS[url.scheme]}"


def read(name: str) -> str | None:
    """The secret called `name`; None when there is none.

    Raises:
        Unavailable: no keyring can be used. There is no fallback to a plain file.
    """
    import keyring

    dumps.forbid()
    try:
        return keyring.get_password(SERVICE, name)
    except Exception as error:
        raise _no_keyring(repr(error)) from error


def store(name: str, value: str) -> None:
    """Keep `value` under `name`; an empty value removes it.

    Raises:
        Unavailable: no keyring can be used.
    """
    import keyring
    from keyring.errors import PasswordDeleteError

    dumps.forbid()
    try:
        if value:
            keyring.set_password(SERVICE, name, value)
        else:
            keyring.delete_password(SERVICE, name)
    except PasswordDeleteError:
        return  # There was none: that is what was wanted.
    except Exception as error:  # noqa: BLE001 - whatever it is; what it says may quote the value
        raise _no_keyring(type(error).__name__) from None


def require_keyring() -> None:
    """Nothing is read or unlocked for it.

    Raises:
        Unavailable: there is no keyring.
    """
    import keyring
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        raise _no_keyring("no back end")


def _no_keyring(details: str) -> Unavailable:
    return Unavailable(
        "The system's keyring can't be used, and secrets are kept nowhere else.",
        "Start one (on Linux: gnome-keyring or KWallet in your desktop session), or unlock it, and try again.",
        details,
    )
