"""Reading walks: teams, times, what a page shows. Nothing here opens a box."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language

from events.walks.models import Borough, BoroughReport, WalkOffer, WalkOutcome, WalkPage, WalkRequest, WalkSlot
from events.walks.numbers import shown_sum
from events.walks.rules import OPEN_STATES, SOONEST_OFFER, Outcome, SafeTime, Theme, WalkState, Way, week_of
from events.walks.safe_times import next_safe
from events.walks.tokens import read_appointment_token
from portal.when import describe_when


def open_boroughs() -> QuerySet[Borough]:
    """Return the boroughs that take requests, by name."""
    return Borough.objects.filter(is_open=True)


def walk_page() -> WalkPage | None:
    """Return the published page in the language of the address, or in the site's first one."""
    pages = WalkPage.objects.live()
    return pages.filter(locale__language_code=get_language()).first() or pages.first()


def walk_of_token(token: str) -> WalkRequest | None:
    """Return the request of a link, or None for a link that is not ours or was revoked."""
    read = read_appointment_token(token)
    if read is None:
        return None
    key, version = read
    rows = WalkRequest.objects.select_related("borough", "meeting_point", "slot", "officer")
    return rows.filter(key=key, token_version=version).first()


@dataclass(frozen=True, slots=True)
class OfferedTime:
    """A time on her page."""

    offer_id: int
    when: str
    place: str
    is_step_free: bool


def offered_times(walk: WalkRequest, *, now: datetime) -> list[OfferedTime]:
    """Return the times that she may still choose, earliest first; what was taken meanwhile is not among them."""
    offers = WalkOffer.objects.filter(
        walk=walk, ended_at=None, slot__walk=None, slot__withdrawn_at=None, slot__starts_at__gt=now
    )
    return [
        OfferedTime(
            offer.pk,
            describe_when(offer.slot.starts_at, offer.slot.ends_at, settings.TIME_ZONE),
            str(offer.meeting_point),
            offer.meeting_point.is_step_free,
        )
        for offer in offers.select_related("slot", "meeting_point")
    ]


def free_slots(officer_id: int, *, now: datetime) -> QuerySet[WalkSlot]:
    """Return what an officer can offer: free, not taken back, and far enough ahead."""
    return WalkSlot.objects.filter(
        officer_id=officer_id, walk=None, withdrawn_at=None, starts_at__gte=now + SOONEST_OFFER
    )


def hears_at(walk: WalkRequest, *, now: datetime) -> datetime:
    """Return when she hears of what is offered now: at once on the phone, by mail when it is safe."""
    if walk.way != Way.EMAIL:
        return now
    return next_safe(SafeTime(walk.safe_time), at=now, zone=settings.TIME_ZONE)


def walks_in_week(borough_id: int, moment: datetime, *, but_for: int | None = None) -> int:
    """Return how many walks are booked in a borough in the week of a moment, by the clock of the site.

    `but_for`: a request whose own time does not count, for it would move within the week.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    monday = week_of(moment.astimezone(zone))
    starts_at = datetime.combine(monday, datetime.min.time(), tzinfo=zone)
    ends_at = datetime.combine(monday + timedelta(days=7), datetime.min.time(), tzinfo=zone)
    held = WalkSlot.objects.filter(walk__borough_id=borough_id, starts_at__gte=starts_at, starts_at__lt=ends_at)
    return (held if but_for is None else held.exclude(walk_id=but_for)).count()


def coordinators_of(borough_id: int) -> QuerySet[Any]:
    """Return the staff who give out a borough's requests."""
    return get_user_model().objects.filter(is_active=True, walk_officer__coordinates=borough_id).order_by("pk")


def leads() -> QuerySet[Any]:
    """Return the staff who see every borough, by permission; not every administrator."""
    permission = Permission.objects.filter(content_type__app_label="events", codename="see_every_walk")
    return (
        get_user_model()
        .objects.filter(Q(groups__permissions__in=permission) | Q(user_permissions__in=permission), is_active=True)
        .distinct()
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Availability:
    """An officer whom a request could be given to."""

    officer: Any
    is_woman: bool
    free: int
    open_walks: int


def officers_for(walk: WalkRequest, *, now: datetime) -> list[Availability]:
    """Return the officers of the request's borough who suit it: most free times first, then fewest open requests."""
    team = get_user_model().objects.filter(is_active=True, walk_officer__boroughs=walk.borough_id)
    if walk.wants_woman:
        team = team.filter(walk_officer__is_woman=True)
    free = Q(walk_slots__walk=None, walk_slots__withdrawn_at=None, walk_slots__starts_at__gte=now + SOONEST_OFFER)
    rows: QuerySet[Any] = team.select_related("walk_officer").annotate(
        free=Count("walk_slots", filter=free, distinct=True),
        open_walks=Count("walks", filter=Q(walks__state__in=OPEN_STATES), distinct=True),
    )
    found = [Availability(user, user.walk_officer.is_woman, user.free, user.open_walks) for user in rows]
    return sorted(found, key=lambda one: (-one.free, one.open_walks, one.officer.pk))


def walks_of_leavers(now: datetime) -> QuerySet[WalkRequest]:
    """Return open requests whose officer cannot work on them: log-in closed, or out of the borough's team.

    A walk that has begun is left where it is: it is to be recorded, which the coordinators hear of by the clock.
    """
    open_ones = WalkRequest.objects.filter(state__in=[s for s in OPEN_STATES if s != WalkState.NEW])
    open_ones = open_ones.exclude(slot__starts_at__lte=now)
    in_team = WalkRequest.objects.filter(officer__is_active=True, officer__walk_officer__boroughs=F("borough"))
    return open_ones.exclude(pk__in=in_team.values("pk"))


def latest_reported_quarter() -> date | None:
    """Return the latest quarter of which a borough has said what was done."""
    published = BoroughReport.objects.filter(published_at__isnull=False).order_by("-quarter_date")
    return published.values_list("quarter_date", flat=True).first()


def reporting_boroughs() -> list[tuple[Borough, BoroughReport]]:
    """Return the boroughs with a published report, by name, each with its latest."""
    latest: dict[int, BoroughReport] = {}
    for report in BoroughReport.objects.filter(published_at__isnull=False).select_related("borough"):
        latest.setdefault(report.borough_id, report)
    return sorted(((report.borough, report) for report in latest.values()), key=lambda pair: pair[0].name)


def sums_over_boroughs(quarter_date: date) -> dict[Theme, int | None]:
    """Return in how many walks of a closed quarter each theme came up, everywhere; None: not shown.

    Counted over every borough that walked, reported or not: a sum over published reports alone would change with each
    of them, and the difference would be one borough's number.
    """
    walked = WalkOutcome.objects.filter(quarter_date=quarter_date, outcome=Outcome.WALKED)
    by_borough: dict[int, Counter[str]] = {}
    for borough_id, themes in walked.values_list("borough_id", "themes"):
        by_borough.setdefault(borough_id, Counter()).update(set(themes))
    return {theme: shown_sum(counts[theme.value] for counts in by_borough.values()) for theme in Theme}


def published_reports(borough_id: int) -> QuerySet[BoroughReport]:
    """Return what was said and done in a borough, the latest quarter first."""
    reports = BoroughReport.objects.filter(borough_id=borough_id, published_at__isnull=False)
    return reports.prefetch_related("themes")
