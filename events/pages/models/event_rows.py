"""What an event page lists: its sessions, speakers and partners."""

import uuid
from typing import Any, ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from events.pages.rules import session_times


class EventPageSession(TranslatableMixin, Orderable):
    """One timed part, in wall-clock time of the event's zone. `key` stays the same through every edit."""

    page = ParentalKey("events.EventPage", on_delete=models.CASCADE, related_name="sessions")
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

    page = ParentalKey("events.EventPage", on_delete=models.CASCADE, related_name="event_speakers")
    speaker = models.ForeignKey("events.Speaker", on_delete=models.CASCADE, related_name="+")
    panels: ClassVar[list[Any]] = [FieldPanel("speaker")]


class EventPagePartner(Orderable):
    """A partner of an event, in the editor's order."""

    page = ParentalKey("events.EventPage", on_delete=models.CASCADE, related_name="event_partners")
    partner = models.ForeignKey("events.Partner", on_delete=models.CASCADE, related_name="+")
    panels: ClassVar[list[Any]] = [FieldPanel("partner")]
