"""Which addresses, names and keys a remote planner takes."""

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.model.endpoint import Endpoint


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://host/v1",
        "file:///etc/passwd",
        "http://",
        "http:///v1",
        "http://[::1/v1",
        "http://host:99999/v1",
        "http://host:0/v1",
        "http://host/a b",
        "http://host/\x00",
        "http://host\n/v1",
        "http://user:pass@host/v1",
        "http://host/v1?key=1",
        "http://host/v1#a",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        Endpoint(url, "model")
    assert raised.value.hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/v1", "https://example.org/api/v1/", "http://[::1]:8000/v1"])
def test_http_and_https_are_taken(url: str) -> None:
    assert Endpoint(url, "model").host in url


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ", "nul\x00"])
def test_keys_that_no_header_can_hold_are_refused_and_not_shown(key: str) -> None:
    with pytest.raises(UsageError) as raised:
        Endpoint("http://host/v1", "model", key)
    assert key not in str(raised.value)


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError):
        Endpoint("http://host/v1", " ")


@pytest.mark.parametrize(
    ("url", "publishers"),
    [
        ("https://api.z.ai/api/paas/v4", True),
        ("https://open.bigmodel.cn/api/paas/v4/", True),
        ("https://Z.AI/v1", True),
        ("https://notz.ai/v1", False),
        ("https://z.ai.example.org/v1", False),
        ("http://127.0.0.1:8000/z.ai/v1", False),
    ],
)
def test_what_is_the_publishers_api(url: str, publishers: bool) -> None:
    assert Endpoint(url, "model").publishers is publishers


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost:1/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://192.168.0.2/v1", False),
        ("https://example.org/v1", False),
    ],
)
def test_what_counts_as_this_machine(url: str, loopback: bool) -> None:
    assert Endpoint(url, "model").loopback is loopback
