"""The mentoring programme in the demo: a phase that is over, one that takes people, pairs, and a charity's log-in."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Site

from events.outbox.services import skip_queued
from events.pages.models import Partner
from events.programmes.models import Charity, Interest, Pair, Phase
from events.programmes.queries.meetings import Subject
from events.programmes.rules import Answer, Party
from events.programmes.services import (
    Application,
    complete_pair,
    decide,
    express_interest,
    mark_attendance,
    pair_up,
    set_session,
    take_into_review,
)
from portal.models import SiteSettings
from portal.staff import SENIORS

NAMESPACE = uuid.UUID("0d5f6c1e-2f0b-4a52-9d3c-6a4b8f1e7c20")
CODE = "girls-network"
WHY = {
    "Nia R.": "Because the officers I met never asked me anything.",
    "Yasmin T.": "I want to be in the room where it is decided.",
    "Ola K.": "My brother is stopped every week. Somebody high up should hear how that feels.",
    "Priya S.": "I would like to join one day and to know whether I could.",
    "Tomi B.": "A friend was in the first phase and said it was worth it.",
    "Zofia W.": "I am curious.",
}
WHEN = ("After school or work", "At the weekend")


def seed_mentoring(*, now: datetime) -> None:
    """Make what is missing: people in every state, a pair with three sessions, and the phase before."""
    first, second = (Phase.objects.filter(programme__name="Reverse mentoring", number=n).first() for n in (1, 2))
    if first is None or second is None or Interest.objects.exists():
        return
    charity = _charity()
    seniors = _seniors()
    earlier = _first_phase(first, seniors, charity, now)
    _second_phase(second, seniors, charity, earlier, now)


def _charity() -> Charity:
    charity, _ = Charity.objects.get_or_create(
        code=CODE, defaults={"partner": Partner.objects.get(name="The Girls' Network")}
    )
    charity.staff.add(get_user_model().objects.get(username="charity"))
    return charity


def _seniors() -> list[Any]:
    """The log-in of the demo, and two colleagues without one."""
    users = get_user_model().objects
    found = [users.get(username="senior")]
    for name, title in (("senior-b", "Chief superintendent"), ("senior-c", "Commander")):
        user, made = users.get_or_create(
            username=name, defaults={"first_name": title, "email": f"{name}@example.org", "is_active": True}
        )
        if made:
            user.set_unusable_password()
            user.save()
            user.groups.add(Group.objects.get(name=SENIORS))
        found.append(user)
    return found


def _express(phase: Phase, name: str, moment: datetime, charity: Charity | None, earlier: Interest | None) -> Interest:
    why, when, *_ = phase.questions_in("en")
    answers = [
        Answer(key=why.key, label=why.label, value=WHY[name], said=WHY[name]),
        Answer(key=when.key, label=when.label, value=WHEN[len(name) % 2], said=WHEN[len(name) % 2]),
    ]
    return express_interest(
        phase_id=phase.pk,
        application=Application(
            name=name,
            email=f"{name.split(maxsplit=1)[0].lower()}@example.org",
            access_needs="A quiet place to talk." if name == "Ola K." else "",
            answers=answers,
            consent_text=SiteSettings.for_site(Site.objects.get(is_default_site=True)).consent_wording,
            submission=uuid.uuid5(NAMESPACE, f"{phase.number}:{name}"),
            is_under_18=name == "Ola K.",
            charity_id=charity.pk if charity else None,
            earlier_id=earlier.pk if earlier else None,
            source=CODE if charity else "",
        ),
        now=moment,
    )


def _pair(interest: Interest, senior: Any, moment: datetime) -> Pair:
    decide(interest_id=interest.pk, accept=True, reason="Clear about what she wants.", by=senior, now=moment)
    pair_up(interest_id=interest.pk, senior_id=senior.pk, now=moment)
    return Pair.objects.get(interest=interest, ended_at=None)


def _meet(pair: Pair, day: datetime, moment: datetime, *, link: str = "") -> None:
    starts = timezone.localtime(day).replace(hour=17, minute=30, second=0, microsecond=0, tzinfo=None)
    set_session(
        pair_id=pair.pk,
        starts_local=starts,
        ends_local=starts + timedelta(hours=1),
        time_zone=pair.phase.event.time_zone,
        place="" if link else "Brixton Library, meeting room",
        link=link,
        now=moment,
    )


def _first_phase(phase: Phase, seniors: list[Any], charity: Charity, now: datetime) -> list[Interest]:
    """Two pairs who met twice and completed it, told as it was then: nothing of it is sent today."""
    begin = (phase.event.first_starts_at or now) - timedelta(days=7)
    completed = []
    for name, senior in (("Nia R.", seniors[0]), ("Yasmin T.", seniors[1])):
        interest = _express(phase, name, begin, charity, None)
        pair = _pair(interest, senior, begin)
        for week in (2, 3):
            _meet(pair, begin + timedelta(weeks=week, days=2), begin)
        for number, session in enumerate(pair.sessions.order_by("starts_at")):
            for party in Party:
                mark_attendance(
                    pair_id=pair.pk,
                    subject=Subject(session.pk, 0),
                    party=party,
                    came=name != "Yasmin T." or number == 0 or party is Party.MENTOR,
                    by=senior,
                    now=now,
                )
        complete_pair(pair_id=pair.pk, now=now)
        completed.append(interest)
    skip_queued(where=Q(interest__phase=phase), reason="It was before the demo began.", now=now)
    return completed


def _second_phase(phase: Phase, seniors: list[Any], charity: Charity, earlier: list[Interest], now: datetime) -> None:
    pair = _pair(_express(phase, "Nia R.", now, charity, earlier[0]), seniors[0], now)
    for week in (1, 2):
        _meet(pair, now + timedelta(weeks=week), now)
    _meet(pair, now + timedelta(weeks=3), now, link="https://meet.example.org/mentoring")
    ola = _express(phase, "Ola K.", now, charity, None)
    decide(interest_id=ola.pk, accept=True, reason="Says what nobody else says.", by=seniors[0], now=now)
    priya = _express(phase, "Priya S.", now, charity, None)
    take_into_review(interest_id=priya.pk, by=get_user_model().objects.get(username="officer"), now=now)
    _express(phase, "Tomi B.", now, None, None)
    zofia = _express(phase, "Zofia W.", now, None, None)
    decide(interest_id=zofia.pk, accept=False, reason="Lives too far away to meet.", by=seniors[0], now=now)
