"""Writing messages, and recording what became of them."""

from events.outbox.services.holding import drop_messages, hold_messages, release_held
from events.outbox.services.receiving import adopt_receipts, record_receipt
from events.outbox.services.suppressing import lift_complaint, lift_suppression, suppress
from events.outbox.services.writing import (
    address_digest,
    book_stranger_mail,
    bring_forward,
    draft_row,
    enqueue,
    skip_queued,
    skipped_row,
)

__all__ = [
    "address_digest",
    "adopt_receipts",
    "book_stranger_mail",
    "bring_forward",
    "draft_row",
    "drop_messages",
    "enqueue",
    "hold_messages",
    "lift_complaint",
    "lift_suppression",
    "record_receipt",
    "release_held",
    "skip_queued",
    "skipped_row",
    "suppress",
]
