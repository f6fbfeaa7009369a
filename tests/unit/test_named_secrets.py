"""Named secrets: values in the keyring, names in files, and the command that keeps them."""

import ctypes
import io
import json
import sys

import keyring
import keyring.backends.fail
import pytest

from desktop_agent.cli.main import main
from desktop_agent.core import dumps
from desktop_agent.core.errors import Refused, StoreError, Unavailable, UsageError
from desktop_agent.safety import named_secrets, secrets
from tests.unit.test_secrets import MemoryKeyring

VALUE = "cänary-7f3a!"


@pytest.fixture
def kept():
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend.kept
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


def give(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def everything_in(folder):
    return b"".join(
        path.name.encode() + (path.read_bytes() if path.is_file() else b"") for path in sorted(folder.rglob("*"))
    )


def test_a_secret_is_kept_listed_revealed_and_removed(kept, home):
    named_secrets.keep("bank", VALUE)
    named_secrets.keep("Post", "x")
    assert kept == {("desktop-agent", "secret bank"): VALUE, ("desktop-agent", "secret Post"): "x"}
    assert named_secrets.names() == ("Post", "bank")
    assert named_secrets.reveal("bank") == VALUE
    assert VALUE.encode() not in everything_in(home)
    named_secrets.remove("bank")
    assert named_secrets.names() == ("Post",)
    assert ("desktop-agent", "secret bank") not in kept


def test_a_secret_and_a_servers_key_can_not_meet(kept):
    secrets.store(secrets.server_key("http://x/v1"), "key")
    with pytest.raises(UsageError):
        named_secrets.keep("server-key http://x:80", "other")
    assert list(kept.values()) == ["key"]


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "..", "../a", ".a", "a\n", "-a", "a ", "a" * 51, '"', "a\u202eb", "a\x00b"]
)
def test_what_can_not_be_a_name(kept, name):
    with pytest.raises(UsageError):
        named_secrets.keep(name, VALUE)
    with pytest.raises(UsageError, match="no secret"):
        named_secrets.remove(name)
    assert kept == {}


@pytest.mark.parametrize("name", ["a", "Bank 2", "mail@home.org", "银行", "a.b_c-d", "ß" * 50])
def test_what_can_be_a_name(kept, name):
    named_secrets.keep(name, VALUE)
    assert named_secrets.names() == (name,)


@pytest.mark.parametrize("value", ["", "a\nb", "a\t", "a\r", "\x7f", "a\ud800", "a" * 1001])
def test_what_can_not_be_typed_is_not_kept(kept, value):
    with pytest.raises(UsageError) as raised:
        named_secrets.keep("bank", value)
    assert kept == {}
    assert named_secrets.names() == ()
    assert value == "" or value not in repr(raised.value.args)


def test_a_name_without_a_value_is_refused_with_a_hint(kept):
    named_secrets.keep("my bank", VALUE)
    kept.clear()
    with pytest.raises(Refused, match=r"no secret “my bank”.*desktop-agent secret set 'my bank'"):
        named_secrets.reveal("my bank")


def test_a_value_that_another_program_made_untypable_is_refused(kept):
    kept["desktop-agent", "secret bank"] = "a\nb"
    with pytest.raises(Refused, match="line break") as raised:
        named_secrets.reveal("bank")
    assert "a\nb" not in str(raised.value)


def test_without_a_keyring_nothing_is_kept_not_even_the_name(no_keyring, home):
    with pytest.raises(Unavailable, match="kept nowhere else"):
        named_secrets.keep("bank", VALUE)
    assert named_secrets.names() == ()
    assert VALUE.encode() not in everything_in(home)


def test_what_a_keyring_says_of_a_value_is_not_told(kept, monkeypatch):
    def fail(self, service, username, password):
        raise ValueError(f"can't keep {password}")

    monkeypatch.setattr(MemoryKeyring, "set_password", fail)
    with pytest.raises(Unavailable) as raised:
        named_secrets.keep("bank", VALUE)
    assert VALUE not in raised.value.details + str(raised.value)
    assert raised.value.__suppress_context__


def test_a_name_that_can_not_be_written_is_said(kept, home):
    (home / "data").mkdir(mode=0o700)
    (home / "data" / "secrets").write_text("in the way")
    with pytest.raises(StoreError, match="names of your secrets"):
        named_secrets.keep("bank", VALUE)


def test_the_command_reads_the_value_from_standard_input(kept, monkeypatch, capsys, home):
    give(monkeypatch, f"{VALUE}\r\n".encode())
    assert main(["secret", "set", "bank", "--json"]) == 0
    assert kept == {("desktop-agent", "secret bank"): VALUE}
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"ok": True, "name": "bank"}
    assert main(["secret", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "secrets": ["bank"]}
    assert main(["secret", "remove", "bank"]) == 0
    assert main(["secret", "list"]) == 0
    assert "no secrets yet" in capsys.readouterr().out
    assert VALUE not in shown.out + shown.err
    assert VALUE.encode() not in everything_in(home)


def test_a_servers_key_is_kept_under_its_address(kept, monkeypatch, capsys, home):
    give(monkeypatch, b"sk-1\n")
    assert main(["secret", "set", "https://paid.example/api/v4"]) == 0
    assert kept == {("desktop-agent", secrets.server_key("https://paid.example")): "sk-1"}
    assert capsys.readouterr().out == "The key of paid.example is in the keyring.\n"
    assert named_secrets.names() == ()
    assert main(["secret", "remove", "https://paid.example/api/v4"]) == 0
    assert kept == {}
    assert b"sk-1" not in everything_in(home)


@pytest.mark.parametrize(
    ("address", "key"), [("ftp://x", b"sk"), ("https://x?key=1", b"sk"), ("https://x", b"s k"), ("https://x", b"\n")]
)
def test_what_can_be_no_server_or_no_key_is_not_kept(kept, monkeypatch, capsys, address, key):
    give(monkeypatch, key)
    assert main(["secret", "set", address]) == 2
    assert kept == {}


def test_in_a_terminal_the_value_is_asked_for_unseen(kept, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    asked = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or VALUE)
    assert main(["secret", "set", "bank"]) == 0
    assert kept == {("desktop-agent", "secret bank"): VALUE}
    assert "bank" in asked[0]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe", b"a\nb\n"])
def test_wrong_values_are_said_without_repeating_them(kept, monkeypatch, capsys, data):
    give(monkeypatch, data)
    assert main(["secret", "set", "bank"]) == 2
    assert kept == {}
    assert "xff" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [["set"], ["remove"], ["remove", "none"], ["set", "a/b"], ["set", "a", "value"], []])
def test_wrong_usage_of_the_command(kept, monkeypatch, words):
    give(monkeypatch, b"x")
    assert main(["secret", *words]) == 2


@pytest.mark.parametrize("words", [["set", "bank"], ["list"], ["remove", "bank"]])
def test_the_command_says_that_there_is_no_keyring(no_keyring, monkeypatch, capsys, words):
    give(monkeypatch, VALUE.encode())
    assert main(["secret", *words]) == 1
    assert "keyring can't be used" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="prctl")
def test_whoever_reads_a_secret_leaves_no_core_dump(kept):
    get_dumpable, libc = 3, ctypes.CDLL(None)
    named_secrets.keep("bank", VALUE)
    for use in (lambda: named_secrets.keep("bank", VALUE), lambda: named_secrets.reveal("bank"), dumps.forbid):
        assert libc.prctl(4, 1, 0, 0, 0) == 0
        assert libc.prctl(get_dumpable, 0, 0, 0, 0) == 1
        use()
        assert libc.prctl(get_dumpable, 0, 0, 0, 0) == 0
    libc.prctl(4, 1, 0, 0, 0)
