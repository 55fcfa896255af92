"""The form that a reader tells her story with, and her own page, by the link in her letters."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from careers.submissions import services
from careers.submissions.forms import StoryForm, WishesForm, consent_words
from careers.submissions.models import Consent, Preview, StorySubmission
from careers.submissions.queries import parts_of_name_on, story_of_token
from careers.submissions.rules import OVER, TRIES, WINDOW_SECONDS, Answer, StoryState, What, Where, is_in_force
from careers.submissions.services.previewing import is_latest
from careers.submissions.tokens import token_of
from portal.pictures.uploads import bound_uploads
from portal.ratelimit import over_limit

SENT = "sent"
TellerView = Callable[..., HttpResponse]
STATE_WORDS = {
    StoryState.NEW: _("We have your story. Somebody reads it within ten working days."),
    StoryState.IN_HAND: _("Somebody is reading your story."),
    StoryState.DRAFTED: _("We are writing the page. You see it before anybody else does."),
    StoryState.PREVIEW_SENT: _("Look at the preview below. Nothing is published before you approve it."),
    StoryState.APPROVED: _("You have approved the page. We publish it soon, exactly so."),
    StoryState.PUBLISHED: _("Your story is published."),
    StoryState.CLOSED: _("Nothing of your story is shown on this website any more."),
    StoryState.DECLINED: _("We do not publish your story. Thank you for telling it to us."),
}
# A picture is nothing but a picture, whatever a browser would like to see in it.
PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": 'inline; filename="picture.jpg"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@csrf_exempt  # checked in `_tell`: the check reads the body, and the limits must stand before that
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell_us_view(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST take the story and lead on (303), or show what to mend (422)."""
    handler = None
    if request.method == "POST":
        handler = bound_uploads(request)
        if handler is None:
            return render(request, "careers/submissions/too_large.html", status=413)
    return _tell(request, handler)


@csrf_protect
def _tell(request: HttpRequest, handler: Any) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    if request.method != "POST":
        if SENT in request.GET:
            return render(request, "careers/submissions/done.html")
        return _form(request, StoryForm(today=today))
    files = request.FILES  # read the body first: only then is it known what was too large
    form = StoryForm(request.POST, files, today=today, too_large=handler.too_large)
    if form.is_robot:
        return _done(request)
    # Before the pictures are read: decoding one costs more than anything else here.
    if over_limit(request, action="tell-story", limit=TRIES, seconds=WINDOW_SECONDS):
        return render(request, "portal/too_many.html", status=429)
    if not form.is_valid():
        return _form(request, form, status=422)
    data = form.cleaned_data
    picture = data["picture"]
    tale = services.Tale(
        story=data["story"],
        part=data["part"],
        name=data["name"],
        email=data["email"],
        picture=picture.content if picture else None,
        picture_alt=data["picture_alt"],
        consents=form.consents(),
        until_date=data["last_day"],
        language=get_language() or "en",
        submission=data["submission"],
    )
    services.take_story(tale=tale, now=now)
    return _done(request)


def _form(request: HttpRequest, form: StoryForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "may_be_found": status == 200}
    return TemplateResponse(request, "careers/submissions/form.html", context, status=status)


def _done(request: HttpRequest) -> HttpResponse:
    response = redirect(f"{request.path}?{SENT}=1")
    response.status_code = 303  # "see other": the next request is a GET, and a reload repeats that one
    return response


def with_story(view: TellerView) -> TellerView:
    """Read a token; the page is never cached, and its address is not passed on to other sites.

    No CSRF check: nothing here acts on a cookie. The authority is the token in the address, which another site does
    not know; and with `no-referrer` browsers send `Origin: null` with our own forms, which the check would refuse.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        story = story_of_token(token)
        if story is None:
            response = render(request, "careers/submissions/invalid_link.html", {"one_language": True}, status=404)
        else:
            response = view(request, story, timezone.now(), **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return csrf_exempt(never_cache(wrapped))


@require_safe
@with_story
def teller_view(request: HttpRequest, story: StorySubmission, now: datetime) -> HttpResponse:
    """Show what she sent, how it stands, and what she agreed to."""
    return _teller(request, story, now)


@require_safe
@with_story
def picture_view(request: HttpRequest, story: StorySubmission, now: datetime) -> HttpResponse:
    """Show her the picture that she sent."""
    return picture_response(story)


def picture_response(story: StorySubmission) -> HttpResponse:
    """Return a story's private picture, for whoever has been asked who they are."""
    if not story.picture:
        raise Http404
    with story.picture.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg", headers=PICTURE_HEADERS)


@require_safe
@with_story
def preview_view(request: HttpRequest, story: StorySubmission, now: datetime, *, preview_id: int) -> HttpResponse:
    """Show a version of a page exactly as it would be published; frozen, whatever editors do meanwhile."""
    preview = get_object_or_404(Preview.objects.select_related("revision"), submission=story, pk=preview_id)
    if preview.revision is None:
        raise Http404
    page = preview.revision.as_object()
    request.is_preview = True  # type: ignore[attr-defined] # as Wagtail's own previews say it
    back = reverse("careers:teller", args=[token_of(story)])
    context = page.get_context(request) | {"one_language": True, "answer_url": back}
    return TemplateResponse(request, page.get_template(request), context)


@with_story
def withdraw_view(request: HttpRequest, story: StorySubmission, now: datetime) -> HttpResponse:
    """End what she chose, or everything; whoever only looks is led to her page."""
    if request.method != "POST":
        return _back(story)
    standing = Consent.objects.filter(submission=story, withdrawn_at=None)
    # Longer numbers are no row's, and more than a database can look for.
    numbers = [value for value in request.POST.getlist("consent") if value.isascii() and len(value) < 19]
    chosen = {int(value) for value in numbers if value.isdecimal()}
    ids = list(standing.values_list("pk", flat=True)) if request.POST.get("all") else list(chosen)
    if not ids:
        return _teller(request, story, now, status=422, nothing_chosen=True)
    services.withdraw(story_id=story.pk, consent_ids=ids, now=now)
    return _back(story, "ended")


@with_story
def answer_view(request: HttpRequest, story: StorySubmission, now: datetime, *, preview_id: int) -> HttpResponse:
    """Take her answer to a preview; whoever only looks is led to her page."""
    if request.method != "POST":
        return _back(story)
    answer = Answer.APPROVED if request.POST.get("answer") == Answer.APPROVED else Answer.CHANGES
    form = WishesForm(request.POST, auto_id=_field_ids(preview_id))
    if answer is Answer.CHANGES and not form.is_valid():
        return _teller(request, story, now, status=422, mistaken=(preview_id, form))
    wishes = form.cleaned_data["wishes"] if answer is Answer.CHANGES else ""
    taken = services.answer_preview(story_id=story.pk, preview_id=preview_id, answer=answer, wishes=wishes, now=now)
    return _back(story, answer.value if taken else "late")


def _back(story: StorySubmission, said: str = "") -> HttpResponse:
    response = redirect("careers:teller", token_of(story))
    response.status_code = 303
    response["Location"] += f"?{said}" if said else ""
    return response


def _field_ids(preview_id: int) -> str:
    return f"preview-{preview_id}-%s"


def _asked(
    story: StorySubmission, previews: list[Preview], mistaken: tuple[int, WishesForm] | None, today: date
) -> list[tuple[Preview, WishesForm, str]]:
    """Return the previews that wait for an answer, each with its form and the parts of her name that it says.

    One of the forms is as it was sent with a mistake.
    """
    wrong = dict([mistaken]) if mistaken else {}
    waiting = [(p, p.revision) for p in previews if p.answer == Answer.NONE and p.revision is not None]
    return [
        (
            preview,
            wrong.get(preview.pk) or WishesForm(auto_id=_field_ids(preview.pk)),
            ", ".join(parts_of_name_on(revision.as_object(), story, today=today)),
        )
        for preview, revision in waiting
    ]


def _teller(
    request: HttpRequest,
    story: StorySubmission,
    now: datetime,
    *,
    status: int = 200,
    nothing_chosen: bool = False,
    mistaken: tuple[int, WishesForm] | None = None,
) -> HttpResponse:
    today = timezone.localdate(now)
    consents = [
        {
            "pk": consent.pk,
            "words": consent_words(What(consent.what), Where(consent.where)),
            "until": consent.until_date,
            "withdrawn_at": consent.withdrawn_at,
            "stands": is_in_force(consent.grant, today=today),
        }
        for consent in story.consents.all()
    ]
    previews = [p for p in story.previews.select_related("revision") if p.revision is not None and is_latest(p)]
    may_answer = StoryState(story.state) not in OVER
    context = {
        "story": story,
        "token": token_of(story),
        "state_words": STATE_WORDS[StoryState(story.state)],
        "is_over": not may_answer,
        "consents": consents,
        "standing": [consent for consent in consents if consent["stands"]],
        "asked": _asked(story, previews, mistaken, today) if may_answer else [],
        "approved": [p for p in previews if p.answer == Answer.APPROVED],
        "form": mistaken[1] if mistaken else None,
        "nothing_chosen": nothing_chosen,
        "said": next(iter(request.GET), ""),
    }
    return TemplateResponse(request, "careers/submissions/teller.html", context, status=status)
