"""What lists are narrowed down by. Each offers only the events that somebody may see."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import RadioSelect
from django.http import HttpRequest
from wagtail.admin.filters import WagtailFilterSet

from events.console.queries import events_seen_by
from events.console.rules import SEE_MESSAGES, SEE_REGISTRATIONS
from events.console.words import ANSWER_WORDS, PLACE_WORDS, STATE_WORDS, kind_label
from events.invites.models import Invite
from events.outbox.messages import registered_kinds
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import DELIVERY_LABELS
from events.registration.models import Registration
from events.registration.queries import CAME
from events.registration.rules import RegistrationState
from events.schedule.rules import POOL_LABELS

YES_NO = (("yes", "yes"), ("no", "no"))


def _events_with_people(request: HttpRequest) -> QuerySet[Any]:
    return events_seen_by(request.user, SEE_REGISTRATIONS).order_by("-first_starts_at", "-pk")


def _events_with_messages(request: HttpRequest) -> QuerySet[Any]:
    return events_seen_by(request.user, SEE_MESSAGES).order_by("-first_starts_at", "-pk")


def _choice(label: str, choices: Any, **fields: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=choices, widget=RadioSelect, empty_label="All", **fields)


class EventFilterSet(WagtailFilterSet):
    """Narrows a list of people down to one event."""

    event = django_filters.ModelChoiceFilter(queryset=_events_with_people, label="Event")

    class Meta:
        model = Registration
        fields: list[str] = []


class RegistrationFilterSet(EventFilterSet):
    """Event, state, how they take part, bounces, reply, attendance, source and language."""

    state = _choice("State", [(s.value, PLACE_WORDS[s]) for s in RegistrationState if s in PLACE_WORDS])
    pool = _choice("Takes part", [(kind.value, label) for kind, label in POOL_LABELS.items()], field_name="pool__kind")
    delivery = _choice("Mail", [("bounces", "bounces"), ("arrives", "does not bounce")], method="by_delivery")
    reply = _choice(
        "Calendar reply", [(value, word) for value, word in ANSWER_WORDS.items() if word], method="by_reply"
    )
    attended = _choice("Came", YES_NO, method="by_attendance")
    language = _choice("Language", settings.LANGUAGES)
    source = django_filters.CharFilter(label="Source", lookup_expr="iexact")

    class Meta:
        model = Registration
        fields: list[str] = []

    def by_delivery(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep those whose address bounces, or the others."""
        return people.filter(undelivered_at__isnull=value != "bounces")

    def by_reply(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep those one of whose invites was answered so."""
        return people.filter(Exists(Invite.objects.filter(registration=OuterRef("pk"), answer=value)))

    def by_attendance(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep those who came: ticked off, or on the join page while it was on."""
        return people.filter(CAME) if value == "yes" else people.exclude(CAME)


def _kinds() -> list[tuple[str, str]]:
    return sorted(((kind.name, kind_label(kind.name)) for kind in registered_kinds()), key=lambda choice: choice[1])


class MessageFilterSet(WagtailFilterSet):
    """Event, kind, what we did and what the provider has told since."""

    event = django_filters.ModelChoiceFilter(
        queryset=_events_with_messages, label="Event", field_name="registration__event"
    )
    kind = _choice("Message", _kinds)
    state = _choice("State", [(state.value, word) for state, word in STATE_WORDS.items()])
    delivery = _choice("Delivery", [(int(d), label) for d, label in DELIVERY_LABELS.items()])

    class Meta:
        model = Message
        fields: list[str] = []


class ReceiptFilterSet(WagtailFilterSet):
    """Event and what was reported."""

    event = django_filters.ModelChoiceFilter(
        queryset=_events_with_messages, label="Event", field_name="message__registration__event"
    )
    delivery = _choice("Report", [(int(d), label) for d, label in DELIVERY_LABELS.items() if d])

    class Meta:
        model = DeliveryReceipt
        fields: list[str] = []


class SuppressionFilterSet(WagtailFilterSet):
    """How far it goes."""

    scope = _choice("Not sent", Suppression.SCOPES)

    class Meta:
        model = Suppression
        fields: list[str] = []
