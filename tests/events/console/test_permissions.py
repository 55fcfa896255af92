"""Who may open what: every address that the portal adds below /cms/, for every role, of their own event and another's.

Everybody here runs the own event, the comms editor and the recruiter as well: without the permission that is worth
nothing. An address of ours that stands in no row fails the test.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from careers.contact.services import Question, ask_recruiter
from careers.figures.models import Figure
from careers.pages.models.snippets import StoryTheme, Team
from careers.submissions.models import StorySubmission
from events.broadcasts.models import Broadcast
from events.newsletter.models import IssuePage, NewsletterPage, Subscription
from events.newsletter.services import subscribe
from events.newsletter.services.steps import open_sending
from events.newsletter.services.subscribing import Wish
from events.outbox.models import Message, Suppression
from events.outbox.rules import MessageState
from events.pages.models import EventPage, Partner, Speaker
from events.posters.models import PosterSite
from events.registration.models import MailWording, Registration
from events.registration.services import register
from events.registration.services.registering import Application
from events.schedule.models import Event
from events.walks.models import BoroughReport, WalkOfficer
from tests.events.console.cms_urls import our_names
from tests.events.console.conftest import make_user, settle
from tests.events.console.permission_table import EDITORS, ELSEWHERE, ONLY_SUPERUSERS, ROLES, STAFF, TABLE


@dataclass
class Things:
    """What the addresses of one event name."""

    page: EventPage
    event: Event
    person: Registration
    message: Message
    broadcast: Broadcast


def sign_up(event, name):
    return register(
        event_id=event.pk,
        pool_id=event.pools.get().pk,
        now=event.created_at,
        application=Application(
            name=name,
            email=f"{name}@example.org",
            access_needs="",
            consent_text="Use my data to run this event.",
            submission=uuid.uuid4(),
        ),
    )


@pytest.fixture
def things(staffed, editor, now):
    def make(slug):
        page = editor.publishes(slug=slug, title=slug.capitalize(), capacity_online="9")
        event = Event.objects.get(key=page.translation_key)
        person = sign_up(event, f"visitor-of-{slug}")
        message = settle(person.messages.get(kind="confirmation"), MessageState.FAILED)
        broadcast = Broadcast.objects.create(
            event=event, subject="A new room", text="See you there.", created_at=now, changed_at=now
        )
        return Things(page, event, person, message, broadcast)

    return {"own": make("own"), "other": make("other")}


@pytest.fixture
def issue(things, now):
    """Return an issue with somebody to read it."""
    subscribe(
        wish=Wish(
            email="dina@example.org",
            topics=("roles",),
            language="en",
            consent_text="Send it to me.",
            submission=uuid.uuid4(),
        ),
        now=now,
    )
    newsletter = NewsletterPage(title="Newsletter", slug="newsletter")
    things["own"].page.get_parent().get_parent().add_child(instance=newsletter)
    page = IssuePage(title="March", slug="march")
    newsletter.add_child(instance=page)
    open_sending(page, now=now)
    return page


@pytest.fixture
def walks(lambeth, make_walk, now):
    """Return the ids of Walk & Talk's rows, by namespace: a request that nobody has, and what stands around it."""
    member = WalkOfficer.objects.create(user=make_user("", "becky"))
    report = BoroughReport.objects.create(borough=lambeth, quarter_date=now.date().replace(month=1, day=1))
    slot = member.user.walk_slots.create(starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=3, hours=1))
    return {
        "walks": make_walk().pk,
        "walk-times": slot.pk,
        "walk-team": member.pk,
        "walk-boroughs": lambeth.pk,
        "walk-reports": report.pk,
    }


@pytest.fixture
def rows(now, issue, walks):
    """Return the ids of what belongs to no event, by model."""
    label = {"name": "Courage", "slug": "courage", "locale": Locale.get_default()}
    figure = {
        "figure": "1 in 3",
        "meaning": "m",
        "source": "s",
        "as_of": now.date(),
        "review_by": now.date() + timedelta(days=90),
    }
    made = {
        "speaker": Speaker.objects.create(name="Dame Cressida", role="Chief"),
        "partner": Partner.objects.create(name="Fire brigade"),
        "team": Team.objects.create(**label),
        "storytheme": StoryTheme.objects.create(**label),
        "figure": Figure.objects.create(**figure),
        "mailwording": MailWording.objects.create(kind="reminder", language="en", opening="Hello.", live=True),
        "recruiter-questions": ask_recruiter(
            question=Question(
                topic="roles",
                message="Which role?",
                name="Amara",
                way="email",
                email="amara@example.org",
                phone="",
                preferred_time="any",
                language="en",
                submission=uuid.uuid4(),
            ),
            now=now,
        ),
        "reader-stories": StorySubmission.objects.create(
            name="Amara",
            email="amara@example.org",
            story="What happened.",
            part="other",
            language="en",
            submission=uuid.uuid4(),
            sent_at=now,
            changed_at=now,
        ),
        "posters": PosterSite.objects.create(
            code="ACDEF", place="Library", borough_id=walks["walk-boroughs"], created_at=now
        ),
        "suppressions": Suppression.objects.create(
            email_key="gone@example.org", scope="all", reason="Mail to it bounces for good.", created_at=now
        ),
    }
    made |= {"newsletter": Subscription.objects.get(), "issue": issue}
    ids = {name: row.pk for name, row in made.items()} | walks
    return ids | {"revision": made["mailwording"].save_revision().pk}


def url_of(name, things, rows):
    """Return an address, with what it names: something of this event, or the one row of its kind."""
    route = our_names()[name]
    if name.startswith("bulk:"):
        return f"/{route}?id={things.person.pk}"
    namespace = name.rpartition(":")[0]
    of_event = {
        "registrations": things.person.pk,
        "messages": things.message.pk,
        "event-desk": things.event.pk,
        "broadcasts": things.broadcast.pk,
    }
    pk = of_event.get(namespace) or rows.get(namespace) or rows.get(namespace.rpartition("_")[2], 0)
    numbers = {
        "page_id": rows["issue"] if namespace == "newsletter" else things.page.pk,
        "revision_id": rows["revision"] if "mailwording" in namespace else things.page.latest_revision_id,
        "event_id": things.event.pk,
        "revision_id_a": "live",
        "revision_id_b": "latest",
        "size": "a4",
        "pk": pk,
    }
    if "(?P<" in route:
        return reverse(name, kwargs={key: numbers[key] for key in re.findall(r"\(\?P<(\w+)>", route)})
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(numbers[found[1]]), route)


def outcome(response):
    """Return what an answer means, in three letters."""
    if response.status_code != 302:
        return str(response.status_code)
    if "/cms/login/" in response.url:
        return "log"
    return "no." if response.url == "/cms/" else "yes"


def ask(client, method, url):
    """Send one request without any data and undo what it did."""
    cache.clear()  # nobody is slowed down for trying
    with transaction.atomic():
        response = getattr(client, method)(url)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return outcome(response)


def expected(name, method):
    """Return the row of an address: what each role gets of their own event, and of another's."""
    namespace, _, view = name.rpartition(":")
    if namespace.startswith("wagtailsnippetchoosers_"):
        row = EDITORS if view == "create" else STAFF
    elif namespace.startswith("wagtailsnippets_"):
        row = ONLY_SUPERUSERS if (namespace.endswith("mailwording") and view == "delete") else EDITORS
    else:
        row = TABLE[name][method]
    own, _, other = row.partition(" | ")
    return own.split(), (other or own).split()


def methods_of(name):
    """Return what is tried. The forms of snippets are Wagtail's own: what they show is enough."""
    return ("get",) if name.startswith("wagtailsnippet") else ("get", "post")


def is_known(name):
    return name.startswith(("wagtailsnippet", *ELSEWHERE)) or name in TABLE


def test_every_address_of_ours_is_in_the_table():
    ours = our_names()

    assert not [name for name in ours if not is_known(name)], "say in TABLE who may open it"
    assert not [name for name in TABLE if name not in ours], "this is gone"
    assert {"registrations:inspect", "bulk:remove", "event-consequences", "style-guide"} <= set(ours)


def test_an_address_that_nobody_listed_is_found(monkeypatch):
    monkeypatch.delitem(TABLE, "registrations:inspect")

    assert [name for name in our_names() if not is_known(name)] == ["registrations:inspect"]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(role, things, rows):
    client = Client()
    if role != "anonymous":
        user = make_user(role, role)
        client.force_login(user)
        things["own"].event.officers.add(user)
    wrong = []
    for name in (name for name in our_names() if not name.startswith(ELSEWHERE)):
        for method in methods_of(name):
            for whose, row in zip(("own", "other"), expected(name, method), strict=True):
                got = ask(client, method, url_of(name, things[whose], rows))
                if got != row[ROLES.index(role)]:
                    wrong.append(f"{method} {name}, {whose}: {got}, not {row[ROLES.index(role)]}")
    assert not wrong, "\n".join(wrong)


def test_a_foreign_person_and_none_at_all_look_alike(things, log_in):
    things["own"].event.officers.add(make_user("officer", "officer"))
    officer = log_in("officer")
    foreign = officer.get(f"/cms/registrations/inspect/{things['other'].person.pk}/")
    nobody = officer.get("/cms/registrations/inspect/999999/")

    assert (foreign.status_code, foreign.content) == (nobody.status_code, nobody.content)


def test_lists_hold_the_own_event_only(things, log_in):
    things["own"].event.officers.add(make_user("officer", "officer"))
    for url in ("/cms/registrations/", "/cms/messages/", "/cms/event-desk/"):
        page = log_in("officer").get(url).content.decode()
        assert "own" in page.lower(), url
        assert "visitor-of-other" not in page and f"event-desk/inspect/{things['other'].event.pk}/" not in page, url


def test_comms_editors_see_nobody_even_of_an_event_that_they_wrote(things, log_in):
    things["own"].event.officers.add(make_user("comms", "comms"))
    comms = log_in("comms")
    for name in our_names():
        url = (
            url_of(name, things["own"], {"revision": 0})
            if name.startswith(("registrations", "messages", "bulk"))
            else ""
        )
        if url:
            assert "visitor-of-own" not in comms.get(url).content.decode(errors="replace"), name
