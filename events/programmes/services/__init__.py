"""What is done in a programme. Views and the worker call these."""

from events.programmes.services.asking import Application, PhaseNotOpenError, change_details, express_interest
from events.programmes.services.inviting import invite_alumni
from events.programmes.services.meeting import (
    call_off_session,
    follow_events,
    mark_attendance,
    move_with_tzdata,
    set_session,
)
from events.programmes.services.pairing import complete_pair, end_pair, end_pairs_of_leavers, pair_up
from events.programmes.services.publishing import publish_page, translate_page
from events.programmes.services.retention import purge_programmes
from events.programmes.services.reviewing import decide, take_into_review, withdraw

__all__ = [
    "Application",
    "PhaseNotOpenError",
    "call_off_session",
    "change_details",
    "complete_pair",
    "decide",
    "end_pair",
    "end_pairs_of_leavers",
    "express_interest",
    "follow_events",
    "invite_alumni",
    "mark_attendance",
    "move_with_tzdata",
    "pair_up",
    "publish_page",
    "purge_programmes",
    "set_session",
    "take_into_review",
    "translate_page",
    "withdraw",
]
