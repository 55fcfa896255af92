"""Walk & Talk in the demo: 32 boroughs from a file, two officers, a coordinator, and requests in every state."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Page

from events.walks.models import (
    Borough,
    BoroughReport,
    BoroughReportTheme,
    MeetingPoint,
    WalkOfficer,
    WalkOutcome,
    WalkPage,
    WalkRequest,
    WalkSlot,
)
from events.walks.rules import Outcome, SafeTime, Theme, Way, quarter_of
from events.walks.services import (
    Application,
    allocate,
    ask_for_walk,
    choose_time,
    give_slot,
    offer_times,
    publish_report,
    settle_new_requests,
)
from events.walks.services.areas import load_areas

AREAS = settings.BASE_DIR / "portal" / "demo" / "boroughs.csv"
NAMESPACE = uuid.UUID("5b0f6a52-7d36-4a6b-9f0e-6f1f3a0c9d11")
WHERE = ("lambeth", "southwark")

INTRODUCTION = (
    "Walk with a local officer through the places where you do not feel safe, on the way that you usually take. "
    "Say what worries you. We listen, act on it, and tell you what we did."
)
BODY = (
    ("heading", "Who can ask"),
    ("paragraph", "<p>Women of 18 or over, in any of London’s 32 boroughs. You need not live there: the way to work, to a friend or home from the bus is enough. Bring a friend or a child if you like.</p>"),
    ("heading", "What happens"),
    ("paragraph", "<p>You choose a borough, say which way you take, when you could walk and how it is safe to reach you. Within four days an officer of that borough offers you two or three times on a page that only you have. You choose one, or none.</p><p>You meet at a public place. The walk takes about 45 minutes, and you lead the way. Stop whenever you want to.</p>"),
    ("heading", "What it is not"),
    ("paragraph", "<p>It is not a way to report a crime, and not for an emergency. In danger call 999; if you cannot speak, press 55 when asked. To report what has happened call 101.</p>"),
    ("heading", "If it must stay between us"),
    ("paragraph", "<p>Ask for it to be discreet. Mails and calendar entries then say “Appointment”, name neither the police nor a place, and nobody leaves you a voicemail. “Leave this page” at the top closes the page at once and leaves nothing behind it.</p>"),
    ("heading", "Where it comes from"),
    ("paragraph", "<p>The idea came from an acting inspector in Lambeth and Southwark, who started with 25 neighbourhood constables. It was launched on International Women’s Day for the whole of London.</p>"),
)  # fmt: skip

# Who asks, where, how far it has come; the words are made up for the demo.
ASKED = (
    ("Halima", "lambeth", "booked", "From Brixton station past Brockwell Park to Herne Hill", "The path by the park is dark after six."),
    ("Ingrid", "lambeth", "offered", "Streatham High Road, the last bus home", "I am followed from the stop now and then."),
    ("Joyce", "southwark", "allocated", "Peckham Rye to Queens Road", ""),
    ("Kirsten", "southwark", "new", "Canada Water to Surrey Quays", "The underpass. There is never anybody there."),
    ("Leila", "lambeth", "new", "Clapham North to the Common", ""),
)  # fmt: skip
SAID_AND_DONE = (
    (Theme.LIGHTING, "The way past the park is dark from October on.", "The council has replaced eleven lamps, and we walk there between six and nine on weekdays."),
    (Theme.TRANSPORT, "The last bus is when it feels worst.", "Two officers ride the night buses on Fridays and Saturdays, and the stop has a help point again."),
    (Theme.HARASSMENT, "Men call after women outside the station.", "We have spoken to the bars around it, and the town-centre team stands there at closing time."),
)  # fmt: skip


def seed_walks(home: Page, *, child: Any, now: datetime) -> None:
    """Make what is missing of it."""
    load_areas(AREAS.read_text(encoding="utf-8"))
    child(
        home,
        WalkPage(
            title="Walk & Talk", slug="walk-and-talk", show_in_menus=True, introduction=INTRODUCTION, body=list(BODY)
        ),
    )
    if WalkRequest.objects.exists() or WalkOutcome.objects.exists():
        return
    officer = _team()
    _slots(officer, now)
    for who, slug, state, area, worries in ASKED:
        _request(who, slug, state, area, worries, officer, now)
    settle_new_requests(now=now)
    _report(now)


def _team() -> Any:
    boroughs = Borough.objects.filter(slug__in=WHERE)
    users = get_user_model().objects
    officer, coordinator = users.get(username="walker"), users.get(username="coordinator")
    WalkOfficer.objects.get_or_create(user=officer, defaults={"is_woman": True})[0].boroughs.set(boroughs)
    WalkOfficer.objects.get_or_create(user=coordinator)[0].coordinates.set(boroughs)
    return officer


def _slots(officer: Any, now: datetime) -> None:
    today = timezone.localtime(now).replace(hour=17, minute=30, second=0, microsecond=0)
    for day in range(2, 16, 2):
        starts_at = today + timedelta(days=day)
        give_slot(officer=officer, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45), now=now)


def _request(who: str, slug: str, state: str, area: str, worries: str, officer: Any, now: datetime) -> None:
    borough = Borough.objects.get(slug=slug)
    walk = ask_for_walk(
        application=Application(
            borough_id=borough.pk,
            area=area,
            day_parts=("weekday_evening",),
            worries=worries,
            needs="",
            wants_woman=True,
            brings_somebody=False,
            name=who,
            way=Way.EMAIL,
            address=f"{who.lower()}@example.org",
            safe_time=SafeTime.ANY,
            safe_time_words="",
            is_discreet=who == "Halima",
            language="en",
            source="",
            submission=uuid.uuid5(NAMESPACE, who),
        ),
        now=now,
    )
    if state == "new":
        return
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    if state == "allocated":
        return
    place = MeetingPoint.objects.filter(borough=borough).order_by("pk")[0]
    free = WalkSlot.objects.filter(officer=officer, walk=None).order_by("starts_at")[:3]
    offer_times(walk_id=walk.pk, picks=[(slot.pk, place.pk) for slot in free], officer=officer, now=now)
    if state == "booked":
        choose_time(walk_id=walk.pk, offer_id=walk.offers.order_by("pk")[0].pk, now=now)


def _report(now: datetime) -> None:
    """A closed quarter in Lambeth with enough walks to be counted, and one theme with too few."""
    borough = Borough.objects.get(slug="lambeth")
    quarter = quarter_of(quarter_of(timezone.localtime(now).date()) - timedelta(days=1))
    themes = [Theme.LIGHTING] * 14 + [Theme.TRANSPORT] * 11 + [Theme.HARASSMENT] * 6
    WalkOutcome.objects.bulk_create(
        WalkOutcome(borough=borough, quarter_date=quarter, outcome=Outcome.WALKED, themes=[theme.value])
        for theme in themes
    )
    report = BoroughReport(
        borough=borough,
        quarter_date=quarter,
        introduction="Most walks were about the way home in the evening.",
        themes=[
            BoroughReportTheme(theme=theme.value, said=said, did=did, sort_order=order)
            for order, (theme, said, did) in enumerate(SAID_AND_DONE)
        ],
    )
    report.save()
    publish_report(report_id=report.pk, now=now)
