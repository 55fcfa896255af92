"""The newsletter’s mails: to confirm, to who asks again, an issue, and an issue to who wants to see it first."""

import re
import textwrap
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import override
from wagtail.models import Page

from events.newsletter.models.sending import IssueEdition
from events.newsletter.models.subscription import Subscription
from events.newsletter.queries import Content, content_of, without_unpublished
from events.newsletter.rules import (
    CONFIRM_KIND,
    ISSUE_KIND,
    KNOWN_KIND,
    TEST_KIND,
    SubscriptionState,
    Topic,
    concerns,
)
from events.newsletter.tokens import confirm_token, confirm_url, preferences_url, reader_token, unsubscribe_url
from events.outbox.messages import Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from events.outbox.rules import MARKETING
from portal.branding import Branding, site_branding
from portal.mail import SharedMail, placeholder, render_shared

# Whom a test is written to: nobody's key, so that its links lead nowhere.
SAMPLE_KEY = uuid.UUID("c0000000-0000-4000-8000-000000000000")
PERSONAL = ("preferences_url", "unsubscribe_url", "confirm_url")
# What a test names in `Message.about`: the page whose draft it shows.
ABOUT_PAGE = "events.issuepage:"
LINE = 72

_LINK = re.compile(r'<a\s[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ITEM, _END = re.compile(r"<li[^>]*>"), re.compile(r"</(?:p|ul|ol|h\d)>|<br\s*/?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing a batch needs, loaded in a few statements."""

    branding: Branding
    subscriptions: Mapping[int, Subscription]
    editions: Mapping[tuple[int, str], Content]
    drafts: Mapping[str, tuple[Content, str]]
    rendered: dict[tuple[object, ...], SharedMail] = field(default_factory=dict)


def prepare(messages: Sequence[Message]) -> Batch:
    """Load the readers, what the issues say, and the drafts that somebody wants to see."""
    sent = {m.issue_sending_id for m in messages if m.kind == ISSUE_KIND}
    editions = list(IssueEdition.objects.filter(sending_id__in=sent))
    return Batch(
        branding=site_branding(),
        subscriptions=Subscription.objects.in_bulk([m.subscription_id for m in messages if m.subscription_id]),
        editions={
            (edition.sending_id, edition.language): content
            for edition, content in zip(editions, without_unpublished([e.content for e in editions]), strict=True)
        },
        drafts=_drafts({m.about: m.due_at for m in messages if m.kind == TEST_KIND}),
    )


def _drafts(wanted: Mapping[str, datetime]) -> dict[str, tuple[Content, str]]:
    found = {}
    for about, at in wanted.items():
        page = Page.objects.filter(pk=about.removeprefix(ABOUT_PAGE)).first()
        if page is not None:
            draft: Any = page.get_latest_revision_as_object()
            found[about] = (content_of(draft, at=at), draft.locale.language_code)
    return found


def compose_confirm(message: Message, batch: Batch) -> Draft:
    """Compose the mail with the link that confirms."""
    reader = _reader(message, batch)
    words = {"topics": tuple(reader.topics)}
    values = {"confirm_url": confirm_url(confirm_token(key=reader.key, version=reader.token_version), reader.language)}
    return _draft(message, batch, reader.language, words, values, alike=tuple(reader.topics))


def compose_known(message: Message, batch: Batch) -> Draft:
    """Compose the mail to somebody who has the newsletter already: how to change it."""
    reader = _reader(message, batch)
    return _draft(message, batch, reader.language, {}, _links(reader, issue=0, language=reader.language))


def compose_issue(message: Message, batch: Batch) -> Draft:
    """Compose an issue for one reader: what is about their topics, as it was when the sending started."""
    reader = _reader(message, batch)
    sending = message.issue_sending_id or 0
    language = _language_of(sending, reader.language, batch)
    content = batch.editions[sending, language]
    links = _links(reader, issue=sending, language=language)
    draft = draft_of(message, batch, content, language, topics=reader.topics, links=links, alike=(sending,))
    return replace(draft, headers=unsubscribe_headers(links["unsubscribe_url"]))


def compose_test(message: Message, batch: Batch) -> Draft:
    """Compose what whoever writes an issue wants to see: all topics, and links that lead nowhere."""
    if message.about not in batch.drafts:
        raise Obsolete("The issue has been deleted.")
    content, language = batch.drafts[message.about]
    return sample_of(content, language, batch, message=message)


def sample_of(content: Content, language: str, batch: Batch, *, message: Message) -> Draft:
    """Return an issue as nobody gets it: with every topic, and links that lead nowhere."""
    nobody = Subscription(key=SAMPLE_KEY, token_version=0, language=language)
    links = _links(nobody, issue=0, language=language)
    draft = draft_of(message, batch, content, language, topics=list(Topic), links=links, alike=(message.about,))
    return replace(draft, subject=f"Test: {draft.subject}")


def draft_of(
    message: Message,
    batch: Batch,
    content: Content,
    language: str,
    *,
    topics: Sequence[str],
    links: Mapping[str, str],
    alike: tuple[object, ...],
) -> Draft:
    """Compose what an issue says to somebody who wants these topics. Raises Obsolete when nothing is left of it."""
    parts = [part for part in content["parts"] if concerns([part["topic"]] if part["topic"] else [], wanted=topics)]
    if all(part["kind"] == "heading" for part in parts):
        raise Obsolete("Nothing in it is about the topics that they chose.")
    words = {
        "subject": content["subject"],
        "heading": content["title"],
        "introduction": content["introduction"],
        "introduction_in_text": _wrapped(content["introduction"]),
        "page_url": absolute(content["path"]),
        "parts": [in_mail(part) for part in parts],
    }
    shown = (*alike, tuple(topic for topic in topics if topic in {part["topic"] for part in parts}))
    return _draft(message, batch, language, words, links, alike=shown, kind=ISSUE_KIND)


def unsubscribe_headers(url: str) -> dict[str, str]:
    """Return what mail programs make a button of (RFC 2369; RFC 8058: one POST, no question asked)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def in_mail(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part with whole addresses, and what it says as text."""
    whole = dict(part)
    if "url" in whole:
        whole["url"] = absolute(whole["url"])
    match whole["kind"]:
        case "heading":
            whole["in_text"] = _wrapped(whole["text"].upper())
        case "paragraph":
            html = re.sub(r'href="/', f'href="{settings.BASE_URL}/', whole["html"])
            # Safe: Wagtail's own rendering of rich text, with the few features that the block allows.
            whole["html"], whole["in_text"] = mark_safe(html), as_text(html)  # noqa: S308
        case "page":
            picture = whole["picture"]
            whole["picture"] = picture | {"url": absolute(picture["url"])} if picture else None
            whole["in_text"] = "\n".join(
                filter(None, [_wrapped(whole["title"]), _wrapped(whole["text"]), whole["url"]])
            )
        case "events":
            whole["events"] = [event | {"url": absolute(event["url"])} for event in whole["events"]]
            rows = ["\n".join(filter(None, _event_lines(event))) for event in whole["events"]]
            whole["in_text"] = "\n\n".join([*([whole["heading"].upper()] if whole["heading"] else []), *rows])
        case "call_to_action":
            whole["in_text"] = f"{whole['text']}:\n{whole['url']}"
    return whole


def absolute(address: str) -> str:
    """Return a path of ours as a whole address; any other address as it is."""
    return f"{settings.BASE_URL}{address}" if address.startswith("/") else address


def as_text(html: str) -> str:
    """Return rich text as lines: list items with a dash, addresses behind their words."""
    words = _LINK.sub(lambda link: f"{link[2]} ({link[1]})", html)
    words = _END.sub("\n", _ITEM.sub("\n- ", words.replace("</li>", "")))
    lines = [" ".join(unescape(strip_tags(line)).split()) for line in words.split("\n")]
    return "\n".join(_wrapped(line) for line in lines if line)


def _event_lines(event: Mapping[str, str]) -> list[str]:
    return [_wrapped(event["title"]), _wrapped(event["when"]), _wrapped(event["place"]), event["url"]]


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, LINE, break_long_words=False, break_on_hyphens=False))


def _reader(message: Message, batch: Batch) -> Subscription:
    reader = batch.subscriptions.get(message.subscription_id or 0)
    if reader is None or reader.state == SubscriptionState.ENDED:
        raise Obsolete("The subscription has ended.")
    return reader


def _language_of(sending: int, wanted: str, batch: Batch) -> str:
    """Return the reader's language where the issue is in it, else the site's first, else whatever there is."""
    there = [language for pk, language in batch.editions if pk == sending]
    return next(language for language in (wanted, settings.LANGUAGE_CODE, *there) if language in there)


def _links(reader: Subscription, *, issue: int, language: str) -> dict[str, str]:
    token = reader_token(key=reader.key, version=reader.token_version, issue=issue)
    return {
        "preferences_url": preferences_url(token, language),
        "unsubscribe_url": unsubscribe_url(token, language),
    }


def _draft(
    message: Message,
    batch: Batch,
    language: str,
    words: Mapping[str, Any],
    values: Mapping[str, str],
    *,
    alike: tuple[object, ...] = (),
    kind: str = "",
) -> Draft:
    template, brand = kind or message.kind, batch.branding
    key = (template, language, *alike)
    if key not in batch.rendered:
        context = {name: placeholder(name) for name in PERSONAL} | dict(words)
        context |= {"brand": brand, "language": language, "contact_email": brand.contact_email}
        with override(language):
            batch.rendered[key] = render_shared(template, context)
    subject, text, html = batch.rendered[key].for_reader(values)
    return Draft(
        to_name="",
        to_email=message.to_email,
        from_name=brand.organisation,
        reply_to=brand.contact_email,
        subject=subject,
        text=text,
        html=html,
    )


_PENDING, _CONFIRMED = (SubscriptionState.PENDING.value,), (SubscriptionState.CONFIRMED.value,)

for _kind in (
    MessageKind(name=CONFIRM_KIND, prepare=prepare, compose=compose_confirm, stands={"subscription__state": _PENDING}),
    MessageKind(name=KNOWN_KIND, prepare=prepare, compose=compose_known, stands={"subscription__state": _CONFIRMED}),
    MessageKind(
        name=ISSUE_KIND,
        prepare=prepare,
        compose=compose_issue,
        stands={"subscription__state": _CONFIRMED},
        resend_when_unknown=False,
        suppressed_by=MARKETING,
    ),
    MessageKind(name=TEST_KIND, prepare=prepare, compose=compose_test, resend_when_unknown=False),
):
    register(_kind)
