"""Subscribing and leaving, and sending issues."""

from events.newsletter.services.leaving import leave
from events.newsletter.services.retention import purge_subscriptions
from events.newsletter.services.sending import hold, resume, start, stop, work_on_issues
from events.newsletter.services.steps import Crossed, NobodyToWriteTo, NotReady, StepRefused, TimeHasPassed
from events.newsletter.services.subscribing import (
    Wish,
    change_preferences,
    confirm,
    renew_links,
    subscribe,
)
from events.newsletter.services.writing import ready_to_send, schedule, send_test, take_back

__all__ = [
    "Crossed",
    "NobodyToWriteTo",
    "NotReady",
    "StepRefused",
    "TimeHasPassed",
    "Wish",
    "change_preferences",
    "confirm",
    "hold",
    "leave",
    "purge_subscriptions",
    "ready_to_send",
    "renew_links",
    "resume",
    "schedule",
    "send_test",
    "start",
    "stop",
    "subscribe",
    "take_back",
    "work_on_issues",
]
