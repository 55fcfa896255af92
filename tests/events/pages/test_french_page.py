"""A translated event page: its own words, and everything else as the event is now."""

import pytest
from django.test import RequestFactory
from django.utils.html import escape
from wagtail.models import Locale, Page

from events.pages.models import EventPage
from events.schedule.models import Event
from portal.templatetags.languages import page_languages

SLUG = "women-on-the-front-line"
STATEMENTS = 15


@pytest.fixture
def french(editor):
    """Publish an event in English, and its page in French; return a reader of both pages."""
    page = editor.publishes(place="Brixton", kind="hybrid", capacity_room="5")
    locale = Locale.objects.get_or_create(language_code="fr")[0]
    copy = page.copy_for_translation(locale, copy_parents=True)
    copy.title, copy.introduction = "Femmes en première ligne", "Trois services, une soirée."
    for above in Page.objects.filter(locale=locale, alias_of=None).exclude(pk=copy.pk).order_by("depth"):
        above.specific.save_revision().publish()
    copy.save_revision().publish()
    return copy


def original():
    return EventPage.objects.get(slug=SLUG, locale=Locale.get_default())


def changes(**fields):
    """Publish a change of the English page, as code or an editor would."""
    page = original()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def read(client, path=f"/fr/events/{SLUG}/"):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_moved_event_is_moved_on_its_french_page(french, client):
    assert "18:00 à 19:30 (heure de Londres)" in read(client)

    page = original()
    row = page.sessions.get()
    row.date, row.starts, row.ends = row.date.replace(day=9), row.starts.replace(hour=17), row.ends.replace(hour=20)
    page.sessions = [row]
    page.save_revision().publish()

    body = read(client)
    assert "17:00 à 20:30 (heure de Londres)" in body
    assert "18:00" not in body
    assert "Femmes en première ligne" in body
    assert "20270309T170000Z" in body, "in the links for web calendars too"


def test_what_the_event_offers_is_told_in_french_as_it_is_now(french, client):
    changes(captions="no", contact_email="new@example.org", kind="in_person")

    body = read(client)
    assert "new@example.org" in body
    assert "Sur place" in body
    access = body[body.index('class="access-facts"') :]
    assert "Non" in access[: access.index("Langue des signes")]


def test_a_note_without_its_translation_is_told_in_the_first_language(french, client):
    note = "The stables are closed this week."
    changes(is_cancelled=True, cancellation_note=note)
    assert note in read(client)

    french.refresh_from_db()
    french.cancellation_note = "Les écuries sont fermées."
    french.save_revision().publish()

    body = read(client)
    assert escape("Les écuries sont fermées.") in body
    assert note not in body


@pytest.mark.parametrize("sessions", [1, 3])
def test_a_french_page_takes_as_many_statements_with_more_sessions(french, client, sessions, django_assert_num_queries):
    page = original()
    row = page.sessions.get()
    rows = [row]
    for number in range(1, sessions):
        copied = type(row)(
            title=f"Part {number}", date=row.date.replace(day=8 + number), starts=row.starts, ends=row.ends
        )
        rows.append(copied)
    page.sessions = rows
    page.save_revision().publish()
    read(client)

    with django_assert_num_queries(STATEMENTS):
        read(client)


def test_the_cms_stays_english_whatever_the_browser_wishes(editor):
    page = editor.client.get("/cms/", headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert '<html lang="en"' in page.content.decode()
    assert "Tableau de bord" not in page.content.decode()


def test_the_calendar_of_all_events_speaks_the_language_of_its_address(french, client):
    def unfolded(path):
        return client.get(path).content.decode().replace("\r\n ", "")

    assert "NAME:Metropolitan Police outreach\u00a0: événements" in unfolded("/fr/events/calendar.ics")
    assert "SUMMARY:Femmes en première ligne" in unfolded("/fr/events/calendar.ics")
    assert "/fr/events/women-on-the-front-line/" in unfolded("/fr/events/calendar.ics")
    assert "NAME:Metropolitan Police outreach: events" in unfolded("/events/calendar.ics")
    assert "SUMMARY:Women on the front line" in unfolded("/events/calendar.ics")


def test_a_french_page_that_was_there_first_speaks_as_soon_as_the_event_is_there(editor):
    locale = Locale.objects.get_or_create(language_code="fr")[0]
    editor.sends()
    copy = original().copy_for_translation(locale, copy_parents=True)
    copy.title = "Femmes en première ligne"
    copy.save_revision().publish()
    assert not Event.objects.exists()

    assert editor.sends(original(), button="action-publish").status_code == 302

    assert Event.objects.get().words["fr"]["title"] == "Femmes en première ligne"


@pytest.mark.parametrize("gone", ["unpublish", "delete"])
def test_the_event_goes_in_every_language(french, client, gone):
    getattr(original(), gone)()

    assert client.get(f"/fr/events/{SLUG}/").status_code == 404
    assert Event.objects.get().status == "withdrawn"
    assert not EventPage.objects.filter(live=True).exists()


def test_an_event_is_written_in_the_first_language_first(editor):
    locale = Locale.objects.get_or_create(language_code="fr")[0]
    editor.index = editor.index.copy_for_translation(locale, copy_parents=True)

    response = editor.sends(button="action-publish")

    assert "Write the event in English first" in response.content.decode()
    assert not EventPage.objects.exists()


def test_a_link_to_another_language_never_leads_to_another_site(site):
    context = {"request": RequestFactory().get("/"), "page": None}
    context["request"].path = "//evil.example/x/"

    assert page_languages(context) == []
