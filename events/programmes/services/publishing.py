"""Publishing a page projects its phase beside its event, in one transaction (DESIGN law 1)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from events.programmes.models import Phase, Programme
from events.programmes.rules import PhaseSpec
from events.schedule.models import Event
from events.schedule.rules import EventSpec, TranslationSpec
from events.schedule.services import publish_event, publish_translation


@transaction.atomic
def publish_page(*, spec: EventSpec, phase: PhaseSpec | None, now: datetime) -> Event:
    """Write what a page says of its event, and where people express their interest, of its phase.

    A page whose phase another event has is refused by the editor's form; code that gets past it meets the constraint.
    """
    event = publish_event(spec=spec, now=now)
    if phase is not None:
        programme, _ = Programme.objects.get_or_create(name=phase.programme)
        Phase.objects.update_or_create(
            event=event,
            defaults={"programme": programme, "number": phase.number, "questions": phase.as_data()},
        )
    return event


@transaction.atomic
def translate_page(*, spec: TranslationSpec, questions: Mapping[str, Mapping[str, object]], now: datetime) -> None:
    """Write what a translation says of event and questions."""
    publish_translation(spec=spec, now=now)
    phase = Phase.objects.select_for_update().filter(event__key=spec.key).first()
    if phase is not None:
        phase.words = phase.words | {spec.language: dict(questions)}
        phase.save(update_fields=["words"])
