"""The tool that plays macros."""

from collections.abc import Mapping

import pytest

from desktop_agent.core.actions import Outcome
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.errors import Stopped, UsageError
from desktop_agent.tools.context import Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.macros import NO, SHOWN_CHARACTERS, YES, Ended, Macros, Offered, holds
from desktop_agent.tools.result import ToolResult
from desktop_agent.tools.toolbox import Toolbox
from tests.unit.test_tools_calls import FixedAsker, KeptSteps
from tests.unit.toy_desktop import Events, calculator

OFFERED = (Offered("Invoice", ("number", "total?")), Offered("Tidy up"))


class Player:
    def __init__(self, said: str = "", answer: str | None = NO, error: Exception | None = None) -> None:
        self.played: list[tuple[str, Mapping[str, str]]] = []
        self.asker = FixedAsker(answer)
        self.error = error
        toy = calculator()
        self.toolbox = Toolbox(
            Gallery(),
            Events(),
            Sight(toy.desk, toy.scope("window")),
            KeptSteps(toy),
            self.asker,
            recorded=Macros(OFFERED, self.play, lambda text: holds(said, text)),
        )

    def play(self, name: str, values: Mapping[str, str]) -> Ended:
        if self.error is not None:
            raise self.error
        self.played.append((name, dict(values)))
        return Ended(Outcome.CONFIRMED, "5 steps were done.")

    def call(self, **arguments: object) -> ToolResult:
        return self.toolbox.call(ToolCall("c", "run_macro", arguments))


def test_a_macro_that_the_person_named_is_played_and_the_screen_looked_at() -> None:
    player = Player("please run invoice 7 now")
    result = player.call(name="INVOICE", values={"number": 7})
    assert player.played == [("Invoice", {"number": "7"})]
    assert result.text.startswith("confirmed: 5 steps were done.\nThe screen is now img")
    assert len(result.pictures) == 1
    assert player.asker.asked == []


@pytest.mark.parametrize(
    ("said", "values"),
    [("what does the screen say?", {}), ("run invoice", {"number": "99"}), ("run invoices", {})],
)
def test_what_the_person_did_not_say_is_asked_about(said: str, values: dict[str, str]) -> None:
    player = Player(said)
    result = player.call(name="Invoice", values=values)
    assert result.problem
    assert "did not want" in result.text
    assert player.played == []
    assert "Shall the macro “Invoice” be played now?" in player.asker.asked[0][0]
    for name, text in values.items():
        assert f"{name} = {text}" in player.asker.asked[0][0]
    allowed = Player(said, YES)
    assert not allowed.call(name="Invoice", values=values).problem
    assert allowed.played == [("Invoice", values)]
    silent = Player(said, None)
    assert silent.call(name="Invoice", values=values).problem
    assert silent.played == []


def test_what_is_wrong_with_a_call_is_said() -> None:
    player = Player("run nothing")
    assert 'There is no macro called "nothing".' in player.call(name="nothing").text
    assert '"Invoice" (number, total?), "Tidy up"' in player.call(name="nothing").text
    assert '"values" must be an object' in player.call(name="Invoice", values="many").text
    assert '"values" must hold texts' in player.call(name="Invoice", values={"number": [1]}).text
    assert player.call(name="Invoice", values='{"number": "1"}').text.startswith("run_macro: The person did not")


def test_how_it_breaks_off_is_told_and_a_stop_stops() -> None:
    broken = Player("invoice", error=UsageError("“Invoice” needs a value for number.", "Nothing was played."))
    assert broken.call(name="invoice").text == "run_macro: “Invoice” needs a value for number. Nothing was played."
    with pytest.raises(Stopped):
        Player("invoice", error=Stopped("Stopped.")).call(name="invoice")


def test_the_description_stays_short() -> None:
    many = tuple(Offered(f"Macro {number} \n" + "x" * 100, ("amount",)) for number in range(1000))
    toolbox = Toolbox(Gallery(), Events(), recorded=Macros(many, lambda *_: Ended(Outcome.FAILED, ""), lambda _: True))
    (described,) = [each.description for each in toolbox.specs if each.name == "run_macro"]
    assert len(described) < SHOWN_CHARACTERS + 100
    assert "\n" not in described
    assert "more." in described
    none = Toolbox(Gallery(), Events(), recorded=Macros((), lambda *_: Ended(Outcome.FAILED, ""), lambda _: True))
    assert "run_macro" not in [each.name for each in none.specs]


def test_words_are_found_whole() -> None:
    assert holds("Run the Invoice, please", "invoice")
    assert not holds("Run the invoices", "invoice")
    assert not holds("a cat", "")
    assert holds("请运行发票吧", "发票")
    assert holds("type +49 (0)", "+49")
