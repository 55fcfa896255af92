"""Words of mails in the CMS: what the form refuses, what the preview shows, who may write, and what is sent."""

import html

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from events.registration.models import MailWording, Registration
from events.registration.models.wording import TAKEN, kind_choices
from events.schedule.rules import TranslationSpec
from events.schedule.services import publish_translation
from portal.staff import COMMS, LEADS, OFFICERS, RECRUITERS
from tests.events.conftest import EVENT_KEY

ADD = "wagtailsnippets_events_mailwording:add"
EDIT = "wagtailsnippets_events_mailwording:edit"
LIST = "wagtailsnippets_events_mailwording:list"
PREVIEW = "wagtailsnippets_events_mailwording:preview_on_edit"
PREVIEW_NEW = "wagtailsnippets_events_mailwording:preview_on_add"


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def form(**changes):
    return {"kind": "confirmation", "language": "en", "subject": "", "opening": "", "closing": ""} | changes


PUBLISH = {"action-publish": "1"}


@pytest.fixture
def comms(site):
    """Return the browser of a comms editor, in her group and no other."""
    call_command("set_up_staff")
    return browser_of(COMMS)


def browser_of(group):
    user = get_user_model().objects.create_user(group, password="x")
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"opening": "Hello {nmae}"}, "opening", "“{nmae}” is not a placeholder. Did you mean {name}?"),
        ({"closing": "Write to {contact}"}, "closing", "Did you mean {contact_email}?"),
        ({"subject": "{event"}, "subject", "There is a “{” that no “}” closes."),
        ({"subject": "{{event}}"}, "subject", "Write {event}, with one brace on each side and no spaces."),
        ({"subject": "See {page}"}, "subject", "You can use: {name}, {event}, {organisation}, {when}, {place}."),
        ({"subject": "x" * 151}, "subject", "at most 150 characters"),
        ({"subject": "Hello\nBcc: all@example.org"}, "subject", "A subject is one line."),
        ({"subject": "\u200b"}, "subject", "This holds nothing that can be seen."),
        ({"opening": "Bell\x07"}, "opening", "This holds characters that no reader can see."),
        ({"kind": "event_cancelled", "opening": "{page}"}, "opening", "“{page}” is not a placeholder."),
        ({"kind": "newsletter"}, "kind", "newsletter is not one of the available choices"),
        ({"kind": ""}, "kind", "This field is required"),
        ({"language": "tlh"}, "language", "tlh is not one of the available choices"),
    ],
)
@pytest.mark.parametrize("button", [{}, PUBLISH])
def test_a_mistake_is_told_beside_its_field_and_nothing_is_kept(comms, changes, field, message, button):
    response = comms.post(reverse(ADD), form(**changes) | button)

    assert response.status_code == 200
    assert any(message in error for error in response.context["form"].errors[field])
    assert message in text(response)
    assert not MailWording.objects.exists()


def test_published_words_are_in_the_next_mail_and_a_draft_is_in_none(clock, comms, publish, sign_up, post, now):
    comms.post(reverse(ADD), form(opening="We cannot wait to meet you, {name}.") | PUBLISH)
    wording = MailWording.objects.get()
    comms.post(reverse(EDIT, args=[wording.pk]), form(opening="Half a thought"))
    wording.refresh_from_db()
    assert (wording.live, wording.has_unpublished_changes) == (True, True)

    sign_up(publish(), "amara")
    clock.reaches(now)

    assert "We cannot wait to meet you, Amara." in post.latest("amara").text
    assert "Half a thought" not in post.latest("amara").text

    comms.post(reverse(EDIT, args=[wording.pk]), form(opening="A whole thought") | PUBLISH)
    sign_up(publish(), "bronwen")
    clock.reaches(now)

    assert "A whole thought" in post.latest("bronwen").text
    revisions = list(Revision.objects.for_instance(wording).order_by("created_at", "id"))
    assert len(revisions) == 3, "what was sent before can be looked up"
    history = comms.get(reverse("wagtailsnippets_events_mailwording:history", args=[wording.pk]))
    compared = comms.get(
        reverse("wagtailsnippets_events_mailwording:revisions_compare", args=[wording.pk, revisions[0].pk, "live"])
    )
    assert (history.status_code, compared.status_code) == (200, 200)
    assert "A whole thought" in text(compared)


def test_unpublishing_brings_the_usual_words_back(clock, comms, publish, sign_up, post, now):
    comms.post(reverse(ADD), form(opening="Our own words.") | PUBLISH)
    comms.post(reverse("wagtailsnippets_events_mailwording:unpublish", args=[MailWording.objects.get().pk]))

    sign_up(publish(), "amara")
    clock.reaches(now)

    assert "Your place is confirmed: Women on the front line." in post.latest("amara").text
    assert "Our own words" not in post.latest("amara").text


def test_a_mail_has_one_wording_in_a_language(comms):
    comms.post(reverse(ADD), form(opening="The first."))

    response = comms.post(reverse(ADD), form(opening="The second."))

    assert TAKEN in text(response)
    assert MailWording.objects.get().opening == "The first."


def test_words_in_use_stay_those_of_their_mail(comms):
    comms.post(reverse(ADD), form(opening="See you there.") | PUBLISH)
    wording = MailWording.objects.get()

    comms.post(reverse(EDIT, args=[wording.pk]), form(kind="event_cancelled", opening="See you.") | PUBLISH)

    wording.refresh_from_db()
    assert (wording.kind, wording.opening) == ("confirmation", "See you.")


def preview(client, mode, wording=None, **changes):
    """Send the unsaved form as the preview beside it does, and return what it shows."""
    url = reverse(PREVIEW, args=[wording.pk]) if wording else reverse(PREVIEW_NEW)
    assert client.post(url, form(**changes)).json() == {"is_valid": True, "is_available": True}
    return client.get(f"{url}?mode={mode}")


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("html", '<p style="margin: 0 0 16px;">Unsaved words, Amara.</p>'),
        ("text", "YOUR PLACE IS CONFIRMED Hello Amara, Unsaved words, Amara."),
        ("calendar", "BEGIN:VCALENDAR"),
    ],
)
def test_the_unsaved_form_is_shown_as_each_part_of_a_mail(comms, mode, shown):
    response = preview(comms, mode, opening="Unsaved words, {name}.", subject="A word on {event}")

    said = text(response)
    assert response.status_code == 200
    assert shown in html.unescape(said)
    assert "<dd>A word on A sample event</dd>" in said
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert not MailWording.objects.exists()


def test_a_preview_is_about_the_next_event_in_the_words_language_and_about_nobody(comms, publish, sign_up, now):
    sign_up(publish(), "bronwen", name="Bronwen Secret")
    spec = TranslationSpec(
        key=EVENT_KEY, language="fr", title="Femmes en première ligne", summary="Une soirée.", path="/fr/x/",
        cancellation_note="", session_titles={},
    )  # fmt: skip
    publish_translation(spec=spec, now=now)
    comms.post(reverse(ADD), form(language="fr", opening="Brouillon"))
    wording = MailWording.objects.get()

    for mode in ("html", "text", "calendar"):
        said = text(preview(comms, mode, wording, language="fr", opening="Le {when}, {name}."))
        assert "Femmes en première ligne" in said
        assert "Secret" not in said
        assert "bronwen" not in said
        if mode != "calendar":
            assert "Le lundi 8 mars 2027, 18:00 à 19:30 (heure de Londres), Amara." in said

    assert Registration.objects.count() == 1


def test_a_wrong_placeholder_is_not_previewed(comms):
    answer = comms.post(reverse(PREVIEW_NEW), form(opening="{nmae}")).json()

    assert answer == {"is_valid": False, "is_available": False}


def test_a_mail_without_a_calendar_file_offers_none():
    assert dict(MailWording(kind="waiting").preview_modes) == {"html": "HTML", "text": "Text"}
    assert "calendar" in dict(MailWording(kind="confirmation").preview_modes)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, _ in kind_choices()])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_mail_can_be_previewed_in_every_part(rf, name, language):
    wording = MailWording(kind=name, language=language, opening="{name}, {event}")

    for mode, _ in wording.preview_modes:
        shown = wording.serve_preview(rf.get("/"), mode).content.decode()
        assert ("BEGIN:VCALENDAR" in shown) == (mode == "calendar")


def test_the_list_shows_what_is_edited_and_leads_to_what_is_not(comms, django_assert_num_queries):
    comms.post(reverse(ADD), form(opening="Edited words.") | PUBLISH)
    comms.post(reverse(ADD), form(kind="reminder", language="fr", opening="Brouillon"))
    comms.post(reverse(ADD), form(kind="waiting") | PUBLISH)

    response = comms.get(reverse(LIST))

    rows = {label: [cell["state"] for cell in cells] for label, cells in response.context["rows"]}
    assert len(rows) == len(kind_choices())
    assert rows["Your place is confirmed"] == ["Edited", "Usual words"]
    assert rows["Reminder"] == ["Usual words", "Usual words, with a draft"]
    assert rows["You are on the waiting list"] == ["Usual words", "Usual words"]
    assert f"{reverse(ADD)}?kind=update&language=fr" in text(response)
    chosen = comms.get(f"{reverse(ADD)}?kind=update&language=fr")
    assert '<option value="update" selected>' in text(chosen)
    assert '<option value="fr" selected>' in text(chosen)


@pytest.mark.parametrize("wordings", [1, 3])
def test_the_list_takes_the_same_number_of_statements_whatever_is_edited(comms, wordings, django_assert_num_queries):
    for kind in ("confirmation", "reminder", "waiting")[:wordings]:
        MailWording.objects.create(kind=kind, language="en", opening="x")
    comms.get(reverse(LIST))

    with django_assert_num_queries(11):
        comms.get(reverse(LIST))


def test_the_form_says_which_placeholders_this_mail_may_hold(comms):
    chosen = text(comms.get(f"{reverse(ADD)}?kind=event_cancelled&language=en"))
    assert "<code>{contact_email}</code>" in chosen
    assert "<code>{page}</code>" not in chosen

    every = text(comms.get(reverse(ADD)))
    assert "<code>{page}</code>" in every
    assert "You are on the waiting list" in every


@pytest.mark.parametrize(("group", "allowed"), [(COMMS, True), (LEADS, True), (OFFICERS, False), (RECRUITERS, False)])
def test_comms_editors_and_leads_write_and_nobody_else(site, group, allowed):
    call_command("set_up_staff")
    client = browser_of(group)
    wording = MailWording.objects.create(kind="reminder", language="en", opening="Old.")

    answers = [
        client.get(reverse(LIST)),
        client.get(reverse(ADD)),
        client.get(reverse(EDIT, args=[wording.pk])),
        client.post(reverse(PREVIEW_NEW), form(opening="More.")),
    ]
    client.post(reverse(EDIT, args=[wording.pk]), form(kind="reminder", opening="New.") | PUBLISH)
    client.post(reverse(ADD), form(opening="More.") | PUBLISH)

    assert [answer.status_code == 200 for answer in answers] == [allowed] * 4
    assert set(MailWording.objects.values_list("opening", flat=True)) == ({"New.", "More."} if allowed else {"Old."})
    assert ("Words of mails" in text(client.get(reverse("wagtailadmin_home")))) is allowed
