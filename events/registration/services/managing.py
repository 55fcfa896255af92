"""What people do on their manage page, beside cancelling."""

from datetime import datetime

from django.db import transaction

from events.invites.rules import Method
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.queries import latest_revisions
from events.registration.rules import LIVE_STATES, RegistrationState
from events.registration.services.telling import registration_message

# Asking again within so many seconds is the same request: an impatient second click sends no second mail.
SAME_REQUEST = 120


@transaction.atomic
def change_details(*, registration_id: int, name: str, access_needs: str) -> None:
    """Change name and answers. Invites that went out keep the name they were sent with."""
    Registration.objects.filter(pk=registration_id, state__in=LIVE_STATES).update(name=name, access_needs=access_needs)


@transaction.atomic
def send_again(*, registration_id: int, now: datetime) -> None:
    """Send the last confirmation again: the same calendar bytes, since nothing changed (calendar policy, row 3)."""
    registration = Registration.objects.select_for_update().get(pk=registration_id)
    if registration.state not in LIVE_STATES:
        return
    event = registration.event
    cause = f"again-{int(now.timestamp()) // SAME_REQUEST}"
    if registration.state != RegistrationState.CONFIRMED:
        enqueue(
            [
                registration_message(
                    registration=registration,
                    kind="waiting",
                    cause=cause,
                    not_after=event.last_ends_at,
                    now=now,
                )
            ]
        )
        return
    latest = latest_revisions([registration.pk]).values()
    coming = [r for r in latest if r.method == Method.REQUEST and r.version.ends_at > now]
    by_feed = [r.pk for r in coming if not r.invite.by_mail]
    parts = [[r.pk] for r in coming if r.invite.by_mail] + ([by_feed] if by_feed else [])
    enqueue(
        [
            registration_message(
                registration=registration,
                kind="confirmation",
                cause=f"{cause}-{position}",
                revisions=part,
                not_after=event.last_ends_at,
                now=now,
            )
            for position, part in enumerate(parts)
        ]
    )
