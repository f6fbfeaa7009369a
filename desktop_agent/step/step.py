"""One action's way: policy, approval, guarded input, settle, verify. Nothing else sends input."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from desktop_agent.core.actions import (
    Action,
    ActionKind,
    Answer,
    Decision,
    Expectation,
    Input,
    InputReport,
    Outcome,
    Ruling,
    StepResult,
    TypeSecret,
    Verdict,
)
from desktop_agent.core.desktop import Element, Scope, Screenshot, Window
from desktop_agent.core.errors import (
    AgentError,
    CaptureFailed,
    HandsBusy,
    Refused,
    ScopeGone,
    Stopped,
    StoreError,
    TargetChanged,
    UsageError,
)
from desktop_agent.core.events import Acting, Proposed, Stepped, Watcher
from desktop_agent.core.protocols import Approver
from desktop_agent.safety.approval import Approvals
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step import asking, handing, launching
from desktop_agent.step.aftermath import Follow, come_to_rest, follow_to_rest
from desktop_agent.step.capture import capture
from desktop_agent.step.desk import Desk
from desktop_agent.step.expectation import (
    expectation,
    require_as_seen,
    require_element,
    require_layout,
    require_window,
)
from desktop_agent.step.focus import bring_forward, end_window, require_focus, split
from desktop_agent.step.menus import Menus
from desktop_agent.step.observe import Observation, observe
from desktop_agent.step.regions import scope_region, scope_windows
from desktop_agent.step.secret import SecretTyping
from desktop_agent.step.way import Way

_SAID = {
    Outcome.CONFIRMED: "Done",
    Outcome.NO_EFFECT_SEEN: "It was done, but no effect was seen",
    Outcome.UNVERIFIABLE: "It was done, but could not be checked",
}


class Step:
    """Takes a run's actions from proposal to checked outcome, one at a time. The caller holds the hands' lock.

    Args:
        desk: eyes and hands.
        policy: the session's rules and permissions.
        approver: asks the person.
        audit: where each intent is recorded before anything is done.
        watch: told of Proposed, Asking, Decided, Acting and Stepped, on the caller's thread.
        scope: what the run may see and touch.
        run_id: the store's id of the run.
        said: all that the person wrote in this conversation; see `Policy.judge`. By default nothing.
        standing: the person's approval of an action from before, where there is one; not asked for what is critical.
        follow: finds out what came of an action.
    """

    def __init__(
        self,
        desk: Desk,
        policy: Policy,
        approver: Approver,
        audit: Audit,
        watch: Watcher,
        scope: Scope,
        run_id: str,
        said: Callable[[], str] = str,
        standing: Callable[[Action], Decision | None] = lambda _: None,
        follow: Follow = follow_to_rest,
    ) -> None:
        self._desk = desk
        self._policy = policy
        self._approver = approver
        self._audit = audit
        self._watch = watch
        self._scope = scope
        self._run = run_id
        self._said = said
        self._standing = standing
        self._follow = follow
        self._approvals = Approvals()
        self._menus = Menus(desk, audit, run_id)
        self.number = 0
        """Actions so far, refused ones included."""
        self.unfinished = False
        """Whether an action was begun, and `run` did not return how it ended: it may have been done or not."""

    def run(self, action: Action, screenshot: Screenshot) -> StepResult:
        """Do `action`, which was grounded on `screenshot`, or say why not.

        Raises:
            Stopped: the person stopped it; recorded before.
            HandsBusy: the run no longer holds the hands; recorded before.
            CaptureFailed: the screen can't be read any more; recorded before. A scope's window that was closed is none.
            StoreError: it could not be recorded. What could not be recorded beforehand was not done.
        """
        self.number += 1
        self._watch(Proposed(action))
        way = Way(action, screenshot)
        try:
            result = self._attempt(way)
        except Stopped as error:
            outcome = Outcome.FAILED if way.intent else Outcome.REFUSED
            self._finish(way, way.result(outcome, error.user_message))
            raise
        except StoreError:
            raise
        except HandsBusy as error:  # The lock is lost, so no later action of this run could be done either.
            self._finish(way, way.result(Outcome.REFUSED, str(error)))
            raise
        except ScopeGone as error:
            result = way.result(Outcome.FAILED, str(error))
        except CaptureFailed as error:  # Nobody could see any more what it does.
            self._finish(way, way.result(Outcome.FAILED if way.intent else Outcome.REFUSED, _blind(way, error)))
            raise
        except AgentError as error:
            result = way.result(Outcome.FAILED, str(error))
        except Exception as error:
            self._finish(way, way.result(Outcome.FAILED, f"An internal error: {error!r}"))
            raise
        self._finish(way, result)
        self.unfinished = False
        return result

    def _attempt(self, way: Way) -> StepResult:
        try:
            return self._go(way)
        except HandsBusy:
            raise
        except Refused as error:
            return self._refused(way, error)

    def _go(self, way: Way) -> StepResult:
        action = way.action
        with way.timing("check"):
            if action.kind is not ActionKind.OPEN_APP:
                require_layout(self._desk, way.seen)
                require_as_seen(action, way.seen, capture(self._desk, self._scope))
            end = end_window(self._desk, action)
            way.verdict = self._judge(action, end)
        if way.verdict.ruling is Ruling.HAND_OVER:
            return self._hand_over(way)
        refusal = self._decide(way)
        if refusal is not None:
            return refusal
        token = self._approvals.issue(action)
        if action.kind is ActionKind.OPEN_APP:
            return self._open(way, token)
        with way.timing("check"):
            before = self._prepare(way)
        self._begin(way, token)
        with way.timing("input"):
            report = self._perform(way, end)
        return self._conclude(way, report, before)

    def _judge(self, action: Action, end: Window | None) -> Verdict:
        hidden = next((each for each in (action.window, end) if self._desk.privacy.hides(each)), None)
        if hidden is not None:
            return Verdict(Ruling.BLOCK, f"{hidden.application} is never shown to the agent.", "never_captured")
        opens = action.kind is ActionKind.OPEN_APP  # It needs no place, so the scope's window may be gone.
        return self._policy.judge(
            action,
            None if opens else self._members(),
            self._desk.hands.own_pids(),
            region=None if opens else scope_region(self._desk.windows, self._scope),
            end_window=end,
            run=self._run,
            instruction=self._said(),
        )

    def _members(self) -> frozenset[int] | None:
        """The ids of the windows that may be touched; None: all but our own.

        Raises:
            ScopeGone: the scope's window is gone.
        """
        if self._scope.kind != "window":
            return None
        return frozenset(each.id for each in scope_windows(self._desk.windows, self._scope))

    def _decide(self, way: Way) -> StepResult | None:
        """Ask where the policy says so. A result, where the answer is no.

        Raises:
            Stopped: the person stopped the run instead of answering.
        """
        if way.verdict.ruling is Ruling.ALLOW:
            way.decision = Decision(Answer.APPROVED, by="policy")
            return None
        if way.verdict.ruling is not Ruling.ASK:
            return way.result(Outcome.REFUSED, way.verdict.reason)
        decision = self._approved_before(way) or self._ask(way)
        if not decision.approved:
            return way.result(Outcome.REFUSED, asking.refusal(decision))
        self._policy.acted(way.action)
        if decision.remember and way.verdict.rememberable:
            self._policy.remember(way.action)
        return None

    def _approved_before(self, way: Way) -> Decision | None:
        way.decision = None if way.verdict.critical else self._standing(way.action)
        return way.decision

    def _ask(self, way: Way) -> Decision:
        """The person's answer. A no is noted.

        Raises:
            Stopped: the person stopped the run instead of answering.
        """
        self._menus.put_away(way.action.window)
        with way.timing("ask"):
            decision = asking.ask(self._approver, self._desk.hands, self._watch, way.action, way.verdict, way.seen)
        way.decision = decision
        self._require_running()
        if decision.answer is Answer.STOPPED:
            self._desk.hands.stop("you pressed Stop when asked")
            self._require_running()
        if decision.answer is Answer.DENIED:
            self._policy.denied(self._run, way.action)
        return decision

    def _hand_over(self, way: Way) -> StepResult:
        """Let the person do it, then go on. What they entered is not read back: it may be a password.

        Raises:
            Stopped: the person stopped the run instead.
        """
        before = capture(self._desk, self._scope)
        decision = self._ask(way)
        if not decision.approved:
            return way.result(Outcome.REFUSED, asking.refusal(decision))
        with way.timing("settle"):
            way.settled = come_to_rest(self._desk, self._scope)
        way.before, way.after = before, self._look()
        return way.result(*handing.finding(before, way.after))

    def _prepare(self, way: Way) -> Observation:
        """Make sure that what was approved still stands, and look at it once more.

        Raises:
            TargetChanged: it does not.
        """
        action = way.action
        require_layout(self._desk, way.seen)
        if action.window is not None:
            self._menus.bring_back(action.window, way.decision)
            require_window(self._desk, action.window)
        bring_forward(self._desk, action)
        if action.element is not None:
            require_element(self._desk, action.element)
        before = observe(self._desk, self._scope, action, way.seen)
        way.before = before.shot
        return before

    def _begin(self, way: Way, token: str) -> None:
        """The last gate: the approval is used up and the intent recorded."""
        self._require_running()
        self._approvals.consume(token, way.action)
        way.intent = self._audit.intent(self._run, way.action, way.verdict, way.decision)
        self.unfinished = True
        self._watch(Acting(way.action))

    def _perform(self, way: Way, end: Window | None) -> InputReport:
        """Click first and type then, where the action does both. Before any key the focus is checked."""
        expected = expectation(way.action, way.seen, end)
        first, then = split(way.action.inputs)
        if way.action.secret:
            way.secret = SecretTyping(self._desk, way.action)
        report = self._send(way, first, expected, needs_focus=not then)
        way.acted = True
        if not then or report.astray:
            return report
        later = self._send(way, then, replace(expected, patch=None, patch_region=None), needs_focus=True)
        return InputReport(later.astray, later.mismatch or report.mismatch, report.notes + later.notes)

    def _send(self, way: Way, inputs: tuple[Input, ...], expected: Expectation, needs_focus: bool) -> InputReport:
        types = way.action.kind in (ActionKind.KEY, ActionKind.TYPE)
        focused = None
        if types and needs_focus:
            focused = require_focus(self._desk, way.action, partial(self._differs_with, way.action))
        if way.secret is not None and any(isinstance(each, TypeSecret) for each in inputs):
            return way.secret.perform(inputs, expected, focused)
        return self._desk.hands.perform(inputs, expected)

    def _differs_with(self, action: Action, focused: Element) -> bool:
        return self._policy.differs_with(action, focused, self._said())

    def _conclude(self, way: Way, report: InputReport, before: Observation) -> StepResult:
        after, finding = self._follow(self._desk, self._scope, way, before)
        self._menus.note(way.action, way.seen, before, after)
        way.after = after.shot
        if report.astray:
            failed = way.result(Outcome.FAILED, f"The click went astray: {report.astray}", report.astray)
            return replace(failed, astray=True)
        if report.mismatch:
            return way.result(Outcome.FAILED, f"The text did not arrive as it was: {report.mismatch}", report.mismatch)
        said = [f"{_SAID[finding.outcome]}: {finding.evidence}.", *report.notes]
        if not way.settled:
            said.append("The screen has not come to rest.")
        return way.result(finding.outcome, " ".join(said), finding.evidence)

    def _open(self, way: Way, token: str) -> StepResult:
        """Start an application, which a new window confirms."""
        before = self._desk.windows.stacking()
        self._begin(way, token)
        with way.timing("input"):
            self._desk.launcher.launch(way.action.application)
        way.acted = True
        with way.timing("verify"):
            opened = launching.new_window(self._desk, before, self._require_running)
        way.after = self._look()
        if opened is None:
            return way.result(Outcome.NO_EFFECT_SEEN, "It was started, but no new window appeared.")
        evidence = f"the window “{opened.title or opened.application}” opened"
        note = " It lies outside of what this run may touch." if self._outside(opened) else ""
        return way.result(Outcome.CONFIRMED, f"Done: {evidence}.{note}", evidence)

    def _outside(self, window: Window) -> bool:
        try:
            members = self._members()
        except ScopeGone:
            return True
        return members is not None and window.id not in members

    def _refused(self, way: Way, error: Refused) -> StepResult:
        if isinstance(error, TargetChanged):
            way.after = self._look()
        if way.acted or error.begun:
            way.acted = True
            return way.result(Outcome.FAILED, f"Only a part of it was done: {error}")
        return replace(way.result(Outcome.REFUSED, str(error)), changed=isinstance(error, TargetChanged))

    def _finish(self, way: Way, result: StepResult) -> None:
        try:
            intent = way.intent or self._audit.intent(self._run, way.action, way.verdict, way.decision)
            self._audit.outcome(intent, result)
        finally:
            self._watch(Stepped(self.number, result))

    def _require_running(self) -> None:
        reason = self._desk.hands.stopped()
        if reason is not None:
            raise Stopped(f"Stopped: {reason}", "Start again when you are ready.")

    def _look(self) -> Screenshot | None:
        with contextlib.suppress(ScopeGone, UsageError):  # The scope may be gone by now.
            return capture(self._desk, self._scope)
        return None


def _blind(way: Way, error: CaptureFailed) -> str:
    """What is recorded of an action during which the screen could no longer be read."""
    done = "It was done, but what came of it can't be seen. " if way.acted else ""
    return f"{done}{error}"
