"""The mail that passes on what somebody wrote to us: to the contact of the event, quoted, as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from events.invites.models import InboundMail
from events.outbox.messages import Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from portal.branding import Branding, site_branding
from portal.mail import render_shared


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardBatch:
    """What composing a batch needs, loaded in a few statements."""

    branding: Branding
    mails: dict[str, InboundMail]
    titles: dict[int, str]


def forward_key(*, sender_digest: str, digest: str) -> str:
    """Return the dedupe key of a forward. It holds who wrote, as a digest, so that theirs can be counted."""
    return f"forwarded:{sender_digest}:{digest}"


def prepare(messages: Sequence[Message]) -> ForwardBatch:
    """Load the mails, and the titles of the events that they are about."""
    mails = InboundMail.objects.filter(digest__in=[_digest(message) for message in messages])
    about = Message.objects.filter(pk__in=[message.pk for message in messages], session__isnull=False)
    return ForwardBatch(
        branding=site_branding(),
        mails={mail.digest: mail for mail in mails},
        titles=dict(about.values_list("pk", "session__event__title")),
    )


def compose(message: Message, batch: ForwardBatch) -> Draft:
    """Compose one forward, in the site's language: its reader is staff. Raises Obsolete when the words are gone."""
    mail = batch.mails.get(_digest(message))
    if mail is None or not (mail.sender or mail.subject or mail.text):
        raise Obsolete("Its words have been deleted.")
    context = {
        "brand": batch.branding,
        "language": settings.LANGUAGE_CODE,
        "sender": mail.sender,
        "subject": mail.subject,
        "paragraphs": mail.text.split("\n"),
        "event_title": batch.titles.get(message.pk, ""),
        "contact_email": batch.branding.contact_email,
    }
    with override(settings.LANGUAGE_CODE):
        subject, text, html = render_shared(message.kind, context).for_reader({})
    return Draft(
        to_name="",
        to_email=message.to_email,
        from_name=batch.branding.organisation,
        reply_to=mail.sender,
        subject=subject,
        text=text,
        html=html,
    )


def _digest(message: Message) -> str:
    return message.dedupe_key.rpartition(":")[2]


register(MessageKind(name="forwarded", prepare=prepare, compose=compose))
