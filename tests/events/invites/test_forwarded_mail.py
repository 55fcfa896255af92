"""The mail that passes on what somebody wrote: read by eye, in the site's language, with nothing of theirs but text."""

from pathlib import Path

import pytest

from events.invites.inbound import clean
from events.invites.messages import compose, prepare
from events.invites.models import InboundMail
from events.outbox.delivery.mime import ComposedMail
from events.outbox.services import draft_row
from tests.events.registration.test_mails import compare_with_golden

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "mails"


@pytest.fixture
def forward(publish, now):
    """Return a maker of the message that passes on a mail."""
    session = publish().sessions.get()

    def make(*, sender="amara@example.org", subject="A question", text="Is there a quiet room?\n\nAmara", number=1):
        mail = InboundMail.objects.create(
            digest=f"{number:064}", outcome="forwarded", sender=sender, subject=subject, text=text, received_at=now
        )
        row = draft_row(
            kind="forwarded",
            dedupe_key=f"forwarded:0:{mail.digest}",
            to_email="outreach@example.org",
            session_id=session.pk,
            now=now,
        )
        row.save()
        return row

    return make


def draft_of(row):
    return compose(row, prepare([row]))


def test_it_reads_as_it_was_read_by_eye(forward):
    compare_with_golden(draft_of(forward()), GOLDEN, "forwarded")


def test_where_the_site_is_french_it_is_french(forward, settings):
    settings.LANGUAGE_CODE = "fr"

    compare_with_golden(draft_of(forward()), GOLDEN / "fr", "forwarded")


def test_nobodys_mail_says_that_it_cannot_be_answered(forward):
    draft = draft_of(forward(sender="", subject=""))

    assert draft.reply_to == ""
    assert draft.subject == "Fwd: (no subject)"
    assert "cannot be answered" in draft.text


def test_nothing_of_theirs_is_more_than_text(forward, now):
    evil = "<script>alert(1)</script> {{ brand }} \ue000name\ue001\n.\n"
    draft = draft_of(forward(subject="<b>Evil</b>\r\nBcc: everybody@example.org", text=clean(evil)))

    assert "<script>" not in draft.html
    assert "&lt;script&gt;" in draft.html
    assert "{{ brand }}" in draft.text
    mail = ComposedMail(draft=draft, from_email="events@example.org", message_id="<1@example.org>", date=now)
    assert mail.raw["Bcc"] is None
    assert mail.raw["Reply-To"] == "amara@example.org"
    assert mail.raw["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_takes_the_same_statements_whatever_its_size(forward, number, django_assert_num_queries):
    rows = [forward(number=n) for n in range(number)]

    with django_assert_num_queries(7):  # mails, titles, and the branding with its settings
        batch = prepare(rows)
        for row in rows:
            compose(row, batch)
