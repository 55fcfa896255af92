"""The editors' forms of careers pages: publishing asks for more than saving a draft does."""

from typing import Any

from django.conf import settings

from careers.pages.rules import missing_for_publication, missing_for_story
from portal.admin_forms import PublishedPageForm
from portal.rules import Problem


class CareersPageForm(PublishedPageForm):
    """Checks what every careers page needs in public."""

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Add the introduction that every careers page has."""
        return super().problems(cleaned) + missing_for_publication(introduction=cleaned.get("introduction") or "")


class StoryPageForm(CareersPageForm):
    """A story is somebody's: it also needs a role, and the person's consent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Chosen in the language that the site is written in; pages show them in their own.
        for name in ("themes", "roles"):
            if name in self.fields:
                chosen: Any = self.fields[name]
                chosen.queryset = chosen.queryset.filter(locale__language_code=settings.LANGUAGE_CODE)

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Return what keeps this story from being published."""
        return super().problems(cleaned) + missing_for_story(
            role=cleaned.get("role") or "",
            is_illustrative=bool(cleaned.get("is_illustrative")),
            consent_reference=cleaned.get("consent_reference") or "",
        )
