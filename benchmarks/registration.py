"""What a registration (form page and POST together) costs: SQL statements and server CPU.

    python benchmarks/registration.py [--rounds 30]

Through the whole stack of middleware with Django's test client, the event holding 10 and then 100,000 registrations.
The answer to the POST is not followed: the confirming page is one more GET, counted by itself.
"""

import argparse
import io
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import place


def measured(do: Callable[[], Any]) -> tuple[int, float]:
    """Return (statements, milliseconds of CPU) of one call; the statements are counted in a call of their own cost."""
    from django.db import connection  # noqa: PLC0415 - the settings must be there first

    count = 0

    def counting(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        began = time.process_time()
        do()
        return count, (time.process_time() - began) * 1000


def report(what: str, results: list[tuple[int, float]]) -> None:
    statements = {count for count, _ in results}
    cpu = sorted(milliseconds for _, milliseconds in results)
    print(
        f"{what}: {'/'.join(map(str, sorted(statements)))} statements,"
        f" CPU median {statistics.median(cpu):.1f} ms, 95% {cpu[int(len(cpu) * 0.95)]:.1f} ms"
    )


def measure(rounds: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - the settings must be there first
    from django.db import connection  # noqa: PLC0415
    from django.test import Client, override_settings  # noqa: PLC0415

    from events.schedule.models import Event  # noqa: PLC0415

    # The client's requests come from one address, which would be stopped after sixty.
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(REGISTRATIONS_PER_ADDRESS_OF_NETWORK=10_000_000, STORAGES=storages):
        call_command("seed_demo", stdout=io.StringIO())
        client = Client(HTTP_HOST="localhost")
        print(f"{connection.vendor}:")
        for size in (10, 100_000):
            call_command("seed_load", "--events", "1", "--registrations", str(size), stdout=io.StringIO())
            event = Event.objects.order_by("-pk")[0]
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            results = [measured(partial(_register, client, event.slug, n)) for n in range(rounds)]
            report(f"  a registration (GET and POST) at {size:,} of the event", results[1:])
        results = [measured(lambda: _get(client, f"/events/{event.slug}/register/done/")) for _ in range(rounds)]
        report("  the page that confirms it", results)


def _get(client: Any, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def _register(client: Any, slug: str, number: int) -> None:
    path = f"/events/{slug}/register/"
    page = _get(client, path)
    found = re.search(r'name="submission"[^>]*value="([^"]+)"', page)
    assert found
    fields = {"name": "Amara", "email": f"amara-{number}@example.org", "access_needs": "", "consent": "on"}
    response = client.post(path, fields | {"submission": found[1], "website": ""})
    assert response.status_code == 303, response.status_code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, place.own(Path(folder)):
        measure(arguments.rounds)


if __name__ == "__main__":
    main()
