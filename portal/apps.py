"""The site around the apps."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Settings, security, health, the shared base page and blocks."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Register the system checks and the signals that drop kept pages: Django finds them by import only."""
        from portal import checks  # noqa: F401, PLC0415 (the app registry must be ready first)
        from portal.page_cache import receivers  # noqa: F401, PLC0415 (the same)
