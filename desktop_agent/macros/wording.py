"""A macro's steps in words for people: 'Click the button "Save" in Mousepad'."""

from desktop_agent.core.text import one_line
from desktop_agent.macros.format import (
    ActivateStep,
    CaptureStep,
    ClickStep,
    Condition,
    DragStep,
    HoverStep,
    IfStep,
    MacroStep,
    OpenStep,
    PressStep,
    RepeatStep,
    ScrollStep,
    Step,
    Target,
    TypeStep,
    WaitStep,
    WindowRef,
)

SHOWN = 60
"""Characters of a text that are shown."""
_CLICKS = {1: "Click", 2: "Double-click", 3: "Triple-click"}


def step(each: Step) -> str:
    """One line that says what `each` does. What stands in it comes from the macro, which may be a stranger's: it is
    shortened, and without control characters."""
    return _pointing(each) or _keys(each) or _flow(each)


def _pointing(each: Step) -> str:
    match each:
        case ClickStep():
            return _click(each)
        case DragStep(target=target, end=end):
            return _held(each.keys, f"Drag {of_target(target)} to {of_target(end)}")
        case ScrollStep(target=target, direction=direction, clicks=clicks):
            return _held(each.keys, f"Scroll {direction} by {clicks} over {of_target(target)}")
        case HoverStep(target=target):
            return f"Point at {of_target(target)}"
    return ""


def _click(each: ClickStep) -> str:
    verb = _CLICKS[each.count] + (f" ({each.button} button)" if each.button != "left" else "")
    return _held(each.keys, f"{verb} {of_target(each.target)}")


def _held(keys: tuple[str, ...], said: str) -> str:
    return f"Hold {chord(keys)} and {said[:1].lower()}{said[1:]}" if keys else said


def _keys(each: Step) -> str:
    match each:
        case TypeStep(text=text, target=None, window=window):
            return f"Type {quoted(text)}{of_window(window)}"
        case TypeStep(text=text, target=target, replace=replaces) if target is not None:
            return f"{'Replace by' if replaces else 'Type'} {quoted(text)} in {of_target(target)}"
        case PressStep(keys=keys, window=window, times=times):
            return f"Press {chord(keys)}{f' {times} times' if times > 1 else ''}{of_window(window)}"
    return ""


def _flow(each: Step) -> str:
    match each:
        case OpenStep(application=application):
            return f"Open {one_line(application, SHOWN)}"
        case ActivateStep(window=window):
            return f"Bring {_name(window)} to the front"
        case WaitStep(until=until):
            return f"Wait until {condition(until)}"
        case CaptureStep(name=name, target=target):
            return f"Keep {f'the text of {of_target(target)}' if target else 'the text of the clipboard'} as {name}"
        case IfStep(condition=asked):
            return f"If {condition(asked)}"
        case RepeatStep(until=until, most=most):
            return f"Repeat until {condition(until)}" if until else f"Repeat {most} times"
        case MacroStep(macro=macro):
            return f"Play the macro {quoted(macro)}"
    raise TypeError(f"no step: {type(each).__name__}")


def condition(asked: Condition) -> str:
    """What must be so."""
    if asked.target is not None:
        return f"{of_target(asked.target)} is {'gone' if asked.gone else 'there'}"
    if asked.text:
        where = f" in {_name(asked.window)}" if asked.window else ""
        return f"{quoted(asked.text)} {'can no longer be read' if asked.gone else 'can be read'}{where}"
    return f"{_whole_name(asked.window)} is {'gone' if asked.gone else 'there'}" if asked.window else "nothing"


def of_target(target: Target) -> str:
    """What it is, and in which application."""
    return f"{target_name(target)}{of_window(target.window)}"


def target_name(target: Target) -> str:
    """What it is: its own words, else its element, else what stands beside it."""
    if target.words:
        return one_line(target.words, SHOWN)
    if target.element is not None:
        role = one_line(target.element.role, SHOWN)
        return f"the {role} {quoted(target.element.name)}" if target.element.name else f"the {role}"
    if target.near:
        return f"the place at {quoted(target.near[0])}"
    return "the place that was recorded"


def of_window(window: WindowRef | None) -> str:
    """Words like " in Mousepad", or nothing."""
    return f" in {_name(window)}" if window and (window.application or window.title) else ""


def chord(keys: tuple[str, ...]) -> str:
    """Keys that are pressed together, like "Ctrl+Shift+S"."""
    return "+".join(one_line(key, SHOWN).capitalize() for key in keys)


def quoted(text: str) -> str:
    """In quotation marks, shortened."""
    return f"“{one_line(text, SHOWN)}”"


def _whole_name(window: WindowRef) -> str:
    """With the title, too: an application may have many windows."""
    if window.application and window.title:
        return f"the window {quoted(window.title)} of {one_line(window.application, SHOWN)}"
    return _name(window)


def _name(window: WindowRef) -> str:
    if window.application:
        return one_line(window.application, SHOWN)
    return f"the window {quoted(window.title)}" if window.title else "any window"
