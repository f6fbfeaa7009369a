from desktop_agent.evaluation import miniwob_tasks
from desktop_agent.evaluation.oracle import registry, unsolved


def test_no_task_has_a_reason_and_a_solver():
    assert not set(unsolved.told_apart()) & set(registry.solved())
    assert unsolved.reason_for("click-test") is None


def test_a_reason_is_of_a_task_that_there_is_and_that_is_not_measured():
    reasons = unsolved.told_apart()
    assert len(set(reasons)) == len(reasons)
    assert set(reasons) <= set(miniwob_tasks.available()) - set(miniwob_tasks.SIXTY)


def test_each_task_without_a_solver_has_a_reason_of_its_own():
    assert set(miniwob_tasks.available()) - set(registry.solved()) == set(unsolved.told_apart())
    for task in unsolved.told_apart():
        assert unsolved.reason_for(task) != unsolved.UNWRITTEN
