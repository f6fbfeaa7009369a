"""A whole spine on a private display: desk, step, toolbox, with a scripted approver."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from desktop_agent.core.actions import Answer, ApprovalRequest, Decision, StepResult
from desktop_agent.core.chat import ToolCall
from desktop_agent.core.desktop import Scope, Window
from desktop_agent.core.events import RunEvent
from desktop_agent.core.geometry import Rect
from desktop_agent.desktop.apps import open_launcher
from desktop_agent.desktop.elements import open_elements
from desktop_agent.desktop.ocr import open_reader
from desktop_agent.desktop.screen import open_screen
from desktop_agent.desktop.windows import open_windows
from desktop_agent.evaluation.display import PrivateDisplay
from desktop_agent.safety.audit import Audit
from desktop_agent.safety.policy import Policy
from desktop_agent.step.desk import Desk
from desktop_agent.step.step import Step
from desktop_agent.tools.context import Sight
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.result import ToolResult
from desktop_agent.tools.toolbox import Toolbox
from tests.desktop.hands_support import connecting


class ScriptedApprover:
    """Approves, after `while_asked` has run."""

    def __init__(self) -> None:
        self.requests: list[ApprovalRequest] = []
        self.answer = Answer.APPROVED
        self.while_asked = lambda: None

    def decide(self, request: ApprovalRequest) -> Decision:
        self.requests.append(request)
        self.while_asked()
        return Decision(self.answer, by="scripted")


class Spine:
    """Tools on a scope, down to real input."""

    def __init__(self, desk: Desk, folder: Path, scope: Scope) -> None:
        self.desk, self.scope = desk, scope
        self.approver, self.events = ScriptedApprover(), list[RunEvent]()
        self.audit = Audit(folder / "audit.jsonl")
        step = Step(desk, Policy(), self.approver, self.audit, self.events.append, scope, "run")
        self.toolbox = Toolbox(Gallery(), self.events.append, Sight(desk, scope), step)
        self.toolbox.look()

    def call(self, tool: str, /, **arguments: object) -> ToolResult:
        result = self.toolbox.call(ToolCall("c", tool, arguments))
        print(tool, arguments, "->", result.text, result.step and result.step.seconds)
        return result

    def step(self, tool: str, /, **arguments: object) -> StepResult:
        result = self.call(tool, **arguments).step
        assert result is not None
        return result

    def place(self, name: str, role: str = "") -> list[int]:
        """Where an element is, in thousandths of the latest picture."""
        view = self.toolbox.gallery.get().picture.view
        assert view is not None
        for window in self.desk.windows.stacking():
            if window.pid != self.scope.pid and self.scope.kind == "window":
                continue
            for element in self.desk.elements.tree(window).elements:
                if element.name == name and role in ("", element.role) and view.region.contains(element.region.center):
                    return list(view.to_thousandths(element.region.center))
        raise AssertionError(f"no {role} {name}")


@contextmanager
def open_desk(display: PrivateDisplay, own_pids: frozenset[int] = frozenset()) -> Iterator[Desk]:
    with ExitStack() as stack:
        connect = stack.enter_context(connecting(display.name))
        hands = connect("run", own_pids=own_pids)
        screen, windows, elements, reader = open_screen(), open_windows(), open_elements(), open_reader()
        for each in (screen, windows, elements, reader):
            stack.callback(each.close)
        hands.acquire("test")
        yield Desk(screen, windows, elements, reader, open_launcher(), hands)


def window_scope(window: Window) -> Scope:
    return Scope("window", window.region, f"“{window.title}”", window.id, window.pid)


def screen_scope(desk: Desk) -> Scope:
    return Scope("screen", desk.screen.layout().bounds, "the whole screen")


def region_scope(region: Rect) -> Scope:
    return Scope("region", region, "a region")
