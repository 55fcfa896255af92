"""The editors' form of every page: what publishing asks for beyond saving a draft."""

from dataclasses import dataclass
from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

NOT_DESCRIBED = "Describe the picture for people who cannot see it, or tick that it is decoration."


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a page lacks, and the field that it concerns."""

    field: str
    message: str


class DescribedPageForm(WagtailAdminPageForm):
    """Publishing needs every picture described, or marked as decoration."""

    def clean(self) -> dict[str, Any]:
        """Say so beside the description's field."""
        cleaned = super().clean()
        has_words = (cleaned.get("image_alt") or "").strip() or cleaned.get("image_is_decorative")
        if not self.is_deferred_validation and cleaned.get("image") and not has_words and "image_alt" in self.fields:
            self.add_error("image_alt", NOT_DESCRIBED)
        return cleaned
