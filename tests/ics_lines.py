"""Content lines of a calendar file, taken apart by the RFC and by nothing of icalendar's."""

import re


def unfolded(file: bytes) -> list[str]:
    """The content lines, taken apart by RFC 5545 section 3.1 and nothing of icalendar's."""
    return file.decode().removesuffix("\r\n").replace("\r\n ", "").split("\r\n")


def named(file: bytes, name: str) -> list[str]:
    """The lines of that property, alarm included."""
    return [line for line in unfolded(file) if re.split("[:;]", line, maxsplit=1)[0] == name]


def value(file: bytes, name: str) -> str:
    """The one text value of that property, unescaped."""
    (line, *_) = named(file, name)
    escapes = {"\\n": "\n", "\\N": "\n"}
    raw = line.split(":", maxsplit=1)[1]
    return re.sub(r"\\(.)", lambda escape: escapes.get(escape[0], escape[1]), raw, flags=re.DOTALL)


def carets_decoded(parameter: str) -> str:
    """The value of a parameter (RFC 6868 section 3.2)."""
    carets = {"^^": "^", "^'": '"', "^n": "\n"}
    return re.sub(r"\^[\^'n]", lambda caret: carets[caret[0]], parameter)


def skeleton(file: bytes) -> list[str]:
    """The names of all lines in order, with BEGIN and END in full."""
    return [
        line if line.startswith(("BEGIN:", "END:")) else re.split("[:;]", line, maxsplit=1)[0]
        for line in unfolded(file)
    ]


VEVENT = [
    "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP", "CLASS",
    "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL",
]  # fmt: skip


VALARM = ["BEGIN:VALARM", "ACTION", "DESCRIPTION", "TRIGGER", "END:VALARM"]


EXPECTED = {
    "REQUEST": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "ATTENDEE", "CONFERENCE", "X-MICROSOFT-DISALLOW-COUNTER", *VALARM,
        "END:VEVENT", "END:VCALENDAR",
    ],
    "CANCEL": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "ATTENDEE", "END:VEVENT", "END:VCALENDAR",
    ],
    "PUBLISH": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "CONFERENCE", *VALARM, "END:VEVENT", "END:VCALENDAR",
    ],
    "FEED": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE",
        "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE",
        "BEGIN:VEVENT", *VEVENT, "CONFERENCE", "END:VEVENT", "END:VCALENDAR",
    ],
}  # fmt: skip
