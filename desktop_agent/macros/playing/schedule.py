"""Plays macros at their times. What was missed is told, and never played late: who knows what is on the screen then."""

import json
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from desktop_agent.core import atomic, paths
from desktop_agent.core.errors import UsageError
from desktop_agent.core.text import one_line
from desktop_agent.macros.playing.moments import named_days
from desktop_agent.macros.playing.triggers import ScheduleTrigger, Start

GRACE_SECONDS = 30
"""How late a run may begin: a machine may be busy. After that it was missed."""
SEEN_SECONDS = 60
"""How often it is kept that the program runs, from which what was missed while it did not is known."""
MAX_MISSED = 100
"""Missed times of one schedule that are counted."""
_SEEN, _KNOWN = "seen", "triggers"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Missed:
    """Times at which a macro was to be played and was not; `last` is the latest of them, `times` how many there
    were."""

    trigger: ScheduleTrigger
    last: datetime
    times: int = 1


class Schedule:
    """Runs the schedules of triggers, in a thread of its own.

    Args:
        play: starts a macro; called from that thread, and may take as long as the run.
        missed: told of what was missed, from that thread, or from the caller's of `use`.
        path: a file that keeps when the program last ran; by default in the data folder.
        zone: in which crontabs count; by default the system's.
    """

    def __init__(
        self,
        play: Callable[[Start], None],
        missed: Callable[[Missed], None],
        path: Path | None = None,
        zone: timezone | None = None,
    ) -> None:
        from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._play = play
        self._missed = missed
        self._path = path or paths.data() / "macro-schedule.json"
        self._zone = zone
        self._triggers: dict[str, ScheduleTrigger] = {}
        self._ending = threading.Lock()
        # One thread: of two macros at one time the later one waits, and is missed if it waits too long.
        executors = {"default": ThreadPoolExecutor(1), _SEEN: ThreadPoolExecutor(1)}
        options = {"timezone": zone} if zone is not None else {}
        self._scheduler: Any = BackgroundScheduler(executors=executors, daemon=True, **options)
        self._scheduler.add_listener(self._on_missed, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def use(self, triggers: Sequence[ScheduleTrigger]) -> None:
        """Run these in place of those before. The first time, tell what was missed while the program did not run.

        Raises:
            UsageError: a crontab makes no sense; nothing was changed.
        """
        made = [(each, trigger_of(each, self._zone)) for each in triggers if each.on]
        ran, before = self._scheduler.running, self._triggers
        self._triggers = {each.id: each for each, _ in made}
        for id, each in before.items():
            if self._triggers.get(id) != each and self._scheduler.get_job(id) is not None:
                self._scheduler.remove_job(id)
        (last_seen, known), now = (None, ()) if ran else self._last_seen(), self._now()
        for each, times in made:
            if before.get(each.id) == each:
                continue  # or what is played every so often would begin to count anew
            if last_seen is not None and each.cron and (known is None or each.id in known):
                self._tell_missed(each, times, last_seen, now)
            self._scheduler.add_job(
                self._start,
                times,
                (each,),
                id=each.id,
                misfire_grace_time=GRACE_SECONDS,
                coalesce=True,
                max_instances=1,
                replace_existing=True,
            )
        self._keep_seen()
        if not ran:
            self._scheduler.add_job(self._keep_seen, "interval", seconds=SEEN_SECONDS, id=_SEEN, executor=_SEEN)
            self._scheduler.start()

    def next_times(self) -> dict[str, datetime]:
        """When each is played next, by its id."""
        jobs = [each for each in self._scheduler.get_jobs() if each.id in self._triggers]
        times = {each.id: getattr(each, "next_run_time", None) for each in jobs}  # unset until the scheduler has begun
        return {id: when for id, when in times.items() if when is not None}

    def close(self) -> None:
        """End it, from any thread, and once or more. A run that plays goes on to its end."""
        with self._ending:
            if self._scheduler.running:
                self._keep_seen()
                self._scheduler.shutdown(wait=False)

    def _start(self, trigger: ScheduleTrigger) -> None:
        try:
            self._play(Start(trigger.macro, trigger.values, attended=False))
        except Exception:  # noqa: BLE001 # the other schedules go on
            _log.exception("a scheduled macro could not be played: %s", one_line(trigger.macro, 80))

    def _on_missed(self, event: Any) -> None:
        trigger = self._triggers.get(event.job_id)
        if trigger is None:
            return
        times = getattr(event, "scheduled_run_times", None) or [event.scheduled_run_time]
        self._missed(Missed(trigger, times[-1], len(times)))

    def _tell_missed(self, trigger: ScheduleTrigger, times: Any, since: datetime, now: datetime) -> None:
        """What would have been played from `since` to `now`."""
        found: list[datetime] = []
        moment = since
        while len(found) < MAX_MISSED:
            due = times.get_next_fire_time(None, moment)
            if due is None or due > now - timedelta(seconds=GRACE_SECONDS):
                break
            found.append(due)
            moment = due + timedelta(seconds=1)
        if found:
            self._missed(Missed(trigger, found[-1], len(found)))

    def _now(self) -> datetime:
        return datetime.now(UTC)

    def _last_seen(self) -> tuple[datetime | None, Collection[str] | None]:
        """When the program last ran, and which triggers there were (None: not known): one that is newer has missed
        nothing."""
        try:
            kept = json.loads(self._path.read_bytes())
            known = kept.get(_KNOWN) if isinstance(kept, dict) else None
            return datetime.fromtimestamp(float(kept[_SEEN]), UTC), known if isinstance(known, list) else None
        except FileNotFoundError:
            return None, None
        except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
            _log.warning("when the program last ran is not known: %r", error)
            return None, None

    def _keep_seen(self) -> None:
        try:
            atomic.replace(self._path, json.dumps({_SEEN: self._now().timestamp(), _KNOWN: [*self._triggers]}).encode())
        except OSError as error:
            _log.warning("it could not be kept that the program runs: %s", error)


def senseless(triggers: Sequence[ScheduleTrigger]) -> dict[str, UsageError]:
    """Those whose crontab makes no sense, and why, by their ids."""
    found: dict[str, UsageError] = {}
    for each in triggers:
        try:
            trigger_of(each)
        except UsageError as error:
            found[each.id] = error
    return found


def trigger_of(schedule: ScheduleTrigger, zone: timezone | None = None) -> Any:
    """APScheduler's trigger for it.

    Raises:
        UsageError: the crontab makes no sense.
    """
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    if schedule.minutes:
        return IntervalTrigger(minutes=schedule.minutes, timezone=zone)
    try:
        *others, days = schedule.cron.split(" ")
        return CronTrigger.from_crontab(" ".join((*others, named_days(days))), timezone=zone)
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(
            f"“{one_line(schedule.cron, 60)}” is no time for “{one_line(schedule.macro, 60)}”: {error}.",
            "Write five fields: minute, hour, day, month, weekday; like “30 8 * * mon-fri”.",
        ) from error
