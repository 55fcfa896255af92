"""Messages, registrations and invites in words, for staff: why something was sent, or was not. Plain Python."""

from collections.abc import Mapping

from events.invites.rules import Holding
from events.outbox.rules import Delivery, MessageState
from events.registration.rules import RegistrationState
from events.registration.wording_rules import WORDED_KINDS
from events.reminders.rules import REMINDER_LABELS

# By kind, and where it matters by the beginning of the cause that the dedupe key ends in.
REASONS: Mapping[str, str] = {
    "confirmation": "They registered and have a place.",
    "confirmation:again": "They, or staff, asked for the confirmation again.",
    "confirmation:resent": "Staff sent it again.",
    "waiting": "They registered when no place was free.",
    "waiting:again": "They, or staff, asked where they stand.",
    "waiting:back": "The event is on again, and they still wait.",
    "waiting:address": "Their address was changed, and they still wait.",
    "promotion": "A place became free, and they were the first who waited.",
    "already_registered": "Somebody filled in the form with their address, and they had registered before.",
    "already_registered:address": "Somebody wanted to move a place to their address, and they had one of their own.",
    "update": "What their calendar said has changed: time, place, title or link.",
    "update:old": "Staff told those again whose calendar still held an old time.",
    "access_changed": "The answer to an access fact that they rely on has changed.",
    "postponed": "The event was put off without a new date.",
    "address_changed": "Their place moved to another address: this goes to the old one.",
    "declined": "Their calendar declined, and the event asks before it gives a place away.",
    "released": "Their calendar declined, and the event gives the place to the next.",
    "cancellation": "They gave up their place.",
    "removal": "Staff ended their registration.",
    "session_cancelled": "A session was taken off the event.",
    "event_cancelled": "The event was called off.",
    "speaker_hold": "Staff added them as a speaker or host.",
    "reminder": "The event reminds everybody who has a place.",
    "broadcast": "Staff wrote to a part of the event’s people.",
    "broadcast_news": "Staff sent news to a part of the event’s people.",
    "broadcast_test": "Somebody of the staff tried a message out on themselves.",
    "forwarded": "A reply to a mail was words for a person to read.",
    "walk_received": "She asked for a walk.",
    "walk_times": "Her officer offered times.",
    "walk_booked": "She has chosen a time.",
    "walk_moved": "She has changed to another time.",
    "walk_called_off": "The time that she had is off.",
    "walk_reminder": "Her walk is a day away.",
    "walk_closed": "Her request was closed.",
    "walk_notice": "A request needs somebody of the staff.",
    "walk_officer_booked": "She has chosen one of the officer’s times.",
    "walk_officer_moved": "She has changed to another of the officer’s times.",
    "walk_officer_called_off": "The time with the officer is off.",
    "walk_officer_reminder": "The officer’s walk is a day away.",
}
# What other features send: how staff call it, and why it is sent.
_FEATURES = {
    "mentoring_received": ("Mentoring: we have it", "Somebody said that they are interested in a programme."),
    "mentoring_known": (
        "Mentoring: said before",
        "Somebody filled in the form again with this address.",
    ),
    "mentoring_invited": ("Mentoring: asked again", "Staff asked who completed an earlier phase."),
    "mentoring_accepted": ("Mentoring: accepted", "Staff decided that they are in."),
    "mentoring_called_off": ("Mentoring: cancelled", "The programme was cancelled or taken off the site."),
    "mentoring_declined": ("Mentoring: declined", "Staff decided that they are not in this time."),
    "mentoring_paired": ("Mentoring: paired", "Staff brought two people together."),
    "mentoring_session": ("Mentoring: a session", "The two have a session."),
    "mentoring_moved": ("Mentoring: a session moved", "What the calendars say of a session has changed."),
    "mentoring_off": ("Mentoring: a session called off", "A session does not take place."),
    "mentoring_ended": ("Mentoring: ended", "The pair has ended, or somebody has withdrawn."),
    "mentoring_reminder": ("Mentoring: reminder", "The programme reminds both of a session."),
    "newsletter_confirm": ("Newsletter: to confirm", "Somebody asked for the newsletter with this address."),
    "newsletter_known": (
        "Newsletter: has it already",
        "Somebody asked for it with an address that has it.",
    ),
    "newsletter_issue": ("Newsletter: an issue", "Staff sent an issue to who reads its topics."),
    "newsletter_test": ("Newsletter: on trial", "Somebody of the staff tried an issue out on themselves."),
    "story_received": ("Story: we have it", "Somebody sent us a story."),
    "story_preview": ("Story: a preview", "Staff asked whether a page may be published as it is."),
    "story_published": ("Story: published", "The page was published."),
    "story_consent_ends": ("Story: consent ends soon", "What was agreed to ends in two weeks."),
    "story_consent_ended": ("Story: consent has ended", "What was agreed to has ended, or was withdrawn."),
    "story_staff_ends": ("Story: consent ends soon, to staff", "What was agreed to ends in two weeks."),
    "story_staff_ended": ("Story: consent has ended, to staff", "Pages came off the site because consent has ended."),
}
REASONS = {**REASONS, **{name: reason for name, (_, reason) in _FEATURES.items()}}
OTHER_LABELS = {
    "broadcast": "A message from staff",
    "broadcast_news": "News from staff",
    "broadcast_test": "A message on trial",
    "forwarded": "A reply passed on to the event’s contact",
    "walk_received": "To her: we have her request",
    "walk_times": "To her: times to choose from",
    "walk_booked": "To her: her time, with the entry",
    "walk_moved": "To her: another time, with the entry",
    "walk_called_off": "To her: her time is off",
    "walk_reminder": "To her: reminder",
    "walk_closed": "To her: it is closed",
    "walk_notice": "To staff: it needs somebody",
    "walk_officer_booked": "To the officer: her time, with the entry",
    "walk_officer_moved": "To the officer: another time, with the entry",
    "walk_officer_called_off": "To the officer: the time is off",
    "walk_officer_reminder": "To the officer: reminder",
    **{name: label for name, (label, _) in _FEATURES.items()},
}
STATE_WORDS = {
    MessageState.QUEUED: "waits for its time",
    MessageState.HELD: "held",
    MessageState.CLAIMED: "being sent",
    MessageState.HANDED_OFF: "being sent",
    MessageState.ACCEPTED: "sent",
    MessageState.UNKNOWN: "fate unknown",
    MessageState.SKIPPED: "left out",
    MessageState.EXPIRED: "too late",
    MessageState.FAILED: "failed",
}
PLACE_WORDS = {
    RegistrationState.CONFIRMED: "has a place",
    RegistrationState.WAITING: "waits for a place",
    RegistrationState.OFFERED: "was offered a place",
    RegistrationState.CANCELLED: "gave it up",
    RegistrationState.EXPIRED: "ran out",
}
HOLDING_WORDS = {
    Holding.RIGHT: "holds the time as it is",
    Holding.OLD_TIME: "holds an old time",
    Holding.NOTHING: "not known to hold it",
}
ANSWER_WORDS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "maybe", "NEEDS-ACTION": ""}


def kind_label(kind: str) -> str:
    """Return a kind of message as staff call it."""
    worded = WORDED_KINDS.get(kind)
    return worded.label if worded else OTHER_LABELS.get(kind, kind.replace("_", " ").capitalize())


def why_sent(*, kind: str, dedupe_key: str) -> str:
    """Return the cause of a message in a sentence, from its kind and the key that names its cause."""
    parts = dedupe_key.split(":")
    cause = parts[2].partition("-")[0] if len(parts) > 2 else ""
    if cause == "resent":
        return "Staff sent it again."
    said = REASONS.get(f"{kind}:{cause}") or REASONS.get(kind, "")
    if kind == "reminder" and len(parts) > 3:
        return f"{said[:-1]}, {REMINDER_LABELS.get(parts[3], parts[3])} a session."
    return said


def sent_in_words(*, state: str, delivery: int) -> str:
    """Return where a message stands: what we did, and what its provider has told since."""
    said = STATE_WORDS[MessageState(state)]
    reported = {
        Delivery.DEFERRED: "delayed on its way",
        Delivery.DELIVERED: "delivered",
        Delivery.BOUNCED: "bounced",
        Delivery.COMPLAINED: "delivered, and reported as spam",
    }.get(Delivery(delivery), "")
    return f"{said}, {reported}" if reported else said


def place_in_words(*, state: str, ended_by: str) -> str:
    """Return where a registration stands."""
    if state == RegistrationState.CANCELLED and ended_by == "staff":
        return "removed by staff"
    return PLACE_WORDS[RegistrationState(state)]
