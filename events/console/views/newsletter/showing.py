"""What the pages of issues have in common, and those that only show something."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from wagtail.admin.views import generic

from events.broadcasts.forms import ScheduleForm
from events.console.plots import Bar, bar_plot
from events.console.views.broadcasts.showing import said_at
from events.newsletter.models import IssuePage, IssueSending, NewsletterPage
from events.newsletter.queries import figures_of_sendings, issue_rows, sending_of, size_of
from events.newsletter.rules import (
    NOT_BEGUN,
    SENDING_LABELS,
    TOPIC_LABELS,
    Figures,
    SendingState,
    Step,
    Topic,
    allows,
)

LOOK = "events.view_issuesending"
SEND = "events.change_issuesending"

View = Callable[..., HttpResponse]


def with_issue(permission: str) -> Callable[[View], View]:
    """Hand a view its issue, by the page in the site's first language."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, page_id: int) -> HttpResponse:
            issues = IssuePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
            return view(request, get_object_or_404(issues, pk=page_id))

        return permission_required(permission, raise_exception=True)(wrapped)

    return decorate


def page_of(title: str, *, at: IssuePage | None = None) -> dict[str, Any]:
    """Return what the frame of a page needs."""
    trail = [{"url": reverse("newsletter:index"), "label": "Newsletter"}]
    if at is not None:
        trail.append({"url": reverse("newsletter:show", args=[at.pk]), "label": at.title})
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [*home, *trail, {"url": "", "label": title}],
    }


def topics_said(topics: list[str]) -> str:
    """Return whom an issue goes to, in words."""
    if not topics:
        return "every subscriber"
    named = [TOPIC_LABELS[Topic(topic)].lower() for topic in topics if topic in set(Topic)]
    return f"subscribers to {' or '.join([', '.join(named[:-1]), named[-1]] if len(named) > 1 else named)}"


@require_safe
@permission_required(LOOK, raise_exception=True)
def index_view(request: HttpRequest) -> HttpResponse:
    """List the issues, with how far each has got."""
    rows = [
        {
            "page": row.page,
            "state": SENDING_LABELS[SendingState(row.sending.state if row.sending else SendingState.DRAFT)],
            "when": said_at(row.sending.started_at or row.sending.send_at) if row.sending else "",
            "figures": row.figures,
        }
        for row in issue_rows()
    ]
    context = page_of("Issues") | {"rows": rows, "write_url": _write_url(request)}
    return render(request, "events/newsletter/console/index.html", context)


def _write_url(request: HttpRequest) -> str:
    """Return where this person begins an issue, or nothing for who may not."""
    shelf = NewsletterPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if shelf is None or not shelf.permissions_for_user(request.user).can_add_subpage():
        return ""
    names = (IssuePage._meta.app_label, IssuePage._meta.model_name, shelf.pk)
    return reverse("wagtailadmin_pages:add", args=names)


@require_safe
@with_issue(LOOK)
def show_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Show one: whom it goes to, how far it has got, and what can be done."""
    return show(request, page)


def show(request: HttpRequest, page: IssuePage, *, form: ScheduleForm | None = None, status: int = 200) -> HttpResponse:
    """Render an issue's page."""
    now = timezone.now()
    sending = sending_of(page.translation_key) or IssueSending(key=page.translation_key, title=page.title)
    state = SendingState(sending.state)
    context = page_of(page.title) | {
        "page": page,
        "sending": sending,
        "state": state.value,
        "state_label": SENDING_LABELS[state],
        "send_at": said_at(sending.send_at),
        "meant_for": said_at(page.send_at),
        "started_at": said_at(sending.started_at),
        "ended_at": said_at(sending.ended_at),
        "may_send": request.user.has_perm(SEND),
        "may_edit": page.permissions_for_user(request.user).can_edit(),
        "not_begun": state in NOT_BEGUN,
        **{f"can_{step.value}": allows(step, state) for step in Step},
    }
    if state in NOT_BEGUN:
        proposed = sending.send_at or page.send_at
        initial = ScheduleForm.initial_at(proposed) if proposed else {}
        context["schedule"] = form or ScheduleForm(initial=initial | {"version": sending.version})
        context["size"] = size_of(topics=page.topics, until=now)
        context["topics_said"] = topics_said(page.topics)
    else:
        figures = figures_of_sendings([sending])[sending.pk]
        context |= {"figures": figures, "plot": plot_of(figures), "topics_said": topics_said(sending.topics)}
    return render(request, "events/newsletter/console/show.html", context, status=status)


def plot_of(figures: Figures) -> str:
    """Return how far the mails of an issue got as SVG. Its labels are escaped where they are drawn."""
    bars = [
        Bar(label="Recipients", number=figures.recipients),
        Bar(label="Accepted", number=figures.accepted),
        Bar(label="Delivered", number=figures.delivered, tone="good"),
        Bar(label="Bounced", number=figures.bounced, tone="bad"),
        Bar(label="Called spam", number=figures.complained, tone="bad"),
        Bar(label="Unsubscribed", number=figures.unsubscribed, tone="bad"),
    ]
    return mark_safe(bar_plot(name="mails", title="How far the mails got", bars=bars))  # noqa: S308 (escaped by plots)
