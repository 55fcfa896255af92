"""How delivery stands, for staff and operators: in words when something is wrong, in figures always."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.formats import date_format
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from events.outbox.delivery.circuit import route_name
from events.outbox.models import MailRoute, Message, Suppression, WorkerProcess
from events.outbox.queries import waiting
from events.outbox.rules import DELIVERY_LABELS, Delivery, MessageState, mail_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStatus:
    """Delivery at one moment. `problem`: what is wrong and what to do, in a sentence or two; empty: all is well."""

    waiting: int
    oldest_due: timedelta
    worker_seen: timedelta | None
    problem: str


def mail_status(*, now: datetime) -> MailStatus:
    """Return how delivery stands; four statements, whatever the number of messages."""
    standing = waiting(now=now)
    seen_at = WorkerProcess.objects.aggregate(seen=Max("seen_at"))["seen"]
    # Of the way that is in use: what failed before EMAIL_URL was changed is history.
    route = MailRoute.objects.filter(name=route_name(), failures__gt=0).first()
    oldest = now - standing.oldest_due_at if standing.oldest_due_at else timedelta(0)
    worker_seen = None if seen_at is None else max(now - seen_at, timedelta(0))
    problem = mail_problem(
        waiting=standing.number,
        oldest_due=oldest,
        worker_seen=worker_seen,
        route=route.name if route else "",
        cause=route.cause if route else "",
        failing_since=_moment(route.failing_since) if route and route.failing_since else "",
        next_try=_moment(route.closed_until) if route and route.closed_until else "",
    )
    return MailStatus(waiting=standing.number, oldest_due=oldest, worker_seen=worker_seen, problem=problem)


def readiness(*, now: datetime) -> dict[str, object]:
    """Return what a monitor asks of mail: ages in whole seconds, and the problem."""
    status = mail_status(now=now)
    return {
        "oldest_due_message_seconds": int(status.oldest_due.total_seconds()),
        "worker_seen_seconds": None if status.worker_seen is None else int(status.worker_seen.total_seconds()),
        "mail": status.problem or "in time",
    }


class OutboxCollector(Collector):
    """The outbox's figures in Prometheus' terms, read from the database at each scrape: every process says the same."""

    def collect(self) -> Iterator[Metric]:
        """Yield each metric; the number of statements does not grow with the number of messages."""
        now = timezone.now()
        status = mail_status(now=now)
        yield _gauge("portal_mail_oldest_due_seconds", "Age of the oldest due message.", status.oldest_due)
        if status.worker_seen is not None:
            yield _gauge("portal_worker_seen_seconds", "Since a worker was last seen.", status.worker_seen)
        workers = WorkerProcess.objects.filter(seen_at__gt=now - timedelta(minutes=2)).count()
        yield GaugeMetricFamily("portal_workers", "Workers seen in the last two minutes.", value=workers)
        failing = MailRoute.objects.filter(name=route_name(), failures__gt=0).count()
        yield GaugeMetricFamily("portal_mail_route_failing", "1 while the mail server does not answer.", value=failing)
        states = GaugeMetricFamily("portal_messages", "Messages by state.", labels=["state"])
        counts = dict(Message.objects.order_by().values_list("state").annotate(n=Count("pk")))
        for state in MessageState:
            states.add_metric([state.value], counts.get(state.value, 0))
        yield states
        deliveries = GaugeMetricFamily("portal_deliveries", "Messages by what was reported.", labels=["delivery"])
        reported = dict(Message.objects.order_by().values_list("delivery").annotate(n=Count("pk")))
        for delivery in DELIVERY_LABELS:
            if delivery is not Delivery.NONE:
                deliveries.add_metric([delivery.name.lower()], reported.get(delivery.value, 0))
        yield deliveries
        yield GaugeMetricFamily("portal_suppressions", "Addresses not written to.", value=Suppression.objects.count())


def _moment(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "H:i, j F")


def _gauge(name: str, documentation: str, age: timedelta) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=age.total_seconds())
