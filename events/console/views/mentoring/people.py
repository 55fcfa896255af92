"""The one page of a charity's staff and of senior officers: who is theirs, where they stand, and who came."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.views import generic

from events.console.audit import note
from events.console.queries.ownership import interests_followed_by, is_of_a_charity, pairs_marked_by
from events.console.rules import BE_PAIRED, CHANGE_INTERESTS
from events.programmes.models import Pair
from events.programmes.queries.meetings import Subject, meetings_of, with_meetings
from events.programmes.rules import Party
from events.programmes.services import mark_attendance

ON_A_PAGE = 50


@require_safe
def people_view(request: HttpRequest) -> HttpResponse:
    """List them: name, state, sessions. No answers, no address, nobody else's people."""
    user, now = request.user, timezone.now()
    if not (is_of_a_charity(user) or user.has_perm(BE_PAIRED)):
        raise PermissionDenied
    people = interests_followed_by(user).select_related("phase__programme", "phase__event")
    part = Paginator(people.order_by("-phase__number", "name", "pk"), ON_A_PAGE).get_page(request.GET.get("p"))
    rows = list(part.object_list)
    for_charity = is_of_a_charity(user)
    pairs = with_meetings(Pair.objects.filter(interest__in=[row.pk for row in rows], ended_at=None))
    by_person = {pair.interest_id: pair for pair in pairs}
    note(request, "interests_listed", rows=len(rows), events=sorted({row.phase.event_id for row in rows}))
    shown = [
        # A charity sees who came, not when and where a young woman will be: she has agreed to no more.
        (row, pair, [one for one in meetings_of(pair, now=now) if one.has_begun or not for_charity] if pair else [])
        for row, pair in ((row, by_person.get(row.pk)) for row in rows)
    ]
    title = "Your people" if for_charity else "Your mentors"
    context = {
        "header_title": title,
        "page_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [*generic.base.WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": title}],
        "list_page": part,
        "people": shown,
        "is_charity": for_charity,
        "parties": list(Party),
    }
    return render(request, "events/programmes/console/people.html", context)


@require_POST
def attendance_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one of the two was at a session: by staff, by the officer, or of its own people by the charity."""
    user = request.user
    if not (is_of_a_charity(user) or user.has_perm(BE_PAIRED) or user.has_perm(CHANGE_INTERESTS)):
        raise PermissionDenied
    pair = get_object_or_404(pairs_marked_by(user), pk=pk)
    subject, party = Subject.named(request.POST.get("session", "")), request.POST.get("party", "")
    came = request.POST.get("came", "")
    parties = {Party.MENTOR} if is_of_a_charity(user) else set(Party)
    valid = subject is not None and party in parties and came in {"yes", "no"}
    if valid and mark_attendance(
        pair_id=pair.pk,
        subject=subject,  # type: ignore[arg-type] # asked above
        party=Party(party),
        came=came == "yes",
        by=user,
        now=timezone.now(),
    ):
        note(request, "attendance_marked", about=pair)
        messages.success(request, "Written down.")
    else:
        messages.error(request, "Say who came, yes or no, once a session has begun.")
    runs = user.has_perm(CHANGE_INTERESTS) and not is_of_a_charity(user)
    return redirect("mentoring:pair", pair.pk) if runs else redirect("mentoring:people")
