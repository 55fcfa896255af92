"""Addresses that are not written to: masked in the list, looked up whole, added and lifted with a reason."""

import html

import pytest
from wagtail.models import ModelLogEntry

from events.console.rules import masked
from events.outbox.models import Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(log_in):
    return log_in("desk")


@pytest.fixture
def gone(now):
    return Suppression.objects.create(
        email_key="amara@example.org", scope="all", reason="Mail to it bounces for good.", created_at=now
    )


def text(response):
    return " ".join(html.unescape(response.content.decode()).split())


def entry(action):
    return ModelLogEntry.objects.get(action=f"events.{action}")


def test_the_list_masks_addresses(desk, gone):
    page = text(desk.get("/cms/suppressions/"))

    assert "a…@example.org" in page and "bounces for good" in page
    assert "amara@example.org" not in page
    assert entry("suppressions_listed").data["rows"] == 1


@pytest.mark.parametrize(("typed", "found"), [("AMARA@Example.org", 1), ("amar@example.org", 0)])
def test_an_address_is_looked_up_whole(desk, gone, typed, found):
    page = text(desk.post("/cms/suppressions/look-up/", {"email": typed}))

    assert ("This address is not written to" in page) == bool(found)
    assert entry("suppression_sought").data == {"found": found}


def test_adding_twice_is_once(desk):
    said = {"email": "amara@example.org", "scope": "news", "reason": "Asked by phone."}
    assert desk.post("/cms/suppressions/new/", said | {"reason": ""}).status_code == 422
    desk.post("/cms/suppressions/new/", said)
    desk.post("/cms/suppressions/new/", said)

    assert Suppression.objects.get().email_key == "amara@example.org"
    assert entry("suppression_added").data == {"scope": "news"}


def test_lifting_needs_a_reason(desk, gone):
    url = f"/cms/suppressions/lift/{gone.pk}/"
    assert "amara@" not in text(desk.get(url))
    assert desk.post(url, {"reason": ""}).status_code == 422
    assert Suppression.objects.exists()
    desk.post(url, {"reason": "The mailbox works again."})

    assert not Suppression.objects.exists()
    assert desk.post(url, {"reason": "Again."}).status_code == 404
    data = entry("suppression_lifted").data
    assert data == {"scope": "all", "why": "The mailbox works again."}


@pytest.mark.parametrize(
    ("address", "shown"), [("amara@example.org", "a…@example.org"), ("a@b.example", "a…@b.example"), ("", "…")]
)
def test_masking(address, shown):
    assert masked(address) == shown
