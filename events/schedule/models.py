"""What people register for. Written by publishing (`publish_event`), never by an editor's form."""

import uuid
from collections.abc import Iterable
from copy import copy
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext

from events.schedule.rules import (
    KIND_LABELS,
    ON_DECLINE_LABELS,
    POOL_LABELS,
    EventKind,
    EventStatus,
    OnDecline,
    PoolKind,
)


class Event(models.Model):
    """One event with one registration list, whatever becomes of the pages that show it.

    `key` is the page's translation key: pages in several languages share one event.
    """

    key = models.UUIDField(unique=True, editable=False)
    status = models.CharField(max_length=10, choices=[(s.value, s.value.capitalize()) for s in EventStatus])
    kind = models.CharField(max_length=10, choices=list(KIND_LABELS.items()))
    slug = models.SlugField(max_length=255, allow_unicode=True)
    path = models.CharField(max_length=1000, help_text="The public page's path on the site.")
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64)
    cancellation_note = models.TextField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    reminders = models.JSONField(default=list, help_text="ISO 8601 durations before each session.")
    recording_url = models.URLField(max_length=500, blank=True)
    on_decline = models.CharField(
        max_length=8, choices=[(c.value, label) for c, label in ON_DECLINE_LABELS.items()], default=OnDecline.ASK
    )
    officers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="events_run", help_text="Who runs it, and sees who comes."
    )
    by_interest = models.BooleanField(default=False, help_text="Nobody registers: people express their interest.")
    access = models.JSONField(default=dict, help_text="The answer to each access fact, with the dates promised.")
    words = models.JSONField(
        default=dict, help_text="By language: title, summary, path, note and session titles of the page in it."
    )
    first_starts_at = models.DateTimeField(null=True, blank=True)
    last_ends_at = models.DateTimeField(null=True, blank=True)

    # Publishing raises `version`; the worker works out what follows (reminders, waiting list) and catches up.
    version = models.PositiveIntegerField(default=0)
    settled_version = models.PositiveIntegerField(default=0)
    # When registrants are to hear of the last change: the end of the quiet period; empty when there is nothing to tell.
    announce_at = models.DateTimeField(null=True, blank=True)
    times_called_off = models.PositiveSmallIntegerField(default=0)
    status_at = models.DateTimeField(help_text="When the status last changed.")
    published_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(settled_version__lte=F("version")), name="event_settled_not_ahead"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="event_closes_after_it_opens",
            ),
        ]
        indexes = [
            models.Index(fields=["slug"]),
            models.Index(fields=["announce_at"], condition=Q(announce_at__isnull=False), name="event_to_announce"),
            models.Index(fields=["id"], condition=~Q(version=F("settled_version")), name="event_to_settle"),
        ]
        permissions = [
            ("export_registrations", "Can export registrations"),
            ("see_every_event", "Can see the people of every event, not only of those they run"),
            ("assign_officers", "Can choose who runs an event"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """Return the kind in a reader's words."""
        return gettext(KIND_LABELS[EventKind(self.kind)])

    def in_language(self, language: str) -> "Event":
        """Return the event with its words in a language, where a page in it is published: to read, not to save.

        What a translator has left empty is said in the first language: a note on a cancellation is news to everybody.
        """
        words = self.words.get(language)
        if not words:
            return self
        spoken = copy(self)
        for name in ("title", "summary", "path", "cancellation_note"):
            setattr(spoken, name, words[name] or getattr(self, name))
        spoken.live_sessions = []
        for session in self.live_sessions:
            said = copy(session)
            said.title = words["sessions"].get(str(session.key), session.title)
            spoken.live_sessions.append(said)
        return spoken

    @property
    def over_at(self) -> datetime | None:
        """Return when it is over; None while it has no date: what is postponed is not over when its old time passes."""
        return None if self.status == EventStatus.POSTPONED else self.last_ends_at

    def is_to_come(self, now: datetime) -> bool:
        """Whether any of it lies ahead, be it at a time that is not known yet."""
        ends_at = self.last_ends_at
        return self.status == EventStatus.POSTPONED or (ends_at is not None and ends_at > now)

    @cached_property
    def pools_in_order(self) -> list["SeatPool"]:
        """Return the pools, the room first; uses what was prefetched."""
        return in_order(self.pools.all())

    @cached_property
    def live_sessions(self) -> list["Session"]:
        """Return the sessions that take place, earliest first; uses what was prefetched."""
        return sorted((s for s in self.sessions.all() if s.cancelled_at is None), key=lambda s: s.starts_at)


class Session(models.Model):
    """A timed part of an event. What is true now; `SessionVersion` keeps what was ever published."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="sessions")
    key = models.UUIDField(help_text="The page's session row: stable through every edit.")
    uid = models.CharField(max_length=120, unique=True, help_text="UID of public downloads and feeds.")
    title = models.CharField(max_length=255, blank=True)
    # Wall-clock times as text (2027-03-08T18:00): the truth from which the instants follow, whatever tzdata does.
    starts_local = models.CharField(max_length=16)
    ends_local = models.CharField(max_length=16)
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    stream_url = models.URLField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="SEQUENCE of the public entry.")
    timing = models.PositiveIntegerField(
        default=0, help_text="Rises when the times change: reminders are kept per timing."
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="DTSTAMP of the public entry.")

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "key"], name="session_key_once_an_event"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.title or self.event.title


class SessionVersion(models.Model):
    """What a session said at one time: invites are built from it, so that a late mail tells its own truth."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=520)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    place = models.CharField(max_length=300, blank=True)
    stream_url = models.URLField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    path = models.CharField(max_length=1000, help_text="The public page at that time; a new path alone is no news.")
    words = models.JSONField(default=dict, help_text="Title, summary and path in the site's other languages.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="session_version_once")]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"


class SeatPool(models.Model):
    """The places of one kind in one event. `holding` is changed by one conditional UPDATE, never read and written."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="pools")
    kind = models.CharField(max_length=6, choices=list(POOL_LABELS.items()))
    published_capacity = models.PositiveIntegerField(
        null=True, blank=True, help_text="What the page says; empty: unlimited."
    )
    capacity = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The same, or the places already held where the page was published with fewer.",
    )
    holding = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "kind"], name="pool_once_an_event"),
            models.CheckConstraint(condition=Q(holding__gte=0), name="pool_holds_at_least_none"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(holding__lte=F("capacity")),
                name="pool_holds_at_most_its_capacity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.holding} of {'unlimited' if self.capacity is None else self.capacity}"

    @property
    def label(self) -> str:
        """Return the pool in a reader's words."""
        return gettext(POOL_LABELS[PoolKind(self.kind)])

    @property
    def few_left(self) -> bool:
        """Whether the end is near: a tenth of the places, or five. Nowhere is the exact number shown: watching it
        would tell whether somebody's registration was new (DESIGN law 6).
        """
        return self.capacity is not None and self.capacity - self.holding <= max(5, self.capacity // 10)

    @property
    def in_words(self) -> str:
        """Return how full it is."""
        if self.places_left == 0:
            return gettext("full")
        return gettext("few places left") if self.few_left else gettext("places free")

    @property
    def places_left(self) -> int | None:
        """Return how many places are free; None: there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.holding, 0)


def in_order(pools: Iterable[SeatPool]) -> list[SeatPool]:
    """Return the pools that visitors choose from, in the order in which they read them: the room first."""
    return sorted((p for p in pools if p.kind != PoolKind.HOSTS), key=lambda pool: pool.kind, reverse=True)


def new_uid(domain: str) -> str:
    """Return a random calendar UID (RFC 7986, section 5.3: random, never built from data about a person)."""
    return f"{uuid.uuid4()}@{domain}"
