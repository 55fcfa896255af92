"""A mentoring pair over three sessions: interested, accepted, paired, moved, reminded, met, completed, asked again."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from wagtail.test.utils.form_data import inline_formset

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.programmes.models import Charity, Interest, Pair
from events.programmes.services import purge_programmes
from portal.staff import CHARITY, DESK, SENIORS
from tests.visitors import text_of

PROGRAMME = "reverse-mentoring"
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def question(label, kind, *, choices="", required=True):
    return {
        "id": "",
        "label": label,
        "kind": kind,
        "choices": choices,
        "is_required": "on" if required else "",
        "ORDER": "",
    }


def session(title, day, row=0):
    return {
        "id": "",
        "title": title,
        "date": day,
        "starts": "17:00",
        "ends": "18:30",
        "end_date": "",
        "place": "New Scotland Yard",
        "stream_url": "",
        "ORDER": str(row),
    }


@pytest.fixture
def programme(editor):
    """An editor writes the programme's second phase with two questions and publishes it."""
    call_command("set_up_staff", stdout=None)
    return editor.publishes(
        title="Reverse mentoring, second phase",
        slug=PROGRAMME,
        kind="programme",
        by_interest="on",
        programme_name="Reverse mentoring",
        phase_number="2",
        capacity_online="",
        step_free="yes",
        quiet_space="yes",
        sessions=inline_formset(
            [session("Getting to know each other", "2027-03-12"), session("What we take with us", "2027-04-09", 1)]
        ),
        questions=inline_formset(
            [
                question("Why would you like to mentor?", "text"),
                question("When could you meet?", "choice", choices="After school\nAt the weekend"),
            ]
        ),
    )


def log_in(name, group, django_user_model):
    user = django_user_model.objects.create_user(name, f"{name}@example.org", "x", first_name=name.capitalize())
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return user, client


def fills_in(client, url, name, **changes):
    """Fill the form in as a browser does: by its labels."""
    form = client.get(url).context["form"]
    data = {"name": name, "email": f"{name.lower()}@example.org", "age": "18", "consent": "on"}
    data |= {"submission": str(form["submission"].value()), "source": form["source"].value()}
    why, when = form.asked
    data |= {why.html_name: "To be heard.", when.html_name: "After school"}
    return client.post(url, data | changes)


def link_in(mail, path="mentoring"):
    return re.search(rf"/{path}/[^/\s]+/(?:again/)?", mail.text)[0]


def sets_session(client, pair, day, starts="17:30", **changes):
    start = datetime.combine(date.fromisoformat(day), time.fromisoformat(starts))
    data = {"date": day, "starts": starts, "ends": f"{start + timedelta(hours=1):%H:%M}", "place": "Brixton Library"}
    return client.post(f"/cms/mentoring/pairs/{pair.pk}/session/", data | changes)


def entries_of(post, name):
    """Return what a calendar program that takes every mail holds: (start, title) of each entry that is on."""
    held = {}
    for mail in post.of(name):
        if mail.method == "CANCEL":
            held.pop(str(mail.entry["UID"]), None)
        elif mail.method == "REQUEST":
            held[str(mail.entry["UID"])] = (mail.entry["DTSTART"].dt, str(mail.entry["SUMMARY"]))
    return sorted(held.values())


def test_a_mentoring_pair(programme, clock, post, client, charity, django_user_model):
    desk_user, desk = log_in("desk", DESK, django_user_model)
    officer, officer_page = log_in("helen", SENIORS, django_user_model)
    worker, charity_page = log_in("grace", CHARITY, django_user_model)
    Charity.objects.get().staff.add(worker)

    # The event's page offers no registration: people say that they are interested. The charity's link says who she is.
    page = text_of(client.get(f"/events/{PROGRAMME}/"))
    assert "I am interested" in page and ">Register<" not in page
    address = f"/events/{PROGRAMME}/register/"
    assert "You came by the link of" in text_of(client.get(f"{address}?from=girls-network"))
    sent = fills_in(client, f"{address}?from=girls-network", "Amara")
    assert (sent.status_code, sent.url) == (303, f"/events/{PROGRAMME}/interest/sent/")
    clock.reaches(MONDAY)
    received = post.latest("amara")
    assert received.subject == "We have what you wrote: Reverse mentoring, second phase"
    own_page = link_in(received)
    assert "We are reading what you wrote" in text_of(client.get(own_page))

    # The desk reads her answers beside the questions she was asked, and accepts her with a reason for colleagues.
    amara = Interest.objects.get()
    assert amara.charity == charity
    shown = text_of(desk.get(f"/cms/mentoring/interests/{amara.pk}/"))
    assert "Why would you like to mentor?" in shown and "To be heard." in shown
    desk.post(f"/cms/mentoring/interests/{amara.pk}/review/")
    desk.post(f"/cms/mentoring/interests/{amara.pk}/decide/", {"reason": "Clear and kind.", "accept": "1"})
    clock.reaches(MONDAY)
    assert post.latest("amara").subject.startswith("You are in")
    assert "Clear and kind" not in post.latest("amara").text

    # Matched by hand: answers side by side, the officers who are free beside them.
    matching = text_of(desk.get(f"/cms/mentoring/phases/{amara.phase_id}/match/"))
    assert "After school" in matching and "Helen" in matching
    desk.post(f"/cms/mentoring/interests/{amara.pk}/pair/", {"senior": officer.pk})
    clock.reaches(MONDAY)
    pair = Pair.objects.get()
    assert "You mentor Helen" in post.of("amara")[2].text
    assert "Amara is your mentor" in post.of("helen")[0].text

    # Three sessions of their own, beside the two for everybody: five entries in each of the two calendars.
    for day in ("2027-03-16", "2027-03-23", "2027-03-30"):
        assert sets_session(desk, pair, day).status_code == 302
    clock.reaches(MONDAY)
    assert entries_of(post, "amara") == entries_of(post, "helen")
    starts = [start for start, _ in entries_of(post, "amara")]
    assert starts == [
        datetime(2027, 3, 12, 17, 0, tzinfo=UTC),
        datetime(2027, 3, 16, 17, 30, tzinfo=UTC),
        datetime(2027, 3, 23, 17, 30, tzinfo=UTC),
        datetime(2027, 3, 30, 16, 30, tzinfo=UTC),  # summer time: 17:30 by the clock
        datetime(2027, 4, 9, 16, 0, tzinfo=UTC),
    ]
    for mail in (*post.of("amara"), *post.of("helen")):
        if mail.method:
            assert "Amara" not in mail.calendar.decode() and "Helen" not in mail.calendar.decode()
            assert mail.entry["CLASS"] == "PRIVATE"

    # The second is moved: the same entry, SEQUENCE 1, in both. Saying so twice tells nobody anything.
    second = pair.sessions.order_by("starts_at")[1]
    move = f"/cms/mentoring/pairs/{pair.pk}/sessions/{second.pk}/"
    moved = {"date": "2027-03-24", "starts": "18:00", "ends": "19:00", "place": "Brixton Library"}
    desk.post(move, moved)
    clock.reaches(MONDAY)
    desk.post(move, moved)
    clock.reaches(MONDAY)
    for name in ("amara", "helen"):
        update = post.latest(name)
        assert (update.method, update.entry["SEQUENCE"]) == ("REQUEST", 1)
        assert update.entry["DTSTART"].dt == datetime(2027, 3, 24, 18, 0, tzinfo=UTC)
        assert len(entries_of(post, name)) == 5
    assert len([mail for mail in post.of("amara") if mail.subject.startswith("Updated")]) == 1

    # The programme's own last session is moved by the editor: after the quiet period both calendars follow.
    row = programme.sessions.order_by("sort_order").last()
    row.starts, row.ends = time(18, 0), time(19, 30)
    programme.sessions = [programme.sessions.order_by("sort_order").first(), row]
    programme.save_revision().publish()
    clock.reaches(MONDAY + timedelta(minutes=6))
    assert post.latest("helen").entry["DTSTART"].dt == datetime(2027, 4, 9, 17, 0, tzinfo=UTC)
    assert entries_of(post, "amara") == entries_of(post, "helen")

    # A day before each session each is reminded, once.
    for day in (11, 12, 15, 16, 23, 24, 29, 30):
        clock.reaches(datetime(2027, 3, day, 17, 45, tzinfo=UTC))
        clock.reaches(datetime(2027, 3, day, 18, 45, tzinfo=UTC))
    reminders = [mail.subject for mail in post.of("amara") if mail.subject.startswith("Reminder")]
    assert len(reminders) == len(set(reminders)) == 4
    assert len([mail for mail in post.of("helen") if mail.subject.startswith("Reminder")]) == 4

    # Who came is said by each of those who may: the officer, the charity, the desk.
    after = datetime(2027, 3, 31, 9, 0, tzinfo=UTC)
    clock.reaches(after)
    for user, browser in ((desk_user, desk), (officer, officer_page), (worker, charity_page)):
        browser.force_login(user)  # the session of February is over
    own = [f"own-{pk}" for pk in pair.sessions.order_by("starts_at").values_list("pk", flat=True)]
    mark = f"/cms/mentoring/pairs/{pair.pk}/attendance/"
    for name in own:
        officer_page.post(mark, {"session": name, "party": "senior", "came": "yes"})
    charity_page.post(mark, {"session": own[0], "party": "mentor", "came": "yes"})
    charity_page.post(mark, {"session": own[1], "party": "mentor", "came": "no"})
    desk.post(mark, {"session": own[2], "party": "mentor", "came": "yes"})
    theirs = text_of(charity_page.get("/cms/mentoring/people/"))
    assert "Amara" in theirs and "Paired" in theirs and "Did not come" in theirs
    assert "To be heard." not in theirs, "the charity sees no answers"

    # They have done it. The phase counts what was held and who came.
    desk.post(f"/cms/mentoring/pairs/{pair.pk}/complete/")
    amara.refresh_from_db()
    assert amara.state == "completed"
    figures = desk.get(f"/cms/mentoring/phases/{amara.phase_id}/").context["figures"]
    assert (figures.own_held, figures.common_held) == (3, 1)
    assert (figures.mentors_came, figures.seniors_came, figures.completed) == (2, 3, 1)

    # In autumn there is a third phase. One click asks her; her answers are there, and she changes one.
    autumn = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    third = programme.copy(update_attrs={"title": "Reverse mentoring, third phase", "slug": "third"}, keep_live=False)
    third.phase_number, third.recording_date = 3, date(2027, 11, 1)
    rows = list(third.sessions.all())
    for number, row in enumerate(rows):
        row.date = date(2027, 10, 8 + 7 * number)
    third.sessions = rows
    clock.reaches(autumn)
    desk.force_login(desk_user)
    third.save_revision().publish()
    phase = Interest.objects.get().phase.programme.phases.get(number=3)
    desk.post(f"/cms/mentoring/phases/{phase.pk}/invite/")
    desk.post(f"/cms/mentoring/phases/{phase.pk}/invite/")
    clock.reaches(autumn)
    asked = [mail for mail in post.of("amara") if mail.subject.startswith("Would you do it again")]
    assert len(asked) == 1
    again = link_in(asked[0])
    form = client.get(again).context["form"]
    assert [field.value() for field in form.asked] == ["To be heard.", "After school"]
    assert "email" not in form.fields
    why, when = form.asked
    answered = client.post(
        again,
        {
            "name": "Amara",
            "age": "18",
            "consent": "on",
            "submission": str(form["submission"].value()),
            why.html_name: "To be heard again.",
            when.html_name: "After school",
        },
    )
    assert answered.status_code == 303
    alumna = Interest.objects.get(phase=phase)
    assert alumna.is_alumna and alumna.email == "amara@example.org" and alumna.charity == charity
    assert [answer["said"] for answer in alumna.answers] == ["To be heard again.", "After school"]

    # Ninety days after the second phase nothing names her there; what was counted stays.
    assert purge_programmes(now=datetime(2027, 7, 9, 12, 0, tzinfo=UTC), dry_run=False) == 1
    amara.refresh_from_db()
    assert (amara.name, amara.email, amara.answers) == ("", "", [])
    assert not Message.objects.filter(interest=amara).exclude(to_email="").exists()
    assert client.get(own_page).status_code == 404
    desk.force_login(desk_user)
    figures = desk.get(f"/cms/mentoring/phases/{amara.phase_id}/").context["figures"]
    assert (figures.own_held, figures.mentors_came, figures.completed) == (3, 2, 1)
    assert list(broken_invariants()) == []
