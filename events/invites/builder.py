"""Calendar files: dataclasses in, bytes out (RFC 5545, 5546 and 7986).

Only what the calendar policy lists is written, in a fixed order, with every moment passed in: the same input
gives the same bytes, which is what keeps ETags and unchanged resends honest. Times go out in UTC without a
VTIMEZONE, because Outlook misreads generated ones; the description says the local time in words.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote

from icalendar import Alarm, Calendar, Event
from icalendar.parser import Parameters
from icalendar.prop import vCalAddress, vDatetime, vDuration, vInt, vText, vUri

from events.invites.rules import Content, Mailbox, Method, PartStat
from portal.wall_clock import ENGLISH, ClockWords, describe_when

PRODID = "-//Recruitment portal//Events//EN"
REMINDER_LEAD = timedelta(minutes=15)
FEED_REFRESH = timedelta(hours=1)

_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# C0 and C1 controls, lone surrogates: icalendar lets VT, FF and NUL into TEXT and cannot encode the last.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_URI_CHARACTERS = "%:/?#[]@!$&'()*+,;=~"
_MAILTO_CHARACTERS = "!$'()*+~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session in one calendar: what it says, and how calendars know it again."""

    uid: str
    sequence: int
    stamp: datetime  # the last change of content: DTSTAMP and LAST-MODIFIED
    created_at: datetime
    content: Content
    page_url: str  # the public page
    join_url: str = ""  # the portal's join page, never the stream: people share calendars
    manage_url: str = ""
    cancelled: bool = False
    clock: ClockWords = ENGLISH  # how the language of the entry says times
    join_label: str = "Join page"
    manage_label: str = "Manage your place"
    is_private: bool = False  # CLASS:PRIVATE: shown as busy to those with whom a calendar is shared
    product: str = PRODID


def build_request(*, entry: Entry, organiser: Mailbox, attendee: Mailbox, partstat: PartStat, rsvp: bool) -> bytes:
    """Build an invite or its update: METHOD:REQUEST to one ATTENDEE, the recipient (RFC 5546 section 3.2.2).

    Refuses a cancelled entry: Thunderbird keeps a REQUEST with STATUS:CANCELLED, with its Accept buttons.
    """
    if entry.cancelled:
        raise ValueError("A cancelled entry is sent as a CANCEL, never as a REQUEST.")
    event = _event(entry, organiser, _participant(attendee, rsvp=rsvp, partstat=partstat))
    # Outlook offers "Propose new time" otherwise, and the answer is a COUNTER that nothing here applies.
    event.add("X-MICROSOFT-DISALLOW-COUNTER", _Text("TRUE"))
    event.add_component(_alarm(entry.content))
    return _serialise(_calendar(Method.REQUEST, entry.product), [event])


def build_cancel(*, entry: Entry, organiser: Mailbox, attendee: Mailbox) -> bytes:
    """Build the cancellation: METHOD:CANCEL, STATUS:CANCELLED, no alarm (RFC 5546 section 3.2.5)."""
    event = _event(replace(entry, cancelled=True), organiser, _participant(attendee, rsvp=False))
    return _serialise(_calendar(Method.CANCEL, entry.product), [event])


def build_publication(*, entries: Sequence[Entry], organiser: Mailbox | None = None) -> bytes:
    """Build a download: METHOD:PUBLISH, which must not name an ATTENDEE (RFC 5546 section 3.2.1)."""
    events = []
    for entry in entries:
        event = _event(entry, organiser)
        if not entry.cancelled:
            event.add_component(_alarm(entry.content))
        events.append(event)
    return _serialise(_calendar(Method.PUBLISH), events)


def build_feed(*, name: str, url: str, entries: Sequence[Entry]) -> bytes:
    """Build a subscription (RFC 7986): no METHOD, no alarm, and how often to come back.

    Apple and Google read the X- names, which are older than NAME and REFRESH-INTERVAL. Alarms are left out
    because a subscriber did not ask to be rung for every event there is.
    """
    calendar = _calendar(None)
    calendar.add("NAME", _Text(_one_line(name)))
    calendar.add("X-WR-CALNAME", _Text(_one_line(name)))
    calendar.add("REFRESH-INTERVAL", _with(vDuration(FEED_REFRESH), VALUE="DURATION"))
    calendar.add("X-PUBLISHED-TTL", vDuration(FEED_REFRESH))
    calendar.add("SOURCE", _with(_uri(url), VALUE="URI"))
    return _serialise(calendar, [_event(entry) for entry in entries])


def describe(entry: Entry) -> str:
    """Return the text of an entry: when, what, and each link alone on a line, where clients recognise it."""
    content = entry.content
    when = describe_when(content.starts_at, content.ends_at, content.time_zone, entry.clock)
    parts = [when, plain_text(content.summary).strip()]
    if _may_join(entry):
        parts.append(f"{entry.join_label}:\n{_uri(entry.join_url)}")
    if entry.manage_url:
        parts.append(f"{entry.manage_label}:\n{_uri(entry.manage_url)}")
    return "\n\n".join(part for part in parts if part)


def plain_text(text: str) -> str:
    """Return `text` as any calendar can show it: newlines for line breaks, spaces for tabs, no other control.

    RFC 5545 section 3.3.11 allows no control character in TEXT; a carriage return or NEL that some reader
    takes for the end of a line would let a title add properties of its own.
    """
    unified = _LINE_BREAKS.sub("\n", text).replace("\t", " ")
    return _UNPRINTABLE.sub("", unified)


def mailto(email: str) -> str:
    """Return the address as a URI (RFC 6068 section 2): percent-encoded, its domain in A-labels.

    The A-labels are IDNA 2003, as in the standard library, because Django's SMTP backend addresses the
    envelope with them: some clients show Accept only if ATTENDEE and recipient agree.
    """
    local, at, domain = _one_line(email).strip().rpartition("@")
    # What is not a domain at all is percent-encoded below: harmless, and still to be seen.
    with suppress(UnicodeError):
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    return f"mailto:{quote(local, safe=_MAILTO_CHARACTERS)}{at}{quote(domain, safe='')}"


class _Text(vText):
    r"""TEXT with the escapes of RFC 5545 section 3.3.11 and no other.

    icalendar takes a literal "\N" in the text for a line break, which would cut "C:\New" in two.
    """

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


class _HasParameters(Protocol):
    params: Parameters


class _Quoted(Parameters):
    r"""Parameters that quote names whatever is in them.

    icalendar leaves a one-word name bare; one that ends in a backslash then runs into the address, because
    many readers take "\:" for an escaped colon, which RFC 5545 section 3.2 does not know.
    """

    # icalendar's annotation fixes the number of names; its code only asks whether a name is among them.
    always_quoted = (*Parameters.always_quoted, "CN", "LABEL")  # type: ignore[assignment]


def _event(entry: Entry, organiser: Mailbox | None = None, attendee: vCalAddress | None = None) -> Event:
    content = entry.content
    event = Event()
    event.add("UID", _Text(_one_line(entry.uid)))
    event.add("DTSTAMP", _moment(entry.stamp))
    event.add("CREATED", _moment(entry.created_at))
    event.add("LAST-MODIFIED", _moment(entry.stamp))
    event.add("SEQUENCE", vInt(entry.sequence))
    event.add("STATUS", _Text("CANCELLED" if entry.cancelled else "CONFIRMED"))
    event.add("TRANSP", _Text("OPAQUE"))
    event.add("CLASS", _Text("PRIVATE" if entry.is_private else "PUBLIC"))
    event.add("DTSTART", _moment(content.starts_at))
    event.add("DTEND", _moment(content.ends_at))
    event.add("SUMMARY", _Text(_one_line(content.title)))
    event.add("DESCRIPTION", _Text(describe(entry)))
    if location := plain_text(content.location):
        event.add("LOCATION", _Text(location))
    if entry.page_url:
        event.add("URL", _uri(entry.page_url))
    if organiser is not None:
        event.add("ORGANIZER", _address(organiser))
    if attendee is not None:
        event.add("ATTENDEE", attendee)
    if _may_join(entry):
        # RFC 7986 section 5.11. icalendar's Conference quotes the two features as one value: "AUDIO,VIDEO".
        conference = _with(_uri(entry.join_url), VALUE="URI", FEATURE=["AUDIO", "VIDEO"], LABEL=entry.join_label)
        event.add("CONFERENCE", conference)
    return event


def _may_join(entry: Entry) -> bool:
    return bool(entry.join_url) and entry.content.online and not entry.cancelled


def _alarm(content: Content) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", _Text("DISPLAY"))
    # RFC 5545 section 3.6.6: a DISPLAY alarm has a DESCRIPTION.
    alarm.add("DESCRIPTION", _Text(_one_line(content.title)))
    alarm.add("TRIGGER", vDuration(-REMINDER_LEAD))
    return alarm


def _address(mailbox: Mailbox, **parameters: str) -> vCalAddress:
    name = _one_line(mailbox.name).strip() or _one_line(mailbox.email)
    return _with(vCalAddress(mailto(mailbox.email)), **parameters, CN=name)


def _participant(mailbox: Mailbox, *, rsvp: bool, partstat: PartStat | None = None) -> vCalAddress:
    answer = {} if partstat is None else {"PARTSTAT": partstat.value}
    asked = "TRUE" if rsvp else "FALSE"
    return _address(mailbox, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", **answer, RSVP=asked)


def _moment(instant: datetime) -> vDatetime:
    if instant.tzinfo is None:
        raise ValueError("A moment in a calendar file is aware: a naive one floats to wherever it is read.")
    return vDatetime(instant.astimezone(UTC))


def _uri(address: str) -> vUri:
    """A URI of RFC 3986: what does not belong in one is percent-encoded, a line break like the rest."""
    return vUri(quote(_one_line(address).strip(), safe=_URI_CHARACTERS))


def _one_line(text: str) -> str:
    """For what stands on one line wherever it is shown: a name, a title."""
    return plain_text(text).replace("\n", " ")


def _with[Value: _HasParameters](value: Value, **parameters: str | list[str]) -> Value:
    value.params = _Quoted(parameters)
    return value


def _calendar(method: Method | None, product: str = PRODID) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", _Text("2.0"))
    calendar.add("PRODID", _Text(product))
    calendar.add("CALSCALE", _Text("GREGORIAN"))
    if method is not None:
        calendar.add("METHOD", _Text(method.value))
    return calendar


def _serialise(calendar: Calendar, events: Iterable[Event]) -> bytes:
    for event in events:
        calendar.add_component(event)
    # Unsorted: properties and parameters stay in the order of this file, METHOD before the first component.
    serialised: bytes = calendar.to_ical(sorted=False)
    return serialised
