"""The lists: what they show, by what they are narrowed down, and how many statements they take."""

import html

import pytest
from wagtail.models import ModelLogEntry

from events.invites.models import Invite
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import Delivery, MessageState
from events.registration.models import Registration
from events.schedule.models import Event
from tests.events.console.conftest import settle

pytestmark = pytest.mark.django_db
NAMES = ("amara", "bronwen", "chioma")


@pytest.fixture
def event(publish, run_by):
    return run_by(publish(capacity=9), "officer")


@pytest.fixture
def officer(log_in):
    return log_in("officer")


def text(response):
    assert response.status_code == 200, response
    return html.unescape(response.content.decode())


def shown(response):
    """Return which of the three are in a list, in its order."""
    assert response.status_code == 200, response
    return [str(row.name).lower() for row in response.context["object_list"]]


@pytest.fixture
def three(event, sign_up):
    return [sign_up(event, name) for name in NAMES]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["chioma", "bronwen", "amara"]),
        ("q=BRON", ["bronwen"]),
        ("q=chioma@example.org", ["chioma"]),
        ("ordering=name", ["amara", "bronwen", "chioma"]),
        ("state=cancelled", ["amara"]),
        ("pool=online&ordering=name", ["amara", "bronwen", "chioma"]),
        ("pool=room", []),
        ("delivery=bounces", ["bronwen"]),
        ("delivery=arrives", ["chioma", "amara"]),
        ("attended=yes", ["chioma"]),
        ("attended=no", ["bronwen", "amara"]),
        ("reply=DECLINED", ["chioma"]),
        ("source=POSTER-LEWISHAM", ["amara"]),
        ("language=fr", ["bronwen"]),
        ("event=999", ["chioma", "bronwen", "amara"]),  # no event of theirs: the filter says so, and does nothing
    ],
)
def test_people_are_found(officer, three, now, query, names):
    amara, bronwen, chioma = (Registration.objects.filter(pk=person.pk) for person in three)
    amara.update(source="poster-lewisham", state="cancelled", ended_at=now, ended_by="attendee")
    bronwen.update(undelivered_at=now, language="fr")
    chioma.update(joined_at=now)
    Invite.objects.filter(registration=three[2]).update(answer="DECLINED")

    assert shown(officer.get(f"/cms/registrations/?{query}")) == names


def test_the_filter_offers_the_own_events_only(officer, three, publish):
    other = publish(key="33333333-3333-4333-8333-333333333333", title="A secret meeting")
    choices = officer.get("/cms/registrations/").context["filters"].form.fields["event"].queryset

    assert list(choices) == [three[0].event]
    assert other.title not in text(officer.get("/cms/registrations/"))


def test_the_waiting_list_is_in_its_order(officer, publish, run_by, sign_up, now):
    event = run_by(publish(capacity=1), "officer")
    sign_up(event, "amara")
    for name in ("zadie", "bronwen"):
        sign_up(event, name)
    page = officer.get("/cms/waiting-lists/")

    assert [(row.position, row.name) for row in page.context["object_list"]] == [(1, "Zadie"), (2, "Bronwen")]
    found = officer.get("/cms/waiting-lists/?q=bronwen").context["object_list"]
    assert [(row.position, row.name) for row in found] == [(2, "Bronwen")], "a search does not move anybody up"


def test_undelivered_are_live_people_whose_mail_bounces(officer, three, now):
    Registration.objects.filter(pk=three[0].pk).update(undelivered_at=now)
    Registration.objects.filter(pk=three[1].pk).update(undelivered_at=now, state="cancelled", ended_at=now)

    assert shown(officer.get("/cms/undelivered/")) == ["amara"]


def test_messages_say_why_and_how_far_they_got(officer, three):
    message = settle(three[0].messages.get(kind="confirmation"), MessageState.ACCEPTED, delivery=Delivery.BOUNCED)
    page = text(officer.get("/cms/messages/?delivery=5"))

    assert "sent, bounced" in page and "They registered and have a place." in page
    assert "bronwen@example.org" not in page
    assert "amara@example.org" in text(officer.get("/cms/messages/?q=amara&kind=confirmation&state=accepted"))
    assert f"/cms/messages/inspect/{message.pk}/" in page


def receipt(message, now, delivery=Delivery.DELIVERED, **fields):
    return DeliveryReceipt.objects.create(
        message=message,
        digest=f"{message.pk if message else 'none'}-{delivery}",
        provider="Postmark",
        delivery=delivery,
        happened_at=now,
        received_at=now,
        **fields,
    )


def test_receipts_name_no_address(officer, three, now):
    receipt(three[0].messages.get(kind="confirmation"), now, reason="250 OK")
    page = text(officer.get("/cms/receipts/"))

    assert "250 OK" in page and "Your place is confirmed" in page
    assert "amara" not in page


def test_a_receipt_without_its_message_is_for_who_sees_every_event(officer, log_in, three, now):
    receipt(None, now, provider_id="x", reason="early bird")

    assert "early bird" not in text(officer.get("/cms/receipts/"))
    assert "early bird" in text(log_in("desk").get("/cms/receipts/"))


def make_rows(number, event, sign_up, now):
    for person in [sign_up(event, name) for name in NAMES[:number]]:
        receipt(person.messages.get(kind="confirmation"), now)
        Suppression.objects.create(email_key=person.email_key, scope="news", reason="Asked for it.", created_at=now)
    for name in NAMES[:number]:
        sign_up(event, f"{name}-waits")
    Registration.objects.filter(state="confirmed").update(undelivered_at=now)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("url", "role", "statements"),
    [
        ("/cms/registrations/", "officer", 20),
        ("/cms/registrations/?q=a&state=confirmed", "officer", 20),
        ("/cms/waiting-lists/", "officer", 20),
        ("/cms/undelivered/", "officer", 20),
        ("/cms/messages/", "officer", 20),
        ("/cms/receipts/", "officer", 20),
        ("/cms/event-desk/", "officer", 16),
        ("/cms/event-desk/inspect/{event}/", "officer", 28),
        ("/cms/suppressions/", "desk", 19),
    ],
)
def test_statements_do_not_grow_with_rows(
    log_in, publish, run_by, sign_up, now, django_assert_num_queries, number, url, role, statements
):
    event = run_by(publish(capacity=number), "officer")
    make_rows(number, event, sign_up, now)
    client, address = log_in(role), url.format(event=event.pk)
    client.get(address)
    with django_assert_num_queries(statements):
        response = client.get(address)

    if "object_list" in response.context:
        assert response.context["object_list"], "the list must not be empty"


def test_events_are_counted_per_event(log_in, publish, run_by, django_assert_num_queries):
    """The list of events itself: one statement however many there are."""
    for number in range(3):
        run_by(publish(key=f"{number}1111111-1111-4111-8111-111111111111", slug=f"event-{number}"), "officer")
    assert Event.objects.count() == 3
    officer = log_in("officer")
    officer.get("/cms/event-desk/")
    with django_assert_num_queries(16):
        officer.get("/cms/event-desk/")


class TestAudit:
    """One entry a request: who, which events, how many rows, by what narrowed down; never a name or an address."""

    def entry(self, action):
        return ModelLogEntry.objects.get(action=f"events.{action}")

    def test_a_list_with_a_search(self, officer, three):
        officer.get("/cms/registrations/?q=amara@example.org&state=confirmed")

        entry = self.entry("registrations_listed")
        assert entry.user.username == "officer"
        assert entry.data == {"rows": 1, "events": [three[0].event_id], "narrowed_by": ["search", "state"]}
        assert "amara" not in f"{entry.data}{entry.label}"

    def test_messages(self, officer, three):
        officer.get("/cms/messages/")

        assert self.entry("messages_listed").data["rows"] == Message.objects.count()

    def test_what_was_refused_is_not_a_look(self, log_in, three):
        log_in("comms").get("/cms/registrations/")

        assert not ModelLogEntry.objects.filter(action__startswith="events.").exists()
