"""What changes a walk: asking, allocating, offering, choosing, changing, closing, and what the clock does."""

from events.walks.services.allocating import Allocation, allocate, give_back, return_walks_of_leavers
from events.walks.services.asking import Application, ask_for_walk
from events.walks.services.changing import ask_for_other_time, withdraw_request
from events.walks.services.choosing import choose_time
from events.walks.services.closing import KeyMovedOnError, close_walk, record_outcome
from events.walks.services.escalating import follow_the_clock
from events.walks.services.offering import Giving, Offering, give_series, give_slot, offer_times, withdraw_slot
from events.walks.services.opening import REASONS, Opened, note_of, open_request
from events.walks.services.reporting import counts_of, preview_report, publish_report, withdraw_report
from events.walks.services.resealing import reseal_requests
from events.walks.services.retention import purge_walks
from events.walks.services.settling import settle_new_requests

__all__ = [
    "REASONS",
    "Allocation",
    "Application",
    "Giving",
    "KeyMovedOnError",
    "Offering",
    "Opened",
    "allocate",
    "ask_for_other_time",
    "ask_for_walk",
    "choose_time",
    "close_walk",
    "counts_of",
    "follow_the_clock",
    "give_back",
    "give_series",
    "give_slot",
    "note_of",
    "offer_times",
    "open_request",
    "preview_report",
    "publish_report",
    "purge_walks",
    "record_outcome",
    "reseal_requests",
    "return_walks_of_leavers",
    "settle_new_requests",
    "withdraw_report",
    "withdraw_request",
    "withdraw_slot",
]
