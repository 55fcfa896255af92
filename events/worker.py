"""The worker: a loop over everything that is due. Each duty finds its own work in the database and may be repeated."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from wagtail import hooks

from events.broadcasts.services import work_on_broadcasts
from events.invites.mailboxes import MailboxError
from events.newsletter.services import work_on_issues
from events.outbox.delivery.claims import expire_overdue, settle_abandoned
from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.following import follow_up
from events.outbox.delivery.lifeline import Lifeline, hold_lifeline
from events.outbox.models import WorkerProcess
from events.outbox.services import adopt_receipts
from events.programmes.services import end_pairs_of_leavers, follow_events
from events.programmes.services import move_with_tzdata as move_pair_sessions
from events.registration.services.announcing import announce_due_events, settle_due_events
from events.registration.services.forwarding import forget_forwarded
from events.registration.services.reading import read_replies
from events.registration.services.retention import purge_personal_data
from events.schedule.services import move_with_tzdata
from events.walks.drafts import forget_old_drafts
from events.walks.services import follow_the_clock, settle_new_requests

log = structlog.get_logger(__name__)

IDLE = 1.0  # seconds between two looks when nothing was due
HOUSEKEEPING = timedelta(seconds=5)
PUBLISHING = timedelta(minutes=1)
REPLIES = timedelta(minutes=1)
# A mailbox that cannot be reached costs its time-out each time.
REPLIES_AFTER_FAILURE = timedelta(minutes=5)
WALKS = timedelta(minutes=1)
PAIRS = timedelta(minutes=10)
DAILY = timedelta(hours=24)
# A task of a killed worker stays RUNNING for ever in django-tasks-db; Wagtail's own take seconds.
ABANDONED_TASK = timedelta(minutes=15)


class Worker:
    """One process of background work, alive as long as its lifeline."""

    def __init__(
        self,
        *,
        should_stop: Callable[[], bool],
        wait: Callable[[float], object],
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.should_stop = should_stop
        self.wait = wait
        self.clock = clock
        self.lifeline: Lifeline | None = None
        self._last: dict[str, datetime] = {}

    def run(self) -> None:
        """Work until told to stop, and sleep only when nothing was due."""
        log.info("worker.started")
        while not self.should_stop():
            close_old_connections()
            try:
                busy = self.tick()
            except Exception:
                # A database that restarts, a disk that is full for a moment: the worker outlives them.
                log.exception("worker.tick_failed")
                busy = False
            if not busy:
                self.wait(IDLE)
        self._let_go()
        log.info("worker.stopped")

    def drain(self) -> None:
        """Do what is due now, until nothing is."""
        while self.tick() and not self.should_stop():
            pass
        self._let_go()

    def tick(self) -> bool:
        """Do each duty once; return whether there may be more to do at once.

        A duty that fails does not keep the others from their turn: mail leaves while some event cannot be settled.
        Raises what failed when all have had it.
        """
        now = self.clock()
        self._hold_lifeline()
        done, failures = 0, []
        for duty in (
            partial(self._do_what_is_timed, now),
            self._run_tasks,
            partial(settle_due_events, now=now),
            partial(announce_due_events, now=now),
            partial(follow_events, now=now),
            partial(work_on_broadcasts, now=now),
            partial(self._look_after_walks, now),
            partial(work_on_issues, now=now),
            self.deliverer.deliver_batch,
            partial(follow_up, now=now),
            partial(self._take_replies, now),
        ):
            try:
                done += duty() or 0
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise ExceptionGroup("Duties of the worker failed.", failures)
        return bool(done)

    def _do_what_is_timed(self, now: datetime) -> None:
        if self._is_time("housekeeping", HOUSEKEEPING, now):
            self._keep_house(now)
        if self._is_time("pairs", PAIRS, now):
            end_pairs_of_leavers(now=now)
        if self._is_time("publishing", PUBLISHING, now):
            call_command("publish_scheduled", verbosity=0)
        if self._is_time("daily", DAILY, now):
            move_with_tzdata(now=now)
            move_pair_sessions(now=now)
            purge_personal_data(now=now, dry_run=False)
            for forget in hooks.get_hooks("purge_personal_data"):  # what other apps keep of people
                forget(now=now, dry_run=False)

    def _look_after_walks(self, now: datetime) -> int:
        """Look at new requests; once a minute follow the clock of those that wait."""
        done = settle_new_requests(now=now)
        if self._is_time("walks", WALKS, now):
            forget_old_drafts(now=now)
            done += follow_the_clock(now=now)
        return done

    def _take_replies(self, now: datetime) -> int:
        """Read the mailbox of calendar replies, and forget what has been passed on."""
        if not settings.CALENDAR_REPLIES or not self._is_time("replies", REPLIES, now):
            return 0
        forget_forwarded(now=now)
        try:
            return read_replies(url=settings.REPLIES_URL, now=now) if settings.REPLIES_URL else 0
        except MailboxError as problem:
            log.warning("replies.unreachable", reason=str(problem))
            self._last["replies"] = now + REPLIES_AFTER_FAILURE - REPLIES
            return 0

    def _hold_lifeline(self) -> None:
        """Hold it before anything else: without it nobody could be told from the dead, not even in a single round."""
        if self.lifeline is None or not self.lifeline.is_held():
            # A new key: what the old one had in hand is settled like any dead worker's.
            self.lifeline = hold_lifeline()
            WorkerProcess.objects.create(key=self.lifeline.key, started_at=self.clock(), seen_at=self.clock())
            self.deliverer = Deliverer(lifeline=self.lifeline, clock=self.clock, should_stop=self.should_stop)

    def _keep_house(self, now: datetime) -> None:
        if self.lifeline is not None:
            WorkerProcess.objects.filter(key=self.lifeline.key).update(seen_at=now)
            settle_abandoned(now=now, is_alive=self._is_alive)
        WorkerProcess.objects.filter(seen_at__lt=now - DAILY).delete()
        expire_overdue(now=now)
        adopt_receipts(now=now)
        _free_abandoned_tasks(now)

    def _is_alive(self, key: UUID) -> bool:
        lifeline = self.lifeline
        return lifeline is not None and (key == lifeline.key or lifeline.is_alive(key))

    def _run_tasks(self) -> int:
        """Run what Wagtail has queued (search index, references), a few at a time so that mail does not wait."""
        tasks = TaskWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=20,
            worker_id="portal",
            excluded_queue_names=[],
        )
        tasks.run()
        return tasks._run_tasks

    def _is_time(self, duty: str, every: timedelta, now: datetime) -> bool:
        if duty in self._last and now - self._last[duty] < every:
            return False
        self._last[duty] = now
        return True

    def _let_go(self) -> None:
        if self.lifeline is not None:
            self.deliverer.server.close()
            WorkerProcess.objects.filter(key=self.lifeline.key).delete()
            self.lifeline.release()
            self.lifeline = None


def _free_abandoned_tasks(now: datetime) -> None:
    # Imported here: the model must not load before the app registry is ready.
    from django.tasks.base import TaskResultStatus  # noqa: PLC0415
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    stuck = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - ABANDONED_TASK)
    stuck.update(status=TaskResultStatus.READY, started_at=None)
