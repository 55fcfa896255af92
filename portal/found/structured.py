"""What search engines read: schema.org as plain dictionaries. Plain Python; every address is a full one.

The organisation stands once in each page's graph, and everything else names it by its id.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Thing = dict[str, Any]

CONTEXT = "https://schema.org"
IN_STOCK, SOLD_OUT, PRE_ORDER = (f"{CONTEXT}/{name}" for name in ("InStock", "SoldOut", "PreOrder"))
# A title may say </script>: none of these characters stands in the data as itself.
ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def as_json(things: Iterable[Thing]) -> str:
    """Return a graph as it may stand in a page."""
    graph = {"@context": CONTEXT, "@graph": list(things)}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def _thing(kind: str, **said: Any) -> Thing:
    """Return a thing without what is not known."""
    return {"@type": kind} | {name: value for name, value in said.items() if value not in (None, "", [])}


def organisation_id(base_url: str) -> Thing:
    """Return how other things name the organisation."""
    return {"@id": f"{base_url}/#organisation"}


def organisation(
    *, base_url: str, name: str, logo: str = "", email: str = "", telephone: str = "", same_as: Sequence[str] = ()
) -> Thing:
    """Return who is speaking."""
    contact = _thing("ContactPoint", contactType="recruitment", email=email, telephone=telephone)
    thing = _thing(
        "Organization", name=name, url=f"{base_url}/", logo=logo, sameAs=[address for address in same_as if address]
    )
    return organisation_id(base_url) | thing | ({"contactPoint": contact} if email or telephone else {})


def website(*, base_url: str, name: str, url: str, language: str) -> Thing:
    """Return the site itself, for its front page."""
    return _thing("WebSite", name=name, url=url, inLanguage=language, publisher=organisation_id(base_url))


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Thing:
    """Return the way to a page: titles with addresses, the home page first, the page itself last."""
    items = [
        _thing("ListItem", position=number, name=name, item=url) for number, (name, url) in enumerate(steps, start=1)
    ]
    return _thing("BreadcrumbList", itemListElement=items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A session as it is told: times with their offset."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    is_online: bool


# The states of an event (schema.org, EventStatusType).
SCHEDULED, POSTPONED, CANCELLED = "EventScheduled", "EventPostponed", "EventCancelled"


def event(
    *,
    base_url: str,
    url: str,
    title: str,
    description: str,
    image: str,
    language: str,
    parts: Sequence[Part],
    status: str,
    is_ours: bool,
    performers: Sequence[tuple[str, str]] = (),
    offer_url: str = "",
    availability: str = "",
    offered_from: datetime | None = None,
) -> Thing:
    """Return an event; one of several sessions has each as an event of its own.

    `performers` are names with roles. Taking part is free.
    """
    return {"@id": f"{url}#event"} | _thing(
        "Event",
        name=title,
        description=description,
        url=url,
        image=[image],
        inLanguage=language,
        isAccessibleForFree=True if is_ours else None,
        organizer=organisation_id(base_url) if is_ours else None,
        performer=[_thing("Person", name=name, jobTitle=role) for name, role in performers],
        offers=_thing(
            "Offer",
            url=offer_url,
            price="0",
            priceCurrency="GBP",
            availability=availability,
            validFrom=offered_from.isoformat() if offered_from else None,
        )
        if offer_url and availability
        else None,
        **_when_and_where(parts, url=url, status=status),
        subEvent=[
            _thing(
                "Event",
                name=part.title,
                url=url,
                superEvent={"@id": f"{url}#event"},
                **_when_and_where([part], url=url, status=status),
            )
            for part in parts
        ]
        if len(parts) > 1
        else None,
    )


def _when_and_where(parts: Sequence[Part], *, url: str, status: str) -> Thing:
    places = list(dict.fromkeys(part.place for part in parts if part.place))
    online = any(part.is_online for part in parts)
    locations = [_thing("Place", name=place, address=place) for place in places]
    if online or not places:
        locations.append(_thing("VirtualLocation", url=url))
    mode = "Mixed" if online and places else "Offline" if places else "Online"
    return {
        "startDate": min(parts, key=lambda part: part.starts_at).starts_at.isoformat(),
        "endDate": max(parts, key=lambda part: part.ends_at).ends_at.isoformat(),
        "eventStatus": f"{CONTEXT}/{status}",
        "eventAttendanceMode": f"{CONTEXT}/{mode}EventAttendanceMode",
        "location": locations if len(locations) > 1 else locations[0],
    }


def article(
    *,
    base_url: str,
    url: str,
    title: str,
    description: str,
    image: str,
    language: str,
    published_at: datetime,
    changed_at: datetime,
) -> Thing:
    """Return a story. It is told by role, so the organisation is its author."""
    return _thing(
        "Article",
        headline=title,
        description=description,
        image=[image],
        url=url,
        inLanguage=language,
        datePublished=published_at.isoformat(),
        dateModified=changed_at.isoformat(),
        author=organisation_id(base_url),
        publisher=organisation_id(base_url),
    )


def video_object(
    *, url: str, title: str, description: str, thumbnail: str, content_url: str, media_type: str, uploaded_at: datetime
) -> Thing:
    """Return a video of ours that a page shows."""
    return _thing(
        "VideoObject",
        name=title,
        description=description,
        thumbnailUrl=[thumbnail],
        uploadDate=uploaded_at.isoformat(),
        contentUrl=content_url,
        encodingFormat=media_type,
        url=url,
    )


def faq_page(*, url: str, language: str, questions: Sequence[tuple[str, str]]) -> Thing:
    """Return questions with their answers (HTML is allowed in these)."""
    return _thing(
        "FAQPage",
        url=url,
        inLanguage=language,
        mainEntity=[
            _thing("Question", name=question, acceptedAnswer=_thing("Answer", text=answer))
            for question, answer in questions
        ],
    )


def job_posting(
    *,
    base_url: str,
    url: str,
    title: str,
    description: str,
    posted_at: datetime,
    closes_at: datetime,
    locality: str,
    country: str,
) -> Thing:
    """Return a role that people can apply for now."""
    address = _thing("PostalAddress", addressLocality=locality, addressCountry=country)
    return _thing(
        "JobPosting",
        title=title,
        description=description,
        url=url,
        datePosted=posted_at.date().isoformat(),
        validThrough=closes_at.isoformat(),
        hiringOrganization=organisation_id(base_url),
        jobLocation=_thing("Place", address=address),
        directApply=False,
    )
