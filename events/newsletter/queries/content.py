"""What an issue says, as plain data: the same for its page, its mail and the copy that is kept when it is sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, override
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from events.newsletter.rules import in_order
from events.schedule.models import Event
from events.schedule.rules import EventKind, EventStatus, is_online
from portal.queries import published_in_language
from portal.when import describe_when

if TYPE_CHECKING:
    from events.newsletter.models.pages import IssuePage

# As JSON keeps it: addresses of our own are paths, so that the same copy serves the page and the mail.
Content = dict[str, Any]
Part = dict[str, Any]

# Twice the width of the mail's column; JPEG, for Outlook knows nothing newer.
PICTURE = "fill-1120x560|format-jpeg|jpegquality-80"
SHOWN_WIDTH, SHOWN_HEIGHT = 560, 280


def content_of(page: "IssuePage", *, at: datetime) -> Content:
    """Return all that the mail of an issue says in the page's language; `at` decides which events come next."""
    language = page.locale.language_code
    with override(language):
        path = page.get_url() or ""
        return {
            "subject": page.subject or page.title,
            "title": page.title,
            "introduction": page.introduction,
            "path": path,
            "topics": in_order(page.topics),
            "parts": parts_of(page, at=at),
        }


def parts_of(page: "IssuePage", *, at: datetime) -> list[Part]:
    """Return the parts in the page's language; what a part names and is not published is left out.

    A fixed number of statements, however many parts there are.
    """
    with override(page.locale.language_code):
        blocks = list(page.body)
        pages = _published([block.value["page"] for block in blocks if "page" in block.value])
        events = _events(blocks, at)
        found = [_part(block.block_type, block.value, pages, events) for block in blocks]
    return [part for part in found if part is not None]


def _part(kind: str, value: Mapping[str, Any], pages: Mapping[UUID, Any], events: "_Events") -> Part | None:
    topic = value["topic"] or ""
    match kind:
        case "heading":
            return {"kind": kind, "topic": topic, "text": value["text"]}
        case "paragraph":
            # Safe: Wagtail's own rendering of rich text, with the few features that the block allows.
            html = mark_safe(expand_db_html(value["text"].source))  # noqa: S308
            return {"kind": kind, "topic": topic, "html": html}
        case "page":
            page = _of(pages, value["page"])
            return _page_part(page, value, topic) if page is not None else None
        case "events":
            rows = [_event_row(event) for event in events.of(value)]
            return {"kind": kind, "topic": topic, "heading": value["heading"], "events": rows} if rows else None
        case "call_to_action":
            page = _of(pages, value["page"])
            address = value["address"] or (page.get_url() if page is not None else "")
            return {"kind": kind, "topic": topic, "text": value["text"], "url": address} if address else None
    raise ValueError(f"An issue has no parts of kind {kind!r}.")


def _page_part(page: Any, value: Mapping[str, Any], topic: str) -> Part:
    return {
        "kind": "page",
        "page": page.pk,
        "topic": topic,
        "title": page.title,
        "text": getattr(page, "introduction", ""),
        "url": page.get_url() or "",
        "link_text": value["link_text"] or gettext("Read on"),
        "picture": _picture(page),
    }


def without_unpublished(contents: Sequence[Content]) -> list[Content]:
    """Return what was kept of issues without the pages that are off the site by now; at most one statement.

    A later edit changes nobody's mail, but who has taken back her words must not be quoted by the next one.
    """
    chosen = {part["page"] for content in contents for part in content["parts"] if part.get("page")}
    gone = chosen - set(Page.objects.live().filter(pk__in=chosen).values_list("pk", flat=True)) if chosen else set()
    return [
        content | {"parts": [part for part in content["parts"] if part.get("page") not in gone]} for content in contents
    ]


def _picture(page: Any) -> dict[str, Any] | None:
    image = getattr(page, "image", None)
    if image is None:
        return None
    rendition = image.get_rendition(PICTURE)
    return {"url": rendition.url, "alt": page.picture_alt, "width": SHOWN_WIDTH, "height": SHOWN_HEIGHT}


def _published(chosen: Sequence[Page | None]) -> dict[UUID, Any]:
    return {page.translation_key: page for page in published_in_language(chosen)}


def _of(pages: Mapping[UUID, Any], page: Page | None) -> Any:
    return pages.get(page.translation_key) if page is not None else None


class _Events:
    """The events that the parts of an issue name, read at once."""

    def __init__(self, chosen: Mapping[UUID, Event], coming: Sequence[Event]) -> None:
        self.chosen, self.coming = chosen, coming

    def of(self, value: Mapping[str, Any]) -> list[Event]:
        keys = [page.translation_key for page in value["events"] if page is not None]
        if keys:
            return [self.chosen[key] for key in keys if key in self.chosen]
        return list(self.coming[: value["number"] or 0])


def _events(blocks: Iterable[Any], at: datetime) -> _Events:
    parts = [block.value for block in blocks if block.block_type == "events"]
    keys = {page.translation_key for part in parts for page in part["events"] if page is not None}
    shown = Event.objects.filter(status=EventStatus.PUBLISHED).prefetch_related("sessions")
    chosen = {event.key: event for event in shown.filter(key__in=keys)} if keys else {}
    most = max((part["number"] or 0 for part in parts if not list(part["events"])), default=0)
    coming = shown.filter(Q(last_ends_at__gt=at)).order_by("first_starts_at", "pk")[:most] if most else []
    return _Events(chosen, list(coming))


def _event_row(event: Event) -> dict[str, str]:
    spoken = event.in_language(get_language() or "")
    session = spoken.live_sessions[0] if spoken.live_sessions else None
    if session is None:
        return {"title": spoken.title, "url": spoken.path, "when": "", "place": ""}
    online = is_online(EventKind(event.kind), place=session.place)
    return {
        "title": spoken.title,
        "url": spoken.path,
        "when": describe_when(session.starts_at, session.ends_at, session.time_zone),
        "place": session.place or (gettext("Online") if online else ""),
    }
