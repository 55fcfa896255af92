"""The editors' forms of careers pages: publishing asks for more than saving a draft does."""

from typing import Any

from django.conf import settings
from wagtail.admin.forms import WagtailAdminPageForm

from careers.pages.rules import Problem, missing_for_publication, missing_for_story


class CareersPageForm(WagtailAdminPageForm):
    """Checks what every careers page needs in public."""

    def clean(self) -> dict[str, Any]:
        """Say what is missing beside the field that it concerns, when the page is to be published."""
        cleaned = super().clean()
        if not self.is_deferred_validation:
            for problem in self.problems(cleaned):
                # A field that has an error of its own says what to do already.
                if problem.field not in self.errors:
                    self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        return cleaned

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Return what keeps this page from being published."""
        return missing_for_publication(
            introduction=cleaned.get("introduction") or "",
            has_image=cleaned.get("image") is not None,
            image_alt=cleaned.get("image_alt") or "",
            image_is_decorative=bool(cleaned.get("image_is_decorative")),
        )


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
