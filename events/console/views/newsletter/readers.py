"""Who reads the newsletter: counts for the comms team, addresses for the events desk. There is no export."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from events.console.audit import note
from events.console.plots import Bar, bar_plot, cumulated, line_plot
from events.console.views.newsletter.showing import LOOK, page_of
from events.newsletter.models import Subscription
from events.newsletter.queries import Counted, over_time, subscribers, subscription_counts
from events.newsletter.rules import LIVE, TOPIC_LABELS, SubscriptionState, Topic
from events.newsletter.services import leave

SEE, CHANGE = "events.view_subscription", "events.change_subscription"
ON_A_PAGE = 50


@require_safe
def readers_view(request: HttpRequest) -> HttpResponse:
    """Count the subscriptions; for who may see addresses, list them, and record who looked."""
    may_see = request.user.has_perm(SEE)
    if not (may_see or request.user.has_perm(LOOK)):
        raise PermissionDenied
    counted = subscription_counts()
    days = cumulated(over_time())
    context = page_of("Readers") | {
        "counted": counted,
        "topics": [(TOPIC_LABELS[Topic(name)], number) for name, number in counted.by_topic.items()],
        "languages": _languages(counted),
        "confirmed": counted.by_state.get(SubscriptionState.CONFIRMED, 0),
        "pending": counted.by_state.get(SubscriptionState.PENDING, 0),
        "ended": counted.by_state.get(SubscriptionState.ENDED, 0),
        "days": days,
        "plots": _plots(counted, days),
        "may_see": may_see,
        "may_change": request.user.has_perm(CHANGE),
    }
    if may_see:
        found = subscribers().filter(state__in=LIVE)
        context["list_page"] = Paginator(found, ON_A_PAGE).get_page(request.GET.get("p"))
        rows = list(context["list_page"].object_list)
        context["rows"] = [(row, _topics(row)) for row in rows]
        note(request, "subscriptions_listed", rows=len(rows))
    return render(request, "events/newsletter/console/readers.html", context)


@require_POST
def end_view(request: HttpRequest, pk: int) -> HttpResponse:
    """End a subscription for somebody who has asked for it in another way."""
    if not (request.user.has_perm(SEE) and request.user.has_perm(CHANGE)):
        raise PermissionDenied
    subscription = get_object_or_404(Subscription, pk=pk)
    if leave(key=subscription.key, issue=0, now=timezone.now()):
        note(request, "subscription_ended", about=subscription)
        messages.success(request, "The subscription has ended, and its address is deleted.")
    else:
        messages.error(request, "It had ended before.")
    return redirect("newsletter:readers")


def _topics(subscription: Subscription) -> str:
    return ", ".join(TOPIC_LABELS[Topic(topic)] for topic in subscription.topics if topic in set(Topic))


def _languages(counted: Counted) -> list[tuple[str, int]]:
    names = dict(settings.LANGUAGES)
    return [(str(names.get(code, code)), number) for code, number in sorted(counted.by_language.items())]


def _plots(counted: Counted, days: list[Any]) -> dict[str, str]:
    topics = [Bar(label=name.capitalize(), number=number) for name, number in counted.by_topic.items()]
    drawn = {
        "growth": line_plot(name="growth", title="Readers over time", points=days),
        "topics": bar_plot(name="topics", title="What they read about", bars=topics),
    }
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308 (escaped by plots)
