"""An evening is postponed without a date, and then it has one (calendar policy, row 10)."""

from datetime import timedelta

from django.test import Client

from events.invites.models import Invite
from events.registration.models import Registration
from events.schedule.models import Event


def test_a_postponed_evening_comes_back_with_a_date(editor, visitor, post, clock, now):
    """
    published ── Amara has the place, Bronwen waits ── postponed ── a new date
                     REQUEST 0                          CANCEL 1      REQUEST 0, another UID
    """
    page = editor.publishes()
    visitor("amara")
    visitor("bronwen")
    clock.reaches(now + timedelta(minutes=1))
    assert post.latest("amara").method == "REQUEST"
    first_uid = post.latest("amara").entry["UID"]

    editor.publishes(page, is_postponed="on", cancellation_note="The hall is flooded.")
    clock.reaches(now + timedelta(minutes=10))

    told = post.latest("amara")
    assert told.subject == "Postponed: Women on the front line"
    assert (told.method, told.entry["SEQUENCE"], told.entry["UID"]) == ("CANCEL", 1, first_uid)
    assert "You keep your place." in told.text
    assert "The hall is flooded." in told.text
    assert "You stay on the waiting list." in post.latest("bronwen").text, post.latest("bronwen").subject

    public = Client().get("/events/women-on-the-front-line/").content.decode()
    assert "This event is postponed" in public
    assert "There is no new date yet" in Client().get("/events/women-on-the-front-line/register/").content.decode()
    assert Registration.objects.filter(state="confirmed").count() == 1
    clock.reaches(now + timedelta(days=34, hours=9))
    assert post.latest("amara").subject.startswith("Postponed"), "nobody is reminded of what has no date"

    editor.client.force_login(editor.user)  # a month later
    editor.publishes(page, is_postponed="", date="2027-04-15", cancellation_note="")
    clock.reaches(now + timedelta(days=34, hours=9, minutes=20))

    back = post.latest("amara")
    assert (back.method, back.entry["SEQUENCE"]) == ("REQUEST", 0)
    assert back.entry["UID"] != first_uid
    assert back.entry["DTSTART"].dt.isoformat() == "2027-04-15T17:00:00+00:00"
    assert post.latest("bronwen").subject.startswith("On the waiting list") or "waiting" in post.latest("bronwen").text
    assert Event.objects.get().status == "published"
    assert sorted(Invite.objects.values_list("method", flat=True)) == ["CANCEL", "REQUEST"]
