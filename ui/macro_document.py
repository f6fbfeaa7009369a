"""The macro that an editor holds, every change of which can be undone."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros.errors import BadMacro
from desktop_agent.macros.files import Source
from desktop_agent.macros.format import Macro, Parameter, Step
from ui import macro_tree
from ui.macro_checks import Checker
from ui.macro_tree import Place

CHECK_MS = 150
"""After the last change, until the macro is checked again."""


class Layered:
    """A `files.Source` of pictures that are not on the disk yet, above one of those that are."""

    def __init__(self, pictures: Mapping[str, bytes], below: Source | None = None) -> None:
        self.pictures = dict(pictures)
        self._below = below

    def read(self, name: str, limit: int) -> bytes:
        """See `Source.read`."""
        if name in self.pictures:
            return self.pictures[name]
        if self._below is None:
            raise BadMacro(f"The picture {one_line(name, 80)} is missing.")
        return self._below.read(name, limit)


class Document(QObject):
    """`macro` is always one that can be written.

    Signals:
        changed: it is another one now.
        checked: `problems` are those of the present macro.
    """

    changed = Signal()
    checked = Signal()

    def __init__(
        self,
        macro: Macro,
        pictures: Mapping[str, bytes],
        source: Source | None = None,
        known: Collection[str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`pictures` are those that `source` has not; `known` the names of the macros that this one may play."""
        super().__init__(parent)
        self.macro = macro
        self.source = Layered(pictures, source)
        self.stack = QUndoStack(self)
        self.known = known
        self._refused: dict[str, str] = {}
        self._checker = Checker()
        self._found = self._checker.problems(macro, known)
        self._turn = 0
        self._checking = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._checking.timeout.connect(self.check)

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """Those that may not be on the disk yet."""
        return self.source.pictures

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong with steps, by their ids: first what the person wrote and can't be."""
        return {**self._found, **self._refused}

    def refuse(self, step_id: str, why: str) -> None:
        """Note that what the person wrote into a step can't be; empty: what is written there now can."""
        before = self._refused.pop(step_id, "")
        if why:
            self._refused[step_id] = why
        if why != before:
            self.checked.emit()

    def apply(self, title: str, macro: Macro, merge: str = "") -> None:
        """Make it `macro`.

        Args:
            title: what the change is called, for the undo menu.
            macro: what it shall be.
            merge: changes of the same kind in a row are undone as one; empty: by itself.

        Raises:
            UsageError: that is no macro that could be written.
        """
        if macro == self.macro:
            return
        fields = {name: getattr(macro, name) for name in Macro.model_fields}
        try:
            whole = Macro(**fields)
        except ValidationError as error:
            raise UsageError(words_of(error)) from error
        self.stack.push(_Change(self, title, self.macro, whole, f"{merge}/{self._turn}" if merge else ""))

    def seal(self) -> None:
        """What comes next is undone apart from what came before."""
        self._turn += 1

    def show(self, macro: Macro) -> None:
        """For the undo stack alone."""
        self.macro = macro
        self._checking.start()
        self.changed.emit()

    def check(self) -> None:
        """Look for problems now."""
        self._checking.stop()
        self._found = self._checker.problems(self.macro, self.known)
        self.checked.emit()

    def edit(self, step: Step, fields: Mapping[str, Any]) -> None:
        """Give `step` other values.

        Raises:
            UsageError: a value can't be; the message says which.
        """
        made = remade(step, fields)
        steps = macro_tree.replaced(self.macro.steps, {step.id: (made,)})
        title = self.tr("Change step")
        self.apply(title, self._with(steps), f"{step.id} {' '.join(sorted(fields))}")

    def insert(self, steps: tuple[Step, ...], place: Place, title: str, parameters: tuple[Parameter, ...] = ()) -> None:
        """Put steps, under ids of their own, at `place`, with the `parameters` that they need."""
        new = macro_tree.copies(steps, macro_tree.ids(self.macro))
        there = {each.name for each in self.macro.parameters}
        parameters = (*self.macro.parameters, *(each for each in parameters if each.name not in there))
        grown = self._with(macro_tree.inserted(self.macro.steps, place, new))
        self.apply(title, grown.model_copy(update={"parameters": parameters}))

    def bring_pictures(self, pictures: Mapping[str, bytes]) -> None:
        """Have pictures at hand for steps that are going to be inserted."""
        self.source.pictures.update(pictures)

    def remove(self, ids: Collection[str]) -> None:
        """Take steps out, with what is in them."""
        left = macro_tree.replaced(self.macro.steps, dict.fromkeys(ids, ()))
        self.apply(self.tr("Delete"), self._with(left))

    def move(self, ids: Collection[str], place: Place) -> None:
        """Put steps elsewhere.

        Raises:
            ValueError: into themselves.
        """
        self.apply(self.tr("Move"), self._with(macro_tree.moved(self.macro.steps, ids, place)))

    def duplicate(self, ids: Collection[str]) -> None:
        """Copy steps, each behind itself."""
        chosen = macro_tree.outermost(self.macro.steps, ids)
        known = macro_tree.ids(self.macro)
        changes = {step.id: (step, *macro_tree.copies([step], known)) for step in chosen}
        self.apply(self.tr("Duplicate"), self._with(macro_tree.replaced(self.macro.steps, changes)))

    def skip(self, ids: Collection[str], skipped: bool) -> None:
        """Leave steps out when playing, or don't any more."""
        steps = self.macro.steps
        for each in ids:  # one after the other: one may lie within another
            step = macro_tree.find(steps, each).model_copy(update={"skip": skipped})
            steps = macro_tree.replaced(steps, {each: (step,)})
        self.apply(self.tr("Skip") if skipped else self.tr("Don't skip"), self._with(steps))

    def rename(self, name: str) -> None:
        """Call it otherwise.

        Raises:
            UsageError: it can't be called that.
        """
        self.apply(self.tr("Rename"), self.macro.model_copy(update={"name": name}), "name")

    def set_parameters(self, parameters: tuple[Parameter, ...], renamed: Mapping[str, str]) -> None:
        """Give it other parameters; references to the `renamed` ones follow."""
        self.apply(self.tr("Parameters"), macro_tree.with_parameters(self.macro, parameters, renamed))

    def parametrise(self, step: Step, fields: Mapping[str, Any], parameter: Parameter | None) -> None:
        """Give `step` a text with a reference, and the macro the parameter that it refers to, in one change."""
        steps = macro_tree.replaced(self.macro.steps, {step.id: (remade(step, fields),)})
        parameters = self.macro.parameters + ((parameter,) if parameter is not None else ())
        self.apply(self.tr("Mark text"), self.macro.model_copy(update={"steps": steps, "parameters": parameters}))

    def _with(self, steps: tuple[Step, ...]) -> Macro:
        return self.macro.model_copy(update={"steps": steps})


class _Change(QUndoCommand):
    def __init__(self, document: Document, title: str, before: Macro, after: Macro, merge: str) -> None:
        super().__init__(title)
        self._document = document
        self._before, self._after, self._merge = before, after, merge

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Change) or other._merge != self._merge:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        self._document.show(self._after)

    def undo(self) -> None:
        self._document.show(self._before)


def remade(step: Step, fields: Mapping[str, Any]) -> Step:
    """`step` with other values.

    Raises:
        UsageError: a value can't be.
    """
    known = {name: getattr(step, name) for name in type(step).model_fields}
    try:
        return type(step)(**{**known, **fields})
    except ValidationError as error:
        raise UsageError(words_of(error)) from error


def words_of(error: ValidationError) -> str:
    """The first thing that is wrong, for people."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    where = ".".join(str(part) for part in first["loc"])
    said = f"{where}: {message}" if where else f"{message[:1].upper()}{message[1:]}"
    return f"{one_line(said, 200)}."
