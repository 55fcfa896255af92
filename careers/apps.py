"""Career stories."""

from django.apps import AppConfig


class CareersConfig(AppConfig):
    """Stories of people who do the work, and the way in."""

    name = "careers"
    verbose_name = "Careers"
