"""Stories that readers send: states, consents, and what a page that tells one may show. Plain Python."""

import hashlib
import html
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.marking import gettext_noop
from portal.rules import Problem

LONGEST_STORY = 5_000
LONGEST_WISHES = 2_000
# How many stories one network address may send within ten minutes: a class or a library shares one.
TRIES = 10
WINDOW_SECONDS = 600
REMINDED_BEFORE = timedelta(days=14)
# The last letter arrives, and the link in it still says what has happened.
KEPT_AFTER_THE_END = timedelta(days=7)
LONGEST_CONSENT_YEARS = 3


class StoryState(StrEnum):
    """Where a story stands."""

    NEW = "new"
    IN_HAND = "in_hand"
    DRAFTED = "drafted"
    PREVIEW_SENT = "preview_sent"
    APPROVED = "approved"
    PUBLISHED = "published"
    CLOSED = "closed"
    DECLINED = "declined"


STATE_LABELS = {
    StoryState.NEW: "New",
    StoryState.IN_HAND: "In hand",
    StoryState.DRAFTED: "Drafted",
    StoryState.PREVIEW_SENT: "Preview sent",
    StoryState.APPROVED: "Approved",
    StoryState.PUBLISHED: "Published",
    StoryState.CLOSED: "Closed",
    StoryState.DECLINED: "Declined",
}
OVER = (StoryState.CLOSED, StoryState.DECLINED)
# What nobody has answered yet, from our side or hers: the time of such a story runs out.
UNANSWERED = (
    StoryState.NEW,
    StoryState.IN_HAND,
    StoryState.DRAFTED,
    StoryState.PREVIEW_SENT,
    StoryState.APPROVED,
)


class Part(StrEnum):
    """Which part of the job a story is about."""

    NEIGHBOURHOOD = "neighbourhood"
    RESPONSE = "response"
    INVESTIGATION = "investigation"
    SPECIALIST = "specialist"
    STAFF = "staff"
    VOLUNTEERING = "volunteering"
    JOINING = "joining"
    OTHER = "other"


class What(StrEnum):
    """What somebody lets us use."""

    QUOTE = "quote"
    NAME = "name"
    FACE = "face"
    VOICE = "voice"


class Where(StrEnum):
    """Where we may use it."""

    SITE = "site"
    SOCIAL = "social"
    PRINT = "print"


class Answer(StrEnum):
    """What the teller says of a preview."""

    NONE = ""
    APPROVED = "approved"
    CHANGES = "changes"


# The words of the consents. Another wording is another version: each row of the ledger keeps both.
WORDING_VERSION = 1
WHAT_WORDS = {
    What.QUOTE: gettext_noop("My words may be used"),
    What.NAME: gettext_noop("My name may be shown with them"),
    What.FACE: gettext_noop("My picture may be shown"),
    What.VOICE: gettext_noop("My voice may be heard, if you record me"),
}
WHERE_WORDS = {
    Where.SITE: gettext_noop("on this website"),
    Where.SOCIAL: gettext_noop("in your social media"),
    Where.PRINT: gettext_noop("in print"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One consent as the rules see it."""

    what: What
    where: Where
    until_date: date
    withdrawn: bool


def is_in_force(grant: Grant, *, today: date) -> bool:
    """Whether a consent still holds: through its last day, unless it was withdrawn."""
    return not grant.withdrawn and today <= grant.until_date


def in_force(grants: Iterable[Grant], *, today: date) -> frozenset[tuple[What, Where]]:
    """Return what may be used where, today."""
    return frozenset((grant.what, grant.where) for grant in grants if is_in_force(grant, today=today))


def last_day(*, today: date, years: int) -> date:
    """Return the last day of a consent for so many years."""
    try:
        return today.replace(year=today.year + years)
    except ValueError:  # 29 February
        return today.replace(year=today.year + years, day=28)


def answered_by(*, changed_at: datetime, retention: timedelta) -> datetime:
    """Return when a story that nobody has moved on is deleted."""
    return changed_at + retention


def content_digest(content: Mapping[str, Any]) -> str:
    """Return what two versions of a page have in common when a reader sees the same.

    Left out is what Wagtail keeps for itself, and what sorts and leads on without telling the story; ids of blocks and
    the marks that the editor puts into text are no words either.
    """
    told = {name: _told(value) for name, value in content.items() if name not in _NOT_TOLD}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


_NOT_TOLD = frozenset(
    """
    pk path depth numchild translation_key locale live has_unpublished_changes url_path owner go_live_at expire_at
    expired locked locked_at locked_by first_published_at last_published_at live_revision latest_revision
    latest_revision_created_at draft_title alias_of content_type slug show_in_menus wagtail_admin_comments
    page_ptr basepage_ptr consent_reference submission next_step_page next_step_text next_step_reason themes roles
    team related_events
    """.split()  # noqa: SIM905 (a list of words is easier to read and to change)
)
_KEYS = re.compile(r'\s+data-block-key="[^"]*"')


def _told(value: Any) -> Any:
    if isinstance(value, str):
        if value[:2] in {"[{", "[]"}:
            try:
                return _told(json.loads(value))
            except ValueError:
                pass
        return " ".join(html.unescape(_KEYS.sub("", value)).split())
    if isinstance(value, Mapping):
        return {name: _told(inner) for name, inner in value.items() if name != "id"}
    if isinstance(value, (list, tuple)):
        return [_told(inner) for inner in value]
    return value


def says_name(name: str, text: str) -> bool:
    """Whether a text names somebody by the name that was given.

    One word alone counts as it was written only: "Grace" is somebody, "grace" is not.
    """
    words, said = " ".join(name.split()), " ".join(text.split())
    flags = re.IGNORECASE if " " in words else 0
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said, flags) is not None


def parts_said(name: str, text: str) -> list[str]:
    """Return the parts of a name that a text says, as they were written: "Amara" of "Amara Okafor".

    No proof that somebody is named, for there are other Amaras: a person looks (her editor, then she herself).
    """
    parts = dict.fromkeys(re.findall(r"\w[\w’'-]{2,}", name))
    return [part for part in parts if re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text)]


def page_problems(
    *,
    number: int,
    uses: Collection[What],
    granted: Collection[tuple[What, Where]],
    is_approved: bool,
    is_asked: bool,
) -> list[Problem]:
    """Return what keeps a page with a reader's story from the site: what it shows without consent, and her approval."""
    lacking = [
        Problem(field, f"{words} Story {number}.")
        for what, field, words in _WITHOUT_CONSENT
        if what in uses and (what, Where.SITE) not in granted
    ]
    if lacking or What.QUOTE not in uses or is_approved:
        return lacking
    if is_asked:
        words = "The teller has not approved this version. Wait for her answer, or send her this one as a new preview"
    else:
        words = "The teller has not seen this version. Save it as a draft, then send her the preview"
    return [Problem("", f"{words}: Reader stories, story {number}.")]


_WITHOUT_CONSENT = (
    (What.QUOTE, "", "There is no consent to use these words on the site. Take them out, or delete the page:"),
    (What.FACE, "image", "There is no consent to show this picture on the site. Choose another:"),
    (What.NAME, "", "There is no consent to give the teller’s name on the site. Take it out:"),
)
