"""Typing one secret: its value is read when all is approved and checked, and goes to the hands only."""

import contextlib
from collections.abc import Sequence

from desktop_agent.core.actions import Action, Expectation, Input, InputReport, Outcome, TypeSecret, TypeText
from desktop_agent.core.desktop import Element
from desktop_agent.core.errors import AgentError, Unavailable, UsageError
from desktop_agent.safety import named_secrets
from desktop_agent.step.desk import Desk
from desktop_agent.step.privacy import Place, marker
from desktop_agent.step.verify import Finding


class SecretTyping:
    """From the keyring into one field.

    Args:
        desk: eyes and hands.
        action: approved; it types one secret.

    Raises:
        Refused: there is no such secret.
        Unavailable: no keyring can be used.
    """

    def __init__(self, desk: Desk, action: Action) -> None:
        self._desk = desk
        self._action = action
        self._name = action.secret
        self._value = named_secrets.reveal(action.secret)
        self._field: Element | None = None
        self._held = 0

    def perform(self, inputs: Sequence[Input], expected: Expectation, focused: Element | None) -> InputReport:
        """Have it typed where `focused` has the keyboard. Pictures and texts hide it from then on.

        Raises:
            UsageError: the keyboard can't write it.
            AgentError: see `core.protocols.Hands.perform`; none tells the value.
        """
        if self._action.window is None:
            raise ValueError("keys go to a window")
        place = Place.of(self._action.window, focused)
        self._desk.privacy.typing(self._name, self._value, place)
        self._field = place.field
        self._held = self._count() or 0
        keyed = [TypeText(self._value, keyed=True) if isinstance(each, TypeSecret) else each for each in inputs]
        self._value = ""
        try:
            report = self._desk.hands.perform(keyed, expected)
        except UsageError:
            problem = f"The keyboard can't write “{self._name}”, and a secret never goes through the clipboard."
            raise UsageError(problem, "The person can type it.") from None
        except AgentError as error:
            error.details = ""  # It may tell how long the text is.
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is; what it says may quote the value
            raise AgentError("The secret could not be typed.", "Try again.", type(error).__name__) from None
        return InputReport(report.astray, "it may be incomplete." if report.mismatch else "")

    def finding(self) -> Finding:
        """What a look at the field shows."""
        now = self._count()
        if now is None:
            return Finding(Outcome.UNVERIFIABLE, "the field can't be read back")
        if now > self._held:
            return Finding(Outcome.CONFIRMED, "the field now holds it")
        return Finding(Outcome.NO_EFFECT_SEEN, "the field does not hold it")

    def _count(self) -> int | None:
        """How often the field holds it; None: can't be read. The field tells of nothing but secrets by now."""
        text = None
        with contextlib.suppress(Unavailable):
            text = self._desk.elements.text(self._field) if self._field is not None else None
        return None if text is None else text.count(marker(self._name))
