"""One registration: who it is, what was sent and will be, and removing them."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.log_actions import log

from events.console.rules import CHANGE_REGISTRATIONS
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import LIVE_STATES, CancelledBy
from events.registration.services import cancel_registration
from events.schedule.queries import access_in_words


class RegistrationView(generic.InspectView):
    """A person's page with the message timeline; opening it is written to the audit log."""

    any_permission_required = ["view"]
    template_name = "events/console/registration.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        log(instance=self.object, action="events.registration_seen", user=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the timeline: past and future messages in the order of their time."""
        context = super().get_context_data(**kwargs)
        context["timeline"] = Message.objects.filter(registration=self.object).order_by("due_at", "id")
        context["relies_on"] = access_in_words(self.object.event.access, facts=self.object.relies_on)
        context["can_remove"] = self.object.state in LIVE_STATES and self.request.user.has_perm(CHANGE_REGISTRATIONS)
        return context


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and remove somebody on POST: they are told, and the first who waits gets the place."""
    registration = get_object_or_404(Registration.objects.select_related("event"), pk=pk)
    if request.method == "POST":
        if cancel_registration(registration_id=registration.pk, by=CancelledBy.STAFF, now=timezone.now()):
            log(instance=registration, action="events.registration_removed", user=request.user)
            messages.success(request, "Removed. The person is being told by email, and the place is free again.")
        else:
            messages.warning(request, "This registration had ended before.")
        return redirect("registrations:inspect", registration.pk)
    return render(request, "events/console/remove.html", {"registration": registration})
