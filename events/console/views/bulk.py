"""What is done with many people of a list at once: one service call for all, and the result in words.

Whoever is not in an event of the person who asks does not exist here either; no "all in the listing" is offered.
"""

from abc import abstractmethod
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from events.console.audit import note, note_list
from events.console.queries import registrations_seen_by
from events.console.rules import CHANGE_REGISTRATIONS, result_in_words
from events.registration.models import Registration
from events.registration.services import mark_attended, remove_people, send_again_to


class _PeopleAction(BulkAction):
    models: ClassVar[list[Any]] = [Registration]
    template_name = "events/console/bulk.html"
    next_url: str
    question = ""
    consequence = ""
    done_words = ""
    otherwise = ""

    def __init__(self, request: HttpRequest, model: Any) -> None:
        super().__init__(request, model)
        if self.next_url == request.path:
            self.next_url = reverse("registrations:index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse whoever may change nobody."""
        if not request.user.has_perm(CHANGE_REGISTRATIONS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_actionable_objects(self) -> tuple[list[Registration], dict[str, list[Registration]]]:
        """Return the chosen people who belong to events that whoever asks runs."""
        ids = [int(pk) for pk in self.request.GET.getlist("id") if pk.isdecimal() and len(pk) < 19]
        mine = registrations_seen_by(self.request.user, CHANGE_REGISTRATIONS).filter(pk__in=ids)
        people = list(mine.select_related("event").order_by("pk"))
        if not people:
            raise Http404
        return people, {"items_with_no_access": []}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words of the action; the page names who is chosen, so that somebody looked is written down."""
        context = super().get_context_data(**kwargs)
        people = context.get("items", [])
        events = {item["item"].event_id for item in people}
        note_list(self.request, "registrations_listed", rows=len(people), event_ids=events, filters=["chosen"])
        return context | {
            "header_title": self.display_name,
            "header_icon": "group",
            "question": self.question,
            "consequence": self.consequence,
            "button": self.display_name,
            "is_serious": "serious" in self.classes,
            "breadcrumbs_items": [
                {"url": self.next_url, "label": "Registrations"},
                {"url": "", "label": self.display_name},
            ],
        }

    def prepare_action(self, objects: list[Registration], objects_without_access: Any) -> HttpResponse:
        """Do it, here rather than where Wagtail holds one transaction around all of them."""
        ids = [person.pk for person in objects]
        done = self.act(ids)
        events = sorted({person.event_id for person in objects})
        note(self.request, "people_changed", what=self.action_type, events=events, chosen=ids, rows=done)
        said = result_in_words(done=done, chosen=len(ids), what=self.done_words, otherwise=self.otherwise)
        say = messages.success if done else messages.warning
        say(self.request, said)
        return redirect(self.next_url)

    @abstractmethod
    def act(self, ids: list[int]) -> int:
        """Do it for these people; return for how many it changed something."""


class RemovePeople(_PeopleAction):
    """End their registrations."""

    display_name = "Remove from the event"
    action_type = "remove"
    aria_label = "Remove the chosen people from their events"
    action_priority = 40
    classes: ClassVar[set[str]] = {"serious"}
    question = "These people lose their place:"
    consequence = "Each is told by email, and the entry leaves their calendar. Their places go to who waits."
    done_words, otherwise = "removed", "had ended before"

    def act(self, ids: list[int]) -> int:
        """Do it."""
        return len(remove_people(registration_ids=ids, now=timezone.now()))


class SendAgain(_PeopleAction):
    """Send their confirmations again."""

    display_name = "Send the confirmation again"
    action_type = "send-again"
    aria_label = "Send the chosen people their confirmation again"
    action_priority = 10
    question = "These people get their confirmation again:"
    consequence = "The same calendar entry as before: nothing changes in calendars that have it."
    done_words, otherwise = "on their way", "had just been sent, or have nothing to confirm"

    def act(self, ids: list[int]) -> int:
        """Do it."""
        return len(send_again_to(registration_ids=ids, now=timezone.now()))


class MarkAttended(_PeopleAction):
    """Tick them off."""

    display_name = "Mark as attended"
    action_type = "attended"
    aria_label = "Mark the chosen people as attended"
    action_priority = 20
    question = "These people came:"
    consequence = "Counts in the show rate. Nobody is told."
    done_words, otherwise = "marked", "were marked before, have no place, or their event is to come"

    def act(self, ids: list[int]) -> int:
        """Do it."""
        return mark_attended(registration_ids=ids, attended=True, now=timezone.now())


class MarkNotAttended(_PeopleAction):
    """Take the ticks away."""

    display_name = "Mark as not attended"
    action_type = "not-attended"
    aria_label = "Take the mark of attendance from the chosen people"
    action_priority = 30
    question = "These people did not come:"
    consequence = "The mark is taken away. That somebody opened the join page stays."
    done_words, otherwise = "changed", "were not marked"

    def act(self, ids: list[int]) -> int:
        """Do it."""
        return mark_attended(registration_ids=ids, attended=False, now=timezone.now())


BULK_ACTIONS = (SendAgain, MarkAttended, MarkNotAttended, RemovePeople)
