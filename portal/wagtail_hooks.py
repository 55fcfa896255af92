"""What the portal adds to Wagtail's admin: the style guide, and what a bulk action may publish."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from portal.models import BasePage
from portal.style_guide import style_guide


@hooks.register("register_admin_urls")
def register_style_guide() -> list[Any]:
    """Give the style guide its address; Wagtail lets in whoever may use the CMS."""
    return [path("style-guide/", style_guide, name="style-guide")]


@hooks.register("register_help_menu_item")
def link_style_guide() -> MenuItem:
    """Put it into the help menu."""
    return MenuItem("Style guide", reverse("style-guide"), icon_name="view", order=100)


@hooks.register("before_bulk_action")
def refuse_incomplete_pages(
    request: HttpRequest, action_type: str, objects: Iterable[Page], action: Any
) -> HttpResponse | None:
    """Hold a bulk publishing back while a page lacks what its own form would ask for: a bulk action has no form."""
    if request.method != "POST" or action_type != "publish":
        return None
    below = bool(request.POST.get("include_descendants"))
    problems = [
        f"“{page.title}”: {problem.message}"
        for chosen in objects
        for page in (Page.objects.descendant_of(chosen, inclusive=True).specific() if below else [chosen.specific])
        if isinstance(page, BasePage)
        for problem in page.get_latest_revision_as_object().missing_for_publication()
    ]
    if not problems:
        return None
    for problem in dict.fromkeys(problems):
        messages.error(request, f"Not published. {problem}")
    return redirect(action.next_url or "wagtailadmin_explore_root")
