"""What stands at the target at the moment of the input, compared with what was approved."""

from typing import Any

from Xlib import X

from desktop_agent.core.errors import Refused, TargetChanged
from desktop_agent.core.geometry import Point, Rect
from desktop_agent.core.images import Image
from desktop_agent.core.text import one_line
from desktop_agent.desktop import x11
from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.x11_grab import GrabExpired, ServerGrab

SHOT_HINT = "Take a new look and try again."
CHANNEL_TOLERANCE = 8
"""How far a colour channel may be off for a pixel to count as the same."""
MAX_PATCH = 128
"""The patch is compared within a square of this many pixels, to keep the server grab short."""


class Mismatch(Exception):
    """Found within the grab; told to people after it."""

    def __init__(self, problem: str, found: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.found = found


class X11Target:
    """Checks on the connection `display`, under `grab`."""

    def __init__(self, display: Any, grab: ServerGrab) -> None:
        self._display = display
        self._root = display.screen().root
        self._grab = grab

    def prepare(self, job: Job) -> None:
        """Before the first grab: what takes long must not be done within it."""
        if job.expectation.patch is not None:
            import numpy  # noqa: F401 # loading it takes 100 ms
        job.check()

    def verify_pointer(self, job: Job, point: Point) -> int:
        """Within the grab: a click at `point` reaches the expected window, and all else that is expected holds. The
        top-level window there.

        Raises:
            Mismatch: something differs.
        """
        found = self._root.translate_coords(self._root, point.x, point.y).child
        top = int(getattr(found, "id", found))
        window = job.expectation.window
        if window == 0:
            if top != 0:
                raise Mismatch("another window lies there", top)
            return 0
        self._refuse_own(job, window)
        if self._top_of(window) != top:
            self._require_shown(window)
            raise Mismatch("another window lies there", top)
        self._verify_window(job, top)
        if job.expectation.patch is not None and not job.patch_checked:
            self._verify_patch(job)
        job.patch_checked = True
        self._grab.ensure()
        return top

    def verify_focus(self, job: Job) -> None:
        """Within the grab: keys reach the expected window.

        Raises:
            Mismatch: they go elsewhere.
        """
        window = job.expectation.window
        focus = self._display.get_input_focus().focus
        if focus == X.PointerRoot or focus == self._root:
            focus = self._root.query_pointer().child
        if focus == X.NONE:
            if window:
                self._require_shown(window)
                raise Mismatch("no window has the keyboard", 0)
            return
        top = x11.top_of(focus)
        top_id = top.id if top is not None else 0
        if window == 0 or not self._has_keys(window, focus, top_id):
            self._require_shown(window)
            raise Mismatch("another window has the keyboard", top_id)
        self._refuse_own(job, window)
        self._verify_process(job)
        self._grab.ensure()

    def at(self, point: Point) -> tuple[int, int]:
        """The top-level window that a click at `point` reaches now, and the process of its client; 0 where none."""
        found = self._root.translate_coords(self._root, point.x, point.y).child
        if found == X.NONE:
            return 0, 0
        return found.id, x11.process_of(self._display, self._client_of(found).id)

    def process(self, top: int) -> int:
        """The process of the client in the top-level window `top`; 0 when it is gone."""
        window = self._display.create_resource_object("window", top)
        return x11.process_of(self._display, self._client_of(window).id)

    def belongs(self, top: int, window: int) -> bool:
        """Whether `window` lies in the top-level window `top`, or both mean the bare desktop."""
        return top == (self._top_of(window) if window else 0)

    def own_window(self) -> Refused:
        return Refused("That window belongs to Desktop Agent itself, which it never operates.")

    def require_arrived(self, point: Point) -> None:
        """The pointer must be where it was sent: the X server keeps it within what the outputs show.

        Raises:
            Mismatch: it is elsewhere.
            GrabExpired: see `ServerGrab.ensure`.
        """
        now = self._root.query_pointer()
        if (now.root_x, now.root_y) != (point.x, point.y):
            raise Mismatch("the pointer can't be moved there")
        self._grab.ensure()

    def explain(self, error: "Mismatch | GrabExpired", job: Job, done: str = "") -> TargetChanged:
        """The error for the person. Call it outside the grab: it reads titles."""
        if isinstance(error, GrabExpired):
            return TargetChanged(
                "The display was too slow to check the target and act in one go.", "Try again.", done or "grab expired"
            )
        expected = self._title(job.expectation.window)
        found = "" if error.found is None else f": {self._title(error.found)}"
        details = f"expected {job.expectation.window:#x} pid {job.expectation.pid}; {error.problem}{found}; {done}"
        so_far = f" ({done})" if job.begun and done else ""
        return TargetChanged(f"{expected} was expected, but {error.problem}{found}{so_far}.", SHOT_HINT, details)

    def _client_of(self, top: Any) -> Any:
        return x11.client_of(top, x11.clients(self._root))

    def _has_keys(self, window: int, focus: Any, top: int) -> bool:
        """Whether the focused window lies in `window`; popups take keys through a grab while their owner keeps the
        focus."""
        if self._top_of(window) == top:
            return True
        client = self._display.create_resource_object("window", window)
        with x11.vanishing():
            attributes = client.get_attributes()
            popup = attributes.override_redirect and attributes.map_state == X.IsViewable
            return bool(popup) and x11.process_of(self._display, window) == x11.process_of(self._display, focus.id)
        return False

    def _top_of(self, window: int) -> int:
        top = x11.top_of(self._display.create_resource_object("window", window))
        return top.id if top is not None else -1

    def _require_shown(self, window: int) -> None:
        """Tells a window that went away from one that another came in the way of."""
        shown = False
        with x11.vanishing():
            client = self._display.create_resource_object("window", window)
            shown = not window or client.get_attributes().map_state == X.IsViewable
        if not shown:
            raise Mismatch("it is closed or hidden now")

    def _verify_window(self, job: Job, top: int) -> None:
        frame = Rect(0, 0, 0, 0)
        with x11.vanishing():
            frame = x11.outer(self._display.create_resource_object("window", top))
        if frame != job.expectation.frame:
            raise Mismatch("the window has moved or changed its size")
        self._verify_process(job)

    def _verify_process(self, job: Job) -> None:
        expected = job.expectation
        if expected.pid and x11.process_of(self._display, expected.window) != expected.pid:
            self._require_shown(expected.window)  # A window that was closed just now has no process.
            raise Mismatch("the window belongs to another program now", expected.window)

    def _refuse_own(self, job: Job, window: int) -> None:
        if x11.process_of(self._display, window) in job.own:
            raise self.own_window()

    def _verify_patch(self, job: Job) -> None:
        region, patch = job.expectation.patch_region, job.expectation.patch
        if region is None or patch is None:
            return
        screen = Rect(0, 0, self._root.get_geometry().width, self._root.get_geometry().height)
        part = region.intersection(Rect.around(region.center, MAX_PATCH)).intersection(screen)
        if part.empty or (patch.width, patch.height) != (region.width, region.height):
            raise Mismatch("what was seen there can't be compared")
        reply = self._root.get_image(part.x, part.y, part.width, part.height, X.ZPixmap, 0xFFFFFFFF)
        if len(reply.data) != part.area * 4:
            raise Mismatch("the screen's pixels can't be compared")
        found = Image(part.width, part.height, bytes(reply.data))
        if differing(patch.crop(part.moved(-region.x, -region.y)), found) > job.expectation.patch_tolerance:
            raise Mismatch("what is shown there has changed")

    def _title(self, window: int) -> str:
        if window == 0:
            return "the bare desktop"
        top = self._display.create_resource_object("window", window)
        client = self._client_of(top)
        title = one_line(x11.text(client, "_NET_WM_NAME") or x11.text(client, "WM_NAME"), 80)
        return f"“{title}”" if title else "a window without a title"


def differing(one: Image, other: Image) -> float:
    """The share of pixels, 0…1, that differ in a colour channel by more than `CHANNEL_TOLERANCE`."""
    import numpy

    first = numpy.frombuffer(one.bgra, numpy.uint8).reshape(-1, 4)[:, :3].astype(numpy.int16)
    second = numpy.frombuffer(other.bgra, numpy.uint8).reshape(-1, 4)[:, :3].astype(numpy.int16)
    return float((abs(first - second) > CHANNEL_TOLERANCE).any(axis=1).mean())
