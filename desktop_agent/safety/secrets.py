"""Secrets, kept in the system's keyring and nowhere else."""

from urllib.parse import urlsplit

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

    try:
        return keyring.get_password(SERVICE, name)
    except Exception as error:
        raise _no_keyring(error) from error


def store(name: str, value: str) -> None:
    """Keep `value` under `name`; an empty value removes it.

    Raises:
        Unavailable: no keyring can be used.
    """
    import keyring
    from keyring.errors import PasswordDeleteError

    try:
        if value:
            keyring.set_password(SERVICE, name, value)
        else:
            keyring.delete_password(SERVICE, name)
    except PasswordDeleteError:
        return  # There was none: that is what was wanted.
    except Exception as error:
        raise _no_keyring(error) from error


def _no_keyring(error: Exception) -> Unavailable:
    return Unavailable(
        "The system's keyring can't be used, and secrets are kept nowhere else.",
        "Start one (on Linux: gnome-keyring or KWallet in your desktop session), or unlock it, and try again.",
        repr(error),
    )
