"""Every mail of Walk & Talk. Hers are written by a worker that holds the key: her address is in no row of the outbox.

No mail holds her name, her words or where she walks. In discreet mode nothing on the outside of a mail, and nothing in
its calendar entry, says who it comes from or what it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.translation import gettext, override

from events.invites.builder import PRODID, Entry, build_cancel, build_request
from events.invites.rules import Content, Mailbox, Method, PartStat
from events.outbox.messages import CalendarPart, Draft, MessageKind, Obsolete, register
from events.outbox.models import Message, Suppression
from events.outbox.rules import COURTESY, SERVICE
from events.walks.models import WalkEntry, WalkOffer, WalkRequest
from events.walks.rules import OPEN_STATES, Party, WalkState
from events.walks.sealing import can_open, open_box
from events.walks.tokens import appointment_url
from portal.addresses import email_key
from portal.branding import Branding, site_branding
from portal.mail import render_shared
from portal.sealing import CannotOpenError
from portal.when import clock_words, describe_when

NEUTRAL_PRODUCT = "-//Calendar//Calendar//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing a batch needs, loaded in a few statements, its boxes opened."""

    branding: Branding
    walks: Mapping[int, WalkRequest]
    entries: Mapping[int, WalkEntry]
    addresses: Mapping[int, str | CannotOpenError] = field(default_factory=dict)
    suppressed: frozenset[tuple[str, str]] = frozenset()
    offers: Mapping[int, int] = field(default_factory=dict)


def prepare(messages: Sequence[Message]) -> Batch:
    """Load requests and entries."""
    walks = WalkRequest.objects.select_related("borough", "slot", "meeting_point")
    return Batch(
        branding=site_branding(),
        walks=walks.in_bulk([m.walk_id for m in messages if m.walk_id is not None]),
        entries=WalkEntry.objects.in_bulk([m.walk_entry_id for m in messages if m.walk_entry_id is not None]),
    )


def prepare_for_women(messages: Sequence[Message]) -> Batch:
    """Load the same, with the addresses from the boxes and what is suppressed of them."""
    batch = prepare(messages)
    addresses = {walk.pk: _address(walk) for walk in batch.walks.values()}
    keys = [email_key(address) for address in addresses.values() if isinstance(address, str)]
    offers: dict[int, int] = {}
    for walk_id in WalkOffer.objects.filter(walk__in=batch.walks, ended_at=None).values_list("walk_id", flat=True):
        offers[walk_id] = offers.get(walk_id, 0) + 1
    return replace(
        batch,
        addresses=addresses,
        suppressed=frozenset(Suppression.objects.filter(email_key__in=keys).values_list("email_key", "scope")),
        offers=offers,
    )


def _address(walk: WalkRequest) -> str | CannotOpenError:
    try:
        return str(open_box(walk.sealed_person, key_id=walk.key_id, about=walk.key)["address"])
    except CannotOpenError as problem:
        return problem


def compose_for_woman(message: Message, batch: Batch) -> Draft:
    """Compose a mail to her."""
    walk = batch.walks[message.walk_id or 0]
    address = batch.addresses[walk.pk]
    if isinstance(address, CannotOpenError):
        raise address
    scopes = COURTESY if message.kind == "walk_reminder" else SERVICE
    if any((email_key(address), scope.value) in batch.suppressed for scope in scopes):
        raise Obsolete("The address must not be written to.")
    entry = batch.entries.get(message.walk_entry_id or 0)
    with override(walk.language):
        brand = discreet_brand(batch.branding) if walk.is_discreet else batch.branding
        subject, text, html = render_shared(
            message.kind,
            {
                "brand": brand,
                "language": walk.language,
                "thing": thing_of(walk),
                "discreet": walk.is_discreet,
                "url": appointment_url(walk),
                "entry": entry,
                "when": describe_when(entry.starts_at, entry.ends_at, settings.TIME_ZONE) if entry else "",
                "offers": batch.offers.get(walk.pk, 0),
                "follows": walk.state in OPEN_STATES,
                "outcome": walk.outcome,
                "contact_email": brand.contact_email,
            },
        ).for_reader({})
        calendar = _calendar(walk, entry, brand, address, Party.WOMAN) if _carries(message) and entry else None
    return Draft(
        to_name="",
        to_email=address,
        from_name=brand.organisation,
        from_email=settings.DISCREET_FROM_EMAIL if walk.is_discreet else "",
        reply_to=brand.contact_email,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
    )


def discreet_brand(branding: Branding) -> Branding:
    """Return a sender that says nothing."""
    return replace(
        branding, organisation=settings.DISCREET_SENDER, short_name=settings.DISCREET_SENDER, contact_email=""
    )


def thing_of(walk: WalkRequest) -> str:
    """Return how her mails and entries call a walk."""
    return gettext("Appointment") if walk.is_discreet else gettext("Walk & Talk")


def compose_for_officer(message: Message, batch: Batch) -> Draft:
    """Compose a mail to an officer or a coordinator: number, borough and time, never who or why."""
    walk = batch.walks[message.walk_id or 0]
    entry = batch.entries.get(message.walk_entry_id or 0)
    with override(settings.LANGUAGE_CODE):
        subject, text, html = render_shared(
            message.kind,
            {
                "brand": batch.branding,
                "language": settings.LANGUAGE_CODE,
                "walk": walk,
                "cause": message.dedupe_key.split(":")[2].partition("-")[0] if message.kind == "walk_notice" else "",
                "entry": entry,
                "when": describe_when(entry.starts_at, entry.ends_at, settings.TIME_ZONE) if entry else "",
                "url": f"{settings.BASE_URL}/cms/walks/{walk.pk}/",
                "contact_email": batch.branding.contact_email,
            },
        ).for_reader({})
        calendar = (
            _calendar(walk, entry, batch.branding, message.to_email, Party.OFFICER)
            if _carries(message) and entry
            else None
        )
    return Draft(
        to_name="",
        to_email=message.to_email,
        from_name=batch.branding.organisation,
        reply_to=batch.branding.contact_email,
        subject=subject,
        text=text,
        html=html,
        calendar=calendar,
    )


def _carries(message: Message) -> bool:
    """Whether the mail brings a calendar entry: reminders do not (calendar policy, decision 10)."""
    return not message.kind.endswith("reminder")


def _calendar(walk: WalkRequest, entry: WalkEntry, brand: Branding, address: str, party: Party) -> CalendarPart:
    """Return the entry. No answer is asked for: what she wants to change she changes on her page."""
    sender = settings.DISCREET_FROM_EMAIL if party is Party.WOMAN and walk.is_discreet else settings.DEFAULT_FROM_EMAIL
    organiser, attendee = Mailbox(name=brand.organisation, email=sender), Mailbox(name="", email=address)
    said = entry_for(walk, entry, party)
    if entry.method == Method.CANCEL:
        content = build_cancel(entry=said, organiser=organiser, attendee=attendee)
    else:
        content = build_request(
            entry=said, organiser=organiser, attendee=attendee, partstat=PartStat.ACCEPTED, rsvp=False
        )
    return CalendarPart(method=entry.method, content=content)


def entry_for(walk: WalkRequest, entry: WalkEntry, party: Party) -> Entry:
    """Return what an entry says, in the active language. Rendering it again gives the same bytes."""
    quiet = party is Party.WOMAN and walk.is_discreet
    title = thing_of(walk) if party is Party.WOMAN else f"Walk & Talk, {walk.borough.name} ({walk.number})"
    content = Content(
        title=title,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        time_zone=settings.TIME_ZONE,
        summary="",
        location="" if quiet else entry.place,
        online=False,
    )
    return Entry(
        uid=entry.uid,
        sequence=entry.sequence,
        stamp=entry.stamp,
        created_at=entry.first_at,
        content=content,
        page_url="",
        manage_url=appointment_url(walk) if party is Party.WOMAN else "",
        clock=clock_words(),
        manage_label=gettext("See or change it"),
        is_private=True,
        product=NEUTRAL_PRODUCT if quiet else PRODID,
    )


_OPEN = tuple(state.value for state in OPEN_STATES)
_BOOKED = (WalkState.BOOKED.value,)

for _name, _fields in (
    ("walk_received", {"stands": {"walk__state": _OPEN}}),
    ("walk_times", {"stands": {"walk__state": (WalkState.OFFERED.value,)}}),
    ("walk_booked", {"stands": {"walk__state": _BOOKED}}),
    ("walk_moved", {"stands": {"walk__state": _BOOKED}}),
    ("walk_called_off", {}),
    ("walk_reminder", {"stands": {"walk__state": _BOOKED}, "resend_when_unknown": False}),
    ("walk_closed", {}),
):
    register(
        MessageKind(
            name=_name,
            prepare=prepare_for_women,
            compose=compose_for_woman,
            is_for_us=can_open,
            **_fields,
        )
    )

for _name, _fields in (
    ("walk_notice", {"stands": {"walk__state": (*_OPEN, WalkState.CLOSED.value)}}),
    ("walk_officer_booked", {"stands": {"walk__state": _BOOKED}}),
    ("walk_officer_moved", {"stands": {"walk__state": _BOOKED}}),
    ("walk_officer_called_off", {}),
    ("walk_officer_reminder", {"stands": {"walk__state": _BOOKED}, "resend_when_unknown": False}),
):
    register(MessageKind(name=_name, prepare=prepare, compose=compose_for_officer, **_fields))
