"""A process of its own that writes to the audit log: `python -m tests.unit.audit_writer FILE COUNT`."""

import sys
from pathlib import Path

from desktop_agent.core.actions import Action, ActionKind, Outcome, Press, Ruling, StepResult, Verdict
from desktop_agent.safety.audit import Audit

ACTION = Action(ActionKind.KEY, "Press Enter", (Press(("enter",)),), "s1")
VERDICT = Verdict(Ruling.ALLOW, "Harmless.", "ordinary")


def main() -> None:
    audit = Audit(Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        intent = audit.intent("run", ACTION, VERDICT, None)
        print(intent, flush=True)
        audit.outcome(intent, StepResult(ACTION, Outcome.CONFIRMED, "Done.", VERDICT))


if __name__ == "__main__":
    main()
