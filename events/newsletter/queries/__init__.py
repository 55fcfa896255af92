"""Reading the newsletter: what an issue says, who gets it, and how far it got."""

from events.newsletter.queries.content import Content, content_of, parts_of, without_unpublished
from events.newsletter.queries.readers import (
    AudienceSize,
    Counted,
    audience_of,
    live_subscription,
    reader_of,
    size_of,
    subscribers,
    subscription_counts,
    wants_no_news,
)
from events.newsletter.queries.sendings import (
    IssueRow,
    archive_of,
    figures_of_sendings,
    issue_rows,
    over_time,
    sending_of,
    sent_at,
)

__all__ = [
    "AudienceSize",
    "Content",
    "Counted",
    "IssueRow",
    "archive_of",
    "audience_of",
    "content_of",
    "figures_of_sendings",
    "issue_rows",
    "live_subscription",
    "over_time",
    "parts_of",
    "reader_of",
    "sending_of",
    "sent_at",
    "size_of",
    "subscribers",
    "subscription_counts",
    "wants_no_news",
    "without_unpublished",
]
