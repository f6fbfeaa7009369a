"""The tools of one run."""

from collections.abc import Callable

from desktop_agent.core.chat import Picture, ToolCall, ToolSpec
from desktop_agent.core.desktop import Screenshot
from desktop_agent.core.errors import AgentError, CaptureFailed, HandsBusy, ScopeGone, Stopped, StoreError
from desktop_agent.core.events import Watcher
from desktop_agent.core.images import Image
from desktop_agent.core.pause import Pause, Reply
from desktop_agent.core.protocols import Asker, TextReader
from desktop_agent.safety import named_secrets
from desktop_agent.step.capture import capture
from desktop_agent.tools import ask, control, keys, look, macros, pointer
from desktop_agent.tools.aiming import SNAPPING
from desktop_agent.tools.context import Aim, Context, Sight, Stepper, Tool, desktop_of
from desktop_agent.tools.gallery import Gallery
from desktop_agent.tools.result import ToolProblem, ToolResult, problem
from desktop_agent.tools.schema import checked

_ACTING = (*pointer.TOOLS, *keys.TOOLS)
_LOOKING = (look.SCREENSHOT, look.ZOOM, look.READ_TEXT)
_ENDING = (control.WAIT, control.DONE, control.FAIL)


class Toolbox:
    """Answers a planner's calls. Whatever is wrong with a call is said in its result.

    Args:
        gallery: the conversation's pictures.
        watch: told of questions.
        sight: the desktop and the scope; None: only pictures can be looked at.
        step: does actions; None: nothing may be done (`ask`).
        asker: puts questions to the person; None: nobody can be asked.
        reader: opens what reads the text of pictures where there is no sight; None: there are no pictures.
        offered: False: there are no tools at all, the planner only answers.
        aim: finds where a planner's point acts.
        recorded: the person's macros; None: they can't be played.
    """

    def __init__(
        self,
        gallery: Gallery,
        watch: Watcher,
        sight: Sight | None = None,
        step: Stepper | None = None,
        asker: Asker | None = None,
        *,
        reader: Callable[[], TextReader] | None = None,
        offered: bool = True,
        aim: Aim = SNAPPING,
        recorded: macros.Macros | None = None,
    ) -> None:
        self._context = Context(gallery, watch, aim, sight, step, asker, reader)
        tools = offered_tools(
            acting=step is not None, sighted=sight is not None, reading=reader is not None, asking=asker is not None
        )
        if recorded is not None and recorded.offered:
            tools = (*tools, macros.tool(recorded))
        self._tools = {tool.spec.name: tool for tool in tools} if offered else {}

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What planners are told of the tools."""
        return tuple(tool.spec for tool in self._tools.values())

    @property
    def gallery(self) -> Gallery:
        """The conversation's pictures."""
        return self._context.gallery

    @property
    def unfinished(self) -> bool:
        """Whether the call that broke off had begun an action: it may have been done or not."""
        step = self._context.step
        return step is not None and step.unfinished

    def look(self) -> Picture:
        """A new picture of the scope, as the first thing that a planner sees.

        Raises:
            CaptureFailed: the screen can't be read, or the scope is gone.
        """
        sight = desktop_of(self._context)
        return self.show(capture(sight.desk, sight.scope))

    def show(self, screenshot: Screenshot) -> Picture:
        """A picture of a screenshot that was taken already."""
        return self._context.gallery.add(screenshot)

    def attach(self, image: Image) -> Picture:
        """A picture that the person attached: it can be looked at, but shows no place to act on."""
        return self._context.gallery.add_part(image, None, None, "attachment")

    def pause(self, pause: Pause) -> Reply:
        """What the person wants to become of a run that got nowhere. Not for planners."""
        return ask.pause(self._context, pause)

    def call(self, call: ToolCall) -> ToolResult:
        """Do what `call` says, or say why not.

        Raises:
            Stopped: the person stopped the run.
            CaptureFailed: the screen can't be read any more. That a scope's window was closed is only told.
            HandsBusy: the run no longer holds the hands.
            StoreError: what was done or is to be done can't be recorded.
        """
        tool = self._tools.get(call.name) or self._tools.get(_folded(call.name, self._tools))
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return problem(f'There is no tool called "{call.name[:60]}". The tools are: {known}.')
        try:
            return tool.run(self._context, checked(tool.spec.parameters, call.arguments))
        except ToolProblem as error:
            return problem(f"{tool.spec.name}: {error}")
        except ScopeGone as error:
            return problem(f"{tool.spec.name}: {error}")
        except (CaptureFailed, HandsBusy, Stopped, StoreError):
            raise
        except AgentError as error:
            return problem(f"{tool.spec.name}: {error}")


def offered_tools(*, acting: bool, sighted: bool, reading: bool = True, asking: bool = True) -> tuple[Tool, ...]:
    """The tools that a run gets.

    Args:
        acting: whether anything may be done.
        sighted: whether it sees the desktop, or pictures only.
        reading: whether the text of pictures can be read.
        asking: whether there is somebody to ask.
    """
    chosen: tuple[Tool, ...] = ()
    if acting:
        chosen += (*_ACTING, keys.secret_tool(named_secrets.names()), control.OPEN_APP)
    if sighted:
        chosen += _LOOKING
    else:
        chosen += (look.ZOOM, look.READ_PICTURE) if reading else (look.ZOOM,)
    if asking:
        chosen += (ask.ASK_USER,)
    if acting:
        chosen += _ENDING
    return chosen


def _folded(name: str, known: dict[str, Tool]) -> str:
    """The known tool whose name differs in case or surrounding space only."""
    return next((each for each in known if each.casefold() == name.strip().casefold()), "")
