"""The event page: what an editor writes about one event, times and capacity included, and nothing operational."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from events.pages import queries
from events.pages.admin_forms import EventPageForm
from events.pages.rules import Problem, missing_for_publication, session_times
from events.reminders.rules import DEFAULT_REMINDERS
from events.schedule.access import ACCESS_ANSWER_LABELS, AccessAnswer, AccessFact
from events.schedule.rules import KIND_LABELS, EventKind, EventSpec, PoolKind, SessionSpec
from portal.blocks import BodyBlock
from portal.models import BasePage


def default_time_zone() -> str:
    """Return the zone of the organisation."""
    return settings.TIME_ZONE


def default_reminders() -> list[str]:
    """Return the reminders that a new event starts with."""
    return list(DEFAULT_REMINDERS)


def access_answer(label: str, help_text: str) -> models.CharField:
    """Return the field of one access fact; empty until somebody has answered it."""
    choices = [("", "Not answered yet"), *ACCESS_ANSWER_LABELS.items()]
    return models.CharField(label, max_length=10, blank=True, default="", choices=choices, help_text=help_text)


class EventPage(BasePage):
    """One event. Publishing projects it (`spec`); registration and mail know only the projection."""

    kind = models.CharField(max_length=10, choices=list(KIND_LABELS.items()), default=EventKind.WEBINAR.value)
    time_zone = models.CharField(
        max_length=64, default=default_time_zone, help_text="The sessions' times are in this zone."
    )
    external_url = models.URLField(
        "link to the organiser", blank=True, help_text="For an event that somebody else runs."
    )
    body = StreamField(BodyBlock(), blank=True)
    capacity_room = models.PositiveIntegerField(
        "places in the room", null=True, blank=True, help_text="Empty: no limit."
    )
    capacity_online = models.PositiveIntegerField("places online", null=True, blank=True, help_text="Empty: no limit.")
    opens_at = models.DateTimeField(
        "registration opens", null=True, blank=True, help_text="London time. Empty: as soon as the page is published."
    )
    closes_at = models.DateTimeField(
        "registration closes",
        null=True,
        blank=True,
        help_text="London time. Empty: when the first session starts, or for a webinar when it ends.",
    )
    reminders = models.JSONField(default=default_reminders, blank=True)
    captions = access_answer("Captions", "Words on the screen while people speak.")
    bsl = access_answer("British Sign Language", "An interpreter, in the room or on the screen.")
    step_free = access_answer("Step-free access", "From the street to the seat, toilet included.")
    quiet_space = access_answer("Quiet space", "A room where somebody can be by themselves.")
    recording = access_answer("Recording", "To watch again afterwards.")
    recording_date = models.DateField("recording online by", null=True, blank=True)
    transcript = access_answer("Transcript", "Everything that was said, to read.")
    transcript_date = models.DateField("transcript online by", null=True, blank=True)
    contact_name = models.CharField(
        max_length=120, blank=True, help_text="A team rather than a person, for example: Outreach team."
    )
    contact_email = models.EmailField(blank=True, help_text="Answers to the event's mails go here.")
    is_cancelled = models.BooleanField(
        "this event is cancelled",
        default=False,
        help_text="Publish with this ticked: everybody with a place is told.",
    )
    cancellation_note = models.TextField(
        "what to tell people",
        blank=True,
        max_length=500,
        help_text="Goes into the mail and onto the page, for example a new plan.",
    )

    template = "events/event_page.html"
    parent_page_types: ClassVar[list[str]] = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = EventPageForm
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("introduction")]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("time_zone"), FieldPanel("external_url")],
            heading="What kind of event",
        ),
        *BasePage.introduction_panels,
        InlinePanel("sessions", heading="Sessions", label="Session"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("capacity_room"), FieldPanel("capacity_online")]),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
            ],
            heading="Places and registration",
        ),
        FieldPanel("reminders"),
        MultiFieldPanel([FieldPanel("contact_name"), FieldPanel("contact_email")], heading="Contact"),
        FieldPanel("body"),
        InlinePanel("event_speakers", heading="Speakers", label="Speaker"),
        InlinePanel("event_partners", heading="Partners", label="Partner"),
        MultiFieldPanel(
            [
                HelpPanel(
                    "<p>Everybody who has a place hears of a published change of time, place, title, link or "
                    "introduction, once, after a quiet period of five minutes. Cancelling or unpublishing "
                    "tells everybody too.</p>"
                ),
                FieldPanel("is_cancelled"),
                FieldPanel("cancellation_note"),
            ],
            heading="Cancelling",
        ),
    ]

    def spec(self, *, path: str = "") -> EventSpec:
        """Return what publishing this page projects. Sessions without full times are left out.

        `path` saves looking the page's address up where it is known.
        """
        sessions = []
        for row in self.sessions.all():
            times = row.times()
            if times is not None:
                sessions.append(
                    SessionSpec(
                        key=row.key,
                        title=row.title,
                        starts_local=times[0],
                        ends_local=times[1],
                        place=row.place,
                        stream_url=row.stream_url,
                    )
                )
        return EventSpec(
            key=self.translation_key,
            slug=self.slug,
            path=path or self.get_url() or f"/events/{self.slug}/",
            title=self.title,
            summary=self.introduction,
            kind=EventKind(self.kind),
            time_zone=self.time_zone,
            is_cancelled=self.is_cancelled,
            cancellation_note=self.cancellation_note,
            contact_name=self.contact_name,
            contact_email=self.contact_email,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            capacities={PoolKind.ROOM: self.capacity_room, PoolKind.ONLINE: self.capacity_online},
            sessions=tuple(sessions),
            reminders=tuple(self.reminders),
        )

    def speakers_in_order(self) -> Iterable["EventPageSpeaker"]:
        """Return the speakers in the editor's order, in one statement."""
        return self.event_speakers.select_related("speaker")

    def partners_in_order(self) -> Iterable["EventPagePartner"]:
        """Return the partners in the editor's order, in one statement."""
        return self.event_partners.select_related("partner")

    def missing_for_publication(self) -> list[Problem]:
        """Return what the page lacks, for the ways to publish that have no form (bulk actions, code)."""
        rows = list(self.sessions.all())
        complete = sum(row.times() is not None for row in rows)
        return missing_for_publication(
            kind=EventKind(self.kind),
            introduction=self.introduction,
            contact_email=self.contact_email,
            external_url=self.external_url,
            has_image=self.image_id is not None,
            image_alt=self.image_alt,
            places=[row.place for row in rows],
            complete_sessions=complete,
            incomplete_sessions=len(rows) - complete,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what visitors see: when, where, and what they can do now."""
        context = super().get_context(request, *args, **kwargs)
        context["event"] = queries.event_details(self, now=timezone.now())
        return context


class EventPageSession(TranslatableMixin, Orderable):
    """One timed part, in wall-clock time of the event's zone. `key` stays the same through every edit."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    override_translatable_fields: ClassVar[list[Any]] = [SynchronizedField("place", overridable=False)]
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=255, blank=True, help_text="Only where there are several sessions.")
    date = models.DateField(null=True, blank=True)
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True, help_text="Only when it ends on another day.")
    place = models.CharField(max_length=300, blank=True, help_text="Name and address, for events in person.")
    stream_url = models.URLField(
        "stream address",
        max_length=500,
        blank=True,
        help_text="Where the broadcast is. Shown only to people who have a place.",
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("date"), FieldPanel("starts"), FieldPanel("ends"), FieldPanel("end_date")]),
        FieldPanel("place"),
        FieldPanel("stream_url"),
    ]

    class Meta(Orderable.Meta):
        unique_together = TranslatableMixin.Meta.unique_together

    def times(self) -> Any:
        """Return the wall-clock start and end, or None while they are incomplete."""
        return session_times(date=self.date, starts=self.starts, end_date=self.end_date, ends=self.ends)


class EventPageSpeaker(Orderable):
    """A speaker of an event, in the editor's order."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="event_speakers")
    speaker = models.ForeignKey("events.Speaker", on_delete=models.CASCADE, related_name="+")
    panels: ClassVar[list[Any]] = [FieldPanel("speaker")]


class EventPagePartner(Orderable):
    """A partner of an event, in the editor's order."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="event_partners")
    partner = models.ForeignKey("events.Partner", on_delete=models.CASCADE, related_name="+")
    panels: ClassVar[list[Any]] = [FieldPanel("partner")]
