"""What stands on a poster, and how it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext, override

from events.posters.models import PosterScan, PosterSite
from events.posters.rules import PosterWords, read_code, source_of
from events.posters.tokens import printed_address
from events.registration.models import Registration
from events.registration.queries import CAME
from events.registration.rules import HOLDING_STATES
from events.schedule.queries import access_in_words
from events.schedule.rules import EventStatus
from events.walks.models import PosterTally
from events.walks.numbers import in_tens
from portal.branding import site_branding
from portal.when import describe_when


def poster_sites() -> QuerySet[PosterSite]:
    """Return every place with what its poster is for."""
    return PosterSite.objects.select_related("event", "borough")


def site_of(code: str) -> PosterSite | None:
    """Return the place of a typed or scanned code."""
    read = read_code(code)
    return poster_sites().filter(code=read).first() if read else None


def target_of(site: PosterSite) -> str:
    """Return where a scan leads, with the poster named: the page hands it on, without a cookie."""
    with override(site.language):
        if site.borough is not None:
            path = reverse("registration:walk-borough", args=[site.borough.slug])
        elif site.event is not None and site.event.status != EventStatus.WITHDRAWN:
            path = site.event.in_language(site.language).path
        else:
            path = reverse("wagtail_serve", args=["events/"])
    return f"{path}?from={source_of(site.code)}"


def words_for(site: PosterSite, *, now: datetime) -> PosterWords:
    """Return what stands on a poster, in its language."""
    brand = site_branding()
    with override(site.language):
        common = {
            "language": site.language,
            "organisation": brand.organisation,
            "address": printed_address(site.code),
            "scan": gettext("Scan, or go to"),
            "colour": brand.action_colour,
        }
        if site.borough is not None:
            return PosterWords(
                kicker=gettext("Walk & Talk in {borough}").format(borough=site.borough.name),
                headline=site.headline or gettext("Where do you not feel safe? Show us."),
                when="",
                place="",
                line=site.line
                or gettext("Walk with a local officer, on the way that you usually take, and say what worries you."),
                facts=(),
                invitation=gettext("Ask for a walk"),
                urgent=gettext("Not for emergencies. In danger call 999. To report what has happened call 101."),
                **common,
            )
        return _event_words(site, now, common)


def _event_words(site: PosterSite, now: datetime, common: dict[str, str]) -> PosterWords:
    if site.event is None:
        raise ValueError("A poster is for an event or a borough.")
    event = site.event.in_language(site.language)
    coming = [session for session in event.live_sessions if session.ends_at > now] or event.live_sessions
    when, place = gettext("A new date follows"), ""
    if event.status == EventStatus.CANCELLED:
        when = gettext("Cancelled")
    elif coming and event.status == EventStatus.PUBLISHED:
        first, *others = coming
        when = describe_when(first.starts_at, first.ends_at, first.time_zone)
        place = first.place or gettext("Online")
        if others:
            more = gettext("and {number} more dates") if len(others) > 1 else gettext("and one more date")
            when = f"{when}, {more.format(number=len(others))}"
    return PosterWords(
        kicker=event.kind_label,
        headline=site.headline or event.title,
        when=when,
        place=place,
        line=site.line or event.summary,
        facts=tuple(str(fact.label) for fact in access_in_words(event.access) if fact.is_yes)[:4],
        invitation=gettext("Register"),
        urgent="",
        **common,
    )


@dataclass(frozen=True, slots=True)
class PosterFigures:
    """How one place did. For Walk & Talk full tens are told, and None for fewer."""

    scans: int
    registered: int | None
    attended: int | None


def figures_of(sites: Iterable[PosterSite]) -> dict[int, PosterFigures]:
    """Return the figures of some places, in three statements whatever their number."""
    by_source = {source_of(site.code): site for site in sites}
    ids = [site.pk for site in by_source.values()]
    scans = dict(PosterScan.objects.filter(site__in=ids).values_list("site").annotate(n=Sum("count")).order_by())
    people = Registration.objects.filter(source__in=by_source).values("source").order_by()
    registered = {
        row["source"]: row
        for row in people.annotate(
            registered=Count("pk", filter=Q(state__in=HOLDING_STATES)),
            attended=Count("pk", filter=CAME & Q(state__in=HOLDING_STATES)),
        )
    }
    tallies = PosterTally.objects.filter(source__in=by_source)
    asked = {row.source: {"registered": row.asked, "attended": row.walked} for row in tallies}
    nothing = {"registered": 0, "attended": 0}
    found = {}
    for source, site in by_source.items():
        row = (asked if site.borough_id else registered).get(source, nothing)
        hide = in_tens if site.borough_id else int
        found[site.pk] = PosterFigures(scans.get(site.pk, 0), hide(row["registered"]), hide(row["attended"]))
    return found


def scans_by_day(site: PosterSite) -> list[tuple[str, int]]:
    """Return the days on which a poster was scanned, the earliest first."""
    return [(f"{scan.day:%d %b}", scan.count) for scan in site.scans.order_by("day")]
