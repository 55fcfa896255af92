"""What the console's pages cost with 10 and with 100,000 people in one event: SQL statements, seconds, memory.

    python benchmarks/console.py [--people 100000]

Through the whole stack of middleware with Django's test client, as an officer who runs the event. The number of
statements must be the same at both sizes; the exit status says whether it is.
"""

import argparse
import io
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import place

FEW = 10
PAGES = (
    "/cms/event-desk/",
    "/cms/event-desk/inspect/{event}/",
    "/cms/registrations/",
    "/cms/registrations/?event={event}&state=confirmed",
    "/cms/registrations/?q=person-7@",
    "/cms/waiting-lists/",
    "/cms/undelivered/",
    "/cms/messages/",
    "/cms/messages/?event={event}&state=accepted",
    "/cms/receipts/",
    "/cms/registrations/inspect/{person}/",
    "/cms/registrations/?export=csv",
    "/cms/registrations/?export=xlsx",
)


def measured(client: Any, url: str) -> tuple[int, float, int]:
    """Return (statements, seconds, bytes) of one page, the second time that it is asked for."""
    from django.db import connection  # noqa: PLC0415 - the settings must be there first

    if "export" not in url:
        client.get(url)
    count = 0

    def counting(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(counting):
        began = time.perf_counter()
        response = client.get(url)
        size = sum(len(part) for part in response) if response.streaming else len(response.content)
        took = time.perf_counter() - began
    assert response.status_code == 200, (url, response.status_code)
    return count, took, size


def officer_of(event: Any) -> Any:
    """Return a client of somebody who runs the event, in the group that `set_up_staff` makes."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from portal.staff import GROUPS, OFFICERS  # noqa: PLC0415

    group, _ = Group.objects.get_or_create(name=OFFICERS)
    names = next(staff.permissions for staff in GROUPS if staff.name == OFFICERS)
    codenames = ["access_admin", *(name.partition(".")[2] for name in names)]
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user, _ = get_user_model().objects.get_or_create(username="officer")
    user.groups.add(group)
    event.officers.add(user)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def measure(people: int) -> dict[str, int]:
    """Seed one event with so many people, print what each page costs, and return the statements of each."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from events.registration.models import Registration  # noqa: PLC0415
    from events.schedule.models import Event  # noqa: PLC0415

    call_command("seed_load", "--events", "1", "--registrations", str(people), stdout=io.StringIO())
    event = Event.objects.latest("pk")
    ids = Registration.objects.filter(event=event)
    # Every tenth waits or bounces, so that no list is empty.
    first = ids.earliest("pk").pk
    Registration.objects.filter(pk__in=[first + n for n in range(1, people, 10)]).update(state="waiting")
    Registration.objects.filter(pk__in=[first + n for n in range(2, people, 10)]).update(undelivered_at=timezone.now())
    client = officer_of(event)
    statements = {}
    print(f"{people:,} people:")
    for page in PAGES:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        count, took, size = measured(client, page.format(event=event.pk, person=first))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        more = f", {size / 1e6:.1f} MB, memory +{grown:.0f} MB" if "export" in page else ""
        print(f"  {page:50} {count:3} statements, {took:6.2f} s{more}")
        statements[page] = count
    event.officers.clear()
    return statements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, place.own(Path(folder)):
        # Here, because the settings need DATA_DIR first.
        from django.core.management import call_command  # noqa: PLC0415

        call_command("collectstatic", "--noinput", verbosity=0)
        few, many = measure(FEW), measure(arguments.people)
    different = [page for page in PAGES if few[page] != many[page]]
    print("The same number of statements at both sizes." if not different else f"NOT THE SAME: {different}")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
