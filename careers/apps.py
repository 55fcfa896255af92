"""Career stories."""

from django.apps import AppConfig


class CareersConfig(AppConfig):
    """Stories of people who do the work, and the way in."""

    name = "careers"
    verbose_name = "Careers"

    def ready(self) -> None:
        """Make the letters known, and listen for what is published."""
        # Imported here: models must be loaded first.
        from careers.submissions import messages, receivers  # noqa: F401, PLC0415
