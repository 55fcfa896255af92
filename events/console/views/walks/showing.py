"""What the desk shows of requests: the list, and one with what can be done with it. Only what is in the open."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import django_filters
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import RadioSelect
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.queries import may_see_walks, walks_held_by, walks_run_by, walks_seen_by
from events.console.queries.walks import (
    history_of,
    is_late,
    messages_about,
    on_the_desk,
    quota_of,
    times_for,
    wait_of,
)
from events.console.views.lists import ConsoleList, LookOnlyPolicy, MomentColumn
from events.console.views.walks.forms import RecordForm
from events.walks.forms import DAY_PART_LABELS
from events.walks.models import Borough, MeetingPoint, WalkRequest
from events.walks.queries import offered_times, officers_for
from events.walks.rules import OPEN_STATES, OUTCOME_LABELS, STATE_LABELS, WITH_OFFICER, DayPart, Outcome, WalkState, Way
from events.walks.sealing import can_open
from events.walks.services import REASONS
from portal.when import describe_when

WAYS = {Way.EMAIL: "email", Way.PHONE: "a phone call", Way.TEXT: "a text message"}
CANNOT_OPEN_HERE = (
    "This process holds no key, so what she told us cannot be opened here. Open it at the staff’s own address of the "
    "CMS: the process that has WALKS_PRIVATE_KEYS. Everything else on this page works."
)

View = Callable[..., HttpResponse]


class WalkPolicy(LookOnlyPolicy):
    """Whoever gives requests out, walks, or sees every borough may look: which rows, ownership says."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer for one action."""
        return action == "view" and may_see_walks(user)


register_permission_policy(WalkRequest, WalkPolicy(WalkRequest))


def staff_name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username()) if user else "nobody yet"


def moment_said(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%-d %b %Y, %H:%M}" if moment else ""


def state_said(walk: Any, *, now: datetime) -> str:
    """Return the state in words, and since when it is late."""
    state = WalkState(walk.state)
    said = OUTCOME_LABELS[Outcome(walk.outcome)] if state is WalkState.CLOSED else STATE_LABELS[state]
    late = wait_of(state=state, since=walk.since, now=now).late_since if walk.since else None
    return f"{said}, late since {moment_said(late)}" if late else said


def _boroughs(request: HttpRequest) -> QuerySet[Borough]:
    return Borough.objects.filter(walks__in=walks_seen_by(request.user)).distinct()


def _officers(request: HttpRequest) -> QuerySet[Any]:
    seen = walks_seen_by(request.user).values("officer_id")
    return get_user_model().objects.filter(pk__in=seen).order_by("username")


class WalkFilterSet(WagtailFilterSet):
    """Borough, state, officer: nothing that she wrote can be looked for."""

    borough = django_filters.ModelChoiceFilter(queryset=_boroughs, label="Borough")
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[(state.value, label) for state, label in STATE_LABELS.items()],
        widget=RadioSelect,
        empty_label="All",
    )
    officer = django_filters.ModelChoiceFilter(queryset=_officers, label="Officer")

    class Meta:
        model = WalkRequest
        fields: list[str] = []


class WalkList(ConsoleList):
    """The requests, those that wait longest first. There is no search and no file: it would be a list of women."""

    page_title = "Walk requests"
    audit_action = "walks_listed"

    def seen_by(self, user: Any) -> QuerySet[WalkRequest]:
        """Return what somebody may see."""
        return on_the_desk(walks_seen_by(user))

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the order: an address cannot ask for another."""
        return queryset


def _state(walk: Any) -> str:
    return state_said(walk, now=timezone.now())


def _is_in_time(walk: Any) -> bool:
    return not is_late(walk, now=timezone.now()) if walk.since else True


def _show_url(walk: WalkRequest) -> str:
    return reverse("walks:show", args=[walk.pk])


COLUMNS = (
    TitleColumn("number", label="Request", get_url=_show_url),
    Column("borough", label="Borough"),
    StatusTagColumn("state", label="State", accessor=_state, primary=_is_in_time),
    MomentColumn("asked_at", label="Asked"),
    Column("officer", label="Officer", accessor=lambda walk: staff_name(walk.officer)),
    Column("wants_woman", label="Wants a woman", accessor=lambda walk: "yes" if walk.wants_woman else "no"),
    Column("way", label="Reached by", accessor=lambda walk: WAYS[Way(walk.way)]),
)


def page_of(title: str, *, at: WalkRequest | None = None) -> dict[str, Any]:
    """Return what the console's page template asks for."""
    trail = [{"url": reverse("walks:index"), "label": "Walk requests"}]
    if at is not None:
        trail.append({"url": reverse("walks:show", args=[at.pk]), "label": str(at)})
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [*home, *trail, {"url": "", "label": title}],
    }


def with_walk(rows_of: Callable[[Any], QuerySet[WalkRequest]]) -> Callable[[View], View]:
    """Hand a view its request, if it is one of `rows_of` whoever asks; otherwise it does not exist."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
            if not may_see_walks(request.user):
                raise PermissionDenied
            return view(request, get_object_or_404(on_the_desk(rows_of(request.user)), pk=pk))

        return wrapped

    return decorate


@require_safe
@with_walk(walks_seen_by)
def show_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Show one request, unopened."""
    note(request, "walk_seen", about=walk)
    return show(request, walk)


def show(request: HttpRequest, walk: Any, *, form: RecordForm | None = None, status: int = 200) -> HttpResponse:
    """Render a request's page: what is in the open, and what whoever looks may do."""
    now = timezone.now()
    state = WalkState(walk.state)
    slot = getattr(walk, "slot", None)
    context = page_of(str(walk)) | {
        "walk": walk,
        "state": state_said(walk, now=now),
        "seen": seen_mark(walk),
        "wait": wait_of(state=state, since=walk.since or walk.state_at, now=now),
        "is_open": state in OPEN_STATES,
        "way": WAYS[Way(walk.way)],
        "language": dict(settings.LANGUAGES).get(walk.language, walk.language),
        "officer": staff_name(walk.officer),
        "day_parts": [DAY_PART_LABELS[DayPart(part)] for part in walk.day_parts],
        "when": describe_when(slot.starts_at, slot.ends_at, settings.TIME_ZONE) if slot else "",
        "offers": offered_times(walk, now=now) if state in {WalkState.OFFERED, WalkState.BOOKED} else [],
        "messages_sent": messages_about(walk),
        "history": history_of(walk, reasons=REASONS),
        "runs": walks_run_by(request.user).filter(pk=walk.pk).exists() and state in OPEN_STATES,
        "holds": walks_held_by(request.user).filter(pk=walk.pk).exists() and state in WITH_OFFICER,
    }
    if context["runs"]:
        context |= {"team": officers_for(walk, now=now), "weeks": quota_of(walk.borough, now=now)}
    if context["holds"]:
        context |= {
            "reasons": REASONS.items(),
            "cannot_open": "" if can_open() else CANNOT_OPEN_HERE,
            "times": times_for(walk, now=now),
            "places": MeetingPoint.objects.filter(borough=walk.borough_id, is_open=True),
            "can_choose": walk.way != Way.EMAIL,
            "record": form or RecordForm(walk=walk, now=now),
        }
    return render(request, "events/console/walks/request.html", context, status=status)


def seen_mark(walk: WalkRequest) -> str:
    """Return what a form holds of the state in which it was shown: sent after a change, it changes nothing."""
    return f"{walk.state}-{int(walk.state_at.timestamp() * 1_000_000)}-{walk.officer_id or 0}"
