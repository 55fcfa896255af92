"""What a page tells machines, read as they do: schema.org's properties, and those that Google's search asks for.

Written down by hand from schema.org (types and their properties) and from Google Search Central (what is required), in
November 2026.
"""

import json
import re
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

TEXT, URL, MOMENT, DAY, NUMBER, YES_NO, ENUM = "text", "url", "moment", "day", "number", "yes or no", "enumeration"
# Property: what it may hold. A name in capitals is a thing of that type.
PROPERTIES: dict[str, dict[str, set[str]]] = {
    "Organization": {"name": {TEXT}, "url": {URL}, "logo": {URL}, "sameAs": {URL}, "contactPoint": {"ContactPoint"}},
    "ContactPoint": {"contactType": {TEXT}, "email": {TEXT}, "telephone": {TEXT}},
    "WebSite": {"name": {TEXT}, "url": {URL}, "inLanguage": {TEXT}, "publisher": {"Organization"}},
    "BreadcrumbList": {"itemListElement": {"ListItem"}},
    "ListItem": {"position": {NUMBER}, "name": {TEXT}, "item": {URL}},
    "Event": {
        "name": {TEXT},
        "description": {TEXT},
        "url": {URL},
        "image": {URL},
        "inLanguage": {TEXT},
        "isAccessibleForFree": {YES_NO},
        "organizer": {"Organization"},
        "performer": {"Person"},
        "offers": {"Offer"},
        "startDate": {MOMENT},
        "endDate": {MOMENT},
        "eventStatus": {ENUM},
        "eventAttendanceMode": {ENUM},
        "location": {"Place", "VirtualLocation"},
        "subEvent": {"Event"},
        "superEvent": {"Event"},
    },
    "Offer": {
        "url": {URL},
        "price": {TEXT},
        "priceCurrency": {TEXT},
        "availability": {ENUM},
        "validFrom": {MOMENT},
    },
    "Person": {"name": {TEXT}, "jobTitle": {TEXT}},
    "Place": {"name": {TEXT}, "address": {TEXT, "PostalAddress"}},
    "PostalAddress": {"addressLocality": {TEXT}, "addressCountry": {TEXT}},
    "VirtualLocation": {"url": {URL}},
    "Article": {
        "headline": {TEXT},
        "description": {TEXT},
        "image": {URL},
        "url": {URL},
        "inLanguage": {TEXT},
        "datePublished": {MOMENT},
        "dateModified": {MOMENT},
        "author": {"Organization"},
        "publisher": {"Organization"},
    },
    "VideoObject": {
        "name": {TEXT},
        "description": {TEXT},
        "thumbnailUrl": {URL},
        "uploadDate": {MOMENT},
        "contentUrl": {URL},
        "encodingFormat": {TEXT},
        "url": {URL},
    },
    "FAQPage": {"url": {URL}, "inLanguage": {TEXT}, "mainEntity": {"Question"}},
    "Question": {"name": {TEXT}, "acceptedAnswer": {"Answer"}},
    "Answer": {"text": {TEXT}},
    "JobPosting": {
        "title": {TEXT},
        "description": {TEXT},
        "url": {URL},
        "datePosted": {DAY},
        "validThrough": {MOMENT},
        "hiringOrganization": {"Organization"},
        "jobLocation": {"Place"},
        "directApply": {YES_NO},
    },
}
REQUIRED: dict[str, set[str]] = {
    "Organization": {"name", "url"},
    "WebSite": {"name", "url"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Event": {"name", "startDate", "location"},
    "Offer": {"price", "priceCurrency", "availability", "url"},
    "Place": {"address"},
    "VirtualLocation": {"url"},
    "Article": {"headline", "image", "datePublished", "author"},
    "VideoObject": {"name", "thumbnailUrl", "uploadDate"},
    "FAQPage": {"mainEntity"},
    "Question": {"name", "acceptedAnswer"},
    "Answer": {"text"},
    "JobPosting": {"title", "description", "datePosted", "hiringOrganization", "jobLocation"},
    "PostalAddress": {"addressLocality", "addressCountry"},
}
ENUMS = {
    "eventStatus": {"EventScheduled", "EventCancelled", "EventPostponed"},
    "eventAttendanceMode": {f"{mode}EventAttendanceMode" for mode in ("Online", "Offline", "Mixed")},
    "availability": {"InStock", "SoldOut", "PreOrder"},
}


class _Blocks(HTMLParser):
    """Collects data blocks as a browser finds them: up to the first end tag."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self.inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data


def graph(html: str) -> list[dict[str, Any]]:
    """Return the things of a page's only data block, after checking each."""
    parser = _Blocks()
    parser.feed(html)
    assert len(parser.blocks) == 1, parser.blocks
    data = json.loads(parser.blocks[0])
    assert set(data) == {"@context", "@graph"}
    assert data["@context"] == "https://schema.org"
    things: list[dict[str, Any]] = data["@graph"]
    ids = {thing["@id"]: thing["@type"] for thing in things if "@id" in thing}
    for thing in things:
        check(thing, ids)
    return things


def only(things: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the one thing of a type."""
    (found,) = [thing for thing in things if thing["@type"] == kind]
    return found


def check(thing: dict[str, Any], ids: dict[str, str]) -> None:
    """Fail for a type, a property or a value that is not as it is written down."""
    kind = thing["@type"]
    known = PROPERTIES[kind]
    said = set(thing) - {"@type", "@id"}
    assert said <= set(known), f"{kind} has no {said - set(known)}"
    is_part = kind == "Event" and "superEvent" in thing
    assert is_part or REQUIRED.get(kind, set()) <= said, f"{kind} lacks {REQUIRED[kind] - said}"
    for name in said:
        values = thing[name] if isinstance(thing[name], list) else [thing[name]]
        assert values, f"{kind}.{name} is empty"
        for value in values:
            assert _is_right(name, value, known[name], ids), f"{kind}.{name}: {value!r}"


def _is_right(name: str, value: Any, allowed: set[str], ids: dict[str, str]) -> bool:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return ids.get(value["@id"]) in allowed
        check(value, ids)
        return value["@type"] in allowed
    if isinstance(value, bool):
        return YES_NO in allowed
    if isinstance(value, int):
        return NUMBER in allowed and value > 0
    if not isinstance(value, str) or not value.strip():
        return False
    tests = {URL: _is_address, MOMENT: _is_moment, DAY: _is_day, TEXT: lambda text: True}
    if ENUM in allowed:
        return value.removeprefix("https://schema.org/") in ENUMS[name] and value.startswith("https://schema.org/")
    return any(tests[kind](value) for kind in allowed if kind in tests)


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_moment(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", text)) and bool(
        datetime.fromisoformat(text)
    )


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(date.fromisoformat(text))
