"""The settings file, and where files lie."""

import json
import resource
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_agent.core import paths
from desktop_agent.core.errors import StoreError, UsageError
from desktop_agent.core.settings import Server, Settings, load, save, with_servers


def test_without_a_file_there_are_defaults() -> None:
    assert load() == Settings()


def test_what_is_saved_is_loaded(home: Path) -> None:
    chosen = Settings(
        planner="remote",
        base_url="http://x/v1",
        remote_enabled=True,
        model="/m/ü \ud83d.gguf",
        more_servers=("https://y/v4 glm 4.6v", "http://z"),
        never_captured=("Vault", "银行"),
        trusted_devices=("x11vnc XTEST *", "Onboard"),
        sampling={"chat": {"temperature": 0.7, "top_p": 0.8, "top_k": 20}, "tools": {"repeat_penalty": 1}},
    )
    save(chosen)
    assert load() == chosen
    assert list((home / "config").iterdir()) == [home / "config" / "settings.json"]


def test_a_file_with_one_server_needs_no_change(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"base_url": "http://x/v1", "model_name": "m"}))
    assert load(path).servers == (Server("http://x/v1", "m"),)


def test_servers_are_kept_in_their_order(tmp_path: Path) -> None:
    servers = (Server("http://x/v1", "m"), Server("https://y/v4", "glm 4.6v"), Server("http://z", "n"))
    save(with_servers(Settings(), servers), tmp_path / "settings.json")
    assert load(tmp_path / "settings.json").servers == servers
    assert with_servers(load(tmp_path / "settings.json"), ()) == Settings()


def test_unknown_keys_are_ignored_and_missing_ones_have_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "dark", "from_the_future": [1]}))
    assert load(path) == Settings(theme="dark")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"context_tokens": "many"}',
        b'{"context_tokens": true}',
        b'{"context_tokens": 1.5}',
        b'{"context_tokens": -1}',
        b'{"gpu_layers": -2}',
        b'{"keep_screenshots": 0}',
        b'{"scope_image_tokens": 5000}',
        b'{"kv_type": "q4_0"}',
        b'{"remote_enabled": 1}',
        b'{"model": null}',
        b'{"planner": "banana"}',
        b'{"theme": ["dark"]}',
        b'{"more_servers": "http://x/v1 m"}',
        b'{"more_servers": [{"base_url": "http://x/v1"}]}',
        b'{"never_captured": "keepassxc"}',
        b'{"never_captured": ["keepassxc", 1]}',
        b'{"never_captured": null}',
        b'{"sampling": []}',
        b'{"sampling": {"poems": {}}}',
        b'{"sampling": {"chat": 5}}',
        b'{"sampling": {"chat": {"heat": 1}}}',
        b'{"sampling": {"chat": {"temperature": "hot"}}}',
        b'{"sampling": {"chat": {"temperature": true}}}',
        b'{"sampling": {"chat": {"temperature": NaN}}}',
        b'{"sampling": {"tools": {"temperature": 2.5}}}',
        b'{"sampling": {"tools": {"top_k": 1.5}}}',
        b'{"trusted_devices": "all"}',
        b'{"trusted_devices": ["a", 1]}',
        b'{"trusted_devices": {"a": 1}}',
    ],
)
def test_a_damaged_file_is_said_and_left_alone(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text)
    with pytest.raises(UsageError) as raised:
        load(path)
    assert str(path) in raised.value.user_message
    assert raised.value.hint
    assert path.read_bytes() == text


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(sorted(asdict(Settings()))),
        st.none() | st.integers() | st.text() | st.lists(st.text(), max_size=2),
        max_size=3,
    )
)
def test_any_values_are_settings_or_refused(tmp_path: Path, values: dict) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(values))
    try:
        loaded = load(path)
    except UsageError:
        return
    found = asdict(loaded)
    assert all(found[name] == (tuple(value) if isinstance(value, list) else value) for name, value in values.items())


def test_a_disk_without_room_keeps_the_old_file(home: Path) -> None:
    save(Settings(theme="dark"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(StoreError, match="could not be saved"):
            save(Settings(theme="light"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert load() == Settings(theme="dark")
    assert len(list((home / "config").iterdir())) == 1


def test_folders_are_for_this_user_only(home: Path) -> None:
    for folder in (paths.config(), paths.data(), paths.cache(), paths.logs(), paths.runtime()):
        assert folder.parent == home
        assert folder.stat().st_mode & 0o777 == 0o700


def test_sockets_never_lie_in_a_folder_that_others_may_enter() -> None:
    paths.runtime().chmod(0o755)
    with pytest.raises(StoreError, match="open to other users") as raised:
        paths.runtime()
    assert "chmod 700" in raised.value.hint


def test_without_a_session_folder_there_is_one_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DESKTOP_AGENT_HOME")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = paths.runtime()
    assert folder.name == paths.NAME
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_can_not_be_made_is_said(home: Path) -> None:
    (home / "data").write_text("in the way")
    with pytest.raises(StoreError, match="could not be made"):
        paths.data()
