"""Windows as people have them, drawn at random, and what becomes of them: a tool bar, a list whose rows have the same
buttons, buttons at the foot; several windows of one application, dialogs, tooltips.

Every widget has a key that stays whatever becomes of it, so that it is known which one is the target.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from desktop_agent.core.desktop import Level
from desktop_agent.core.geometry import Rect
from tests.unit.painted_desktop import DARK, LIGHT, STATES, Drawn, Theme, Widget, window

LABELS = ("Report 1", "Report 2", "Invoice", "Mail", "Löschen", "Budget", "Letter", "Notes", "Photo", "Song", "Trip")
NAMES = ("Save", "Save As", "Open", "Close", "Cancel", "OK", "7", "8", "+", "Delete", "Edit", "Start", "Stop")
ICONS = dict(zip(NAMES, "svoxzk786degh", strict=True))
"""What is drawn on some buttons instead of their names."""
TRANSLATED = {
    **dict(
        zip(
            NAMES,
            ("Sichern", "Sichern als", "Auf", "Zu", "Weg", "Ja", "7", "8", "+", "Fort", "Neu", "Los", "Halt"),
            strict=True,
        )
    ),
    **{each: f"{each} (alt)" for each in LABELS},
}
MAIN = Rect(50, 40, 660, 470)
SHOWN_ROWS = 7
ROW = 44


@dataclass(frozen=True)
class Item:
    """A thing that can be clicked. `icon` is drawn instead of its name."""

    key: str
    name: str
    role: str = "push button"
    icon: str = ""
    text: str = ""
    enabled: bool = True


@dataclass(frozen=True)
class Row:
    """A row of the list: `label`, and what stands beside it."""

    key: str
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Form:
    """What is in a window. `first` is the first row that shows; `named`: whether rows are named after their labels;
    `banner`: whether a line above moves all down; `renumbered`: whether rows count from the first that shows."""

    tools: tuple[Item, ...]
    rows: tuple[Row, ...]
    feet: tuple[Item, ...]
    first: int = 0
    named: bool = False
    banner: bool = False
    renumbered: bool = True

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.tools, *(each for row in self.shown for each in row.items), *self.feet)

    @property
    def shown(self) -> tuple[Row, ...]:
        return self.rows[self.first : self.first + SHOWN_ROWS]

    def each(self, change: Callable[[Item], Item | None]) -> "Form":
        """With every item changed, or left out."""

        def changed(items: tuple[Item, ...]) -> tuple[Item, ...]:
            return tuple(made for item in items if (made := change(item)) is not None)

        rows = tuple(replace(row, items=changed(row.items)) for row in self.rows)
        return replace(self, tools=changed(self.tools), rows=rows, feet=changed(self.feet))

    def widgets(self) -> list[Widget]:
        top = 46 if self.banner else 10
        made = [_label("banner", "There is news", 20, 10, (Level("label", "There is news", 0),))] if self.banner else []
        levels = (Level("panel", "", 0), Level("tool bar", "", 0))
        made += [_widget(each, 10 + 108 * at, top, levels, at) for at, each in enumerate(self.tools)]
        for at, row in enumerate(self.shown):
            y, number = top + 50 + ROW * at, at if self.renumbered else at + self.first
            item = Level("list item", row.label if self.named else "", number)
            levels = (Level("panel", "", 0), Level("list", "", 1), item)
            made.append(_label(f"label {row.key}", row.label, 20, y, (*levels, Level("label", row.label, 0))))
            made += [_widget(each, 190 + 120 * at, y, levels, at + 1) for at, each in enumerate(row.items)]
        levels = (Level("panel", "", 0), Level("panel", "", 2))
        return made + [_widget(each, 340 + 108 * at, 425, levels, at) for at, each in enumerate(self.feet)]


def _widget(item: Item, x: int, y: int, levels: tuple[Level, ...], index: int) -> Widget:
    states = STATES | ({"editable"} if item.role == "text" else set())
    states = states if item.enabled else states - {"enabled", "sensitive"}
    path = (*levels, Level(item.role, item.name, index))
    return Widget(item.key, item.role, item.name, Rect(x, y, 100, 30), item.icon, states, path, item.text)


def _label(key: str, text: str, x: int, y: int, path: tuple[Level, ...]) -> Widget:
    return Widget(key, "label", text, Rect(x, y, 150, 26), path=path)


@dataclass(frozen=True)
class World:
    """The windows, topmost first. Of the first `Form`'s the target is one."""

    drawn: tuple[Drawn, ...]


@dataclass(frozen=True)
class Case:
    """A form, the key of its target, what it became, and what else is on the screen then. `others` are windows of its
    application that are there before and after; `over` what lies over it now."""

    form: Form
    key: str
    now: Form
    theme: Theme
    scale: float
    region: Rect
    told: tuple[bool, bool]
    """Whether the window tells its elements, then and now."""
    others: tuple[Form, ...] = ()
    others_told: bool = True
    stays: bool = True
    over: tuple[Drawn, ...] = ()
    untold: frozenset[str] = field(default=frozenset())

    def before(self) -> tuple[Drawn, ...]:
        return (
            Drawn(window(region=MAIN), self.form.widgets(), accessible=self.told[0]),
            *self._others(LIGHT, self.told[0]),
        )

    def after(self) -> tuple[Drawn, ...]:
        main = Drawn(window(region=self.region), self.now.widgets(), self.theme, self.scale, self.told[1])
        main.untold, main.capped = self.untold, bool(self.untold)
        return (*self.over, *((main,) if self.stays else ()), *self._others(self.theme, self.others_told))

    def _others(self, theme: Theme, told: bool) -> tuple[Drawn, ...]:
        return tuple(
            Drawn(
                window(20 + at, region=Rect(400 + 60 * at, 250, 660, 470)),
                each.widgets(),
                theme,
                accessible=told,
            )
            for at, each in enumerate(self.others)
        )


@st.composite
def items(draw: Callable, key: str) -> Item:
    role = draw(st.sampled_from(("push button",) * 5 + ("text", "check box")))
    name = "" if role == "text" and draw(st.booleans()) else draw(st.sampled_from(NAMES))
    icon = ICONS[name] if role == "push button" and draw(st.booleans()) else ""
    return Item(key, name, role, icon, draw(st.sampled_from(("", "", "42"))) if role == "text" else "")


@st.composite
def forms(draw: Callable, mark: str) -> Form:
    tools = tuple(draw(items(f"{mark} tool {at}")) for at in range(draw(st.integers(0, 5))))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=0, max_size=10, unique=True))
    beside = tuple(draw(items("")) for _ in range(draw(st.integers(1, 2))))
    rows = tuple(
        Row(
            f"{mark} {label}", label, tuple(replace(each, key=f"{mark} {label} {at}") for at, each in enumerate(beside))
        )
        for label in labels
    )
    feet = tuple(draw(items(f"{mark} foot {at}")) for at in range(draw(st.integers(1, 3))))
    return Form(tools, rows, feet, named=draw(st.booleans()), renumbered=draw(st.booleans()))


def _gone(draw: Callable, form: Form, key: str) -> Form:
    return form.each(lambda each: None if each.key == key else each)


def _row_gone(draw: Callable, form: Form, key: str) -> Form:
    return replace(form, rows=tuple(row for row in form.rows if all(each.key != key for each in row.items)))


def _other_gone(draw: Callable, form: Form, key: str) -> Form:
    gone = draw(st.sampled_from(form.items)).key if form.items else ""
    return form if gone == key else form.each(lambda each: None if each.key == gone else each)


def _other_row_gone(draw: Callable, form: Form, key: str) -> Form:
    gone = draw(st.sampled_from([row.key for row in form.rows] or [""]))
    return replace(
        form, rows=tuple(row for row in form.rows if row.key != gone or any(each.key == key for each in row.items))
    )


def _row_new(draw: Callable, form: Form, key: str) -> Form:
    free = [each for each in ("Extra", "Report 3", "Zebra") if all(row.label != each for row in form.rows)]
    if not form.rows or not free:
        return form
    label, at = draw(st.sampled_from(free)), draw(st.integers(0, len(form.rows)))
    row = Row(
        f"new {label}", label, tuple(replace(each, key=f"new {label} {n}") for n, each in enumerate(form.rows[0].items))
    )
    return replace(form, rows=(*form.rows[:at], row, *form.rows[at:]))


def _rows_moved(draw: Callable, form: Form, key: str) -> Form:
    return replace(form, rows=tuple(draw(st.permutations(form.rows))))


def _tools_moved(draw: Callable, form: Form, key: str) -> Form:
    return replace(form, tools=tuple(draw(st.permutations(form.tools))), feet=tuple(draw(st.permutations(form.feet))))


def _scrolled(draw: Callable, form: Form, key: str) -> Form:
    return replace(form, first=draw(st.integers(0, max(0, len(form.rows) - 2))))


def _banner(draw: Callable, form: Form, key: str) -> Form:
    return replace(form, banner=True)


def _replaced(draw: Callable, form: Form, key: str) -> Form:
    """Something else stands in its place, and looks like it or is called like it."""
    how = draw(st.sampled_from(("name", "role", "icon")))

    def changed(each: Item) -> Item:
        if each.key != key:
            return each
        if how == "role":
            return replace(each, key="instead", role="link" if each.role != "link" else "push button")
        other = draw(st.sampled_from([name for name in NAMES if name != each.name]))
        icon = each.icon or each.name if how == "icon" else ICONS[other] if each.icon else ""
        return replace(each, key="instead", name=other, icon=icon)

    return form.each(changed)


def _twin(draw: Callable, form: Form, key: str) -> Form:
    """One that is called alike has come, before or behind."""
    mine = [each for each in form.items if each.key == key]
    made = tuple(replace(each, key="twin") for each in mine)
    if draw(st.booleans()):
        return replace(form, tools=(*made, *form.tools)[:6])
    return replace(form, feet=(*form.feet, *made)[:3])


def _translated(draw: Callable, form: Form, key: str) -> Form:
    rows = tuple(replace(row, label=TRANSLATED.get(row.label, row.label)) for row in form.rows)
    return replace(form, rows=rows).each(lambda each: replace(each, name=TRANSLATED.get(each.name, each.name)))


def _relabelled(draw: Callable, form: Form, key: str) -> Form:
    """The person gave some rows other names."""
    chosen = draw(st.sets(st.sampled_from([row.key for row in form.rows] or [""])))
    return replace(
        form, rows=tuple(replace(row, label=row.label + " b") if row.key in chosen else row for row in form.rows)
    )


def _disabled(draw: Callable, form: Form, key: str) -> Form:
    return form.each(lambda each: replace(each, enabled=False) if each.key == key else each)


def _typed(draw: Callable, form: Form, key: str) -> Form:
    return form.each(lambda each: replace(each, text="Save") if each.role == "text" else each)


CHANGES = (
    *(_gone, _gone, _row_gone, _row_gone, _other_gone, _other_row_gone, _row_new, _rows_moved, _tools_moved, _scrolled),
    *(_scrolled, _banner, _replaced, _replaced, _twin, _translated, _relabelled, _disabled, _typed),
)


@st.composite
def overs(draw: Callable) -> Drawn:
    """A window that lies over others: a dialog of the same application, a tooltip, something of another program."""
    x, y = draw(st.integers(20, 700)), draw(st.integers(20, 500))
    made = tuple(draw(items(f"over {at}")) for at in range(draw(st.integers(0, 3))))
    widgets = [_widget(each, 10 + 108 * at, 40, (Level("dialog", "Ask", 0),), at) for at, each in enumerate(made)]
    match draw(st.sampled_from(("dialog", "tooltip", "menu", "foreign"))):
        case "dialog":
            return Drawn(window(31, "Ask", region=Rect(x, y, 360, 120)), widgets)
        case "tooltip":
            return Drawn(window(32, "", region=Rect(x, y, 120, 24), popup=True), [_label("tip", "Save", 4, 0, ())])
        case "menu":
            entries = [replace(each, role="menu item", path=()) for each in widgets]
            root = Widget("root", "menu", "", Rect(0, 0, 340, 90), shown=" ")
            return Drawn(window(33, "", region=Rect(x, y, 340, 90), popup=True), [root, *entries])
        case _:
            return Drawn(window(34, "Form", "Other", Rect(x, y, 360, 120), 300), widgets)


@st.composite
def cases(draw: Callable) -> Case:
    form = draw(forms("main"))
    key = draw(st.sampled_from(form.items)).key
    now = form
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        now = change(draw, now, key)
    scale = draw(st.sampled_from((1.0, 1.0, 1.0, 1.25, 0.8)))
    size = draw(st.sampled_from(((660, 470), (660, 470), (760, 560))))
    x, y = draw(st.sampled_from(((50, 40), (50, 40), (120, 60), (0, 0))))
    others = tuple(draw(forms(f"other {at}")) for at in range(draw(st.sampled_from((0, 0, 1, 2)))))
    told = draw(st.sampled_from(((True, True), (True, True), (False, False), (True, False), (False, True))))
    untold = draw(st.sets(st.sampled_from([each.key for each in form.items]))) if draw(st.integers(0, 5)) == 0 else ()
    return Case(
        form,
        key,
        now,
        draw(st.sampled_from((LIGHT, LIGHT, DARK))),
        scale,
        Rect(x, y, round(size[0] * scale), round(size[1] * scale)),
        told,
        others,
        draw(st.sampled_from((told[1], told[1], told[1], not told[1]))),
        not others or draw(st.integers(0, 4)) > 0,
        tuple(draw(st.lists(overs(), max_size=2))) if draw(st.booleans()) else (),
        frozenset(untold),
    )
