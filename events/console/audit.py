"""The audit log: who looked at whose data or changed it, when, and how many rows. Never a name or an address."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from wagtail.log_actions import log

ACTIONS = {
    "events.registrations_listed": ("Look at a list of people", "Looked at a list of people"),
    "events.registration_seen": ("Look at a registration", "Looked at"),
    "events.registration_removed": ("Remove a registration", "Removed from the event"),
    "events.registration_readdressed": ("Correct an address", "Changed the address"),
    "events.registration_attended": ("Mark attendance", "Marked attendance"),
    "events.registration_sent_again": ("Send a confirmation again", "Sent the confirmation again"),
    "events.registrations_exported": ("Export registrations", "Exported registrations"),
    "events.people_changed": ("Change many registrations", "Changed many registrations"),
    "events.messages_listed": ("Look at messages", "Looked at messages"),
    "events.message_seen": ("Look at a message", "Looked at a message"),
    "events.message_resent": ("Send a message again", "Sent a message again"),
    "events.receipts_listed": ("Look at delivery receipts", "Looked at delivery receipts"),
    "events.suppressions_listed": ("Look at suppressed addresses", "Looked at suppressed addresses"),
    "events.suppression_sought": ("Look an address up", "Looked an address up"),
    "events.suppression_added": ("Suppress an address", "Suppressed an address"),
    "events.suppression_lifted": ("Lift a suppression", "Lifted a suppression"),
    "events.subscriptions_listed": ("Look at newsletter readers", "Looked at newsletter readers"),
    "events.subscription_ended": ("End a newsletter subscription", "Ended a newsletter subscription"),
    "events.event_seen": ("Look at an event’s figures", "Looked at the figures"),
    "events.officers_chosen": ("Choose who runs an event", "Chose who runs it"),
    "events.host_added": ("Add a speaker or host", "Added a speaker or host"),
    "events.old_holders_told": ("Send a changed time again", "Sent the time again to those with an old one"),
    "events.called_off": ("Cancel or postpone an event", "Called off"),
    "events.walks_listed": ("Look at walk requests", "Looked at walk requests"),
    "events.walk_seen": ("Look at a walk request", "Looked at it, unopened"),
    "events.posters_made": ("Make posters", "Made posters"),
    "events.poster_taken_down": ("Take a poster down", "Took it down"),
    "events.interests_listed": ("Look at expressions of interest", "Looked at expressions of interest"),
    "events.interest_seen": ("Look at an expression of interest", "Looked at"),
    "events.interest_decided": ("Decide on an expression of interest", "Decided"),
    "events.pair_seen": ("Look at a pair", "Looked at"),
    "events.pair_changed": ("Change a pair", "Changed"),
    "events.attendance_marked": ("Mark who came to a session", "Marked who came"),
    "events.alumni_invited": ("Ask alumni again", "Asked alumni again"),
    "events.charity_changed": ("Change a charity", "Changed the charity"),
    "events.walk_opened": ("Open a walk request", "Opened what she told us"),
    "events.walk_allocated": ("Give a walk request to an officer", "Gave it to an officer"),
    "events.walk_taken_back": ("Take a walk request back", "Took it back from the officer"),
    "events.walk_offered": ("Offer times for a walk", "Offered times"),
    "events.walk_other_times": ("Ask for other times for her", "Took the times off, for other ones"),
    "events.walk_chosen_for_her": ("Choose a time for her", "Chose a time for her, as she asked"),
    "events.walk_withdrawn_for_her": ("Withdraw a walk request for her", "Withdrew it, as she asked"),
    "events.walk_recorded": ("Record what came of a walk", "Recorded what came of it"),
    "events.walk_slots_given": ("Give times for walks", "Gave times for walks"),
    "events.walk_slot_withdrawn": ("Take a time for walks back", "Took a time for walks back"),
    "events.walk_report_published": ("Publish “You said, we did”", "Published what was said and done"),
    "events.walk_report_withdrawn": ("Withdraw “You said, we did”", "Took what was said and done off the site"),
}


def note(request: HttpRequest, action: str, *, about: Model | None = None, **facts: Any) -> None:
    """Write one entry for this request. A list is about nobody in particular: it stands under who looked."""
    log(instance=about or request.user, action=f"events.{action}", user=request.user, data=facts)


def note_list(
    request: HttpRequest, action: str, *, rows: int, event_ids: Iterable[int | None], filters: Iterable[str]
) -> None:
    """Write that somebody looked at a list: of which events, how long it was, and by what it was narrowed down.

    What was searched for is not written down: it is often an address.
    """
    note(
        request,
        action,
        rows=rows,
        events=sorted({pk for pk in event_ids if pk is not None}),
        narrowed_by=sorted(filters),
    )
