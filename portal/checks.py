"""System checks of the site: what an operator should hear before visitors do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register()
def check_sender_receives(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Calendar mails come from DEFAULT_FROM_EMAIL: it must be able to receive answers."""
    local = settings.DEFAULT_FROM_EMAIL.partition("@")[0].lower().replace("-", "").replace("_", "")
    if local in {"noreply", "donotreply"}:
        return [
            Warning(
                "FROM_EMAIL is a no-reply address: calendar replies and people's answers would be lost.",
                hint="Set FROM_EMAIL to a mailbox that somebody reads.",
                id="portal.W001",
            )
        ]
    return []
