"""Loading areas and their meeting points from a file."""

import csv
import io
import re

from django.db import transaction

from events.walks.models import Borough, MeetingPoint
from events.walks.models.areas import RESERVED_SLUGS

COLUMNS = ("slug", "name", "meeting_point", "address")


class AreaFileError(ValueError):
    """Raised with a sentence that says which line to mend, and how."""


@transaction.atomic
def load_areas(text: str) -> tuple[int, int]:
    """Make or rename areas; return how many areas and meeting points there are. All of a file, or nothing."""
    reader = csv.DictReader(io.StringIO(text))
    if reader.fieldnames is None or not set(COLUMNS[:2]) <= set(reader.fieldnames):
        raise AreaFileError(f"The first line must name the columns: {', '.join(COLUMNS)}.")
    for number, row in enumerate(reader, start=2):
        slug, name, point, address = ((row.get(column) or "").strip() for column in COLUMNS)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60 or slug in RESERVED_SLUGS:
            raise AreaFileError(f"Line {number}: “{slug[:60]}” cannot be an address. Use small letters and hyphens.")
        if not 0 < len(name) <= 80:
            raise AreaFileError(f"Line {number}: a name has 1 to 80 characters.")
        if Borough.objects.filter(name=name).exclude(slug=slug).exists():
            raise AreaFileError(f"Line {number}: another area is called {name} already.")
        if bool(point) != bool(address) or len(point) > 120 or len(address) > 200:
            raise AreaFileError(f"Line {number}: a meeting point needs a name and an address of reasonable length.")
        borough, _ = Borough.objects.update_or_create(slug=slug, defaults={"name": name})
        if point:
            MeetingPoint.objects.update_or_create(borough=borough, name=point, defaults={"address": address})
    return Borough.objects.count(), MeetingPoint.objects.count()
