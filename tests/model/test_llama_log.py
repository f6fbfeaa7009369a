"""What llama.cpp says: kept in part, and never without end."""

import pytest

from desktop_agent.model.llama_log import MAX_REASON, MAX_WRITTEN, LlamaLog

WARNING = 3


def test_the_reason_is_the_last_one_on_one_plain_line() -> None:
    log = LlamaLog()
    assert log.reason() == ""
    for text in (b"error loading model: first\n", b"failed to load model '/a b': tensor \x1b\xc3\xa9 gone\n", b"\n"):
        log.take(WARNING, text)
    assert log.reason() == "tensor   gone"
    log.take(WARNING, b"error loading model: " + b"x" * 5000)
    assert len(log.reason()) == MAX_REASON


def test_it_does_not_fill_the_disk(capsys: pytest.CaptureFixture[str]) -> None:
    log = LlamaLog()
    for _ in range(100):
        log.take(WARNING, b"y" * (MAX_WRITTEN // 50))
    log.take(WARNING, b"the end")
    assert len(capsys.readouterr().err) <= MAX_WRITTEN
    assert log.tail().endswith("the end")
