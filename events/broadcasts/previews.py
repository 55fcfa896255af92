"""What some of an audience would get: looked at by officers who may see these people, before anything leaves."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from events.broadcasts.audience_rules import audience_of
from events.broadcasts.messages import SAMPLE_KEY, Batch, draft_for
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import sample_of
from events.outbox.messages import Draft, Obsolete
from portal.branding import site_branding


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleMail:
    """One mail, whose it would be, and how that person takes part."""

    registration_id: int
    name: str
    pool: str
    language: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Mails to look at; `problem`: why there are none, where the words are to blame."""

    mails: tuple[SampleMail, ...] = ()
    problem: str = ""


def sample_mails(broadcast: Broadcast, *, number: int, now: datetime) -> Samples:
    """Compose it for so many different people of its audience. Their personal links are left out: they lead nowhere."""
    people = sample_of(event_id=broadcast.event_id, audience=audience_of(broadcast.audience), number=number)
    batch = Batch(branding=site_branding(), broadcasts={}, registrations={})
    mails, languages = [], dict(settings.LANGUAGES)
    try:
        for person in people:
            unlinked = copy(person)
            unlinked.key = SAMPLE_KEY
            draft = draft_for(broadcast, unlinked, batch, key=SAMPLE_KEY, to_email=person.email, at=now)
            mails.append(
                SampleMail(
                    registration_id=person.pk,
                    name=person.name,
                    pool=person.pool.label,
                    language=languages.get(person.language, person.language),
                    draft=draft,
                )
            )
    except Obsolete as reason:
        return Samples(problem=str(reason))
    return Samples(mails=tuple(mails))
