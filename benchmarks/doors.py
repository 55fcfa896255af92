"""What the other doors cost: asking for a walk, looking at requests, choosing a time, posters, a newsletter.

    python benchmarks/doors.py [--requests 2000] [--readers 10000]

SQL statements and CPU of this process, through the whole stack of middleware where a page is asked for.
"""

import argparse
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import place
from delivery import sink

STEPS = {
    "borough": {"borough": "lambeth"},
    "route": {"area": "From the station past the park"},
    "days": {"day_parts": ["weekday_evening"]},
    "worries": {"worries": "The underpass is dark."},
    "contact": {"name": "Amara", "way": "email", "email": "", "safe_time": "any", "is_discreet": "on"},
    "check": {"is_adult": "on"},
}
JOURNEYS, CHOICES, POSTERS = 20, 20, 5


def cost(do: Callable[[], Any]) -> tuple[int, float]:
    """Return (statements, milliseconds of CPU) of one thing done."""
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


def say(what: str, costs: list[tuple[int, float]]) -> None:
    statements = sorted({count for count, _ in costs})
    print(f"{what}: {statements} statements, {statistics.median(ms for _, ms in costs):.1f} ms")


def ask(borough: Any) -> None:
    """Fill in the form as so many women do."""
    from django.test import Client  # noqa: PLC0415

    costs: dict[str, list[tuple[int, float]]] = {}
    for number in range(JOURNEYS):
        client = Client(HTTP_HOST="localhost", REMOTE_ADDR=f"10.0.0.{number}")
        for step, fields in STEPS.items():
            address = f"/walk-and-talk/ask/{step}/"
            page = cost(lambda client=client, address=address: client.get(address))
            sent = fields | ({"email": f"woman-{number}@example.org"} if step == "contact" else {})
            answer = cost(lambda client=client, address=address, sent=sent: client.post(address, sent))
            costs.setdefault(f"step {step}, looked at", []).append(page)
            costs.setdefault(f"step {step}, sent", []).append(answer)
    assert borough.walks.count() == JOURNEYS
    for what, found in costs.items():
        say(what, found[2:])


def settle(borough: Any, number: int) -> None:
    """Let the worker look at many requests, the first hundred and the last."""
    from django.utils import timezone  # noqa: PLC0415

    from events.walks.rules import SafeTime, Way  # noqa: PLC0415
    from events.walks.services import Application, ask_for_walk, settle_new_requests  # noqa: PLC0415

    now = timezone.now()
    settle_new_requests(now=now)

    def come(first: int, last: int) -> None:
        for woman in range(first, last):
            ask_for_walk(
                application=Application(
                    borough_id=borough.pk,
                    area="From the station past the park",
                    day_parts=("weekday_evening",),
                    worries="The underpass is dark.",
                    needs="",
                    wants_woman=False,
                    brings_somebody=False,
                    name="Amara",
                    way=Way.EMAIL,
                    address=f"reader-{woman}@example.org",
                    safe_time=SafeTime.ANY,
                    safe_time_words="",
                    is_discreet=True,
                    language="en",
                    source="",
                    submission=uuid.uuid4(),
                ),
                now=now,
            )

    for first, last in ((0, 100), (100, number), (number, number + 100)):
        come(first, last)
        began = time.perf_counter()
        assert settle_new_requests(now=now) == last - first
        took = (time.perf_counter() - began) / (last - first) * 1000
        print(f"a new request looked at, {first} others open: {took:.1f} ms")


def choose(borough: Any) -> None:
    """Let women choose a time each."""
    from django.utils import timezone  # noqa: PLC0415

    from events.walks.models import WalkOffer, WalkRequest  # noqa: PLC0415
    from events.walks.services import allocate, choose_time, give_slot, offer_times  # noqa: PLC0415

    now = timezone.now()
    borough.weekly_quota = 1000
    borough.save()
    officer = officer_of(borough)
    point = borough.meeting_points.first()
    costs = []
    for number, walk in enumerate(WalkRequest.objects.filter(state="new").order_by("pk")[:CHOICES]):
        starts_at = now + timedelta(days=2 + number)
        for hour in (0, 1):
            at = starts_at + timedelta(hours=hour)
            give_slot(officer=officer, starts_at=at, ends_at=at + timedelta(minutes=45), now=now)
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
        free = officer.walk_slots.filter(walk=None, starts_at__gte=starts_at)
        picks = [(slot.pk, point.pk) for slot in free]
        assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "offered"
        offer = WalkOffer.objects.filter(walk=walk).earliest("slot__starts_at")
        costs.append(cost(lambda walk=walk, offer=offer: choose_time(walk_id=walk.pk, offer_id=offer.pk, now=now)))
    say("choosing a time", costs[2:])


def officer_of(borough: Any) -> Any:
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from events.walks.models import WalkOfficer  # noqa: PLC0415

    user = get_user_model().objects.create_user("becky", "becky@police.example.org", "x")
    WalkOfficer.objects.create(user=user, is_woman=True).boroughs.set([borough])
    return user


def posters(borough: Any) -> None:
    """Draw a poster in each size, and count scans."""
    from django.utils import timezone  # noqa: PLC0415

    from events.posters.drawing import draw_pdf  # noqa: PLC0415
    from events.posters.queries import words_for  # noqa: PLC0415
    from events.posters.rules import Size  # noqa: PLC0415
    from events.posters.services import count_scan, make_posters  # noqa: PLC0415
    from events.posters.tokens import poster_url  # noqa: PLC0415

    now = timezone.now()
    fields = {"headline": "", "line": "", "language": "en", "by": None, "now": now}
    [site] = make_posters(places=["Library"], event_id=None, borough_id=borough.pk, **fields)
    for size in Size:
        sizes, costs = [], []
        for _ in range(POSTERS):
            began = time.perf_counter()
            pdf = draw_pdf(words=words_for(site, now=now), url=poster_url(site.code), size=size, made_at=now)
            costs.append((time.perf_counter() - began) * 1000)
            sizes.append(len(pdf))
        print(f"poster {size.value}: {statistics.median(costs):.0f} ms, {sizes[0] / 1000:.0f} kB")
    say("a scan counted", [cost(lambda: count_scan(site_id=site.pk, now=now)) for _ in range(20)][2:])


def newsletter(readers: int) -> None:
    """Write an issue's mails to everybody, then deliver them to a mail server in another process."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from wagtail.models import Page, Site  # noqa: PLC0415

    from events.consent.services import consent_wording  # noqa: PLC0415
    from events.newsletter.models import IssuePage, NewsletterPage, Subscription  # noqa: PLC0415
    from events.newsletter.services import start, work_on_issues  # noqa: PLC0415
    from events.newsletter.services.steps import open_sending  # noqa: PLC0415
    from events.outbox.models import Message  # noqa: PLC0415
    from events.outbox.services import address_digest  # noqa: PLC0415
    from events.worker import Worker  # noqa: PLC0415
    from portal.models import HomePage  # noqa: PLC0415

    now = timezone.now()
    home = HomePage(title="Home", slug="portal-home")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    shelf = home.add_child(instance=NewsletterPage(title="Newsletter", slug="newsletter"))
    parts = [("paragraph", {"text": "<p>What is on.</p>", "topic": topic}) for topic in ("", "events", "stories")]
    page = shelf.add_child(instance=IssuePage(title="March", slug="march", introduction="News.", body=parts))
    page.save_revision().publish()
    consent = consent_wording("Send me the newsletter.", now)
    Subscription.objects.bulk_create(
        Subscription(
            email=f"reader-{number}@example.com",
            email_key=f"reader-{number}@example.com",
            digest=address_digest(f"reader-{number}@example.com"),
            state="confirmed",
            topics=["events", "stories"],
            language="en",
            consent=consent,
            asked_at=now,
            confirmed_at=now,
        )
        for number in range(readers)
    )
    Message.objects.filter(state="queued").delete()
    sending = open_sending(IssuePage.objects.get(), now=now)
    began = time.perf_counter()
    start(sending_id=sending.pk, version=sending.version, by=officer_named("edith"), now=now)
    started = time.perf_counter()
    while Message.objects.filter(kind="newsletter_issue").count() < readers:
        work_on_issues(now=now)
    written = time.perf_counter()
    Worker(should_stop=lambda: False, wait=lambda seconds: None).drain()
    took = time.perf_counter() - written
    assert Message.objects.filter(kind="newsletter_issue", state="accepted").count() == readers
    print(f"{connection.vendor}: a newsletter to {readers}: started in {started - began:.2f} s", end=", ")
    print(f"written in {written - started:.1f} s, left in {took:.0f} s = {readers / took:.0f} a second")


def officer_named(name: str) -> Any:
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    return get_user_model().objects.create_user(name, f"{name}@police.example.org", "x")


def measure(requests: int, readers: int) -> None:
    from django.core.cache import cache  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    from events.walks.models import Borough, MeetingPoint  # noqa: PLC0415

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    from django.conf import settings  # noqa: PLC0415

    with override_settings(STORAGES=settings.STORAGES | plain):
        borough = Borough.objects.create(slug="lambeth", name="Lambeth")
        MeetingPoint.objects.create(borough=borough, name="Brixton Library", address="Brixton Oval")
        cache.clear()
        ask(borough)
        settle(borough, requests)
        choose(borough)
        posters(borough)
        newsletter(readers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--readers", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server, port = sink(Path(folder))
        try:
            with place.own(Path(folder), EMAIL_URL=f"smtp://127.0.0.1:{port}"):
                measure(arguments.requests, arguments.readers)
        finally:
            server.kill()
            server.communicate()


if __name__ == "__main__":
    main()
