"""Macros on the desktop in memory, played by the real player through the real step."""

import dataclasses

from desktop_agent.macros.playing.player import Player
from desktop_agent.macros.playing.program import gather
from desktop_agent.macros.playing.stage import Stage
from desktop_agent.macros.playing.trees import Trees
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step.desk import Desk
from desktop_agent.step.step import Step
from tests.macro_doubles import ElementFinder, Shelf
from tests.unit.toy_desktop import Events, FixedApprover, _Elements


class Bench:
    def __init__(self, toy, folder):
        self.toy = toy
        self.trees = Trees(_Elements(toy))
        self.desk = Desk(toy, toy, self.trees, toy, toy, toy)
        self.scope = toy.scope("screen")
        self.finder = ElementFinder(self.desk)
        self.approver, self.events = FixedApprover(), Events()
        self.audit = Audit(folder / "audit.jsonl")
        self.said = []
        self.clipboard = ""
        self.locked = ""
        self.steps = []
        self.policy = Policy()

    @property
    def stage(self):
        return Stage(
            self.desk,
            self.scope,
            self.trees,
            self.finder,
            self.finder.holds,
            self._step,
            lambda: self.clipboard,
            lambda: self.locked,
        )

    def _step(self, watch, said, standing, follow):
        self.said.append(said)
        step = Step(self.desk, self.policy, self.approver, self.audit, watch, self.scope, "run", said, standing, follow)
        self.steps.append(step)
        return step

    def play(self, main, values=None, shelf=(), stage=None, **more):
        own = {name: more.pop(name) for name in ("approved", "before_step", "budget") if name in more}
        player = Player(stage or self.stage, self.events, **own)
        return player.play(gather(main, Shelf(main, *shelf)), values or {}, **more)

    def using(self, **changes):
        return dataclasses.replace(self.stage, **changes)
