import keyring
import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from desktop_agent.core.errors import Unavailable
from desktop_agent.safety import secrets


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.kept:
            raise PasswordDeleteError("none")
        del self.kept[service, username]


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_a_secret_is_read_back_and_removed(use_keyring):
    backend = MemoryKeyring()
    use_keyring(backend)
    secrets.store("server-key", "abc")
    assert backend.kept == {("desktop-agent", "server-key"): "abc"}
    assert secrets.read("server-key") == "abc"
    secrets.store("server-key", "")
    secrets.store("server-key", "")
    assert secrets.read("server-key") is None


def test_without_a_keyring_nothing_is_kept_and_that_is_said(use_keyring):
    use_keyring(keyring.backends.fail.Keyring())
    with pytest.raises(Unavailable, match="keyring can't be used"):
        secrets.store("server-key", "abc")
    with pytest.raises(Unavailable, match="kept nowhere else"):
        secrets.read("server-key")


def test_whatever_a_keyring_raises_is_told_as_no_keyring(use_keyring):
    class Broken(MemoryKeyring):
        def get_password(self, service, username):
            raise OSError("the bus is gone")

        def set_password(self, service, username, password):
            raise TypeError("no such method")

    use_keyring(Broken())
    with pytest.raises(Unavailable, match="keyring can't be used"):
        secrets.read("server-key")
    with pytest.raises(Unavailable, match="keyring can't be used"):
        secrets.store("server-key", "abc")
