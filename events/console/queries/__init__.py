"""What staff read: whose data it is, figures, one person's history, and whether the figures agree."""

from events.console.queries.invariants import broken_invariants
from events.console.queries.ownership import (
    boroughs_counted_for,
    boroughs_run_by,
    events_seen_by,
    may_run,
    may_see_walks,
    messages_seen_by,
    receipts_seen_by,
    registrations_seen_by,
    suppressions_seen_by,
    walks_held_by,
    walks_run_by,
    walks_seen_by,
)

__all__ = [
    "boroughs_counted_for",
    "boroughs_run_by",
    "broken_invariants",
    "events_seen_by",
    "may_run",
    "may_see_walks",
    "messages_seen_by",
    "receipts_seen_by",
    "registrations_seen_by",
    "suppressions_seen_by",
    "walks_held_by",
    "walks_run_by",
    "walks_seen_by",
]
