from desktop_agent.evaluation import miniwob_tasks
from desktop_agent.evaluation.oracle import registry, unsolved


def test_no_task_has_a_reason_and_a_solver():
    assert not set(unsolved.told_apart()) & set(registry.solved())
    assert unsolved.reason_for("click-test") is None


def test_a_reason_is_of_a_task_that_there_is_and_that_is_not_measured():
    reasons = unsolved.told_apart()
    assert len(set(reasons)) == len(reasons)
    assert set(reasons) <= set(miniwob_tasks.available()) - set(miniwob_tasks.SIXTY)


def test_whatever_has_no_solver_can_t_be_done_for_a_reason_of_its_own():
    missing = set(miniwob_tasks.available()) - set(registry.solved())
    assert missing == set(unsolved.told_apart())
    assert not [task for task in missing if "written" in unsolved.reason_for(task)]
