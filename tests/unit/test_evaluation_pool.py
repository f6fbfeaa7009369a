from pathlib import Path

import psutil
import pytest

from desktop_agent.evaluation.pool import Pool
from desktop_agent.evaluation.scores import Job

WORKER = "tests.unit.pool_worker"


@pytest.fixture
def started(tmp_path):
    """The folder in which each worker leaves its process id."""
    folder = tmp_path / "started"
    folder.mkdir()
    yield folder
    assert not [pid for pid in pids(folder) if psutil.pid_exists(pid)]


def pids(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir()]


def pool(started, tmp_path, count=1, seconds=60.0):
    return Pool(WORKER, count, {"folder": str(started)}, tmp_path, seconds)


def test_each_job_is_answered_and_the_workers_end(started, tmp_path):
    jobs = [Job(name, seed) for name in "ab" for seed in range(3)]
    results = list(pool(started, tmp_path, count=2).run(jobs))
    assert sorted((score.task, score.seed) for score, _ in results) == [(job.task, job.seed) for job in jobs]
    assert all(score.success and pictures == [b"picture"] for score, pictures in results)
    assert 1 <= len(pids(started)) <= 2


def test_a_worker_that_dies_costs_its_job_only(started, tmp_path):
    jobs = [Job("a", 0), Job("dies", 0), Job("a", 1)]
    scores = [score for score, _ in pool(started, tmp_path).run(jobs)]
    assert [score.success for score in scores] == [True, False, True]
    assert scores[1].status == "broken"
    assert "ended" in scores[1].summary
    assert len(pids(started)) == 2


def test_a_worker_that_hangs_is_ended_after_its_time(started, tmp_path):
    scores = [score for score, _ in pool(started, tmp_path, seconds=3.0).run([Job("hangs", 0), Job("a", 0)])]
    assert [score.success for score in scores] == [False, True]


def test_leaving_off_ends_the_workers_in_the_middle_of_their_jobs(started, tmp_path):
    results = pool(started, tmp_path, count=2).run([Job("a", 0), Job("hangs", 0), Job("hangs", 1)])
    next(results)
    results.close()
    assert pids(started)


def test_a_worker_that_can_t_start_is_told_for_each_job(tmp_path):
    broken = Pool("tests.unit.no_such_module", 1, {}, tmp_path, 60.0)
    scores = [score for score, _ in broken.run([Job("a", 0), Job("a", 1)])]
    assert [score.status for score in scores] == ["broken", "broken"]
    assert "no_such_module" in (tmp_path / "worker-1.log").read_text()
