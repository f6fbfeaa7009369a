import time

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.values import Secret, Value, escape, fill, parse, references, secret_names, typed


def test_references_are_found_among_plain_text() -> None:
    parts = list(parse("Dear {{ name }}, {{secret:my bank}}!"))
    assert parts == ["Dear ", Value("name"), ", ", Secret("my bank"), "!"]
    assert references("{{a}} {{b}} {{secret:c}}") == {"a", "b"}
    assert secret_names("{{a}} {{secret:c}}") == {"c"}


@pytest.mark.parametrize("text", ["{{", "}}", "{{a", "{{a b}}", "{{1}}", "{{}}", "{a}", "{{secret:}}", "{{a|b}}", ""])
def test_what_is_no_reference_is_plain_text(text: str) -> None:
    assert "".join(part for part in parse(text) if isinstance(part, str)) == text


@pytest.mark.parametrize("text", ["{{name}}", "a {{secret:x}} b", r"\{{name}}", "{{{{a}}}}", "{{{a}}", "plain"])
def test_an_escaped_text_means_itself(text: str) -> None:
    assert fill(escape(text), {}) == text


def test_values_are_filled_in_once() -> None:
    assert fill("{{a}}-{{b}}", {"a": "{{b}}", "b": "{{secret:x}}"}) == "{{b}}-{{secret:x}}"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match="no value “total”"):
        fill("{{total}}", {})


def test_a_secret_is_only_typed() -> None:
    assert list(typed("x{{secret:pin}}{{a}}", {"a": "{{secret:other}}"})) == ["x", Secret("pin"), "{{secret:other}}"]
    with pytest.raises(UsageError, match="“pin” stands where it would be shown"):
        fill("{{secret:pin}}", {})


@pytest.mark.parametrize("text", ["{{secret:" + " " * 100_000, "{{secret:a" + " " * 100_000, "{{" + " " * 100_000])
def test_blanks_take_no_time(text: str) -> None:
    began = time.process_time()
    assert list(parse(text)) == [text]
    assert time.process_time() - began < 2  # it took minutes


def test_a_secret_has_a_name() -> None:
    assert list(parse("{{secret: }}")) == ["{{secret: }}"]
    assert list(parse("{{ secret:  a b  }}")) == [Secret("a b")]
