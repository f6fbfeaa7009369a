"""What somebody calls an element who only sees the page: its words and its kind. The page's code stays unsaid."""

from desktop_agent.evaluation.oracle.page import Box

FEW = 60
"""Characters that are few enough to be repeated."""
_TAGS = {
    "button": "button",
    "a": "link",
    "select": "dropdown",
    "textarea": "text area",
    "img": "image",
    "rect": "rectangle",
    "circle": "circle",
}
_INPUTS = {
    "checkbox": "checkbox",
    "radio": "radio button",
    "range": "slider",
    "button": "button",
    "submit": "button",
}
_ROLES = {"tab": "tab", "menuitem": "menu item", "slider": "slider", "button": "button"}
_FIELD = "text field"


def called(box: Box) -> str:
    """Such as `"Submit" button`, `red circle`, or just `text field`; empty where there is nothing to call it by."""
    words, kind = _words(box), _kind(box)
    colour = box.attributes.get("fill", "")
    look = f"{colour} " if kind and colour.isalpha() else ""
    return " ".join(part for part in (f'"{words}"' if words else "", f"{look}{kind}") if part)


def _kind(box: Box) -> str:
    role = _ROLES.get(box.attributes.get("role", ""))
    if role is not None:
        return role
    if box.tag == "input":
        return _INPUTS.get(box.attributes.get("type", "text"), _FIELD)
    return _TAGS.get(box.tag, "")


def _words(box: Box) -> str:
    """What stands on it, or beside what is filled in; nothing where that is more than a few words."""
    said = box.text
    if box.tag in ("input", "select", "textarea"):
        said = box.value if _kind(box) == "button" else box.label
    said = " ".join(said.split())
    return said if len(said) <= FEW else ""
