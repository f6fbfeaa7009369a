"""Three jobs with real applications: recorded from a person's input, replayed as the screen was, and after a move."""

from collections.abc import Iterator

import pytest

from tests.bench import macro_replays, macros_jobs
from tests.bench.macro_changes import MOVED, RECORDED_ON, UNCHANGED
from tests.bench.macro_job import App, Dress, Job
from tests.bench.macro_job_calculation import Calculation
from tests.bench.macro_job_form import Form
from tests.bench.macro_job_letter import Letter
from tests.bench.macro_stand import Stand


@pytest.fixture(scope="module", name="stand")
def stand_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with Stand(RECORDED_ON, tmp_path_factory.mktemp("jobs")) as stand:
        yield stand


@pytest.mark.parametrize("kind", [Letter, Calculation, Form])
def test_a_job_is_recorded_and_replayed(stand: Stand, kind: type[Job]) -> None:
    job = kind()
    try:
        with stand.running(App(job, stand.display, stand.sight, Dress())) as app:
            recorded = macros_jobs.record(stand, app)
            for change in (UNCHANGED, MOVED):
                attempt = macro_replays.ours(stand, app, change, 1)
                assert attempt.done, attempt.line
                assert not attempt.wrong, attempt.line
            if kind is Calculation:
                astray = macro_replays.by_coordinates(stand, app, MOVED, 1, recorded.raw)
                assert astray.wrong, "the witness sees presses on other things"
                assert not astray.done
    finally:
        job.close()
