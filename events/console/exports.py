"""Registrations as CSV and XLSX: one sheet, nothing hidden, and no cell that a spreadsheet would calculate.

Written row by row into a temporary file and then handed out: memory stays the same for any number of people, and the
database is done before a slow line begins.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from events.console.rules import plain_cell
from events.console.words import ANSWER_WORDS, place_in_words
from events.invites.models import Invite
from events.registration.models import Registration
from events.schedule.rules import POOL_LABELS, PoolKind

HEADINGS = (
    "Event",
    "Name",
    "Email",
    "State",
    "Takes part",
    "Registered",
    "Got a place",
    "Ended",
    "Attended",
    "Opened join page",
    "Mail bounces since",
    "Calendar reply",
    "Language",
    "Source",
    "Access needs",
    "Relies on",
)
CHUNK = 2_000
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_rows(people: QuerySet[Registration]) -> Iterator[tuple[str | datetime, ...]]:
    """Yield a row for each person, in the order of the headings; times by the clock of the site."""
    answered = Invite.objects.filter(registration=OuterRef("pk")).exclude(answer="").order_by("-answered_at")
    rows = people.annotate(reply=Subquery(answered.values("answer")[:1])).values_list(
        "event__title",
        "name",
        "email",
        "state",
        "ended_by",
        "pool__kind",
        "registered_at",
        "confirmed_at",
        "ended_at",
        "attended_at",
        "joined_at",
        "undelivered_at",
        "reply",
        "language",
        "source",
        "access_needs",
        "relies_on",
    )
    for title, name, email, state, ended_by, pool, *rest in rows.iterator(chunk_size=CHUNK):
        *moments, reply, language, source, needs, relies_on = rest
        yield (
            title,
            name,
            email,
            place_in_words(state=state, ended_by=ended_by),
            POOL_LABELS[PoolKind(pool)],
            *(_clock(moment) for moment in moments),
            ANSWER_WORDS.get(reply or "", ""),
            language,
            source,
            needs,
            ", ".join(relies_on),
        )


def write_export(people: QuerySet[Registration], *, form: str) -> tuple[BinaryIO, int]:
    """Return a temporary file in a form ("csv" or "xlsx"), to be read from its start, and how many people are in it."""
    file: Any = TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    number = _write_xlsx(file, export_rows(people)) if form == "xlsx" else _write_csv(file, export_rows(people))
    file.seek(0)
    return file, number


def _write_csv(file: BinaryIO, rows: Iterator[Sequence[str | datetime]]) -> int:
    # The mark at the start tells a spreadsheet that this is UTF-8; every cell in quotes, whatever separates them there.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    number = 0
    for row in rows:
        writer.writerow([plain_cell(cell) if isinstance(cell, str) else f"{cell:%Y-%m-%d %H:%M}" for cell in row])
        number += 1
    text.detach()
    return number


def _write_xlsx(file: BinaryIO, rows: Iterator[Sequence[str | datetime]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title="Registrations")
    sheet.append(HEADINGS)
    number = 0
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        number += 1
    book.save(file)
    return number


def _cell(sheet: Any, value: str | datetime) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(("=", "#")):
        return text
    # A text, whatever openpyxl takes it for: an "=" at its start would make it a formula, "#REF!" an error.
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _clock(moment: datetime | None) -> str | datetime:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else ""
