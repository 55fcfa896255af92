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
from events.registration.models import MailWording, Registration
from events.registration.services import register
from events.registration.services.registering import Application
from events.schedule.models import Event
from tests.events.console.cms_urls import our_names
from tests.events.console.conftest import make_user, settle

ROLES = ("anonymous", "comms", "lead", "officer", "desk", "recruiter", "superuser")

# What an answer means: "log" to the log-in page, "no." refused (back to the front page), "yes" done (a redirect
# elsewhere), and otherwise the status. In the order of the roles:
#          anon comms lead officer desk recruiter superuser, of the own event and, where it differs, of another's.
NOBODY = "log  no.  no.  no.  no.  no.  no."
ONLY_SUPERUSERS = "log no. no. no. no. no. 200"
STAFF = " log  200  200  200  200  200  200"
EDITORS = "log 200  200  no.  no.  no.  200"
WRONG_WAY = "log 405 405 405  405  405  405"
PEOPLE = "log  no.  no.  200  200  no.  200"
ONE_PERSON = "log no. no. 200 200 no. 200 | log no. no. 404 200 no. 200"
PERSON_DONE = "log no. no. yes yes no. yes | log no. no. 404 yes no. yes"
FIGURES = "log no.  200  200  200  no.  200"
ONE_EVENT = "log no. 200 200 200 no. 200 | log no. 200 404 200 no. 200"
EVENT_DONE = "log no. yes yes yes no. yes | log no. yes 404 yes no. yes"
ADDRESSES = "log no. no. no.  200  no.  200"
ISSUES = "log 200 200  no.  no.  no.  200"
ISSUE_SENT = "log no. 200 no.  no.  no.  200"
QUEUE = "log  no.  no.  no.  no.  200  200"
STORY_DONE = "log yes yes no. no. no. yes"
QUEUE_DONE = "log no. no. no. no.  yes  yes"


def no_post(row):
    """Return what a POST gets where only looking is offered: who may look learns that this is not the way."""
    return {"get": row, "post": row.replace("200", "405")}


def form(row):
    """Return what a form with nothing in it gets: its errors, for who may fill it in."""
    return {"get": row, "post": row.replace("200", "422")}


def both(row):
    return {"get": row, "post": row}


def post_only(row):
    return {"get": WRONG_WAY, "post": row}


TABLE = {
    "cms/login/": {"get": "200 no. no. no. no. no. no.", "post": "200 200 200 200 200 200 200"},
    "style-guide": both(STAFF),
    # Whoever may publish the page: the count of mails names nobody.
    "event-consequences": {
        "get": "log 200 200 200 200 no. 200",
        "post": "log yes yes yes yes no. yes",
    },
    "event-desk:index": no_post(FIGURES),
    "event-desk:index_results": no_post(FIGURES),
    "event-desk:inspect": no_post("log 404 200 200 200 404 200 | log 404 200 404 200 404 200"),
    "event-desk:cancel": {"get": ONE_EVENT, "post": EVENT_DONE},
    "event-desk:postpone": {"get": ONE_EVENT, "post": EVENT_DONE},
    "event-desk:host": form(ONE_PERSON),
    "event-desk:officers": {"get": "log no. 200 no. 200 no. 200", "post": "log no. yes no. yes no. yes"},
    "event-desk:old-times": post_only(PERSON_DONE),
    "registrations:index": no_post(PEOPLE),
    "registrations:index_results": no_post(PEOPLE),
    "registrations:inspect": no_post("log 404 404 200 200 404 200 | log 404 404 404 200 404 200"),
    "registrations:remove": {"get": ONE_PERSON, "post": PERSON_DONE},
    "registrations:address": form(ONE_PERSON),
    "registrations:attended": post_only(PERSON_DONE),
    "registrations:again": post_only(PERSON_DONE),
    "registrations:lift": post_only(PERSON_DONE),
    "waiting-lists:index": no_post(PEOPLE),
    "waiting-lists:index_results": no_post(PEOPLE),
    "undelivered:index": no_post(PEOPLE),
    "undelivered:index_results": no_post(PEOPLE),
    "messages:index": no_post(PEOPLE),
    "messages:index_results": no_post(PEOPLE),
    "messages:inspect": no_post("log 404 404 200 200 404 200 | log 404 404 404 200 404 200"),
    "messages:again": post_only(PERSON_DONE),
    "receipts:index": no_post(PEOPLE),
    "receipts:index_results": no_post(PEOPLE),
    "suppressions:index": no_post(ADDRESSES),
    "suppressions:index_results": no_post(ADDRESSES),
    "suppressions:look-up": form(ADDRESSES),
    "suppressions:new": form(ADDRESSES),
    "suppressions:lift": form(ADDRESSES),
    **{
        f"bulk:{name}": {"get": ONE_PERSON, "post": PERSON_DONE}
        for name in ("remove", "send-again", "attended", "not-attended")
    },
    "broadcasts:index": {"get": PEOPLE, "post": WRONG_WAY},
    **{f"broadcasts:{name}": {"get": ONE_PERSON, "post": WRONG_WAY} for name in ("event", "show")},
    **{f"broadcasts:{name}": form(ONE_PERSON) for name in ("new", "edit")},
    "broadcasts:schedule": post_only(ONE_PERSON.replace("200", "422")),
    "broadcasts:start": {"get": ONE_PERSON, "post": PERSON_DONE},
    "broadcasts:stop": both(PERSON_DONE),  # what has not started is not stopped: the GET leads back
    **{f"broadcasts:{name}": post_only(PERSON_DONE) for name in ("test", "take-back", "hold", "resume")},
    "reader-stories:index": no_post(EDITORS),
    "reader-stories:index_results": no_post(EDITORS),
    "reader-stories:inspect": no_post(EDITORS),
    # The story in `rows` has no picture, and no list of stories that a page could be made in.
    "reader-stories:picture": {"get": "log 404 404 no. no. no. 404", "post": WRONG_WAY},
    "reader-stories:preview": post_only(STORY_DONE),
    **{f"reader-stories:{name}": post_only(STORY_DONE) for name in ("take", "note", "decline", "close", "draft")},
    **{
        f"reader-stories:{name}": both(NOBODY)
        for name in ("add", "edit", "delete", "history", "history_results", "usage")
    },
    # The comms team writes and tests issues, leads send them, the events desk sees who reads them.
    "newsletter:index": {"get": ISSUES, "post": WRONG_WAY},
    "newsletter:show": {"get": ISSUES, "post": WRONG_WAY},
    "newsletter:test": post_only(ISSUES.replace("200", "yes")),
    "newsletter:schedule": post_only(ISSUE_SENT.replace("200", "422")),
    "newsletter:start": {"get": ISSUE_SENT.replace("200", "yes"), "post": ISSUE_SENT.replace("200", "yes")},
    "newsletter:stop": both(ISSUE_SENT.replace("200", "yes")),
    **{f"newsletter:{name}": post_only(ISSUE_SENT.replace("200", "yes")) for name in ("take-back", "hold", "resume")},
    "newsletter:readers": {"get": "log 200 200 no. 200 no. 200", "post": WRONG_WAY},
    "newsletter:end": post_only("log no. no. no. yes no. yes"),
    "recruiter-questions:index": no_post(QUEUE),
    "recruiter-questions:index_results": no_post(QUEUE),
    "recruiter-questions:inspect": no_post(QUEUE),
    **{f"recruiter-questions:{name}": post_only(QUEUE_DONE) for name in ("take", "note", "close", "reopen")},
    **{
        f"recruiter-questions:{name}": both(NOBODY)
        for name in ("add", "edit", "delete", "history", "history_results", "usage")
    },
}


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
def rows(now, issue):
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
        "suppressions": Suppression.objects.create(
            email_key="gone@example.org", scope="all", reason="Mail to it bounces for good.", created_at=now
        ),
    }
    made |= {"newsletter": Subscription.objects.get(), "issue": issue}
    return {name: row.pk for name, row in made.items()} | {"revision": made["mailwording"].save_revision().pk}


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
    return name.startswith("wagtailsnippet") or name in TABLE


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
    for name in our_names():
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
