"""`desktop-agent eval NAME`: measure a planner."""

import argparse
from typing import Protocol

from desktop_agent.cli import eval_grounding, eval_miniwob, eval_trajectories

NAME = "eval"
HELP = "measure a planner: on web pages, by the targets that it finds on screenshots, or against runs that are stored"


class Evaluation(Protocol):
    """A module of this package that is one of the evaluations."""

    NAME: str

    def add_parser(self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        """Declare it and its options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Carry it out and return the exit code."""


EVALUATIONS: tuple[Evaluation, ...] = (eval_grounding, eval_miniwob, eval_trajectories)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the evaluations and their options."""
    below = parser.add_subparsers(dest="evaluation", metavar="NAME", required=True)
    for each in EVALUATIONS:
        each.add_parser(below)


def run(arguments: argparse.Namespace) -> int:
    """Carry the evaluation out."""
    return next(each for each in EVALUATIONS if arguments.evaluation == each.NAME).run(arguments)
