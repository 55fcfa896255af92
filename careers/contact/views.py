"""The form that a visitor asks a recruiter with."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from careers.contact import services
from careers.contact.forms import EnquiryForm
from careers.contact.rules import TRIES, WINDOW_SECONDS
from portal.ratelimit import over_limit

if TYPE_CHECKING:
    from careers.contact.models import ContactPage

DONE = "sent"


def empty_form() -> EnquiryForm:
    """Return the form as somebody finds it."""
    return EnquiryForm()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_view(request: HttpRequest, page: "ContactPage") -> HttpResponse:
    """Show the form; on POST take the question and lead on (303), or show what to mend (422)."""
    if request.method != "POST":
        return _show(request, page, EnquiryForm())
    form = EnquiryForm(request.POST)
    if form.is_robot:
        return _done(request)
    if not form.is_valid():
        return _show(request, page, form, status=422)
    # After the check: a slip in a form costs nobody in the same school a try.
    if over_limit(request, action="ask-recruiter", limit=TRIES, seconds=WINDOW_SECONDS):
        return render(request, "portal/too_many.html", status=429)
    data = form.cleaned_data
    question = services.Question(
        topic=data["topic"],
        message=data["message"],
        name=data["name"],
        way=data["way"],
        email=data["email"],
        phone=data["phone"],
        preferred_time=data["preferred_time"],
        language=get_language() or "",
        submission=data["submission"],
    )
    services.ask_recruiter(question=question, now=timezone.now())
    return _done(request)


def _show(request: HttpRequest, page: "ContactPage", form: EnquiryForm, status: int = 200) -> HttpResponse:
    context = page.get_context(request) | {"form": form}
    is_done = request.method != "POST" and DONE in request.GET
    template = "careers/contact/done.html" if is_done else page.get_template(request)
    return TemplateResponse(request, template, context, status=status)


def _done(request: HttpRequest) -> HttpResponse:
    response = redirect(f"{request.path}?{DONE}=1")
    response.status_code = 303  # "see other": the next request is a GET, and a reload repeats that one
    return response
