"""The events that somebody runs, and one page for each: figures, plots, what is still to be sent, and who runs it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.plots import Bar, bar_plot, cumulated, line_plot
from events.console.queries import events_seen_by, registrations_seen_by
from events.console.queries.figures import EventFigures, figures_of, plan_of, with_places
from events.console.rules import (
    ASSIGN_OFFICERS,
    CHANGE_REGISTRATIONS,
    EXPORT_REGISTRATIONS,
    SEE_FIGURES,
    SEE_MESSAGES,
    SEE_REGISTRATIONS,
    share_in_words,
)
from events.console.views.event_actions import EVENT_PATHS, page_of
from events.console.views.lists import ConsoleList, ConsoleViewSet, LookOnlyPolicy, MomentColumn
from events.invites.queries import count_holding
from events.registration.models import Registration
from events.registration.rules import LIVE_STATES, RegistrationState
from events.schedule.models import Event
from events.schedule.rules import EventStatus, PoolKind

register_permission_policy(Event, LookOnlyPolicy(Event, SEE_FIGURES))


def _places(event: Any) -> str:
    held = event.places_held or 0
    return f"{held:,}" if event.unlimited or event.places is None else f"{held:,} of {event.places:,}"


class EventList(ConsoleList):
    """The events that somebody runs, the latest first."""

    def seen_by(self, user: Any) -> QuerySet[Event]:
        """Return the events with their places."""
        return with_places(events_seen_by(user))


class EventView(generic.InspectView):
    """One event: everything that its officers ask for on one page. Names only for who may see people."""

    any_permission_required = ["view"]
    template_name = "events/console/event.html"
    header_icon = "calendar"

    def get_object(self, queryset: QuerySet[Event] | None = None) -> Event:
        """Return the event, if whoever asks runs it."""
        return get_object_or_404(events_seen_by(self.request.user).prefetch_related("officers"), pk=self.pk)

    def get_page_title(self) -> str:
        """Name the event."""
        return str(self.object)

    def get_page_subtitle(self) -> str:
        """Leave it out."""
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list."""
        here = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, {"url": reverse("event-desk:index"), "label": "Events"}, here]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        note(request, "event_seen", about=self.object)
        return super().get(request, *args, **kwargs)

    def get_fields_context(self) -> list[Any]:
        """The template says what there is to say."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add figures, plots, the plan and what can be done."""
        context = super().get_context_data(**kwargs)
        event: Event = self.object
        user, now = self.request.user, timezone.now()
        figures = figures_of(event)
        holding = count_holding(event_id=event.pk, states=[RegistrationState.CONFIRMED], now=now)
        page = page_of(event)
        is_to_come = event.is_to_come(now)
        context |= {
            "figures": figures,
            "plots": plots_of(figures),
            "growth": cumulated(figures.by_day),
            "holding": holding,
            "plan": plan_of(event),
            "show_rate": share_in_words(figures.came, figures.confirmed),
            "has_begun": event.first_starts_at is not None and event.first_starts_at <= now,
            "page": page,
            "can_call_off": page is not None and page.permissions_for_user(user).can_publish(),
            "can_cancel": is_to_come and event.status != EventStatus.CANCELLED,
            "can_postpone": is_to_come and event.status == EventStatus.PUBLISHED,
            "may_see_people": user.has_perm(SEE_REGISTRATIONS),
            "may_see_messages": user.has_perm(SEE_MESSAGES),
            "may_write": user.has_perms([CHANGE_REGISTRATIONS, "events.view_broadcast"]),
            "may_change": user.has_perm(CHANGE_REGISTRATIONS),
            "may_export": user.has_perm(EXPORT_REGISTRATIONS),
            "may_assign": user.has_perm(ASSIGN_OFFICERS),
            "hosts": self._hosts(),
        }
        return context

    def _hosts(self) -> list[Registration]:
        people = registrations_seen_by(self.request.user).filter(event=self.object, pool__kind=PoolKind.HOSTS)
        return list(people.filter(state__in=LIVE_STATES, erased_at=None).order_by("name", "pk"))


def plots_of(figures: EventFigures) -> dict[str, str]:
    """Return the plots of an event as SVG. Their labels are escaped where they are drawn."""
    funnel = figures.funnel
    mails = [
        Bar(label="Sent", number=funnel.sent),
        Bar(label="Taken", number=funnel.accepted),
        Bar(label="Delivered", number=funnel.delivered, tone="good"),
        Bar(label="Bounced", number=funnel.bounced, tone="bad"),
    ]
    came = [
        Bar(label=pool.label, number=pool.came, whole=pool.holding, tone="good")
        for pool in figures.pools
        if pool.holding and not pool.is_hosts
    ]
    sources = [Bar(label=label, number=number) for label, number in figures.by_source]
    drawn = {
        "growth": line_plot(name="growth", title="Registrations over time", points=cumulated(figures.by_day)),
        "sources": bar_plot(name="sources", title="Where people came from", bars=sources),
        "mails": bar_plot(name="mails", title="How far mails got", bars=mails),
        "came": bar_plot(name="came", title="Who came", bars=came),
    }
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308 (escaped by plots)


class EventViewSet(ConsoleViewSet):
    """The events that somebody runs."""

    model = Event
    name = "event-desk"
    icon = "calendar"
    menu_label = "Events and figures"
    menu_order = 10
    inspect_view_enabled = True
    inspect_view_class = EventView
    index_view_class = EventList
    list_filter = ["status", "kind"]
    search_fields = ["title"]
    ordering = "-first_starts_at"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the title leads to the event's page."""
        return [
            TitleColumn("title", label="Event", url_name="event-desk:inspect", sort_key="title"),
            MomentColumn("first_starts_at", label="Starts", sort_key="first_starts_at"),
            StatusTagColumn(
                "status",
                label="Status",
                accessor="get_status_display",
                primary=lambda event: event.status == EventStatus.PUBLISHED,
                sort_key="status",
            ),
            Column("kind", label="Kind", accessor="kind_label"),
            Column("places", label="Places taken", accessor=_places),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add what is done with an event."""
        return [
            *super().get_urlpatterns(),
            *(path(f"{name}/<int:pk>/", view, name=name) for name, view in EVENT_PATHS.items()),
        ]
