"""Links that open a web calendar with the entry filled in: a convenience beside the .ics, which stays first.

Such an entry is a copy: it does not update itself, and it names nobody.
"""

from datetime import datetime
from urllib.parse import quote

from events.invites.builder import plain_text
from events.invites.rules import Content
from portal.wall_clock import ENGLISH, ClockWords, describe_when

# Outlook's servers and several mail clients refuse or cut longer addresses.
MAX_LENGTH = 2000
ELLIPSIS = "…"

# The three texts are filled in last, by how much room they have.
_GOOGLE = (
    "https://calendar.google.com/calendar/render?action=TEMPLATE"
    "&text={{title}}&{dates}&details={{details}}&location={{location}}"
)
_OUTLOOK = (
    "https://{host}/calendar/0/action/compose?rru=addevent&{times}"
    "&subject={{title}}&body={{details}}&location={{location}}"
)


def google_link(entry_content: Content, *, details_url: str, clock: ClockWords = ENGLISH) -> str:
    """Return the Google Calendar link; milliseconds in `dates` make Google ignore the times."""
    dates = f"dates={_google_time(entry_content.starts_at)}/{_google_time(entry_content.ends_at)}"
    return _link(_GOOGLE.format(dates=dates), entry_content, details_url, clock)


def outlook_link(entry_content: Content, *, details_url: str, clock: ClockWords = ENGLISH) -> str:
    """Return the link for a personal Outlook.com calendar."""
    return _outlook("outlook.live.com", entry_content, details_url, clock)


def office_link(entry_content: Content, *, details_url: str, clock: ClockWords = ENGLISH) -> str:
    """Return the link for a work or school calendar: another host, because accounts do not cross over."""
    return _outlook("outlook.office.com", entry_content, details_url, clock)


def _outlook(host: str, content: Content, details_url: str, clock: ClockWords) -> str:
    times = f"startdt={_outlook_time(content.starts_at)}&enddt={_outlook_time(content.ends_at)}"
    return _link(_OUTLOOK.format(host=host, times=times), content, details_url, clock)


def _google_time(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def _outlook_time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _link(pattern: str, content: Content, details_url: str, clock: ClockWords) -> str:
    """Fill in the texts, giving way in the summary first, then in the place, then in the title.

    The time in words and the address of the page come before the summary, so that no cut reaches them.
    """
    when = describe_when(content.starts_at, content.ends_at, content.time_zone, clock)
    details = _encode(f"{when}\n{plain_text(details_url)}")
    room = MAX_LENGTH - len(pattern.format(title="", details=details, location=""))
    title = _fitting(plain_text(content.title).replace("\n", " "), room)
    location = _fitting(plain_text(content.location), room - len(title))
    summary = plain_text(content.summary).strip()
    more = _fitting(f"\n\n{summary}" if summary else "", room - len(title) - len(location))
    return pattern.format(title=title, details=details + more, location=location)


def _fitting(text: str, room: int) -> str:
    """Encode `text`, cut after a whole character when it needs more than `room`.

    Counted character by character: a cut in the encoded text could split "%C3%A9" and with it the letter.
    """
    whole = _encode(text)
    if len(whole) <= room:
        return whole
    kept, left = [], room - len(_encode(ELLIPSIS))
    for character in text:
        encoded = _encode(character)
        if len(encoded) > left:
            break
        kept.append(encoded)
        left -= len(encoded)
    return "".join(kept) + _encode(ELLIPSIS) if kept else ""


def _encode(text: str) -> str:
    """Percent-encode everything: a space as %20, because Outlook shows a "+" as a plus sign."""
    return quote(text, safe="")
