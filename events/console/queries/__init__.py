"""What staff read: whose data it is, figures, one person's history, and whether the figures agree."""

from events.console.queries.invariants import broken_invariants
from events.console.queries.ownership import (
    events_seen_by,
    may_run,
    messages_seen_by,
    receipts_seen_by,
    registrations_seen_by,
    suppressions_seen_by,
)

__all__ = [
    "broken_invariants",
    "events_seen_by",
    "may_run",
    "messages_seen_by",
    "receipts_seen_by",
    "registrations_seen_by",
    "suppressions_seen_by",
]
