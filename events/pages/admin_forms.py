"""The editor's form of an event page: wrong values are refused in words, beside their field."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from events.pages import queries
from events.pages.rules import check_session, missing_for_publication
from events.programmes.queries.phases import people_interested, phase_is_taken
from events.reminders.rules import REMINDER_LABELS
from events.schedule.access import PROMISED, AccessFact
from events.schedule.rules import POOL_LABELS, EventKind, PoolKind, is_online, pool_kinds
from portal.admin_forms import PublishedPageForm
from portal.rules import Problem


class EventPageForm(PublishedPageForm):
    """Checks what one field alone cannot know."""

    time_zone = forms.ChoiceField(choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())])
    reminders = forms.MultipleChoiceField(
        choices=list(REMINDER_LABELS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Everybody who has a place gets a reminder at each of these times.",
    )

    def check(self, cleaned: dict[str, Any]) -> None:
        """Refuse what contradicts itself, or the people who are registered."""
        self._check_sessions(cleaned)
        self._check_registration_window(cleaned)
        self._check_capacity(cleaned)
        self._check_kind(cleaned)
        self._check_interest(cleaned)

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Add what visitors need to know of an event."""
        sessions = [form.cleaned_data for form in self._live_session_forms()]
        complete = [s for s in sessions if s.get("date") and s.get("starts") and s.get("ends")]
        missing = missing_for_publication(
            kind=EventKind(cleaned.get("kind") or EventKind.WEBINAR),
            introduction=cleaned.get("introduction") or "",
            contact_email=cleaned.get("contact_email") or "",
            external_url=cleaned.get("external_url") or "",
            answers={fact: cleaned.get(fact) or "" for fact in AccessFact},
            dates={fact: cleaned.get(f"{fact}_date") for fact in PROMISED},
            places=[s.get("place") or "" for s in sessions],
            complete_sessions=len(complete),
            incomplete_sessions=len(sessions) - len(complete),
        )
        if any(form.errors for form in self.formsets["sessions"].forms):
            missing = [problem for problem in missing if problem.field != "sessions"]  # their own errors say what to do
        return super().problems(cleaned) + self._language_problems() + missing + self._interest_problems(cleaned)

    def _live_session_forms(self) -> list[Any]:
        return [
            form
            for form in self.formsets["sessions"].forms
            if form.is_valid()
            and (form.has_changed() or form.instance.pk)
            and not self.formsets["sessions"]._should_delete_form(form)
        ]

    def _check_sessions(self, cleaned: dict[str, Any]) -> None:
        for form in self._live_session_forms():
            times = {name: form.cleaned_data.get(name) for name in ("date", "starts", "end_date", "ends")}
            for problem in check_session(**times, zone=cleaned.get("time_zone", "")):
                form.add_error(problem.field, problem.message)
                self.add_error(
                    None,
                    f"Session “{form.cleaned_data.get('title') or 'without a title'}”: {problem.message}",
                )

    def _check_registration_window(self, cleaned: dict[str, Any]) -> None:
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "Registration closes before it opens. Choose a later time.")

    def _check_capacity(self, cleaned: dict[str, Any]) -> None:
        held = queries.places_held(self.instance.translation_key)
        for field, kind in (("capacity_room", PoolKind.ROOM), ("capacity_online", PoolKind.ONLINE)):
            capacity = cleaned.get(field)
            if capacity is not None and capacity < held.get(kind, 0):
                self.add_error(
                    field,
                    f"{held[kind]} people already hold a place. Enter {held[kind]} or more, or remove people first.",
                )

    def _check_kind(self, cleaned: dict[str, Any]) -> None:
        """Refuse a kind that leaves no way to take part to people who are registered for it."""
        kind = EventKind(cleaned.get("kind") or EventKind.WEBINAR)
        places = [form.cleaned_data.get("place") or "" for form in self._live_session_forms()]
        offered = pool_kinds(kind, online=any(is_online(kind, place=place) for place in places))
        for pool, people in queries.people_by_pool(self.instance.translation_key).items():
            if people and pool not in offered:
                way = POOL_LABELS[PoolKind(pool)].lower()
                self.add_error(
                    "kind",
                    f"{people} people are registered to take part {way}. Keep such a kind, or remove them first.",
                )

    def _check_interest(self, cleaned: dict[str, Any]) -> None:
        """Refuse to change the way in while people have come by the other one."""
        by_interest, key = bool(cleaned.get("by_interest")), self.instance.translation_key
        if by_interest and cleaned.get("kind") != EventKind.PROGRAMME:
            self.add_error("by_interest", "Only for a programme of several sessions. Choose that kind, or untick this.")
        elif by_interest and (people := sum(queries.people_by_pool(key).values())):
            self.add_error("by_interest", f"{people} people are registered already. Remove them first, or untick this.")
        elif not by_interest and (people := people_interested(key)):
            self.add_error("by_interest", f"{people} people have expressed their interest. Keep this ticked.")

    def _interest_problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        name, number = cleaned.get("programme_name") or "", cleaned.get("phase_number") or 1
        if not cleaned.get("by_interest"):
            return []
        if not name:
            return [Problem("programme_name", "Enter the name that all phases of this programme share.")]
        if phase_is_taken(programme=name, number=number, key=self.instance.translation_key):
            return [Problem("phase_number", f"Another event is phase {number} of “{name}”. Enter the next number.")]
        return []

    def _language_problems(self) -> list[Problem]:
        """Refuse an event that exists in a translation only: it would have no times, no places and no registration."""
        page = self.parent_page if self.instance._state.adding else self.instance
        if page is None or page.locale.language_code == settings.LANGUAGE_CODE:
            return []
        if queries.has_source(self.instance.translation_key):
            return []
        first = dict(settings.LANGUAGES)[settings.LANGUAGE_CODE]
        return [Problem("", f"Write the event in {first} first, then translate it (“Translate” in its menu).")]
