"""What the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from events.walks.models import BoroughReport, WalkEntry, WalkOffer, WalkRequest, WalkSlot
from events.walks.services import allocate

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def refused(name, do):
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        do()
    assert name in str(problem.value) or "UNIQUE" in str(problem.value)


def test_a_request_has_an_officer_or_waits(make_walk, officer, now):
    walk = make_walk()
    rows = WalkRequest.objects.filter(pk=walk.pk)
    refused("walk_has_an_officer_or_waits", lambda: rows.update(state="allocated"))
    refused("walk_has_an_officer_or_waits", lambda: rows.update(officer=officer))
    refused("walk_closed_has_its_outcome", lambda: rows.update(state="closed"))
    refused("walk_closed_has_its_outcome", lambda: rows.update(state="closed", closed_at=now))
    refused("walk_closed_has_its_outcome", lambda: rows.update(outcome="walked"))
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    refused("walk_booked_has_a_place", lambda: rows.update(state="booked"))


def test_slots_and_offers(make_walk, officer, make_slots, lambeth, now):
    first, second = make_slots(officer, 2)
    walk, place = make_walk(), lambeth.meeting_points.get()
    slots = WalkSlot.objects
    refused("walk_slot_ends", lambda: slots.filter(pk=first.pk).update(ends_at=first.starts_at))
    refused("walk_slot_once", lambda: slots.create(officer=officer, starts_at=first.starts_at, ends_at=first.ends_at))
    slots.filter(pk=first.pk).update(walk=walk)
    refused("walk", lambda: slots.filter(pk=second.pk).update(walk=walk))
    refused("walk_slot_withdrawn_is_free", lambda: slots.filter(pk=first.pk).update(withdrawn_at=now))
    fields = {"walk": walk, "slot": second, "meeting_point": place, "offered_at": now}
    WalkOffer.objects.create(**fields)
    refused("walk_offer_once", lambda: WalkOffer.objects.create(**fields))


def test_entries(make_walk, officer, now):
    fields = {
        "walk": make_walk(), "party": "woman", "uid": "1@example.org", "sequence": 0, "method": "REQUEST",
        "starts_at": now, "ends_at": now + HOUR, "place": "", "first_at": now, "stamp": now,
    }  # fmt: skip
    WalkEntry.objects.create(**fields)
    refused("walk_entry_once", lambda: WalkEntry.objects.create(**fields))
    refused("walk_entry_ends", lambda: WalkEntry.objects.create(**fields | {"uid": "2", "ends_at": now}))
    refused("walk_entry_officer", lambda: WalkEntry.objects.create(**fields | {"uid": "3", "party": "officer"}))
    refused("walk_entry_officer", lambda: WalkEntry.objects.create(**fields | {"uid": "4", "officer": officer}))


def test_reports_count_when_they_are_published(lambeth, now):
    report = BoroughReport.objects.create(borough=lambeth, quarter_date=now.date().replace(month=1, day=1))
    refused("borough_report_counts", lambda: BoroughReport.objects.filter(pk=report.pk).update(walks=12))
    refused(
        "borough_report_once",
        lambda: BoroughReport.objects.create(borough=lambeth, quarter_date=report.quarter_date),
    )
