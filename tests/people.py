"""The people of the stories: an editor in the CMS, visitors with a browser, and a worker that is told the time."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from events.pages.models import EventIndexPage, EventPage
from events.worker import Worker
from portal.models import HomePage
from tests.smtp_sink import SmtpSink


class Mail:
    """One mail as its reader sees it."""

    def __init__(self, message: EmailMessage) -> None:
        self.message = message
        self.subject = str(message["Subject"])

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    @property
    def method(self) -> str:
        """Return the calendar method, or an empty text for a mail without a calendar part."""
        part = self._calendar_part()
        return str(part.get_param("method")) if part is not None else ""

    @property
    def entry(self) -> icalendar.Event:
        return icalendar.Calendar.from_ical(self.calendar).walk("VEVENT")[0]

    @property
    def calendar(self) -> bytes:
        part = self._calendar_part()
        assert part is not None, f"No calendar part in {self.subject!r}"
        return part.get_payload(decode=True)  # type: ignore[return-value]

    def link(self, ending: str = "/") -> str:
        """Return the path of the first personal link that ends so."""
        found = re.search(rf"(/registrations/[^/\s]+{re.escape(ending)})\s", self.text + "\n")
        assert found, f"No link ending in {ending!r} in:\n{self.text}"
        return found[1]

    def _calendar_part(self) -> Any:
        return next((p for p in self.message.walk() if p.get_content_type() == "text/calendar"), None)


class Post:
    """The mail server's view: what has arrived for whom."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    def of(self, name: str) -> list[Mail]:
        """Return everything that somebody got, in the order of arrival."""
        address = f"{name}@example.org"
        return [Mail(m.parsed) for m in self.sink.messages if address in m.recipients]

    def latest(self, name: str) -> Mail:
        return self.of(name)[-1]


class Clock:
    """The time of the story; the worker does at each moment what is due by then."""

    def __init__(self, traveller: time_machine.Traveller, worker: Worker) -> None:
        self.traveller = traveller
        self.worker = worker

    def reaches(self, moment: datetime) -> None:
        """Move on to a moment and let the worker do its work."""
        self.traveller.move_to(moment)
        self.worker.drain()


@pytest.fixture
def post(smtp_sink: SmtpSink) -> Post:
    return Post(smtp_sink)


@pytest.fixture
def clock(transactional_db: None, now: datetime) -> Iterator[Clock]:
    with time_machine.travel(now, tick=False) as traveller:
        yield Clock(traveller, Worker(should_stop=lambda: False, wait=lambda seconds: None))


@pytest.fixture
def site(transactional_db: None) -> EventIndexPage:
    """Return the event index of a site with a home page."""
    home = HomePage(title="Home", slug="portal-home")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    index = EventIndexPage(title="Events", slug="events")
    home.add_child(instance=index)
    return index


class Editor:
    """Somebody of the comms team, in the CMS, by its forms."""

    def __init__(self, user: Any, client: Client, index: EventIndexPage) -> None:
        self.user = user
        self.client = client
        self.index = index

    def form(self, page: EventPage | None = None, **changes: Any) -> dict[str, Any]:
        """Return the page form as a browser would send it."""
        row = page.sessions.get() if page else None
        session = {
            "id": str(row.pk) if row else "",
            "title": "",
            "date": changes.pop("date", "2027-03-08"),
            "starts": changes.pop("starts", "18:00"),
            "ends": changes.pop("ends", "19:30"),
            "end_date": changes.pop("end_date", ""),
            "place": changes.pop("place", ""),
            "stream_url": "https://stream.example.org/front-line",
        }
        fields = {
            "title": "Women on the front line",
            "slug": "women-on-the-front-line",
            "kind": "webinar",
            "time_zone": "Europe/London",
            "introduction": "Three services, one evening.",
            "capacity_online": "1",
            "contact_email": "outreach@example.org",
            "reminders": ("P1D",),
            "on_decline": "ask",
            "captions": "yes",
            "bsl": "yes",
            "step_free": "yes" if session["place"] else "na",
            "quiet_space": "no" if session["place"] else "na",
            "recording": "yes",
            "recording_date": "2027-03-15",
            "transcript": "no",
            "sessions": inline_formset([session], initial=1 if row else 0),
            "event_speakers": inline_formset([]),
            "event_partners": inline_formset([]),
            "questions": inline_formset([]),
            "phase_number": "1",
            "body": streamfield([]),
            "comments": inline_formset([]),
        }
        return nested_form_data(fields | changes)

    def publishes(self, page: EventPage | None = None, **changes: Any) -> EventPage:
        """Send the form with the Publish button, and say yes when asked; the page must come out published."""
        response = self.sends(page, button="action-publish", **changes)
        assert response.status_code == 302, _errors(response)
        if "/publish/" in response.url:
            response = self.client.post(response.url)
        assert "login" not in response.url, "the editor is not logged in"
        return EventPage.objects.get(slug=changes.get("slug", "women-on-the-front-line"))

    def sends(self, page: EventPage | None = None, *, button: str = "", **changes: Any) -> Any:
        """Send the form with any button, or as a draft."""
        data = self.form(page, **changes) | ({button: "1"} if button else {})
        if page is None:
            url = reverse("wagtailadmin_pages:add", args=["events", "eventpage", self.index.pk])
        else:
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return self.client.post(url, data)


def _errors(response: Any) -> str:
    form = response.context["form"] if response.context else None
    return f"{form.errors} {[f.errors for f in form.formsets.values()]}" if form is not None else ""


@pytest.fixture
def editor(clock: Clock, site: EventIndexPage) -> Editor:
    user = get_user_model().objects.create_superuser("editor", "editor@example.org", "x")
    client = Client()
    client.force_login(user)
    return Editor(user, client, site)


@pytest.fixture
def visitor(client: Client) -> Callable[..., Any]:
    """Return a visitor who registers as a browser does: open the form, fill it in, send it."""

    def registers(name: str, slug: str = "women-on-the-front-line", **changes: Any) -> Any:
        url = f"/events/{slug}/register/"
        page = client.get(url)
        form = page.context["form"]
        data = {
            "name": name.capitalize(),
            "email": f"{name}@example.org",
            "consent": "on",
            "submission": str(form["submission"].value()),
        }
        return client.post(url, data | changes)

    return registers
