"""The mail of an issue as it would look, from what an editor is writing: nothing is saved and nobody is named."""

from datetime import datetime
from typing import TYPE_CHECKING

from events.newsletter.messages import Batch, sample_of
from events.newsletter.queries import content_of
from events.outbox.messages import Obsolete
from events.outbox.models import Message
from portal.branding import site_branding

if TYPE_CHECKING:
    from events.newsletter.models.pages import IssuePage

AS_MAIL, AS_TEXT = "mail", "mail-text"
MODES = {AS_MAIL: "The mail", AS_TEXT: "The mail as text"}


def preview_of(page: "IssuePage", mode: str, *, now: datetime) -> tuple[str, str]:
    """Return what a preview mode shows, and its content type."""
    content = content_of(page, at=now)
    batch = Batch(branding=site_branding(), subscriptions={}, editions={}, drafts={})
    try:
        draft = sample_of(content, page.locale.language_code, batch, message=Message())
    except Obsolete:
        return "Add a part, and the mail is shown here.", "text/plain; charset=utf-8"
    if mode == AS_TEXT:
        return f"{draft.subject}\n\n{draft.text}", "text/plain; charset=utf-8"
    return draft.html, "text/html; charset=utf-8"
