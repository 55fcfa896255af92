"""Load the areas of Walk & Talk from a file: another force has other areas."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.walks.services.areas import AreaFileError, load_areas


class Command(BaseCommand):
    """`manage.py load_areas boroughs.csv`."""

    help = (
        "Make or rename areas from a CSV file with the columns slug, name, meeting_point, address. Lines of one "
        "slug give it several meeting points. What is there and not in the file stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Load all of it, or nothing."""
        try:
            areas, points = load_areas(file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read as UTF-8 text: {error}") from error
        except AreaFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{areas} areas and {points} meeting points are there.")
