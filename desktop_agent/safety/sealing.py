"""A key that is kept in the system's keyring, to seal what lies in files that others may write."""

import secrets

from desktop_agent.core.errors import Unavailable
from desktop_agent.safety.anchor import PATIENCE_SECONDS, Key, Vault, within


class SealKey:
    """The key called `name` in `vault`.

    Args:
        name: what the keyring has it under.
        vault: the keyring.
        patience: seconds that it may take; it may ask the person to unlock it, and nothing waits for that.
    """

    def __init__(self, name: str, vault: Vault, patience: float = PATIENCE_SECONDS) -> None:
        self._name = name
        self._vault = vault
        self._patience = patience
        self._key: Key | None = None

    def known(self) -> Key | None:
        """The key; None where none was made yet.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        if self._key is None:
            text = within(self._patience, lambda: self._vault.read(self._name))
            self._key = _parsed(text) if text else None
        return self._key

    def made(self) -> Key:
        """The key, made and kept where there was none.

        Raises:
            AgentError: the keyring can't be used, or does not answer.
        """
        known = self.known()
        if known is not None:
            return known
        value = secrets.token_bytes(32)
        within(self._patience, lambda: self._vault.store(self._name, value.hex()))
        self._key = Key(value)
        return self._key


def _parsed(text: str) -> Key:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise Unavailable("A key in the keyring can't be read.", "Remove it there: it is made anew.") from None
    if len(key) < 32:
        raise Unavailable("A key in the keyring is too short.", "Remove it there: it is made anew.")
    return Key(key)
