"""A walk: she asks, an officer offers times, she chooses, they walk, and the borough reads what was done."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page

from events.console.queries import broken_invariants
from events.walks.models import BoroughReport, BoroughReportTheme, MeetingPoint, WalkOutcome, WalkPage, WalkRequest
from events.walks.rules import Outcome, Theme
from events.walks.services import (
    allocate,
    give_slot,
    offer_times,
    open_request,
    publish_report,
    purge_walks,
    record_outcome,
)
from tests.events.walks.test_asking import ANSWERS
from tests.visitors import text_of

DAY = timedelta(days=1)
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
MONDAY_EVENING = datetime(2027, 2, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def walk_page(site):
    home = Page.objects.get(slug="portal-home")
    page = WalkPage(title="Walk & Talk", slug="walk-and-talk", introduction="Walk with an officer.")
    home.add_child(instance=page)
    return page


def link_in(mail):
    return re.search(r"/appointments/[^/\s]+/", mail.text)[0]


def test_a_walk(walk_page, lambeth, officer, coordinator, clock, post, client):
    # A poster at the bus stop leads her to her borough's page. It names 999 and 101 before anything else.
    page = text_of(client.get("/walk-and-talk/lambeth/?from=bus-stop"))
    assert page.index('href="tel:999"') < page.index("Ask for a walk here")
    client.post("/walk-and-talk/ask/borough/?borough=lambeth&from=bus-stop", ANSWERS["borough"])
    for step in list(ANSWERS)[1:]:
        sent = client.post(f"/walk-and-talk/ask/{step}/", ANSWERS[step] | {"is_discreet": ""})
    own_page = sent.headers["Location"].partition("?")[0]

    # The web process wrote it and knows no more of her: the worker does, and tells the borough's coordinator at once,
    # and her in the evening, when it is safe.
    clock.reaches(MONDAY)
    assert post.of("amara") == []
    clock.reaches(MONDAY_EVENING)
    assert post.latest("amara").subject == "We have your request for a Walk & Talk"
    assert link_in(post.latest("amara")) == own_page
    assert [mail.subject for mail in mails_to(post, coordinator)] == ["Walk & Talk: A new request in Lambeth"]

    # The coordinator gives it to Becky, who reads it with a reason and offers three evenings.
    walk = WalkRequest.objects.get()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=coordinator, now=MONDAY_EVENING)
    opened = open_request(walk_id=walk.pk, officer=officer, reason="prepare")
    assert (opened.name, opened.worries) == ("Amara", "The underpass is dark.")
    for day in (3, 4, 5):
        evening = datetime(2027, 2, 1 + day, 18, 0, tzinfo=UTC)
        give_slot(officer=officer, starts_at=evening, ends_at=evening + timedelta(minutes=45), now=MONDAY_EVENING)
    place = MeetingPoint.objects.get()
    picks = [(slot.pk, place.pk) for slot in officer.walk_slots.all()]
    assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=MONDAY_EVENING) == "offered"
    clock.reaches(MONDAY_EVENING)
    assert post.latest("amara").subject == "Choose a time for your Walk & Talk"

    # She chooses the first. Both calendars get it; hers is private, and his names nobody.
    offers = re.findall(r'name="offer" value="(\d+)"', text_of(client.get(own_page)))
    client.post(own_page, {"offer": offers[0]})
    clock.reaches(MONDAY_EVENING)
    hers, his = post.latest("amara"), mails_to(post, officer)[-1]
    assert (hers.method, hers.entry["SEQUENCE"], hers.entry["CLASS"]) == ("REQUEST", 0, "PRIVATE")
    assert hers.entry["DTSTART"].dt == his.entry["DTSTART"].dt == datetime(2027, 2, 4, 18, 0, tzinfo=UTC)
    assert "Amara" not in his.calendar.decode() and "amara" not in his.calendar.decode()

    # Something comes up: she takes the next evening. It is the same entry, moved.
    client.post(own_page, {"offer": offers[1]})
    clock.reaches(MONDAY_EVENING)
    moved = post.latest("amara")
    assert (moved.subject[:8], moved.method, moved.entry["SEQUENCE"]) == ("Updated:", "REQUEST", 1)
    assert moved.entry["UID"] == hers.entry["UID"]

    # The evening before, each is reminded once.
    clock.reaches(datetime(2027, 2, 4, 18, 0, tzinfo=UTC))
    clock.reaches(datetime(2027, 2, 4, 19, 0, tzinfo=UTC))
    reminders = [mail for mail in post.of("amara") if mail.subject.startswith("Reminder")]
    assert len(reminders) == 1 and reminders[0].method == ""

    # They walk. Becky records what it was about; what they said stays between them.
    after = datetime(2027, 2, 5, 20, 0, tzinfo=UTC)
    clock.reaches(after)
    assert record_outcome(
        walk_id=walk.pk,
        outcome=Outcome.WALKED,
        themes=[Theme.LIGHTING],
        note="A hedge.",
        officer=officer,
        now=after,
    )
    assert open_request(walk_id=walk.pk, officer=officer, reason="prepare") is None, "closed is closed"

    # Eleven more walks that quarter were about light. In April the borough reads what was done.
    WalkOutcome.objects.bulk_create(
        WalkOutcome(
            borough=lambeth, quarter_date=datetime(2027, 1, 1).date(), outcome=Outcome.WALKED, themes=["lighting"]
        )
        for _ in range(11)
    )
    report = BoroughReport(
        borough=lambeth,
        quarter_date=datetime(2027, 1, 1).date(),
        themes=[
            BoroughReportTheme(theme="lighting", said="The underpass is dark.", did="It has new lamps since March."),
            BoroughReportTheme(theme="transport", said="The last bus.", did="We ride it on Fridays."),
        ],
    )
    report.save()
    assert publish_report(report_id=report.pk, now=after) == "quarter_runs"
    april = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
    assert publish_report(report_id=report.pk, now=april) == "published"
    page = text_of(client.get("/walk-and-talk/lambeth/"))
    assert "January to March 2027" in page and "12 walks took place." in page
    assert "in 12 walks" in page and "in fewer than ten walks" in page
    assert "It has new lamps since March." in page

    # In May nothing is left of her: not the request, not a mail's row. The count stays.
    purge_walks(now=after + 90 * DAY, dry_run=False)
    assert not WalkRequest.objects.exists()
    assert client.get(own_page).status_code == 404
    assert WalkOutcome.objects.filter(quarter_date=datetime(2027, 1, 1).date()).count() == 12
    assert list(broken_invariants()) == []


def test_a_stranger_finds_nothing_of_it(walk_page, lambeth, client):
    get_user_model().objects.create_superuser("root", "root@example.org", "x")
    nosy = Client()
    nosy.login(username="root", password="x")
    client.post("/walk-and-talk/ask/borough/", ANSWERS["borough"])
    for step in list(ANSWERS)[1:]:
        client.post(f"/walk-and-talk/ask/{step}/", ANSWERS[step])
    walk = WalkRequest.objects.get()
    root = get_user_model().objects.get(username="root")
    assert open_request(walk_id=walk.pk, officer=root, reason="prepare") is None


def mails_to(post, user):
    return post.of(user.email.partition("@")[0]) if user.email.endswith("@example.org") else [
        mail for mail in map(type(post.of("amara")[0]), [m.parsed for m in post.sink.messages])
        if user.email in str(mail.message["To"])
    ]  # fmt: skip
