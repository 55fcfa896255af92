"""The circuit before the mail server: while it does not answer, nothing is tried but one message now and then.

Shared by all workers through `MailRoute`, so that ten of them do not knock ten times as often; and so that staff can
read what is wrong.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings

from events.outbox.models import MailRoute
from events.outbox.rules import Answer, pause_of

log = structlog.get_logger(__name__)


def route_name() -> str:
    """Return what staff and monitors call the way out: the mail server, or the provider."""
    mailer = settings.MAILERS["default"]
    host = mailer.get("OPTIONS", {}).get("host")
    if host:
        return f"{host}:{mailer['OPTIONS'].get('port') or 25}"[:80]
    return str(mailer["BACKEND"]).rsplit(".", 2)[-2][:80]


class Circuit:
    """Whether mail may be tried now. `jitter` (0 to 1) spreads the workers of a large installation."""

    def __init__(self, *, jitter: Callable[[], float]) -> None:
        self.name = route_name()
        self.jitter = jitter
        self._failing = False

    def allows(self, *, most: int, now: datetime) -> int:
        """Return how many messages may be tried: all, one to see whether it works again, or none."""
        route = MailRoute.objects.filter(name=self.name).first()
        self._failing = route is not None and route.failures > 0
        if route is None or not self._failing:
            return most
        return 0 if route.closed_until is not None and route.closed_until > now else 1

    def fail(self, *, answer: Answer, now: datetime) -> datetime:
        """Close it after an answer that holds for every message; return when it is tried again."""
        route, _ = MailRoute.objects.get_or_create(name=self.name)
        route.failures += 1
        route.failing_since = route.failing_since or now
        route.cause = answer.reason
        route.closed_until = now + pause_of(failures=route.failures, asked_for=answer.retry_after, jitter=self.jitter())
        route.save()
        self._failing = True
        log.warning("outbox.route_closed", route=self.name, until=route.closed_until.isoformat(), reason=answer.reason)
        return route.closed_until

    def recover(self) -> None:
        """Open it again: a message has been answered."""
        if not self._failing:
            return
        self._failing = False
        MailRoute.objects.filter(name=self.name).update(failures=0, closed_until=None, failing_since=None, cause="")
        log.info("outbox.route_open", route=self.name)
