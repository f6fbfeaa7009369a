"""Which server is sent which key."""

import pytest

from desktop_agent.cli.planners import Planners
from desktop_agent.core import settings
from desktop_agent.core.errors import Unavailable, UsageError
from desktop_agent.core.settings import Settings
from desktop_agent.safety import secrets

HOME = "http://127.0.0.1:8000/v1"


@pytest.fixture
def keyring(monkeypatch):
    kept = {secrets.server_key(HOME): "sk-of-home"}
    monkeypatch.setattr(secrets, "read", kept.get)
    return kept


def key_for(address):
    planners = Planners(Settings(planner="remote", base_url=address, model_name="m"), locator=None)
    return planners.choose("remote", "hi", is_question=True).endpoints[0].api_key


@pytest.mark.parametrize("address", [HOME, "http://127.0.0.1:8000/other/v2/", "HTTP://127.0.0.1:8000"])
def test_a_server_is_sent_its_own_key(keyring, address):
    assert key_for(address) == "sk-of-home"


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1:8000/v1", "http://127.0.0.1:8001/v1", "http://127.0.0.1/v1", "http://elsewhere:8000/v1"],
)
def test_another_server_is_not_sent_it_whatever_the_settings_say(keyring, address):
    settings.save(Settings(base_url=address, model_name="m"))
    assert key_for(address) == ""


def test_each_of_several_servers_is_sent_its_own_key(keyring):
    keyring[secrets.server_key("https://paid/v4")] = "sk-paid"
    chosen = Settings(base_url="https://paid/v4", model_name="a", more_servers=(f"{HOME} b", "http://c/v1 m n"))
    endpoints = Planners(chosen, locator=None).choose("remote", "hi", is_question=True).endpoints
    assert [(each.base_url, each.model, each.api_key) for each in endpoints] == [
        ("https://paid/v4", "a", "sk-paid"),
        (HOME, "b", "sk-of-home"),
        ("http://c/v1", "m n", ""),
    ]


def test_a_further_server_without_a_model_is_told(keyring):
    chosen = Settings(base_url=HOME, model_name="a", more_servers=("http://c/v1",))
    with pytest.raises(UsageError, match="no name"):
        Planners(chosen, locator=None).choose("remote", "hi", is_question=True)


@pytest.mark.parametrize(("short", "long"), [("http://a/v1", "http://A:80"), ("https://a", "https://a:443/v1")])
def test_the_usual_port_need_not_be_written(short, long):
    assert secrets.server_key(short) == secrets.server_key(long)
    assert secrets.server_key("http://a") != secrets.server_key("https://a")


def test_an_address_that_is_none_is_told_before_any_key_is_read(monkeypatch):
    monkeypatch.setattr(secrets, "read", lambda name: pytest.fail(name))
    with pytest.raises(UsageError, match="address"):
        key_for("http://host:notaport/v1")


def test_that_no_keyring_can_be_used_matters_only_to_a_server_that_wants_a_key(monkeypatch):
    def none(name):
        raise Unavailable("The system's keyring can't be used.", "Start one.")

    monkeypatch.setattr(secrets, "read", none)
    planners = Planners(Settings(planner="remote", base_url=HOME, model_name="m"), locator=None)
    (endpoint,) = planners.choose("remote", "hi", is_question=True).endpoints
    assert (endpoint.api_key, endpoint.key_problem) == ("", "The system's keyring can't be used. Start one.")
