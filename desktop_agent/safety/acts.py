"""What an action does, in the terms of the rules: "press", "type", "enter" … See `rules/rules.toml`."""

from dataclasses import dataclass

from desktop_agent.core.actions import Action, ActionKind, Click
from desktop_agent.safety.targets import TEXTS, VALUE_ROLES

POINTER = frozenset(
    {
        *(ActionKind.LEFT_CLICK, ActionKind.RIGHT_CLICK, ActionKind.MIDDLE_CLICK, ActionKind.DOUBLE_CLICK),
        ActionKind.DRAG,
    }
)
_MOVING = frozenset({"tab", "escape", "left", "right", "up", "down", "home", "end", "pageup", "pagedown"})
"""Keys that leave a field, or move within it."""


@dataclass(frozen=True)
class Acts:
    """What `action` does.

    Args:
        action: with its element as it is now.
        target: what it acts on; see `safety.targets`.
        paste_keys: the combinations that paste.
    """

    action: Action
    target: str
    paste_keys: frozenset[frozenset[str]]

    @property
    def all(self) -> frozenset[str]:
        """All that it does."""
        acts = {"any"}
        kind, element = self.action.kind, self.action.element
        if kind is ActionKind.OPEN_APP:
            return frozenset({"any", "open"})
        if kind is ActionKind.SCROLL and element is not None and element.role in VALUE_ROLES:
            acts.add("scroll")
        if kind in POINTER or any(isinstance(each, Click) for each in self.action.inputs):
            acts |= self._pointing()
        for keys in self.action.keys:
            acts |= self._pressing(keys)
        if self.action.typed or self.action.secret:
            acts |= self._typing()
        return frozenset(acts)

    def _pointing(self) -> set[str]:
        pastes = self.action.kind is ActionKind.MIDDLE_CLICK and self.target in TEXTS | {"unknown"}
        presses = self.target not in TEXTS
        return {name for name, holds in (("paste", pastes), ("press", presses)) if holds}

    def _pressing(self, keys: tuple[str, ...]) -> set[str]:
        acts = {"key"}
        key, modifiers = keys[-1], frozenset(keys[:-1])
        if frozenset(keys) in self.paste_keys:
            acts.add("paste")
        if key == "enter" and not modifiers & {"ctrl", "super"}:
            acts |= self._entering(bool(modifiers))
        if key in ("delete", "backspace"):
            acts.add("delete")
        hides = self.target in ("password", "code")
        if hides and key not in _MOVING:
            acts.add("masked")
        if key == "space" and not modifiers - {"shift"}:
            acts |= {"press"} if self.target == "command" else {"letter"} if hides else {"blank"}
        if len(key) == 1 and not modifiers - {"shift", "altgr"}:
            acts |= {"letter"} if self._writes_nothing or hides else set()
        if len(key) == 1 and modifiers == {"alt"}:
            acts.add("mnemonic")
        return acts

    def _entering(self, modified: bool) -> set[str]:
        if self.target in ("command", "content"):
            return {"press"}
        # With Shift, chats and editors take it as a line break.
        return set() if modified and self.target in ("chat", "editor") else {"enter"}

    def _typing(self) -> set[str]:
        acts = {"type"}
        typed = self.action.typed
        if any(char in typed for char in "\n\r"):
            acts |= self._entering(modified=False) | ({"run_on"} if self._writes_nothing else set())
        if "\t" in typed:
            acts.add("tab")
        if self._writes_nothing and not self.action.secret:
            acts.add("letter")
        if self.target == "command" and any(char.isspace() for char in typed):
            acts.add("press")
        return acts

    @property
    def _writes_nothing(self) -> bool:
        """Whether letters are taken as shortcuts, or may be."""
        return self.target not in TEXTS and not self._clicks_first

    @property
    def _clicks_first(self) -> bool:
        return self.action.point is not None


def written_by(action: Action) -> str:
    """The text that the action's keys and texts write."""
    keys = "".join({"space": " ", "enter": "\n"}.get(each[-1], each[-1]) for each in action.keys if _writes(each))
    return action.typed + keys


def _writes(keys: tuple[str, ...]) -> bool:
    return (len(keys[-1]) == 1 or keys[-1] in ("space", "enter")) and not {"ctrl", "alt", "super"} & set(keys)
