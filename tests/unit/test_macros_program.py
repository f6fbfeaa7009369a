"""What a macro plays is looked up and checked before anything is done."""

import pytest

from desktop_agent.core.errors import UsageError
from desktop_agent.macros.format import Macro
from desktop_agent.macros.library import Library
from desktop_agent.macros.playing.bindings import Bindings
from desktop_agent.macros.playing.program import MAX_DEPTH, gather
from desktop_agent.macros.values import Secret
from desktop_agent.safety import named_secrets
from tests.macro_doubles import Shelf, element, stored


def calls(name, **more):
    return {"do": "macro", "macro": name, **more}


def typing(text):
    return {"do": "type", "text": text}


def refused(main, *others):
    return refused_by(main, Shelf(main, *others))


def refused_by(main, shelf):
    with pytest.raises(UsageError) as caught:
        gather(main, shelf)
    return str(caught.value)


def test_a_macro_that_plays_itself_is_refused_however_long_the_way():
    assert "“A” → “a”" in refused(stored("A", calls("a")))
    nested = {"do": "repeat", "steps": [{"id": "n", **calls("A")}]}
    said = refused(stored("A", calls("B")), stored("B", calls("C")), stored("C", nested))
    assert "“A” → “B” → “C” → “A”" in said
    assert "Take the step “n” out of “C”" in said


def test_a_macro_may_be_named_with_its_folder_and_without(tmp_path):
    library = Library(tmp_path)
    library.add(Macro(name="Other"), {}, "Work")
    whole = stored("A", calls("Work/Other"), calls("other"), calls("work/other"))
    assert set(gather(whole, library.snapshot()).parts) == {"work/other", "other"}
    circle = library.add(stored("Round", calls("Work/Round")).macro, {}, "Work")
    assert "play itself without end" in refused_by(library.open(circle), library.snapshot())


def test_what_is_skipped_is_not_looked_up():
    assert gather(stored("A", calls("Gone", skip=True)), Shelf()).parts == {}


def test_macros_that_play_one_another_too_deep_are_refused():
    chain = [stored(f"M{number}", calls(f"M{number + 1}")) for number in range(MAX_DEPTH)]
    last = stored(f"M{MAX_DEPTH}")
    assert "deep" in refused(*chain, last)
    assert len(gather(chain[1], Shelf(*chain, last)).all) == MAX_DEPTH
    short = stored("Short", calls("M1"))
    assert "deep" in refused(short, *chain, last)
    # Known already when it is reached on the longer way.
    assert "deep" in refused(stored("Two", calls("M2"), calls("M1")), *chain, last)


def test_each_macro_is_looked_up_once_however_many_ways_lead_to_it():
    levels = [
        [stored(f"L{level}N{n}", *(calls(f"L{level + 1}N{m}") for m in range(20))) for n in range(20)]
        for level in range(5)
    ]
    ends = [stored(f"L5N{n}") for n in range(20)]
    every = [each for level in levels for each in level] + ends
    assert len(gather(levels[0][0], Shelf(*every)).all) == 101


def test_what_is_missing_is_said_with_the_step():
    assert refused(stored("A", calls("Gone"))).startswith("The step “s1” of “A” can't be played: There is no macro")
    assert "uses the value “x”, which is no parameter" in refused(stored("A", typing("{{x}}")))
    assert "There is no secret “pin”" in refused(stored("A", typing("{{secret:pin}}")))
    target = {"do": "click", "target": element("push button", "{{y}}")}
    assert "“y”" in refused(stored("A", {"do": "if", "condition": {"text": "z"}, "then": [{"id": "i", **target}]}))
    inner = stored("B", parameters=({"name": "p"}, {"name": "q", "default": ""}))
    assert "no value for p" in refused(stored("A", calls("B")), inner)
    assert "“z”, which is no parameter of it" in refused(stored("A", calls("B", values={"p": "1", "z": "2"})), inner)


def test_what_a_macro_reads_is_known_to_who_plays_it():
    inner = stored("B", {"do": "capture", "name": "sum", "source": "clipboard"})
    assert gather(stored("A", calls("B"), typing("{{sum}}")), Shelf(inner)).parts.keys() == {"b"}


def test_secrets_are_typed_by_name_and_shown_nowhere(monkeypatch):
    monkeypatch.setattr(named_secrets, "names", lambda: ("bank",))
    macro = stored("M", parameters=({"name": "pw", "type": "secret"}, {"name": "user"})).macro
    bindings = Bindings.of(macro, {"pw": "bank", "user": "ann"})
    assert bindings.typed("{{user}}: {{pw}}!{{secret:other}}") == ("ann: ", Secret("bank"), "!", Secret("other"))
    assert bindings.argument("{{pw}}") == "bank"
    for text in ("{{pw}}", "{{secret:bank}}", "x{{pw}}"):
        with pytest.raises(UsageError, match="shown"):
            bindings.text(text)
    with pytest.raises(UsageError, match="shown"):
        bindings.argument("x{{pw}}")


def test_what_a_value_holds_is_not_read_for_references():
    bindings = Bindings({"x": "{{secret:bank}} {{y}}", "y": "no"})
    assert bindings.typed("{{x}}") == ("{{secret:bank}} {{y}}",)
    assert bindings.text(r"\{{x}} {{x}}") == "{{x}} {{secret:bank}} {{y}}"
