"""What a mail that came in is: a calendar's answer, a wish, somebody's words, or nothing to us. Plain Python, no clock.

Clients differ (calendar policy, "Inbound replies"): the calendar is an alternative of the text, sometimes only a file;
the MIME parameter `method` may be missing; Outlook leaves ORGANIZER out and names Windows zones. So only what the
decision needs is read, and that strictly: METHOD, and of the one entry UID, ATTENDEE, SEQUENCE and DTSTAMP.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from enum import StrEnum
from urllib.parse import unquote

from icalendar.parser import Contentline, Contentlines, Parameters

from events.invites.inbound import (
    LONGEST_TEXT,
    Envelope,
    UnreadableError,
    bytes_of,
    clean,
    envelope_of,
    open_mail,
    text_of,
    words_of,
)
from events.invites.reports import DeliveryReport, is_delivery_report, read_report
from events.invites.rules import PartStat
from portal.addresses import is_writable

MOST_CALENDAR_BYTES = 256 * 1024
MOST_CALENDARS = 4
HIGHEST_SEQUENCE = 2**31 - 1

_STAMP = re.compile(r"(\d{8})T(\d{6})Z?")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)\d\d(Z?)")
_ANSWERS = {PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED}
_NOBODY = Envelope(message_id="", answers=(), sender="", subject="", is_automatic=False)


class Sort(StrEnum):
    """What kind of thing a mail is."""

    REPLY = "reply"  # a calendar's answer to one entry
    WISH = "wish"  # COUNTER, another method, an answer that we do not know: a person must read it
    WORDS = "words"  # somebody wrote
    REPORT = "report"  # a mail server on one of our mails
    AUTOMATIC = "automatic"  # a machine's answer
    NOTHING = "nothing"  # malformed, hostile or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReply:
    """One attendee's answer to one entry."""

    uid: str
    attendee: str  # an address
    partstat: PartStat
    sequence: int
    stamp: datetime
    comment: str = ""  # what the person added


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRead:
    """A mail as far as it could be read. `reason` says why it is not a reply, and names nobody."""

    sort: Sort
    reason: str = ""
    envelope: Envelope = _NOBODY
    words: str = ""
    uid: str = ""  # of the entry that it is about
    reply: CalendarReply | None = None
    report: DeliveryReport | None = None


def read_mail(raw: bytes) -> InboundRead:
    """Return what a mail is. Never raises, for any bytes."""
    envelope = _NOBODY
    try:
        mail = open_mail(raw)
        envelope = envelope_of(mail)
        return _read(mail, envelope)
    except UnreadableError as error:
        reason = str(error)
    except Exception as error:  # Python's e-mail package raises all sorts of things for strangers' bytes
        reason = f"It could not be read ({type(error).__name__})."
    return InboundRead(sort=Sort.NOTHING, reason=reason, envelope=envelope)


def is_newer(reply: CalendarReply, *, sequence: int | None, stamp: datetime | None) -> bool:
    """Whether a reply is newer than the one that is known (RFC 5546, section 2.1.5): SEQUENCE first, then DTSTAMP."""
    return sequence is None or stamp is None or (reply.sequence, reply.stamp) > (sequence, stamp)


def _read(mail: Message, envelope: Envelope) -> InboundRead:
    if is_delivery_report(mail):
        return InboundRead(sort=Sort.REPORT, envelope=envelope, report=read_report(mail))
    found = _calendar_of(mail)
    if isinstance(found, CalendarReply):
        return InboundRead(sort=Sort.REPLY, envelope=envelope, uid=found.uid, reply=found)
    if envelope.is_automatic or mail.get_content_type() == "multipart/report":
        return InboundRead(sort=Sort.AUTOMATIC, reason="A machine wrote it.", envelope=envelope)
    words = words_of(mail)
    if found is not None:
        reason = f"Its method is {found.method}." if found.method != "REPLY" else "It is no plain answer."
        said = "\n\n".join(part for part in (words or found.comment, found.proposal) if part)
        return InboundRead(sort=Sort.WISH, reason=reason, envelope=envelope, words=said, uid=found.uid)
    if words or envelope.subject:
        return InboundRead(sort=Sort.WORDS, reason="Somebody wrote.", envelope=envelope, words=words)
    return InboundRead(sort=Sort.NOTHING, reason="It says nothing.", envelope=envelope)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A calendar that asks for something else than we apply."""

    method: str
    uid: str
    comment: str
    proposal: str = ""  # another time, as a COUNTER asks for it; Outlook writes it nowhere else


def _calendar_of(mail: Message) -> CalendarReply | _Wish | None:
    """Return what the mail's calendar says; None for a mail without one that asks or answers anything.

    The same calendar is often there twice, as alternative and as file. Two that differ are a trick. Raises
    UnreadableError.
    """
    parts = [part for part in mail.walk() if not part.is_multipart() and _is_calendar(part)]
    if len(parts) > MOST_CALENDARS:
        raise UnreadableError(f"It has {len(parts)} calendars.")
    if any(len(bytes_of(part)) > MOST_CALENDAR_BYTES for part in parts):
        raise UnreadableError(f"Its calendar is larger than {MOST_CALENDAR_BYTES // 1024} KiB.")
    said = {found for part in parts if (found := _read_calendar(text_of(part), _method_of(part))) is not None}
    if len(said) > 1:
        raise UnreadableError("Its calendars say different things.")
    return said.pop() if said else None


def _is_calendar(part: Message) -> bool:
    name = part.get_filename()
    is_file = isinstance(name, str) and name.lower().endswith(".ics")
    return is_file or part.get_content_type() in {"text/calendar", "application/ics"}


def _method_of(part: Message) -> str:
    method = part.get_param("method")
    return method.upper() if isinstance(method, str) else ""


@dataclass(slots=True)
class _Component:
    name: str
    properties: dict[str, list[tuple[Parameters, str]]]

    def all(self, name: str) -> list[str]:
        return [value for _, value in self.properties.get(name, [])]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def _components(text: str) -> list[_Component]:
    """Return the components of a calendar file, each with its own properties, in the order of their beginnings."""
    found: list[_Component] = []
    inside: list[_Component] = []
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]
        try:
            name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:  # a line that is none: it tells us nothing
            continue
        name = name.upper()
        if name == "BEGIN":
            inside.append(_Component(value.strip().upper(), {}))
            found.append(inside[-1])
        elif name == "END":
            if inside:
                inside.pop()
        elif inside:
            inside[-1].properties.setdefault(name, []).append((parameters, value))
    return found


def _read_calendar(text: str, mime_method: str) -> CalendarReply | _Wish | None:
    components = _components(text)
    calendars = [c for c in components if c.name == "VCALENDAR"]
    entries = [c for c in components if c.name == "VEVENT"]
    method = (calendars[0].first("METHOD").strip().upper() if calendars else "") or mime_method
    if not method:
        return None
    if method != "REPLY":
        name = re.sub(r"[^A-Z-]", "", method)[:20]
        if not entries:
            return _Wish(method=name, uid="", comment="")
        proposal = _times(entries[0]) if name == "COUNTER" else ""
        return _Wish(method=name, uid=_uid(entries[0]), comment=_comment(entries[0]), proposal=proposal)
    if len(calendars) != 1 or len(entries) != 1:
        raise UnreadableError(f"A reply about {len(entries)} entries in {len(calendars)} calendars.")
    return _reply_of(entries[0])


def _reply_of(entry: _Component) -> CalendarReply | _Wish:
    attendees = entry.properties.get("ATTENDEE", [])
    if len(attendees) != 1:
        raise UnreadableError(f"A reply of {len(attendees)} attendees.")
    if len(entry.all("UID")) != 1 or not _uid(entry):
        raise UnreadableError("A reply without the UID of its entry.")
    if "RECURRENCE-ID" in entry.properties:
        raise UnreadableError("A reply to one of a series: we send none.")
    parameters, value = attendees[0]
    attendee = _address(value) or _address(str(parameters.get("EMAIL", "")))
    if not attendee:
        raise UnreadableError("A reply of an attendee without an address.")
    sequence, stamp = _sequence(entry), _stamp(entry)
    answer = str(parameters.get("PARTSTAT", "")).upper()
    if answer not in _ANSWERS:  # DELEGATED, COMPLETED, a word of somebody's own
        return _Wish(method="REPLY", uid=_uid(entry), comment=_comment(entry))
    return CalendarReply(
        uid=_uid(entry),
        attendee=attendee,
        partstat=PartStat(answer),
        sequence=sequence,
        stamp=stamp,
        comment=_comment(entry),
    )


def _uid(entry: _Component) -> str:
    return clean(entry.first("UID")).strip()[:255]


def _comment(entry: _Component) -> str:
    return clean(entry.first("COMMENT")).strip()[:LONGEST_TEXT]


def _times(entry: _Component) -> str:
    """Return start and end as they are written, in the zone that they name."""
    times = []
    for name in ("DTSTART", "DTEND"):
        for parameters, value in entry.properties.get(name, [])[:1]:
            if match := _MOMENT.fullmatch(value.strip()):
                zone = "UTC" if match[6] else clean(str(parameters.get("TZID", "")))[:60]
                times.append(f"{match[1]}-{match[2]}-{match[3]} {match[4]}:{match[5]} {zone}".strip())
    return " – ".join(times)


def _address(value: str) -> str:
    """Return the address of a `mailto:`, in whatever case it is written, or of a bare address."""
    scheme, colon, rest = value.strip().partition(":")
    if colon and scheme.lower() != "mailto":
        return ""
    address = unquote((rest if colon else scheme).partition("?")[0]).strip()
    return address if len(address) <= 254 and is_writable(address) else ""


def _sequence(entry: _Component) -> int:
    written = entry.first("SEQUENCE").strip() or "0"
    if not re.fullmatch(r"[0-9]{1,10}", written) or int(written) > HIGHEST_SEQUENCE:
        raise UnreadableError("A reply whose SEQUENCE is no number.")
    return int(written)


def _stamp(entry: _Component) -> datetime:
    """Return DTSTAMP, which is UTC by RFC 5545, section 3.8.7.2, whether it says so or not."""
    match = _STAMP.fullmatch(entry.first("DTSTAMP").strip())
    try:
        if match is not None:
            return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise UnreadableError("A reply without the time at which it was given.")
