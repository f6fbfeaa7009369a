"""The keyboard under X11: XTest keys, spare keycodes for missing characters, and pasting."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from Xlib import X, Xatom

from desktop_agent.core.actions import Press, TypeText
from desktop_agent.core.errors import Refused, UsageError
from desktop_agent.desktop import x11
from desktop_agent.desktop.clipboard import Clipboard
from desktop_agent.desktop.hands.job import Job
from desktop_agent.desktop.hands.x11_grab import GrabExpired, ServerGrab
from desktop_agent.desktop.hands.x11_input import X11Input
from desktop_agent.desktop.hands.x11_target import Mismatch, X11Target
from desktop_agent.desktop.keyboard import text, x11_names
from desktop_agent.desktop.keyboard.names import combination_text
from desktop_agent.desktop.keyboard.x11_barrier import X11Barrier
from desktop_agent.desktop.keyboard.x11_map import KeyMap, Stroke
from desktop_agent.desktop.keyboard.x11_spare import SpareKeys

FOCUS_SECONDS = 1.0
"""How long the focus may take to follow a click."""
MODIFIERS_SECONDS = 2.0
"""How long to wait for the person to let go of Ctrl, Shift and their like."""
PASTE_SECONDS = 3.0
_POLL_SECONDS = 0.005


class X11Keyboard:
    """Acts on the connection of `events`. `clipboard` is opened when something is pasted for the first time."""

    def __init__(
        self, events: X11Input, grab: ServerGrab, target: X11Target, clipboard: Callable[[], Clipboard]
    ) -> None:
        self._events = events
        self._display = events.display
        self._grab = grab
        self._target = target
        self._clipboard = clipboard
        self._barrier = X11Barrier(events.display)
        self._spare = SpareKeys(events, self._settle)

    def wait_for_modifiers(self, check: Callable[[], None]) -> None:
        """Wait until no modifier is down: a held Ctrl would turn a click or a letter into something else.

        Raises:
            Refused: one stays down.
        """
        momentary = self._map().momentary
        deadline = time.monotonic() + MODIFIERS_SECONDS
        while held := self._events.keys_down() & momentary:
            check()
            if time.monotonic() > deadline:
                names = sorted({x11_names.name_of(self._display.keycode_to_keysym(code, 0)) for code in held})
                raise Refused(f"A key is held down: {', '.join(names)}.", "Let go of it and try again.")
            time.sleep(_POLL_SECONDS)

    def press(self, job: Job, press: Press) -> None:
        """Press the keys one after the other and release them in reverse.

        Raises:
            UsageError: the keyboard has no such key.
            TargetChanged, Refused, Stopped, GateClosed: nothing was pressed.
        """
        self._await_focus(job)
        self._together(job, self.codes(press.keys))

    def codes(self, names: Sequence[str]) -> list[int]:
        """The keycodes to press, in order, for the keys called `names`.

        Raises:
            UsageError: the keyboard has no such key.
        """
        if not names:
            return []
        keymap = self._map()
        codes: list[int] = []
        for name in names:
            stroke = keymap.key(x11_names.keysym_of(name))
            if stroke is None:
                raise UsageError(f"This keyboard has no key for {combination_text((name,))!r}.", "Use another key.")
            codes += [code for code in (*self._modifiers(stroke, keymap), stroke.code) if code not in codes]
        return codes

    def type(self, job: Job, typed: TypeText) -> None:
        """Write the text into the window that has the focus. `job` is told where it may not have arrived exactly.

        Raises:
            UsageError: it holds characters that can't be written, or not without pasting where `typed` forbids that.
            TargetChanged: the focus went elsewhere; the details say how many characters were written.
            Refused, Stopped, GateClosed: likewise.
        """
        keymap = self._map()
        plan = text.plan(typed.text, lambda each: keymap.stroke(each) is not None, len(keymap.spare), not typed.keyed)
        if not plan.text:
            return
        self._await_focus(job)
        if plan.way == "paste":
            self._paste(job, plan.text, plan.missing, keymap)
        else:
            self._write(job, plan.text, plan.missing, keymap)
        if changed := text.changed_by_programs(plan.text):
            job.note(changed)

    def _write(self, job: Job, whole: str, missing: tuple[str, ...], keymap: KeyMap) -> None:
        with self._caps_lock_off(job, keymap), self._spare.writing(job, missing, keymap.spare) as remapped:
            written = 0
            for chunk in text.chunks(whole):
                strokes = [remapped.get(each) or keymap.stroke(each) for each in chunk]
                self._chunk(
                    job, [each for each in strokes if each], keymap, f"{written} of {len(whole)} characters typed"
                )
                written += len(chunk)

    def _chunk(self, job: Job, strokes: list[Stroke], keymap: KeyMap, done: str) -> None:
        def send() -> None:
            held: tuple[int, ...] = ()
            for stroke in strokes:
                job.check()
                wanted = self._modifiers(stroke, keymap)
                if wanted != held:
                    self._release(held)
                    for code in wanted:
                        self._events.key(code, True)
                    held = wanted
                self._events.tap(stroke.code)
            self._release(held)

        self._focused(job, done, send)

    def _together(self, job: Job, codes: list[int]) -> None:
        def send() -> None:
            for code in codes:
                job.check()
                self._events.key(code, True)
            self._release(tuple(codes))

        self._focused(job, "nothing pressed", send)

    def _focused(self, job: Job, done: str, send: Callable[[], None]) -> None:
        """Have keys sent that reach the expected window: the focus is checked under the same server grab."""

        def act() -> None:
            self._target.verify_focus(job)
            job.begun = True
            send()
            self._display.sync()

        job.check()
        try:
            self._grab.run(act)
        except (Mismatch, GrabExpired) as error:
            raise self._target.explain(error, job, done) from error

    def _await_focus(self, job: Job) -> None:
        """After a click the focus follows within a moment."""
        deadline = time.monotonic() + FOCUS_SECONDS
        while job.clicked:
            job.check()
            try:
                self._grab.run(lambda: self._target.verify_focus(job))
                return
            except (Mismatch, GrabExpired) as error:
                if time.monotonic() > deadline:
                    raise self._target.explain(error, job, "nothing typed") from error
            time.sleep(_POLL_SECONDS)

    def _paste(self, job: Job, whole: str, missing: tuple[str, ...], keymap: KeyMap) -> None:
        """Taking PRIMARY from a GTK program makes it drop its selection, which the text would no longer replace: then
        the first character is typed; or the selection deleted where that is a tab, whose key would leave the field."""
        insert, shift = keymap.key(x11_names.INSERT), keymap.key(x11_names.SHIFT)
        if insert is None or shift is None:
            raise UsageError("This keyboard has no Insert key, so the text can't be pasted.", "Use fewer characters.")
        if self._has_selection(job):
            delete = keymap.key(x11_names.DELETE)
            if whole[0] == "\t" and delete is not None:
                self._together(job, [delete.code])
            else:
                self._write(job, whole[0], tuple(set(whole[0]) & set(missing)), keymap)
                whole = whole[1:]
            self._settle(job)
        clipboard = self._clipboard()
        clipboard.offer(whole, job.expectation.pid, job.check)
        try:
            self._together(job, [shift.code, insert.code])
            deadline = time.monotonic() + PASTE_SECONDS
            while not clipboard.taken():
                job.check()
                if time.monotonic() > deadline:
                    job.mismatch = "The window did not take the text that was pasted into it."
                    return
                time.sleep(0.001)
            self._settle(job)
            self._check_pasted(job)
        finally:
            clipboard.withdraw()

    def _check_pasted(self, job: Job) -> None:
        """A paste is one chunk: who has the keyboard is looked at before it and after."""
        job.check()
        try:
            self._grab.run(lambda: self._target.verify_focus(job))
        except (Mismatch, GrabExpired) as error:
            job.mismatch = f"Right after it was pasted: {self._target.explain(error, job).user_message}"

    def _has_selection(self, job: Job) -> bool:
        """Whether the program that has the keyboard owns PRIMARY, as those do that have something selected. Only for
        programs that answer pings: terminals like xterm, which don't, never replace what is selected."""
        if not self._barrier.answers(job.expectation.window):
            return False
        self._settle(job)
        owner = self._display.get_selection_owner(Xatom.PRIMARY)
        return owner != X.NONE and x11.process_of(self._display, owner.id) == job.expectation.pid

    def _settle(self, job: Job) -> None:
        if not self._barrier.wait(job.expectation.window, job.check):
            job.note("The window does not answer at the moment, so the text may still be on its way.")

    @contextlib.contextmanager
    def _caps_lock_off(self, job: Job, keymap: KeyMap) -> Iterator[None]:
        code = keymap.caps_lock_code
        if not code or not self._events.root.query_pointer().mask & X.LockMask:
            yield
            return
        job.check()
        self._events.tap(code)
        try:
            yield
        finally:
            self._events.tap(code)
            self._display.sync()

    def _modifiers(self, stroke: Stroke, keymap: KeyMap) -> tuple[int, ...]:
        shift = keymap.key(x11_names.SHIFT)
        return (*((shift.code,) if stroke.shift and shift else ()), *((keymap.level3_code,) if stroke.level3 else ()))

    def _release(self, codes: tuple[int, ...]) -> None:
        for code in reversed(codes):
            self._events.key(code, False)

    def _map(self) -> KeyMap:
        """Read afresh each time: the person may switch the layout at any moment. About a millisecond."""
        info = self._display.display.info
        first = info.min_keycode
        rows: list[Any] = self._display.get_keyboard_mapping(first, info.max_keycode - first + 1)
        symbols = {first + place: [int(each) for each in row] for place, row in enumerate(rows)}
        modifiers = [list(codes) for codes in self._display.get_modifier_mapping()]
        return KeyMap(symbols, modifiers, self._events.root.query_pointer().mask >> 13 & 3)
