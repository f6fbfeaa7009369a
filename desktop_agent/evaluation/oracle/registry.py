"""Which solver knows which task."""

import pkgutil
from collections.abc import Callable, Sequence
from importlib import import_module

from desktop_agent.evaluation.oracle.history import Deed
from desktop_agent.evaluation.oracle.moves import Move
from desktop_agent.evaluation.oracle.page import Page

Solver = Callable[[Page, Sequence[Deed]], Move]
"""Answers with the next move, from the page as it is and what was called so far in this run. It keeps no state: a call
may have been lost, repeated or changed on the way, and then it is simply asked again. It is not asked once the page has
decided.

Raises:
    Lost: it doesn't know how to go on.
"""

_solvers: dict[str, Solver] = {}


def solves(*tasks: str) -> Callable[[Solver], Solver]:
    """Register a solver for tasks."""

    def register(solver: Solver) -> Solver:
        for task in tasks:
            if task in _solvers:
                raise ValueError(f"{task} has two solvers")
            _solvers[task] = solver
        return solver

    return register


def solver_for(task: str) -> Solver | None:
    """The solver of a task; None where nobody wrote one."""
    return _known().get(task)


def solved() -> tuple[str, ...]:
    """The tasks that have a solver."""
    return tuple(sorted(_known()))


def _known() -> dict[str, Solver]:
    from desktop_agent.evaluation.oracle import solvers

    for module in pkgutil.iter_modules(solvers.__path__):  # each registers its own
        import_module(f"{solvers.__name__}.{module.name}")
    return _solvers
