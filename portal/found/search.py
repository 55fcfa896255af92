"""Searching the pages of one language: Wagtail's index in the database, asked for words that it is known to hold.

The words of a question are first put into the letters that the pages use (`words`), then the database's own full-text
search finds and ranks the pages: FTS5 on SQLite, tsvector on PostgreSQL. What somebody types never gets into the
language of either: only words of the pages do.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import get_language
from modelsearch.utils import get_descendants_content_types_pks
from wagtail import hooks
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from portal.found.pages import Row
from portal.found.sections import address_of, home_of
from portal.found.words import Meaning, Vocabulary, asked_words
from portal.models import BasePage
from portal.page_cache.shared import recall

ROWS_A_PAGE = 20
# The best of more than that are shown.
MOST_RESULTS = 200

_SQLITE = """
    SELECT entry.object_id FROM wagtailsearch_indexentry_fts
    JOIN wagtailsearch_indexentry entry ON entry.id = wagtailsearch_indexentry_fts.rowid
    WHERE wagtailsearch_indexentry_fts MATCH %s AND {wanted}
    ORDER BY bm25(wagtailsearch_indexentry_fts, 0.0, 1.0, 8.0), entry.object_id LIMIT {most}
"""
_POSTGRESQL = """
    SELECT entry.object_id FROM wagtailsearch_indexentry entry, to_tsquery('simple', %s) asked
    WHERE (entry.title || entry.body) @@ asked AND {wanted}
    ORDER BY ts_rank(entry.body, asked) + 8 * ts_rank(entry.title, asked) DESC, entry.object_id LIMIT {most}
"""
_WANTED = "entry.content_type_id IN ({types}) AND entry.object_id IN ({pages})"


class Result(NamedTuple):
    """A row with its address."""

    address: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found. `instead`: the question as it was understood, where that is another one."""

    list_page: ListPage[int]
    results: list[Result]
    instead: str = ""
    is_partial: bool = False


def search_pages(request: HttpRequest, *, query: str, number: Any, now: datetime) -> Answer | None:
    """Return the pages that a question finds, what is over below what is to come; None for one without a word."""
    asked = asked_words(query)
    home = home_of(request)
    if not asked or home is None:
        return None
    shown = Page.objects.descendant_of(home, inclusive=True).live().public()
    vocabulary: Vocabulary = recall(request, ("vocabulary", get_language()), lambda: _read_words(shown))
    meanings = [vocabulary.meaning(word) for word in asked]
    known = [meaning for meaning in meanings if meaning.forms]
    found = _find(known, shown, every=True) if len(known) == len(asked) else []
    is_partial = not found and len(asked) > 1
    if is_partial:
        found = _find(known, shown, every=False)
    part = Paginator(_over_last(found, shown, now=now), ROWS_A_PAGE).get_page(number)
    corrected = any(meaning.instead for meaning in known)
    return Answer(
        list_page=part,
        results=_rows(list(part), home, now=now),
        instead=" ".join(meaning.instead or meaning.asked for meaning in meanings) if corrected and found else "",
        is_partial=is_partial and bool(found),
    )


def _read_words(shown: Any) -> Vocabulary:
    """Return the words of the published pages, so that nothing else can be guessed at; one statement."""
    is_postgresql = connection.vendor == "postgresql"
    texts = ("title_text", "body_text") if is_postgresql else ("title", "body")
    entries = IndexEntry.objects.filter(content_type__in=_types(), object_id__in=_ids(shown))
    return Vocabulary(f"{title} {body}" for title, body in entries.values_list(*texts))


def _types() -> list[int]:
    return list(get_descendants_content_types_pks(Page))


def _ids(shown: Any) -> Any:
    """Return the pages as the index names them."""
    return shown.order_by().annotate(name=Cast("pk", CharField())).values("name")


def _find(meanings: list[Meaning], shown: Any, *, every: bool) -> list[int]:
    """Return the ids of the pages that have every word, or any, best first; one statement."""
    if not meanings:
        return []
    is_postgresql = connection.vendor == "postgresql"
    either, both = (" | ", " & ") if is_postgresql else (" OR ", " AND ")
    # Letters and digits only (words_of), so nothing in them can end the quotes.
    quote = "'{}'" if is_postgresql else '"{}"'
    groups = [f"({either.join(quote.format(form) for form in meaning.forms)})" for meaning in meanings]
    match = (both if every else either).join(groups)
    pages, values = _ids(shown).query.sql_with_params()
    types = ", ".join(str(int(pk)) for pk in _types())
    wanted = _WANTED.format(types=types, pages=pages)
    statement = (_POSTGRESQL if is_postgresql else _SQLITE).format(wanted=wanted, most=MOST_RESULTS)
    if not is_postgresql:
        match = f"{{title body}} : ({match})"
    with connection.cursor() as cursor:
        cursor.execute(statement, [match, *values])
        return [int(row[0]) for row in cursor.fetchall()]


def _over_last(ids: list[int], shown: Any, *, now: datetime) -> list[int]:
    """Put what is over behind the rest. Apps tell it by the hook `pages_over`, a function of translation keys."""
    keys = dict(Page.objects.filter(pk__in=ids).values_list("pk", "translation_key"))
    over = set().union(*(ask(list(keys.values()), now=now) for ask in hooks.get_hooks("pages_over")))
    return sorted((pk for pk in ids if pk in keys), key=lambda pk: keys[pk] in over)


def _rows(ids: list[int], home: Page, *, now: datetime) -> list[Result]:
    """Return the rows in their order; statements for each kind of page, however many of it there are."""
    pages = {page.pk: page for page in Page.objects.filter(pk__in=ids).specific()}
    kinds: dict[type[BasePage], list[BasePage]] = {}
    for page in pages.values():
        if isinstance(page, BasePage):
            kinds.setdefault(type(page), []).append(page)
    rows: dict[int, Row] = {}
    for kind, of_kind in kinds.items():
        rows |= kind.search_rows(of_kind, now=now)
    return [Result(address_of(pages[pk].url_path, home), rows[pk]) for pk in ids if pk in rows]
