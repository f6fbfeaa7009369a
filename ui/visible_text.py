"""Foreign text made safe to judge: what would hide, reorder or disguise itself is shown by name."""

import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and marks that draw nothing."""


def line(text: str) -> str:
    """`text` in one line: line ends and tabs become spaces, what else doesn't show becomes its code ("⟨U+202E⟩")."""
    return " ".join(_shown(each, " ") for each in text.split())


def verbatim(text: str) -> str:
    """Exactly `text`, with line ends, tabs, trailing spaces and all that doesn't show made visible: "⏎", "⇥", "·",
    "⟨U+202E⟩"."""
    return "⏎\n".join(_trailing(each) for each in text.split("\n"))


def has_hidden(text: str) -> bool:
    """Whether `text` holds characters that don't show, other than line ends and tabs."""
    return any(_hidden(each) for each in text if each not in "\n\t")


def _trailing(text: str) -> str:
    body = text.rstrip(" ")
    return _shown(body, "⇥\t") + "·" * (len(text) - len(body))


def _shown(text: str, tab: str) -> str:
    return "".join(tab if each == "\t" else f"⟨U+{ord(each):04X}⟩" if _hidden(each) else each for each in text)


def _hidden(character: str) -> bool:
    code = ord(character)
    category = unicodedata.category(character)
    return (
        category in _HIDDEN_CATEGORIES
        or (category == "Zs" and character not in " \u3000")
        or character in _FILLERS
        or any(code in selectors for selectors in _VARIATION_SELECTORS)
    )
