"""What of a recording is looked after."""

from desktop_agent.core.geometry import Point
from desktop_agent.macros.recording.events import Button, Key, Masked
from desktop_agent.macros.recording.jobs import Job, Jobs
from desktop_agent.macros.recording.masking import Kept, Look
from tests.unit.toy_desktop import element, window

FIRST, SECOND = (Look(0, 0, "plain", window=window(10), element=element(ref)) for ref in ("a", "b"))


class Taken:
    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.placed: list[int] = []
        self._jobs = Jobs(self.jobs.append, self._place)
        self.number = 0

    def _place(self, job: Job) -> None:
        self.placed.append(job.number)
        self.jobs.append(job)

    def add(self, kind, look: Look | None = None, **fields) -> "Taken":
        event = kind(number=self.number, at=float(self.number), **fields)
        if not isinstance(event, Masked):
            self._jobs.saw(event)
        self._jobs.take(Kept(event, look))
        self.number += 1
        return self

    def press(self, button: int, down: bool = True, x: int = 0) -> "Taken":
        return self.add(Button, down=down, button=button, point=Point(x, 0))

    def type(self, look: Look) -> "Taken":
        return self.add(Key, look, down=True, code=1, name="a", text="a", types=True)

    @property
    def kinds(self) -> list[tuple[int, str]]:
        return [(each.number, each.kind) for each in self.jobs]


def test_a_click_is_looked_after_once_and_a_drag_at_both_ends() -> None:
    assert Taken().press(1).press(1, False, 7).kinds == [(0, "point")]
    assert Taken().press(1).press(1, False, 8).kinds == [(0, "point"), (1, "point")]


def test_of_turns_of_the_wheel_the_first_is_looked_after() -> None:
    assert Taken().press(5).press(5).press(4).kinds == [(0, "point"), (2, "point")]


def test_typing_is_looked_after_until_it_goes_elsewhere() -> None:
    assert Taken().type(FIRST).type(FIRST).type(SECOND).kinds == [(0, "typing"), (2, "typing")]


def test_typing_after_something_else_is_looked_after_again() -> None:
    taken = Taken().type(FIRST).add(Key, down=True, code=2, name="enter").type(FIRST)
    assert taken.kinds == [(0, "typing"), (1, "keys"), (2, "typing")]


def test_typing_that_is_told_of_later_than_what_followed_is_still_one() -> None:
    taken = Taken()
    taken.number = 5
    taken.add(Key, down=True, code=2, name="tab")
    taken.number = 1
    taken.type(FIRST).type(FIRST)
    taken.number = 6
    taken.type(FIRST)
    assert taken.kinds == [(5, "keys"), (1, "typing"), (6, "typing")]


def test_masked_typing_is_looked_after_and_releases_are_not() -> None:
    taken = (
        Taken().add(Masked, FIRST, name="pin").add(Key, down=False, code=2).add(Key, down=True, code=3, name="shift")
    )
    assert taken.kinds == [(0, "typing")]


def test_a_press_is_told_what_was_pressed_before_it() -> None:
    taken = Taken().add(Key, down=True, code=2, name="f5").add(Key, down=False, code=2).press(1).press(1, False, 8)
    assert [(each.number, each.before) for each in taken.jobs if each.kind == "point"] == [(2, 0), (3, 2)]


def test_what_was_pressed_counts_though_it_is_not_kept() -> None:
    taken = Taken()
    taken._jobs.saw(Key(0, 0.0, True, 9, "a", "a", True))
    taken.number = 1
    assert taken.press(1).jobs[0].before == 0


def test_keys_are_placed_unless_a_look_told_where_they_went() -> None:
    taken = Taken().add(Key, down=True, code=2, name="escape").add(Key, FIRST, down=True, code=3, name="left")
    assert taken.placed == [0]
    assert [each.look for each in taken.jobs] == [None, FIRST]
