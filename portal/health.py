"""Health checks for monitors: alive, ready to serve, mail in time; and figures."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from wagtail import hooks

IN_TIME = "in time"


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration; 503 names what is missing.

    What the apps know of their background work is told with it and takes no web process out of service: pages are
    served while mail waits. `/health/mail` is the one that fails then.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:
            return JsonResponse({"status": "unavailable", "migrations": f"{pending} not applied"}, status=503)
        return JsonResponse(
            {"status": "ready", "at": timezone.now().isoformat(), "migrations": "applied", **_facts(request)}
        )
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)


@never_cache
@require_safe
def mail(request: HttpRequest) -> JsonResponse:
    """503 while mail is stuck; whoever has the token (METRICS_TOKEN) is told the cause in words."""
    facts = _facts(request)
    is_stuck = facts.get("mail", IN_TIME) != IN_TIME
    return JsonResponse({"status": "stuck" if is_stuck else "in time", **facts}, status=503 if is_stuck else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for whoever has the token (METRICS_TOKEN); without one there is no such page."""
    if not _is_operator(request):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    for collector in hooks.get_hooks("metrics"):
        registry.register(collector())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_operator(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")


def _facts(request: HttpRequest) -> dict[str, object]:
    now = timezone.now()
    facts = {name: fact for tell in hooks.get_hooks("readiness") for name, fact in tell(now=now).items()}
    if facts.get("mail", IN_TIME) != IN_TIME and not _is_operator(request):
        facts["mail"] = "stuck"  # the cause names our mail server
    return facts
