"""The editors' form of every page: what publishing asks for beyond saving a draft."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from portal.publishing import publication_problems
from portal.rules import Problem, picture_problems


class PublishedPageForm(WagtailAdminPageForm):
    """Says what keeps a page from being published, beside the field that it concerns; a draft may lack everything."""

    def clean(self) -> dict[str, Any]:
        """Run the checks of a draft, then the rules of publishing when it is to be published."""
        cleaned = super().clean()
        self.check(cleaned)
        if not self.is_deferred_validation:
            for problem in self.problems(cleaned):
                # A field that has an error of its own says what to do already.
                if problem.field not in self.errors:
                    self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        return cleaned

    def _post_clean(self) -> None:
        """Ask the apps about the page as it would be published: only from here on does the instance say so."""
        super()._post_clean()
        if not self.is_deferred_validation:
            for problem in publication_problems(self.instance):
                self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    def check(self, cleaned: dict[str, Any]) -> None:
        """Add the errors that even a draft may not have."""

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Return what keeps this page from being published."""
        return picture_problems(
            has_image=cleaned.get("image") is not None,
            image_alt=cleaned.get("image_alt") or "",
            image_is_decorative=bool(cleaned.get("image_is_decorative")),
        )
