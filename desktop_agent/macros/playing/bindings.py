"""What the names in a macro's texts stand for while it plays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop_agent.core.errors import UsageError
from desktop_agent.macros import values
from desktop_agent.macros.format import (
    Ancestor,
    Condition,
    ElementRef,
    Macro,
    Target,
    WindowRef,
)
from desktop_agent.macros.values import Secret


@dataclass
class Bindings:
    """`given` holds the parameters' values, `captured` what was read on the screen, which hides a parameter of its
    name; `secrets` the names in the keyring that parameters of that type stand for."""

    given: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, macro: Macro, checked: Mapping[str, str]) -> "Bindings":
        """For `macro`, of whose parameters `checked` holds the values."""
        hidden = {each.name for each in macro.parameters if each.type == "secret"}
        return cls(
            {name: value for name, value in checked.items() if name not in hidden},
            {name: value for name, value in checked.items() if name in hidden},
        )

    def text(self, text: str) -> str:
        """`text` with its references replaced.

        Raises:
            UsageError: there is no such value, or a secret stands where it would be shown.
        """
        return values.fill(text, self._visible(text))

    def typed(self, text: str) -> tuple[str | Secret, ...]:
        """What typing `text` means: texts, joined as far as can be, and secrets.

        Raises:
            UsageError: there is no such value.
        """
        parts: list[str | Secret] = []
        for each in values.parse(text):
            new = self._part(each)
            if isinstance(new, str) and parts and isinstance(parts[-1], str):
                parts[-1] += new
            elif new:
                parts.append(new)
        return tuple(parts)

    def is_the_persons(self, text: str) -> bool:
        """Whether nothing in `text` comes from the screen."""
        return values.references(text).isdisjoint(self.captured)

    def argument(self, text: str) -> str:
        """A value for a parameter of a macro that this one plays. Alone, a secret's name may be passed on.

        Raises:
            UsageError: there is no such value, or a secret stands where it would be shown.
        """
        parts = self.typed(text)
        if len(parts) == 1 and isinstance(parts[0], Secret):
            return parts[0].name
        return self.text(text)

    def window(self, ref: WindowRef | None) -> WindowRef | None:
        """`ref` with its texts filled in; like `target`."""
        if ref is None:
            return None
        return ref.model_copy(update={"application": self.text(ref.application), "title": self.text(ref.title)})

    def target(self, target: Target) -> Target:
        """`target` with its texts filled in.

        Raises:
            UsageError: see `text`.
        """
        return target.model_copy(
            update={
                "words": self.text(target.words),
                "window": self.window(target.window),
                "element": self._element(target.element),
                "near": tuple(self.text(each) for each in target.near),
            }
        )

    def condition(self, condition: Condition) -> Condition:
        """`condition` with its texts filled in; like `target`."""
        target = self.target(condition.target) if condition.target is not None else None
        update = {"target": target, "window": self.window(condition.window), "text": self.text(condition.text)}
        return condition.model_copy(update=update)

    def _element(self, element: ElementRef | None) -> ElementRef | None:
        if element is None:
            return None
        path = tuple(self._ancestor(each) for each in element.path)
        return element.model_copy(update={"name": self.text(element.name), "path": path})

    def _ancestor(self, ancestor: Ancestor) -> Ancestor:
        return ancestor.model_copy(update={"name": self.text(ancestor.name)})

    def _part(self, part: str | values.Value | Secret) -> str | Secret:
        if not isinstance(part, values.Value):
            return part
        if part.name in self.secrets and part.name not in self.captured:
            return Secret(self.secrets[part.name])
        return values.fill(f"{{{{{part.name}}}}}", self._visible(""))

    def _visible(self, text: str) -> Mapping[str, str]:
        """The values that may be shown.

        Raises:
            UsageError: `text` refers to a secret.
        """
        shown = {**self.given, **self.captured}
        hidden = sorted((values.references(text) & self.secrets.keys()) - shown.keys())
        if hidden:
            raise UsageError(
                f"The parameter “{hidden[0]}” is a secret and stands where it would be shown.",
                "Secrets can only be typed: use a type step.",
            )
        return shown
