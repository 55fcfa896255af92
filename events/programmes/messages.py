"""Every mail of a programme: to whoever expressed her interest, and to the senior officer she is paired with.

Calendar entries name neither of the two: calendars are shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from events.invites.builder import Entry, build_cancel, build_request
from events.invites.rules import Content, Mailbox, Method, PartStat
from events.outbox.messages import CalendarPart, Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from events.programmes.models import Interest, Invitation, Pair, PairEntry
from events.programmes.queries.phases import OFF
from events.programmes.rules import OPEN_STATES, InterestState, Party
from events.programmes.tokens import again_url, join_url, page_url
from portal.branding import Branding, site_branding
from portal.mail import render_shared
from portal.when import clock_words, describe_when

OFFICERS_PAGE = "/cms/mentoring/people/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing a batch needs, loaded in a few statements."""

    branding: Branding
    interests: Mapping[int, Interest]
    entries: Mapping[int, PairEntry]
    pairs: Mapping[int, Pair]
    invitations: Mapping[int, Invitation]


def prepare(messages: Sequence[Message]) -> Batch:
    """Load people, pairs, entries and invitations."""
    interests = Interest.objects.select_related("phase__event", "phase__programme")
    entries = PairEntry.objects.in_bulk([m.pair_entry_id for m in messages if m.pair_entry_id is not None])
    pair_ids = [entry.pair_id for entry in entries.values()]
    pair_ids += [_number(m) for m in messages if m.kind in {"mentoring_paired", "mentoring_ended"}]
    asked = [_number(m) for m in messages if m.kind == "mentoring_invited"]
    invitations = Invitation.objects.select_related("earlier", "phase__event", "phase__programme")
    return Batch(
        branding=site_branding(),
        interests=interests.prefetch_related("phase__event__sessions").in_bulk(
            [m.interest_id for m in messages if m.interest_id is not None]
        ),
        entries=entries,
        pairs=Pair.objects.select_related("senior").in_bulk(pair_ids) if pair_ids else {},
        invitations=invitations.prefetch_related("phase__event__sessions").in_bulk(asked) if asked else {},
    )


def _number(message: Message) -> int:
    return int(message.dedupe_key.split(":")[1])


def compose(message: Message, batch: Batch) -> Draft:
    """Compose one mail, in the language of whoever gets it."""
    interest = batch.interests.get(message.interest_id or 0)
    if interest is None or interest.erased_at is not None:
        raise Obsolete("The person's data has been deleted.")
    entry = batch.entries.get(message.pair_entry_id or 0)
    pair = _pair_of(message, entry, batch)
    party = Party(entry.party) if entry else _party_of(message)
    is_mentor = party is Party.MENTOR
    invitation = batch.invitations.get(_number(message)) if message.kind == "mentoring_invited" else None
    phase = invitation.phase if invitation else interest.phase
    language = interest.language if is_mentor else settings.LANGUAGE_CODE
    with override(language):
        event = phase.event.in_language(language)
        brand = batch.branding
        subject, text, html = render_shared(
            message.kind,
            {
                "brand": brand,
                "language": language,
                "event": event,
                "programme": phase.programme.name,
                "phase": phase.number,
                "is_mentor": is_mentor,
                # The programme's own sessions go on without whoever was parted.
                "goes_on": entry is not None and entry.session_id is not None and _is_parted(pair),
                "name": interest.name if is_mentor else _name_of(pair),
                "other": _name_of(pair) if is_mentor else interest.name,
                "url": _url(interest, invitation, is_mentor),
                "entry": entry,
                "when": describe_when(entry.starts_at, entry.ends_at, entry.time_zone) if entry else "",
                "contact_email": phase.event.contact_email or brand.contact_email,
            },
        ).for_reader({})
        calendar = _calendar(interest, entry, brand, message, is_mentor) if entry and _carries(message) else None
    return Draft(
        to_name="",
        to_email=message.to_email,
        from_name=brand.organisation,
        reply_to=phase.event.contact_email or brand.contact_email,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
    )


def _pair_of(message: Message, entry: PairEntry | None, batch: Batch) -> Pair | None:
    if entry is not None:
        return batch.pairs.get(entry.pair_id)
    return batch.pairs.get(_number(message)) if message.kind in {"mentoring_paired", "mentoring_ended"} else None


def _party_of(message: Message) -> Party:
    return Party.SENIOR if message.dedupe_key.endswith(f":{Party.SENIOR.value}") else Party.MENTOR


def _name_of(pair: Pair | None) -> str:
    senior: Any = pair.senior if pair is not None else None
    return (senior.get_full_name() or senior.get_username()) if senior is not None else ""


def _is_parted(pair: Pair | None) -> bool:
    return pair is not None and pair.ended_at is not None


def _url(interest: Interest, invitation: Invitation | None, is_mentor: bool) -> str:
    if invitation is not None:
        return again_url(invitation)
    return page_url(interest) if is_mentor else settings.BASE_URL + OFFICERS_PAGE


def _carries(message: Message) -> bool:
    """Whether the mail brings a calendar entry: reminders do not (calendar policy, decision 10)."""
    return message.kind != "mentoring_reminder"


def _calendar(interest: Interest, entry: PairEntry, brand: Branding, message: Message, is_mentor: bool) -> CalendarPart:
    """Return the entry. No answer is asked for: what she wants to change she says on her page."""
    organiser = Mailbox(name=brand.organisation, email=settings.DEFAULT_FROM_EMAIL)
    attendee = Mailbox(name="", email=message.to_email)
    said = entry_for(interest, entry, is_mentor=is_mentor)
    if entry.method == Method.CANCEL:
        content = build_cancel(entry=said, organiser=organiser, attendee=attendee)
    else:
        content = build_request(
            entry=said, organiser=organiser, attendee=attendee, partstat=PartStat.ACCEPTED, rsvp=False
        )
    return CalendarPart(method=entry.method, content=content)


def entry_for(interest: Interest, entry: PairEntry, *, is_mentor: bool) -> Entry:
    """Return what an entry says, in the active language, from stored facts alone: the same bytes each time."""
    return Entry(
        uid=entry.uid,
        sequence=entry.sequence,
        stamp=entry.stamp,
        created_at=entry.first_at,
        content=Content(
            title=entry.title,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            time_zone=entry.time_zone,
            summary="",
            location=entry.place,
            online=entry.is_online,
        ),
        page_url="",
        join_url=join_url(interest) if is_mentor else settings.BASE_URL + OFFICERS_PAGE,
        clock=clock_words(),
        join_label=gettext("Join page"),
        is_private=True,
    )


_PAIRED = (InterestState.PAIRED.value, InterestState.COMPLETED.value)
_WAITS = (InterestState.INTERESTED.value, InterestState.IN_REVIEW.value)
_ACCEPTED = (InterestState.ACCEPTED.value, *_PAIRED)
_OPEN = tuple(state.value for state in OPEN_STATES)
_OFF = tuple(status.value for status in OFF)

for _name, _fields in (
    ("mentoring_received", {"stands": {"interest__state": (*_WAITS, *_ACCEPTED)}}),
    ("mentoring_known", {"resend_when_unknown": False}),
    ("mentoring_accepted", {"stands": {"interest__state": _ACCEPTED}}),
    ("mentoring_called_off", {"stands": {"interest__state": _OPEN, "interest__phase__event__status": _OFF}}),
    ("mentoring_declined", {"stands": {"interest__state": (InterestState.DECLINED.value,)}}),
    ("mentoring_paired", {"stands": {"interest__state": _PAIRED}}),
    ("mentoring_ended", {}),
    ("mentoring_session", {"stands": {"interest__state": _PAIRED}}),
    ("mentoring_moved", {"stands": {"interest__state": _PAIRED}}),
    ("mentoring_off", {}),
    ("mentoring_reminder", {"stands": {"interest__state": _PAIRED}, "resend_when_unknown": False}),
    ("mentoring_invited", {"stands": {"interest__state": (InterestState.COMPLETED.value,)}}),
):
    register(MessageKind(name=_name, prepare=prepare, compose=compose, **_fields))
