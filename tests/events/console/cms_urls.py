"""Every address below /cms/ that the portal adds to Wagtail's: found by asking Django and Wagtail, not by a list."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail import hooks
from wagtail.admin.viewsets import viewsets
from wagtail.snippets.models import get_snippet_models

OURS = ("portal.", "events.", "careers.")


@cache  # addresses do not change while a process runs, and every row of the table asks
def our_names() -> dict[str, str]:
    """Return the names of our addresses with their routes; a bulk action is named bulk:<action>."""
    found = {name: route for route, name, view in _walk(get_resolver().url_patterns) if _is_ours(route, name, view)}
    for action in hooks.get_hooks("register_bulk_action"):
        if action.__module__.startswith(OURS):
            found[f"bulk:{action.action_type}"] = f"cms/bulk/events/registration/{action.action_type}/"
    return found


def _walk(patterns: Any, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace) if part)
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join(part for part in (namespace, pattern.name) if part)
            yield route, name or route, pattern.callback


def _is_ours(route: str, name: str, view: Any) -> bool:
    if not route.startswith("cms/"):
        return False
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    module = getattr(view, "view_class", view).__module__
    return module.startswith(OURS) or name.rpartition(":")[0] in _our_namespaces()


@cache
def _our_namespaces() -> set[str]:
    sets = [*viewsets.viewsets, *(model.snippet_viewset for model in get_snippet_models())]
    return {
        one.url_namespace
        for one in sets
        if type(one).__module__.startswith(OURS)
        or getattr(getattr(one, "model", None), "__module__", "").startswith(OURS)
    }
