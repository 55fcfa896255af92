"""The queue of readers' stories: what was told, what may be shown where, and how far it has come."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from careers.console.rules import CHANGE_STORIES, SEE_STORIES
from careers.console.views import QueuePolicy
from careers.submissions.forms import NoteForm
from careers.submissions.models import StorySubmission
from careers.submissions.queries import ended_pages, ending_between, pages_with_words, parts_of_name_on
from careers.submissions.rules import OVER, REMINDED_BEFORE, StoryState, is_in_force
from careers.submissions.services import (
    close_story,
    decline_story,
    draft_story_page,
    note_story,
    send_preview,
    take_in_hand,
)
from careers.submissions.services.drafting import CannotDraftError
from careers.submissions.services.previewing import CannotPreviewError
from careers.submissions.services.working import PICTURE_SEEN, SEEN
from careers.submissions.views import picture_response

register_permission_policy(StorySubmission, QueuePolicy(StorySubmission))
STANDING = Q(consents__withdrawn_at=None)


class StoryQueueView(generic.IndexView):
    """The list, those who wait longest first."""

    any_permission_required = ["view"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer no export: it would be personal data in a file, and nobody would see who took it."""
        if "export" in request.GET:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[StorySubmission]:
        """Read what the columns show in one statement."""
        rows = super().get_base_queryset().select_related("assigned_to")
        return rows.annotate(ends_on=Min("consents__until_date", filter=STANDING))


class StoryView(generic.InspectView):
    """One story with its consents, pages and previews; opening it is written to the audit log."""

    any_permission_required = ["view"]
    template_name = "careers/console/story.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        log(instance=self.object, action=SEEN, user=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what can be done with it."""
        context = super().get_context_data(**kwargs)
        story, today = self.object, timezone.localdate()
        is_open = story.state not in OVER and story.erased_at is None
        may_change = self.request.user.has_perm(CHANGE_STORIES) and story.erased_at is None
        pages = Page.objects.filter(pk__in=pages_with_words([story])[story.pk]).order_by("pk")
        context |= {
            "consents": [(c, is_in_force(c.grant, today=today)) for c in story.consents.all()],
            "pages": [(page, self._parts_of_name(page, today)) for page in pages],
            "previews": story.previews.select_related("page"),
            "can_take": may_change and is_open and story.assigned_to_id != self.request.user.pk,
            "can_draft": may_change and is_open and not any(page.specific_class is not None for page in pages),
            "can_ask": may_change and is_open,
            "can_decline": may_change and is_open and story.state != StoryState.PUBLISHED,
            "can_close": may_change and is_open and not any(page.live for page in pages),
            "note_form": NoteForm(initial={"note": story.note}) if may_change else None,
        }
        return context

    def _parts_of_name(self, page: Page, today: date) -> str:
        draft = page.specific.get_latest_revision_as_object()
        return ", ".join(parts_of_name_on(draft, self.object, today=today))


@require_safe
@permission_required(SEE_STORIES, raise_exception=True)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the picture that came with a story, and record who looked."""
    story = get_object_or_404(StorySubmission, pk=pk)
    response = picture_response(story)
    log(instance=story, action=PICTURE_SEEN, user=request.user)
    return response


def _action(view: Callable[..., HttpResponse | None]) -> Callable[..., HttpResponse]:
    """Return a view that does one thing on POST, for those who may, and leads back to the story."""

    @require_POST
    @permission_required([SEE_STORIES, CHANGE_STORIES], raise_exception=True)
    def do(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        get_object_or_404(StorySubmission, pk=pk)
        return view(request, pk, **kwargs) or redirect("reader-stories:inspect", pk)

    return do


def _say(request: HttpRequest, changed: bool, done: str, otherwise: str) -> None:
    if changed:
        messages.success(request, done)
    else:
        messages.warning(request, otherwise)


def _take(request: HttpRequest, pk: int) -> None:
    taken = take_in_hand(story_id=pk, by=request.user, now=timezone.now())
    _say(request, taken, "The story is yours.", "The story was yours already, or is over.")


def _note(request: HttpRequest, pk: int) -> None:
    form = NoteForm(request.POST)
    if form.is_valid():
        kept = note_story(story_id=pk, note=form.cleaned_data["note"], by=request.user)
        _say(request, kept, "The note is kept.", "The note is the same as before.")
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["note"]))


def _decline(request: HttpRequest, pk: int) -> None:
    declined = decline_story(story_id=pk, by=request.user, now=timezone.now())
    _say(request, declined, "The story is declined.", "The story is published or over already.")


def _close(request: HttpRequest, pk: int) -> None:
    if Page.objects.live().filter(pk__in=pages_with_words(StorySubmission.objects.filter(pk=pk))[pk]).exists():
        messages.error(request, "A page with this story is published. Unpublish it first.")
        return
    closed = close_story(story_id=pk, by=request.user, now=timezone.now())
    _say(request, closed, "The story is closed.", "The story was over already.")


def _draft(request: HttpRequest, pk: int) -> HttpResponse | None:
    try:
        page = draft_story_page(story_id=pk, by=request.user, now=timezone.now())
    except CannotDraftError as problem:
        messages.error(request, str(problem))
        return None
    messages.success(request, "Here is the draft. Save it, then send the teller its preview.")
    return redirect("wagtailadmin_pages:edit", page.pk)


def _preview(request: HttpRequest, pk: int, page_id: int) -> None:
    get_object_or_404(Page, pk=page_id)
    try:
        send_preview(story_id=pk, page_id=page_id, by=request.user, now=timezone.now())
    except CannotPreviewError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The teller is asked. What she approves is what can be published.")


def _is_open(story: StorySubmission) -> bool:
    return story.state not in OVER


def _ends(story: Any) -> str:
    return date_format(story.ends_on, "j M Y") if story.ends_on else "nothing agreed"


def _who(story: StorySubmission) -> str:
    user = story.assigned_to
    return (user.get_full_name() or user.get_username()) if user else "nobody yet"


class StoryQueueViewSet(ModelViewSet):
    """Readers' stories."""

    model = StorySubmission
    name = "reader-stories"
    icon = "openquote"
    menu_label = "Reader stories"
    add_to_admin_menu = True
    menu_order = 215
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = StoryView
    index_view_class = StoryQueueView
    index_template_name = "careers/console/list.html"
    list_per_page = 50
    list_filter = ["state", "part", "assigned_to"]
    search_fields = ["name", "email"]
    search_backend_name = None
    ordering = ["sent_at"]
    add_to_reference_index = False
    form_fields = ["note"]

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the number leads to the story."""
        return [
            TitleColumn("__str__", label="Story", url_name=self.get_url_name("inspect")),
            Column("get_part_display", label="About", sort_key="part"),
            Column("name", label="From", sort_key="name"),
            StatusTagColumn("state", label="State", accessor="get_state_display", primary=_is_open, sort_key="state"),
            Column("ends_on", label="Consent until", accessor=_ends),
            Column("assigned_to", label="Who works on it", accessor=_who),
            DateColumn("sent_at", label="Sent", sort_key="sent_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add what is done with a story."""
        actions = {"take": _take, "note": _note, "decline": _decline, "close": _close, "draft": _draft}
        return [
            *super().get_urlpatterns(),
            path("picture/<int:pk>/", picture, name="picture"),
            path("preview/<int:pk>/<int:page_id>/", _action(_preview), name="preview"),
            *(path(f"{name}/<int:pk>/", _action(view), name=name) for name, view in actions.items()),
        ]


class ConsentsPanel(Component):
    """On the CMS's front page: whose consent ends soon, and which pages wait to be deleted because it has ended."""

    name = "reader_consents"
    template_name = "careers/cms/consents.html"
    order = 80
    most = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Name stories by their number, and pages by their title, for those who may see the queue."""
        if not parent_context["request"].user.has_perm(SEE_STORIES):
            return {"ending": [], "ended": []}
        today = timezone.localdate()
        ending = {
            (consent.submission_id, consent.until_date)
            for consent in ending_between(today, today + REMINDED_BEFORE)
            if consent.submission.state not in OVER
        }
        ended = [(story, page, reverse("wagtailadmin_pages:edit", args=[page.pk])) for story, page in ended_pages()]
        return {"ending": sorted(ending, key=lambda end: (end[1], end[0]))[: self.most], "ended": ended[: self.most]}
