"""Canaries: a string of its own in every sensitive field of twenty requests, and then everything is searched for them.

What a visitor's process wrote, what the worker logged and sent, every table, the cache, the search index, every page
of the CMS that its links lead to: nowhere but in the answer to the assigned officer who opens a request.
"""

import base64
import html
import io
import logging
import pickle
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from wagtail.models import Page

from events.walks.models import MeetingPoint, WalkPage, WalkRequest
from events.walks.rules import Outcome, Theme
from events.walks.services import allocate, choose_time, give_slot, offer_times, open_request, record_outcome
from portal.page_cache.store import pages
from tests.events.walks.test_asking import ANSWERS

REQUESTS = 20
FIELDS = ("area", "worries", "needs", "name", "email", "safe")
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def canary(field, number):
    return f"kanari{field}{number:02d}zz"


CANARIES = [canary(field, number) for field in (*FIELDS, "note") for number in range(REQUESTS)]
ANY = re.compile("kanari[a-z]+[0-9]{2}zz", re.IGNORECASE)


def found_in(*texts):
    """Return which canaries sing, in the clear or in an encoding that somebody could undo without a key."""
    sung = Counter()
    for text in texts:
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        sung.update(match.decode().lower() for match in re.findall(ANY.pattern.encode(), raw, re.IGNORECASE))
        for word in re.findall(rb"[A-Za-z0-9+/_-]{24,}={0,2}", raw):
            for shift in range(4):
                piece = word[shift:].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
                try:
                    decoded = base64.b64decode(piece + b"=" * (-len(piece) % 4))
                except ValueError:
                    continue
                sung.update(match.decode().lower() for match in re.findall(ANY.pattern.encode(), decoded))
        for word in re.findall(rb"(?:[0-9a-fA-F]{2}){12,}", raw):
            sung.update(m.decode() for m in re.findall(ANY.pattern.encode(), bytes.fromhex(word.decode())))
    return sung


@pytest.fixture
def logged():
    """Every line that anybody logs, in the form in which it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.DEBUG)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def asks(number):
    """One woman, on her own phone; every third is reached by text, and every second discreetly."""
    client = Client()
    client.post("/walk-and-talk/ask/borough/", ANSWERS["borough"])
    own = {
        "route": {"area": canary("area", number)},
        "worries": {"worries": canary("worries", number), "needs": canary("needs", number)},
        "contact": {
            "name": canary("name", number),
            "email": f"{canary('email', number)}@example.org",
            "safe_time": "own_words",
            "safe_time_words": canary("safe", number),
            "is_discreet": "on" if number % 2 else "",
        },
    }
    for step in list(ANSWERS)[1:]:
        answers = ANSWERS[step] | own.get(step, {})
        if step == "worries":  # a slip on the way: the page with the error goes nowhere else
            client.post("/walk-and-talk/ask/worries/", answers | {"worries": "x" * 2_000 + canary("worries", number)})
        response = client.post(f"/walk-and-talk/ask/{step}/", answers)
        assert response.status_code == 303
    own_page = response.headers["Location"]
    assert not found_in(own_page, client.get(own_page).content), "her own page shows nothing of it either"
    client.get("/walk-and-talk/ask/nothing/?q=" + canary("area", number)[:6])
    return own_page.partition("?")[0]


def dump():
    """Return every table as text, its binary columns as they are: what a backup of the web tier holds."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a name that the database gave)
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    parts.append(raw)
    return parts


def sent_mails(sink):
    """Return every mail as its reader's program has it, headers and decoded parts, but for the reader's own address."""
    for sent in sink.messages:
        texts = []
        for part in sent.parsed.walk():
            texts += [f"{name}: {value}" for name, value in part.items()]
            if not part.is_multipart():
                # RFC 5545, section 3.1: a folded line would cut an address in two.
                texts.append(part.get_payload(decode=True).decode().replace("\r\n ", ""))
        for reader in sent.recipients:
            texts = [re.sub(re.escape(reader), "(reader)", text, flags=re.IGNORECASE) for text in texts]
        yield texts


DESK = ("/cms/walks/", *(f"/cms/walks/{part}/" for part in ("times", "team", "boroughs", "reports", "figures")))


def crawl(user, start="/cms/", most=120):
    """Return every page of the CMS that links lead to, as somebody sees it."""
    client = Client()
    client.force_login(user)
    own = [f"/cms/walks/{pk}/" for pk in WalkRequest.objects.values_list("pk", flat=True)]
    waiting, seen, read = [start, *DESK, *own, "/cms/reports/site-history/"], set(), []
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or "logout" in path:
            continue
        seen.add(path)
        response = client.get(path)
        if response.status_code == 200 and not response.streaming and "html" in response.headers["Content-Type"]:
            read.append(response.content)
            links = re.findall(r'href="(/cms/[^"#]*)"', response.content.decode())
            waiting += sorted({html.unescape(link) for link in links})
        elif response.status_code == 200:
            read.append(b"".join(response.streaming_content) if response.streaming else response.content)
    return read


def test_no_canary_sings_but_to_the_officer_who_opens_the_request(
    site, lambeth, officer, coordinator, clock, smtp_sink, settings, logged
):
    home = Page.objects.get(slug="portal-home")
    home.add_child(instance=WalkPage(title="Walk & Talk", slug="walk-and-talk"))
    lambeth.weekly_quota = 100
    lambeth.save()
    held, settings.WALKS_PRIVATE_KEYS = settings.WALKS_PRIVATE_KEYS, []

    # The public process takes in twenty requests. It holds no private key.
    own_pages = [asks(number) for number in range(REQUESTS)]
    assert WalkRequest.objects.count() == REQUESTS
    assert not found_in(*dump(), logged(), pickle.dumps(getattr(cache, "_cache", {})))

    # The worker and the desk hold it: every request goes as far as a walk, a note and a record.
    settings.WALKS_PRIVATE_KEYS = held
    clock.reaches(MONDAY)
    place = MeetingPoint.objects.get()
    visitor = Client()
    for number, walk in enumerate(WalkRequest.objects.order_by("pk")):
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=coordinator, now=MONDAY)
        for hour in (0, 1):
            starts_at = MONDAY + timedelta(days=2 + number, hours=hour)
            give_slot(officer=officer, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45), now=MONDAY)
        free = officer.walk_slots.filter(starts_at__date=(MONDAY + timedelta(days=2 + number)).date())
        picks = [(slot.pk, place.pk) for slot in free]
        assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=MONDAY) == "offered"
        choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=MONDAY)
    clock.reaches(MONDAY + timedelta(days=1))
    opened = [
        open_request(walk_id=walk.pk, officer=officer, reason="prepare") for walk in WalkRequest.objects.order_by("pk")
    ]
    for number, walk in enumerate(WalkRequest.objects.order_by("pk")):
        if number < REQUESTS // 2:
            record_outcome(
                walk_id=walk.pk,
                outcome=Outcome.WALKED,
                themes=[Theme.LIGHTING],
                note=canary("note", number),
                officer=officer,
                now=MONDAY + timedelta(days=30),
            )
    clock.reaches(MONDAY + timedelta(days=31))
    for own_page in own_pages:
        visitor.get(own_page)
    for command in ("update_index", "rebuild_references_index"):
        call_command(command, verbosity=0, stdout=io.StringIO())

    # Mails were sent, pages were read, things were logged: there is something to search.
    sent = list(sent_mails(smtp_sink))
    assert len(sent) > 3 * REQUESTS and logged().count("walk.") > REQUESTS
    root = get_user_model().objects.create_superuser("root", "root@example.org", "x")
    read = {who.username: crawl(who) for who in (root, coordinator, officer)}
    assert len(read["root"]) > 30

    sung = {
        "tables": found_in(*dump()),
        "log": found_in(logged()),
        "mails": found_in(*(text for texts in sent for text in texts)),
        "cache": found_in(pickle.dumps(getattr(cache, "_cache", {})), repr(vars(pages))),
        **{f"CMS as {who}": found_in(*contents) for who, contents in read.items()},
    }
    assert {where: dict(what) for where, what in sung.items() if what} == {}

    # At the desk the officer opens one request and reads its words, and no others.
    opening, number = Client(), REQUESTS - 1
    opening.force_login(officer)
    last = WalkRequest.objects.order_by("pk")[number]
    answer = opening.post(f"/cms/walks/{last.pk}/open/", {"reason": "prepare"})
    assert set(found_in(answer.content)) == {canary(field, number) for field in FIELDS}
    assert "no-store" in answer.headers["Cache-Control"]
    assert not found_in(*dump(), logged(), *crawl(officer)), "and it stands nowhere after that"

    # And the officer who has them reads every one of them.
    told = found_in(*(repr(one) for one in opened))
    assert set(told) == {canary(field, number) for field in FIELDS for number in range(REQUESTS)}


def test_control_a_canary_in_the_clear_a_mail_or_a_log_is_heard(db, logged):
    logging.getLogger("anything").info("she said %s", canary("worries", 7))
    assert found_in(logged())
    assert found_in(base64.b64encode(b"abc" + canary("name", 3).encode() + b"def").decode())
    assert found_in(canary("area", 1).encode().hex())
    get_user_model().objects.create_user(canary("name", 1))
    assert found_in(*dump())
