"""AT-SPI's roles and states by number, as in at-spi2-core's `atspi-constants.h`."""

from collections.abc import Sequence

ROLES = tuple(
    """invalid|accelerator label|alert|animation|arrow|calendar|canvas|check box|check menu item|color chooser
    |column header|combo box|date editor|desktop icon|desktop frame|dial|dialog|directory pane|drawing area
    |file chooser|filler|focus traversable|font chooser|frame|glass pane|html container|icon|image|internal frame
    |label|layered pane|list|list item|menu|menu bar|menu item|option pane|page tab|page tab list|panel
    |password text|popup menu|progress bar|push button|radio button|radio menu item|root pane|row header|scroll bar
    |scroll pane|separator|slider|spin button|split pane|status bar|table|table cell|table column header
    |table row header|tearoff menu item|terminal|text|toggle button|tool bar|tool tip|tree|tree table|unknown
    |viewport|window|extended|header|footer|paragraph|ruler|application|autocomplete|editbar|embedded|entry|chart
    |caption|document frame|heading|page|section|redundant object|form|link|input method window|table row|tree item
    |document spreadsheet|document presentation|document text|document web|document email|comment|list box|grouping
    |image map|notification|info bar|level bar|title bar|block quote|audio|video|definition|article|landmark|log
    |marquee|math|rating|timer|static|math fraction|math root|subscript|superscript|description list
    |description term|description value|footnote|content deletion|content insertion|mark|suggestion
    |push button menu|switch""".replace("\n    ", "").split("|")
)

STATES = tuple(
    """invalid|active|armed|busy|checked|collapsed|defunct|editable|enabled|expandable|expanded|focusable|focused
    |has tooltip|horizontal|iconified|modal|multi line|multiselectable|opaque|pressed|resizable|selectable|selected
    |sensitive|showing|single line|stale|transient|vertical|visible|manages descendants|indeterminate|required
    |truncated|animated|invalid entry|supports autocompletion|selectable text|is default|visited|checkable|has popup
    |read only""".replace("\n    ", "").split("|")
)

PASSWORD = "password text"  # noqa: S105 - the name of a role
TEXT = frozenset(
    {"text", "entry", "terminal", "editbar", "autocomplete", "spin button", "paragraph", "document text", "comment"}
)
"""Roles whose content is text, apart from passwords."""
VALUE = frozenset({"slider", "spin button", "progress bar", "dial", "level bar"})
"""Roles whose content is a number."""
MENU = frozenset({"menu", "popup menu", "combo box", "tool tip", "list box"})
"""Roles whose children may lie outside the window, because they open in one of their own."""
DOCUMENT = frozenset(
    {"document web", "document frame", "document text", "document presentation", "document spreadsheet"}
)
"""Roles of what an engine of its own draws, which may count otherwise than the toolkit around it."""
ACTIONABLE = frozenset(
    {
        "push button", "toggle button", "check box", "radio button", "link", "menu item", "check menu item", "switch",
        "radio menu item", "menu", "page tab", "list item", "tree item", "combo box", "push button menu",
    }
)  # fmt: skip
"""Roles that a person clicks."""
PASSIVE = frozenset({"static", "label", "image", "icon", "accelerator label", "section", "filler", "panel", "viewport"})
"""Roles that are the looks of what holds them."""


def role_name(number: int) -> str:
    """The role's name; "unknown" for one that is newer than the table."""
    return ROLES[number] if 0 <= number < len(ROLES) else "unknown"


def state_names(words: Sequence[int]) -> frozenset[str]:
    """The names of the states set in AT-SPI's bit field, 32 bits a word, the lowest first."""
    return frozenset(
        name for bit, name in enumerate(STATES) if bit // 32 < len(words) and words[bit // 32] >> bit % 32 & 1
    )
