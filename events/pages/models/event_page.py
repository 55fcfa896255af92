"""The event page: what an editor writes about one event, times and capacity included, and nothing operational."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csp import csp_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from events.consent.rules import clean_source
from events.pages import found, queries
from events.pages.admin_forms import EventPageForm
from events.pages.models.event_rows import EventPagePartner, EventPageSpeaker
from events.pages.models.interest import ByInterest
from events.pages.rules import missing_for_publication
from events.registration.previews import SAMPLE_MAILS, sample_mail
from events.registration.services.forecasting import forecast
from events.reminders.rules import DEFAULT_REMINDERS
from events.schedule.access import ACCESS_ANSWER_LABELS, PROMISED, AccessFact
from events.schedule.queries import unsaved_event
from events.schedule.rules import (
    KIND_LABELS,
    ON_DECLINE_LABELS,
    EventKind,
    EventSpec,
    OnDecline,
    PoolKind,
    SessionSpec,
    TranslationSpec,
)
from portal.blocks import BodyBlock
from portal.found.pages import Row
from portal.found.structured import Thing
from portal.models import BasePage
from portal.panels import ChecklistItem
from portal.queries import in_locale
from portal.rules import Problem
from portal.security import CMS_CSP

# The preview mode that shows what publishing the draft would send.
CONSEQUENCES = "consequences"


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


class EventPage(ByInterest):
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
    recording_url = models.URLField(
        "where to watch again", max_length=500, blank=True, help_text="Once it is online. Shown when the event is over."
    )
    transcript_url = models.URLField(
        "where to read the transcript", max_length=500, blank=True, help_text="Once it is online."
    )
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

    is_postponed = models.BooleanField(
        "this event is postponed, and has no date yet",
        default=False,
        help_text="Publish with this ticked: everybody with a place is told and keeps it. Untick it with the new date.",
    )
    on_decline = models.CharField(
        "when somebody’s calendar declines",
        max_length=8,
        choices=[(c.value, label) for c, label in ON_DECLINE_LABELS.items()],
        default=OnDecline.ASK.value,
    )

    # Times are those of the event, in every language.
    override_translatable_fields: ClassVar[list[Any]] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("time_zone", overridable=False),
        *ByInterest.synchronized,
    ]
    template = "events/event_page.html"
    parent_page_types: ClassVar[list[str]] = ["events.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = EventPageForm
    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.RelatedFields("sessions", [index.SearchField("title"), index.SearchField("place")]),
    ]
    kind_in_words = gettext_lazy("Event")
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("time_zone"), FieldPanel("external_url")],
            heading="What kind of event",
        ),
        InlinePanel("sessions", heading="Sessions", label="Session"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("capacity_room"), FieldPanel("capacity_online")]),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("on_decline"),
            ],
            heading="Places and registration",
        ),
        *ByInterest.interest_panels,
        MultiFieldPanel(
            [
                HelpPanel(
                    "<p>People decide by these whether they can come, so each needs an answer before the page is "
                    "published. Whoever relies on one is told by email when its answer changes.</p>"
                ),
                FieldRowPanel([FieldPanel("captions"), FieldPanel("bsl")]),
                FieldRowPanel([FieldPanel("step_free"), FieldPanel("quiet_space")]),
                FieldRowPanel([FieldPanel("recording"), FieldPanel("recording_date")]),
                FieldRowPanel([FieldPanel("transcript"), FieldPanel("transcript_date")]),
                FieldRowPanel([FieldPanel("recording_url"), FieldPanel("transcript_url")]),
            ],
            heading="Access",
        ),
        MultiFieldPanel([FieldPanel("contact_name"), FieldPanel("contact_email")], heading="Contact"),
        FieldPanel("body"),
        InlinePanel("event_speakers", heading="Speakers", label="Speaker"),
        InlinePanel("event_partners", heading="Partners", label="Partner"),
        FieldPanel("reminders"),
        MultiFieldPanel(
            [
                HelpPanel(
                    "<p>Everybody who has a place hears of a published change of time, place, title, link or "
                    "introduction, once, after a quiet period of five minutes. Cancelling or unpublishing "
                    "tells everybody too.</p>"
                ),
                FieldPanel("is_postponed"),
                FieldPanel("is_cancelled"),
                FieldPanel("cancellation_note"),
            ],
            heading="Postponing and cancelling",
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
            access=self.access(),
            recording_url=self.recording_url,
            is_postponed=self.is_postponed,
            on_decline=OnDecline(self.on_decline),
            owner_id=self.owner_id,
            by_interest=self.by_interest,
        )

    def access(self) -> dict[str, str]:
        """Return the answer to each access fact, and the dates that are promised."""
        answers = {fact.value: getattr(self, fact) for fact in AccessFact if getattr(self, fact)}
        dates = {f"{fact}_date": getattr(self, f"{fact}_date") for fact in PROMISED if answers.get(fact) == "yes"}
        return answers | {name: day.isoformat() for name, day in sorted(dates.items()) if day}

    def translation_spec(self) -> TranslationSpec:
        """Return what publishing this page as a translation projects: its words."""
        return TranslationSpec(
            key=self.translation_key,
            language=self.locale.language_code,
            title=self.title,
            summary=self.introduction,
            path=self.get_url() or "",
            cancellation_note=self.cancellation_note,
            session_titles={str(row.key): row.title for row in self.sessions.all()},
        )

    @property
    def is_translation(self) -> bool:
        """Whether the page shows an event that the page in the site's first language decides."""
        return self.locale.language_code != settings.LANGUAGE_CODE

    @cached_property
    def speakers_in_order(self) -> Sequence[EventPageSpeaker]:
        """Return the speakers in the editor's order and the page's language; one statement, two for a translation."""
        rows = list(self.event_speakers.select_related("speaker"))
        for row, speaker in zip(rows, in_locale([row.speaker for row in rows], self.locale_id), strict=True):
            row.speaker = speaker
        return rows

    def partners_in_order(self) -> Iterable[EventPagePartner]:
        """Return the partners in the editor's order, in one statement."""
        return self.event_partners.select_related("partner")

    def checklist(self) -> list[ChecklistItem]:
        """Return what an editor looks at before publishing: what the gate asks for, and what makes a page better."""
        missing = {problem.field for problem in self.missing_for_publication()}
        unanswered = [fact for fact in AccessFact if fact in missing or f"{fact}_date" in missing]
        needed = [
            ChecklistItem(
                label="Sessions with date, start and end",
                is_done="sessions" not in missing,
                advice="give every session its times, and its place where people come in person.",
                is_needed=True,
            ),
            ChecklistItem(
                label="Access facts answered",
                is_done=not unanswered,
                advice=f"{len(unanswered)} of {len(AccessFact)} still need an answer or a date.",
                is_needed=True,
            ),
            ChecklistItem(
                label="Contact",
                is_done="contact_email" not in missing,
                advice="enter the address that people can write to.",
                is_needed=True,
            ),
        ]
        return needed + super().checklist()

    def missing_for_publication(self) -> list[Problem]:
        """Return what the page lacks, for the ways to publish that have no form (bulk actions, code)."""
        rows = list(self.sessions.all())
        complete = sum(row.times() is not None for row in rows)
        return super().missing_for_publication() + missing_for_publication(
            kind=EventKind(self.kind),
            introduction=self.introduction,
            contact_email=self.contact_email,
            external_url=self.external_url,
            answers={fact: getattr(self, fact) for fact in AccessFact},
            dates={fact: getattr(self, f"{fact}_date") for fact in PROMISED},
            places=[row.place for row in rows],
            complete_sessions=complete,
            incomplete_sessions=len(rows) - complete,
        )

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Offer the mails beside the page, as this draft would make them."""
        modes = [("", "The page"), *((kind, f"Mail: {label}") for kind, label in SAMPLE_MAILS.items())]
        return modes if self.is_translation else [*modes, (CONSEQUENCES, "What publishing sends")]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page, or a mail to somebody who is registered."""
        if mode_name == CONSEQUENCES:
            context = {"forecast": forecast(spec=self.spec(), now=timezone.now())}
            return render(request, "events/cms/consequences_preview.html", context)
        if mode_name not in SAMPLE_MAILS:
            return super().serve_preview(request, mode_name)
        now = timezone.now()
        event = unsaved_event(self.spec(), now=now)
        mail = sample_mail(mode_name, event, language=self.locale.language_code, now=now)
        return csp_override(CMS_CSP)(lambda _: HttpResponse(mail.html))(request)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what visitors see: when, where, and what they can do now."""
        context = super().get_context(request, *args, **kwargs)
        context["event"] = self.details
        # A poster's or a newsletter's link: without a cookie it must be handed on from page to page.
        context["came_from"] = clean_source(request.GET.get("from", ""))
        return context

    @cached_property
    def details(self) -> queries.EventView:
        """Return what visitors see, read once for all that a rendering says of it."""
        return queries.event_details(self, now=timezone.now())

    @property
    def shared_title(self) -> str:
        """Say first that an event is cancelled."""
        title = super().shared_title
        return gettext("Cancelled: {title}").format(title=title) if found.is_cancelled(self.details) else title

    @property
    def card_line(self) -> str:
        """Return kind and date, or when there is no date the kind alone."""
        return found.card_line(self.details)

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Add the event."""
        return found.event_data(self, url=url, image=image)

    @classmethod
    def search_rows(cls, pages: Sequence[Any], *, now: datetime) -> dict[int, Row]:
        """Return the rows with their dates; two statements."""
        return found.search_rows(pages, now=now)
