"""What people do on their manage page, beside cancelling."""

from collections.abc import Sequence
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
def change_details(*, registration_id: int, name: str, access_needs: str, relies_on: Sequence[str] = ()) -> None:
    """Change name and answers. Invites that went out keep the name they were sent with.

    The page on which somebody ticks an access fact shows its answer, so that is what they were told.
    """
    live = Registration.objects.select_related("event").filter(pk=registration_id, state__in=LIVE_STATES)
    registration = live.select_for_update(of=("self",), no_key=True).first()
    if registration is None:
        return
    registration.name, registration.access_needs = name, access_needs
    registration.relies_on, registration.access_told = list(relies_on), registration.event.access
    registration.save(update_fields=["name", "access_needs", "relies_on", "access_told"])


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
                    not_after=event.over_at,
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
                not_after=event.over_at,
                now=now,
            )
            for position, part in enumerate(parts)
        ]
    )


def note_joined(*, registration_id: int, now: datetime) -> None:
    """Write down that somebody opened the join page while a session was on; the first time counts (ADR 15)."""
    Registration.objects.filter(pk=registration_id, joined_at=None).update(joined_at=now)
