"""What providers report, through anymail's own views: every provider, verified, and never a 500 for bad bytes."""

import base64
import json
import random
import uuid

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import Delivery, MessageState, Scope
from portal.env import ANYMAIL_PROVIDERS
from tests.events.outbox.providers import KEYS, PROVIDERS, SECRET, URL

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.events.outbox.webhook_urls")]


@pytest.fixture(autouse=True)
def keys(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, **KEYS}


@pytest.fixture
def call():
    """Return a caller: a provider's request, with the shared secret unless told otherwise."""

    def do(made, *, secret=SECRET, **headers):
        auth = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
        return Client(raise_request_exception=False).post(
            URL.format(path=made.path),
            data=made.body,
            content_type=made.content_type,
            headers=auth | made.headers | headers,
        )

    return do


@pytest.fixture
def sent(queue, now):
    """Return a message that its provider has taken."""
    message = queue("amara")
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.ACCEPTED,
        handed_off_at=now,
        settled_at=now,
        provider_id=f"known-to-provider-{message.key}",
        delivery=Delivery.ACCEPTED,
    )
    message.refresh_from_db()
    return message


def made(provider, what, message):
    return PROVIDERS[provider](what, str(message.key), message.to_email)


def delivery(message):
    message.refresh_from_db()
    return message.delivery


def test_every_provider_that_can_be_chosen_is_tried_here():
    assert {name.replace("-", "_") for name in ANYMAIL_PROVIDERS} == set(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_delivery_is_recorded(provider, call, sent):
    response = call(made(provider, "delivered", sent))

    assert response.status_code == 200
    # Mandrill says only that it has sent.
    assert delivery(sent) == (Delivery.ACCEPTED if provider == "mandrill" else Delivery.DELIVERED)
    assert sent.receipts.count() == 1
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_address_that_does_not_exist_is_written_to_no_more(provider, call, sent):
    call(made(provider, "bounced", sent))

    assert delivery(sent) == Delivery.BOUNCED
    assert sent.receipts.get().is_permanent
    assert Suppression.objects.get().scope == Scope.ALL
    assert "amara" not in sent.delivery_reason


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_full_mailbox_is_no_reason_to_write_no_more(provider, call, sent):
    call(made(provider, "full", sent))

    assert delivery(sent) in {Delivery.BOUNCED, Delivery.DEFERRED}
    assert not sent.receipts.get().is_permanent
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", [name for name in PROVIDERS if name != "postal"])
def test_who_reports_spam_gets_only_what_concerns_her_place(provider, call, sent):
    call(made(provider, "complained", sent))

    assert delivery(sent) == Delivery.COMPLAINED
    assert Suppression.objects.get().scope == Scope.OPTIONAL


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("secret", ["", "portal:wrong"])
def test_a_forged_call_changes_nothing(provider, secret, call, sent):
    request = made(provider, "bounced", sent)
    if provider == "postal":  # signed by the provider itself; no shared secret is asked for
        request = PROVIDERS["postal"]("bounced", str(sent.key), sent.to_email)
        request.headers["X-Postal-Signature"] = base64.b64encode(b"x" * 256).decode()
    if provider == "mandrill":
        request.headers["X-Mandrill-Signature"] = "forged"

    response = call(request, secret=secret)

    assert response.status_code in {401, 403}
    assert delivery(sent) == Delivery.ACCEPTED
    assert not DeliveryReceipt.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", ["mailersend", "mailgun", "unisender_go"])
def test_the_shared_secret_alone_does_not_do_where_the_provider_signs(provider, call, sent, settings):
    request = made(provider, "bounced", sent)
    settings.ANYMAIL = settings.ANYMAIL | {
        "MAILERSEND_SIGNING_SECRET": "another",
        "MAILGUN_WEBHOOK_SIGNING_KEY": "another",
        "UNISENDER_GO_API_KEY": "another",
    }

    assert call(request).status_code == 403
    assert delivery(sent) == Delivery.ACCEPTED


def test_a_report_about_somebody_elses_address_is_not_believed(call, sent):
    call(PROVIDERS["sendgrid"]("bounced", str(sent.key), "bronwen@example.org"))

    assert delivery(sent) == Delivery.ACCEPTED
    assert not Suppression.objects.exists()


def test_a_report_about_another_installations_mail_leaves_no_trace(call, sent):
    call(PROVIDERS["sendgrid"]("bounced", str(uuid.uuid4()), "amara@example.org"))

    assert not DeliveryReceipt.objects.exists()
    assert not Suppression.objects.exists()


def test_the_same_call_a_thousand_times_is_one_receipt(call, sent):
    request = made("sendgrid", "delivered", sent)

    for _ in range(1_000):
        assert call(request).status_code == 200

    assert sent.receipts.count() == 1


JUNK = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"[null]",
    b'"text"',
    b"\xff\xfe\x00",
    b"[[[[[[[[[[[[]]]]]]]]]]]]",
    b'[{"event": ["bounce"], "timestamp": "never", "email": {"a": 1}}]',
    b'{"event-data": 7, "signature": {"token": 1}}',
    b'{"Type": "Notification", "Message": "{"}',
    json.dumps({"events": [{"event": None}]}).encode(),
    json.dumps([{"msys": {"message_event": {"type": 4, "rcpt_meta": "x"}}}]).encode(),
]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
def test_what_cannot_be_read_is_refused_and_changes_nothing(provider, body, call, sent):
    request = made(provider, "delivered", sent)
    response = call(type(request)(path=request.path, body=body, headers=request.headers))

    assert response.status_code in {200, 400, 403}
    assert not DeliveryReceipt.objects.exists()


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_truncated_report_is_refused(call, sent, cut):
    request = made("sendgrid", "delivered", sent)

    response = call(type(request)(path=request.path, body=request.body[:-cut], headers=request.headers))

    assert response.status_code == 400
    assert not DeliveryReceipt.objects.exists()


@pytest.mark.parametrize("provider", ["sendgrid", "mandrill"])
def test_a_huge_body_is_not_read(provider, call, sent):
    request = made(provider, "delivered", sent)

    response = call(type(request)(path=request.path, body=b"[" + b" " * 2_000_001 + b"]"))

    assert response.status_code == 413


def test_wrong_types_inside_a_report_are_taken_for_nothing(call, sent):
    said = json.loads(made("sendgrid", "delivered", sent).body)[0]
    for field, value in (("smtp-id", ["x"]), ("response", {"a": 1}), ("sg_event_id", None), ("category", 4)):
        body = json.dumps([said | {field: value, "reason": "a\x00b"}]).encode()
        assert call(type(made("sendgrid", "delivered", sent))(path="sendgrid/tracking", body=body)).status_code == 200

    assert delivery(sent) == Delivery.DELIVERED


def test_half_a_surrogate_costs_neither_its_own_report_nor_the_next(call, sent, queue, now):
    other = queue("bronwen")
    said = json.loads(made("sendgrid", "delivered", sent).body)[0]
    second = json.loads(made("sendgrid", "delivered", other).body)[0]
    body = json.dumps([said | {"response": "mailbox full \ud83d"}, second]).encode()

    assert call(type(made("sendgrid", "delivered", sent))(path="sendgrid/tracking", body=body)).status_code == 200

    assert (delivery(sent), delivery(other)) == (Delivery.DELIVERED, Delivery.DELIVERED)


def test_only_a_database_that_is_down_is_a_500_so_that_the_provider_asks_again(call, sent):
    def down(execute, sql, parameters, many, context):
        if "deliveryreceipt" in sql:
            raise OperationalError("gone")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(down):
        assert call(made("sendgrid", "delivered", sent)).status_code == 500


def test_the_portal_itself_opens_no_webhook_without_a_secret():
    assert settings.WEBHOOK_PROVIDERS == []


STORM = ["delivered", "full", "bounced", "complained"]


def storm(call, message, seed):
    """Send every report three times, shuffled."""
    calls = [made("postmark", what, message) for what in STORM] * 3
    random.Random(seed).shuffle(calls)
    for request in calls:
        assert call(request).status_code == 200


@pytest.mark.parametrize("seed", range(100))
def test_a_storm_of_reports_ends_in_the_same_state_whatever_their_order(call, sent, seed):
    storm(call, sent, seed)

    assert delivery(sent) == Delivery.COMPLAINED
    assert sent.receipts.count() == 4
    assert set(Suppression.objects.values_list("scope", flat=True)) == {Scope.ALL, Scope.OPTIONAL}
