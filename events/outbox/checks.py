"""System checks of delivery."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from portal.env import ANYMAIL_PROVIDERS, RAW_MIME_PROVIDERS

_ATTACHMENT_ONLY = {backend for name, (backend, _) in ANYMAIL_PROVIDERS.items() if name not in RAW_MIME_PROVIDERS}


@register()
def check_calendar_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where the provider cannot send a calendar alternative (calendar policy, decision 8)."""
    if settings.MAILERS["default"]["BACKEND"] not in _ATTACHMENT_ONLY:
        return []
    return [
        Warning(
            "This mail provider takes no calendar alternative: invites go out as an attachment, to be opened by hand.",
            hint="Use SMTP or Amazon SES for invites that calendars show by themselves.",
            id="events.W001",
        )
    ]
