"""What other records stand on is not deleted: whoever tries is led to what helps instead.

Wagtail would delete and run into the database's refusal, which is a server error to whoever clicked.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.models import Page

NAMED = "Requests or pairs name this person. Untick “Active” instead: what they have open then goes to somebody else."
STOOD_ON = "Other records stand on “{row}”: it stays. Change its words instead, or delete first what needs it."
SOME_ARE = "Not done: other records stand on “{rows}”. Leave those out, or try them one by one."


def keep_user(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Lead whoever would delete somebody who is still named to what does the same and tells those concerned."""
    if not is_stood_on(user):
        return None
    messages.error(request, NAMED)
    return redirect("wagtailusers_users:edit", user.pk)


def keep_snippets(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """Refuse to delete a snippet that others need."""
    rows = list(instances)
    kept = [row for row in rows if is_stood_on(row)]
    if not kept:
        return None
    messages.error(request, STOOD_ON.format(row=kept[0]))
    return redirect(kept[0].snippet_viewset.get_url_name("edit"), kept[0].pk)


def keep_many(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> HttpResponse | None:
    """Refuse the same of many at once, whatever they are."""
    if action_type != "delete":
        return None
    # A page's deletion calls its event off (publishing.py), and the event stays.
    kept = [row for row in objects if not isinstance(row, Page) and is_stood_on(row)]
    if not kept:
        return None
    words = NAMED if isinstance(kept[0], get_user_model()) else SOME_ARE.format(rows="”, “".join(map(str, kept[:5])))
    messages.error(request, words)
    return redirect(action.next_url or "wagtailadmin_home")


def is_stood_on(row: Any) -> bool:
    """Whether the database would refuse to delete a row."""
    try:
        Collector(using=row._state.db).collect([row])
    except (ProtectedError, RestrictedError):
        return True
    return False
