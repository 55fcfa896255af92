"""What was sent, what waits, what nobody knows the fate of, and what providers reported about each."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.queries import messages_seen_by, receipts_seen_by
from events.console.queries.people import timeline
from events.console.rules import CHANGE_REGISTRATIONS, SEE_MESSAGES
from events.console.views.filters import MessageFilterSet, ReceiptFilterSet
from events.console.views.lists import ConsoleList, ConsoleViewSet, LookOnlyPolicy, MomentColumn
from events.console.words import kind_label, sent_in_words, why_sent
from events.outbox.models import DeliveryReceipt, Message
from events.outbox.rules import Delivery, MessageState
from events.registration.services import Resent, resend_message, resend_problems

register_permission_policy(Message, LookOnlyPolicy(Message, SEE_MESSAGES))
register_permission_policy(DeliveryReceipt, LookOnlyPolicy(DeliveryReceipt, SEE_MESSAGES))


def _stands(message: Message) -> str:
    return sent_in_words(state=message.state, delivery=message.delivery)


def _is_well(message: Message) -> bool:
    bad = {MessageState.FAILED, MessageState.UNKNOWN, MessageState.EXPIRED}
    return message.state not in bad and message.delivery != Delivery.BOUNCED


def _why(message: Message) -> str:
    not_sent = " ".join(part for part in (message.reason, message.delivery_reason) if part)
    return not_sent or why_sent(kind=message.kind, dedupe_key=message.dedupe_key)


def _event(message: Message | None) -> str:
    return str(message.registration.event) if message and message.registration else ""


class MessageList(ConsoleList):
    """Every message to the people of the events that somebody runs, the latest first."""

    related = ("registration__event",)
    audit_action = "messages_listed"

    def seen_by(self, user: Any) -> QuerySet[Message]:
        """Return what was written to their people."""
        return messages_seen_by(user)

    def event_ids(self, rows: Iterable[Message]) -> Iterable[int | None]:
        """Return the events that the messages on this page are about."""
        return (message.registration.event_id for message in rows if message.registration)


class MessageView(generic.InspectView):
    """One message: why, how far it got, and what its provider has told."""

    any_permission_required = ["view"]
    template_name = "events/console/message.html"
    header_icon = "mail"

    def get_object(self, queryset: QuerySet[Message] | None = None) -> Message:
        """Return the message, if it is about an event of whoever asks."""
        mine = messages_seen_by(self.request.user).select_related("registration__event", "session__event")
        return get_object_or_404(mine.prefetch_related("receipts"), pk=self.pk)

    def get_page_title(self) -> str:
        """Name the kind."""
        return kind_label(self.object.kind)

    def get_page_subtitle(self) -> str:
        """Name the event."""
        return _event(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the list."""
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse("messages:index"), "label": "Messages"}, here]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        registration = self.object.registration
        note(request, "message_seen", about=self.object, events=[registration.event_id] if registration else [])
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_fields_context(self) -> list[Any]:
        """The template says what there is to say."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the message in words, and whether it can be sent again."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        problems = resend_problems(messages=[self.object], now=timezone.now())
        context["timeline"] = timeline([self.object], problems)
        context["may_change"] = self.request.user.has_perm(CHANGE_REGISTRATIONS)
        return context


@require_POST
@permission_required([SEE_MESSAGES, CHANGE_REGISTRATIONS], raise_exception=True)
def resend_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message again, where that helps anybody."""
    mine = messages_seen_by(request.user, CHANGE_REGISTRATIONS).select_related("registration__event")
    message = get_object_or_404(mine, pk=pk)
    match resend_message(message_id=message.pk, now=timezone.now()):
        case Resent.SENT:
            events = [message.registration.event_id] if message.registration else []
            note(request, "message_resent", about=message, events=events)
            messages.success(request, "It is on its way again.")
        case Resent.SENT_BEFORE:
            messages.warning(request, "It was sent again just now. One copy is enough.")
        case _:
            problem = resend_problems(messages=[message], now=timezone.now())[message.pk]
            messages.error(request, f"Not sent again. {problem}")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if back and safe else reverse("messages:inspect", args=[message.pk]))


class MessageViewSet(ConsoleViewSet):
    """What was sent, what waits, and what nobody knows the fate of."""

    model = Message
    name = "messages"
    icon = "mail"
    menu_label = "Messages"
    menu_order = 40
    inspect_view_enabled = True
    inspect_view_class = MessageView
    index_view_class = MessageList
    filterset_class = MessageFilterSet
    search_fields = ["to_email", "registration__name"]
    ordering = "-pk"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the kind leads to the message."""
        return [
            TitleColumn("kind", label="Message", accessor=lambda m: kind_label(m.kind), url_name="messages:inspect"),
            Column("to_email", label="To", sort_key="to_email"),
            Column("event", label="Event", accessor=_event),
            StatusTagColumn("state", label="State", accessor=_stands, primary=_is_well, sort_key="state"),
            Column("why", label="Why", accessor=_why),
            MomentColumn("due_at", label="Due", sort_key="due_at"),
            MomentColumn("settled_at", label="Settled", sort_key="settled_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add sending again."""
        return [*super().get_urlpatterns(), path("again/<int:pk>/", resend_view, name="again")]


class ReceiptList(ConsoleList):
    """What providers reported, the latest first. It names no address."""

    page_title = "Receipts"
    related = ("message__registration__event",)
    audit_action = "receipts_listed"

    def seen_by(self, user: Any) -> QuerySet[DeliveryReceipt]:
        """Return what was reported about the messages that somebody may see."""
        return receipts_seen_by(user)

    def event_ids(self, rows: Iterable[DeliveryReceipt]) -> Iterable[int | None]:
        """Return the events that the receipts on this page are about."""
        return (r.message.registration.event_id for r in rows if r.message and r.message.registration)


class ReceiptViewSet(ConsoleViewSet):
    """What providers reported."""

    model = DeliveryReceipt
    name = "receipts"
    icon = "check"
    menu_label = "Receipts"
    menu_order = 60
    index_view_class = ReceiptList
    filterset_class = ReceiptFilterSet
    ordering = "-pk"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the report leads to its message."""
        return [
            TitleColumn("report", label="Report", accessor="get_delivery_display", get_url=_message_url),
            Column("kind", label="Message", accessor=lambda r: kind_label(r.message.kind) if r.message else "unknown"),
            Column("event", label="Event", accessor=lambda r: _event(r.message)),
            Column("provider", label="Provider"),
            Column("reason", label="What it said"),
            MomentColumn("happened_at", label="Happened", sort_key="happened_at"),
            MomentColumn("received_at", label="Told", sort_key="received_at"),
        ]


def _message_url(receipt: DeliveryReceipt) -> str | None:
    return reverse("messages:inspect", args=[receipt.message_id]) if receipt.message_id else None
