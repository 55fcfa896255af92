"""What pages cost that are not kept: SQL statements and CPU, through the whole stack of middleware.

    python benchmarks/pages.py [--rounds 30] [--statements]

Each page is measured twice: straight after a drop (a process that knows nothing: what Wagtail keeps of sites is gone
too) and with that known, which is what every other page of the same generation costs. The first render of a picture,
which makes its files, is not counted. `--statements` prints each page's SQL.
"""

import argparse
import io
import tempfile
from pathlib import Path
from typing import Any

import place
from registration import measured, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--statements", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, place.own(Path(folder)):
        _measure(arguments.rounds, arguments.statements)


def _measure(rounds: int, shows_statements: bool) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - the settings must be there first
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from portal.page_cache.generation import drop_pages  # noqa: PLC0415
    from portal.page_cache.store import pages  # noqa: PLC0415

    call_command("seed_demo", stdout=io.StringIO())
    call_command("collectstatic", "--noinput", verbosity=0)
    # Kept open as in production; tests and benchmarks on copies of a database close it.
    connection.settings_dict["CONN_MAX_AGE"] = None
    browser = Client(headers={"host": "localhost", "accept-encoding": "br, gzip"})

    def get(path: str, *, after_a_drop: bool) -> tuple[int, float]:
        pages.clear()
        if after_a_drop:
            drop_pages()
        return measured(lambda: _get(browser, path))

    def measure(what: str, path: str) -> None:
        get(path, after_a_drop=True)
        report(f"  {what}, straight after a drop", [get(path, after_a_drop=True) for _ in range(rounds)])
        get(path, after_a_drop=False)
        report(f"  {what}", [get(path, after_a_drop=False) for _ in range(rounds)])
        if shows_statements:
            drop_pages()
            pages.clear()
            with connection.execute_wrapper(_say):
                _get(browser, path)

    print(f"{connection.vendor}:")
    for what, path in _paths():
        measure(what, path)
    for number in (3, 300):
        call_command("seed_load", "--events", str(number), "--registrations", "0", stdout=io.StringIO())
        measure(f"event index with {number} events more", "/events/")


def _paths() -> list[tuple[str, str]]:
    from wagtail.models import Page  # noqa: PLC0415

    def first(kind: str) -> str:
        page = Page.objects.live().filter(content_type__model=kind).first()
        return str(page.get_url()) if page else ""

    found = [
        ("home", "/"),
        ("event page", "/events/women-on-the-front-line/"),
        ("event index", "/events/"),
        ("campaign", first("campaignpage")),
        ("stories", first("storyindexpage")),
        ("story", first("storypage")),
        ("careers", first("careerspage")),
    ]
    return [(what, path) for what, path in found if path]


def _get(browser: Any, path: str) -> None:
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)


def _say(execute: Any, sql: str, *rest: Any) -> Any:
    print("   ", sql[:60], "…", sql[sql.find(" FROM ") : sql.find(" FROM ") + 130])
    return execute(sql, *rest)


if __name__ == "__main__":
    main()
