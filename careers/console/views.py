"""The queue: who asked what, who answers, and what has been answered."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from careers.console.rules import CHANGE_ENQUIRIES, SEE_ENQUIRIES, SEEN
from careers.contact.forms import NoteForm
from careers.contact.models import RecruiterEnquiry
from careers.contact.rules import EnquiryState, answer_due, is_late
from careers.contact.services import close_enquiry, note_enquiry, reopen_enquiry, take_enquiry


class QueuePolicy(ModelPermissionPolicy):
    """Whoever has the model's `view` permission may look; rows change by the queue's own actions only."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer for one action."""
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Answer for several."""
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(RecruiterEnquiry, QueuePolicy(RecruiterEnquiry))


class QueueView(generic.IndexView):
    """The list, those who wait longest first."""

    any_permission_required = ["view"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer no export: it would be personal data in a file, and nobody would see who took it."""
        if "export" in request.GET:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[RecruiterEnquiry]:
        """Read what the columns show in one statement."""
        return super().get_base_queryset().select_related("assigned_to")


class EnquiryView(generic.InspectView):
    """One question with everything that is needed to answer it; opening it is written to the audit log."""

    any_permission_required = ["view"]
    template_name = "careers/console/enquiry.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        log(instance=self.object, action=SEEN, user=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what can be done with it."""
        context = super().get_context_data(**kwargs)
        enquiry = self.object
        is_closed = enquiry.state == EnquiryState.CLOSED
        may_change = self.request.user.has_perm(CHANGE_ENQUIRIES) and enquiry.erased_at is None
        context |= {
            "due": answer_due(enquiry.asked_at),
            "is_late": _is_late(enquiry),
            "can_take": may_change and not is_closed and enquiry.assigned_to_id != self.request.user.pk,
            "can_close": may_change and not is_closed,
            "can_reopen": may_change and is_closed,
            "note_form": NoteForm(initial={"note": enquiry.note}) if may_change else None,
        }
        return context


def _is_late(enquiry: RecruiterEnquiry) -> bool:
    return is_late(state=EnquiryState(enquiry.state), asked_at=enquiry.asked_at, now=timezone.now())


def _is_in_time(enquiry: RecruiterEnquiry) -> bool:
    return not _is_late(enquiry)


def _state_in_words(enquiry: RecruiterEnquiry) -> str:
    late = ", late" if _is_late(enquiry) else ""
    return f"{enquiry.get_state_display()}{late}"


def _action(view: Callable[[HttpRequest, int], None]) -> Callable[..., HttpResponse]:
    """Return a view that does one thing on POST, for those who may, and leads back to the question."""

    @require_POST
    @permission_required([SEE_ENQUIRIES, CHANGE_ENQUIRIES], raise_exception=True)
    def do(request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(RecruiterEnquiry, pk=pk)
        view(request, pk)
        return redirect("recruiter-questions:inspect", pk)

    return do


def _say(request: HttpRequest, changed: bool, done: str, otherwise: str) -> None:
    if changed:
        messages.success(request, done)
    else:
        messages.warning(request, otherwise)


def _take(request: HttpRequest, pk: int) -> None:
    taken = take_enquiry(enquiry_id=pk, by=request.user)
    _say(request, taken, "The question is yours.", "The question was yours already, or is closed.")


def _note(request: HttpRequest, pk: int) -> None:
    form = NoteForm(request.POST)
    if form.is_valid():
        kept = note_enquiry(enquiry_id=pk, note=form.cleaned_data["note"], by=request.user)
        _say(request, kept, "The note is kept.", "The note is the same as before.")
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["note"]))


def _close(request: HttpRequest, pk: int) -> None:
    closed = close_enquiry(enquiry_id=pk, by=request.user, now=timezone.now())
    _say(request, closed, "The question is closed.", "The question was closed before.")


def _reopen(request: HttpRequest, pk: int) -> None:
    reopened = reopen_enquiry(enquiry_id=pk, by=request.user)
    _say(request, reopened, "The question is open again, and yours.", "The question is open, or its data is deleted.")


class EnquiryViewSet(ModelViewSet):
    """Questions to recruiters."""

    model = RecruiterEnquiry
    name = "recruiter-questions"
    icon = "mail"
    menu_label = "Recruiter queue"
    add_to_admin_menu = True
    menu_order = 220
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = EnquiryView
    index_view_class = QueueView
    list_per_page = 50
    list_filter = ["state", "topic", "assigned_to"]
    search_fields = ["name", "email", "phone"]
    search_backend_name = None
    ordering = ["asked_at"]
    add_to_reference_index = False
    form_fields = ["note"]

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the number leads to the question."""
        return [
            TitleColumn("__str__", label="Question", url_name=self.get_url_name("inspect")),
            Column("get_topic_display", label="About", sort_key="topic"),
            Column("name", label="From", sort_key="name"),
            StatusTagColumn("state", label="State", accessor=_state_in_words, primary=_is_in_time, sort_key="state"),
            Column("assigned_to", label="Who answers", accessor=_who_answers),
            DateColumn("asked_at", label="Asked", sort_key="asked_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add what is done with a question."""
        actions = {"take": _take, "note": _note, "close": _close, "reopen": _reopen}
        return [
            *super().get_urlpatterns(),
            *(path(f"{name}/<int:pk>/", _action(view), name=name) for name, view in actions.items()),
        ]


def _who_answers(enquiry: RecruiterEnquiry) -> str:
    user = enquiry.assigned_to
    return (user.get_full_name() or user.get_username()) if user else "nobody yet"
