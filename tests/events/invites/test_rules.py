"""What a person is sent next about a session, as tables."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.invites.rules import Content, Issued, Method, PartStat, Step, next_partstat, next_step

WEBINAR = Content(
    title="Careers in policing",
    starts_at=datetime(2027, 3, 8, 18, tzinfo=UTC),
    ends_at=datetime(2027, 3, 8, 19, 30, tzinfo=UTC),
    time_zone="Europe/London",
    summary="Two officers talk about their work.",
    location="Online",
    online=True,
)
LATER = replace(
    WEBINAR, starts_at=datetime(2027, 3, 9, 18, tzinfo=UTC), ends_at=datetime(2027, 3, 9, 19, 30, tzinfo=UTC)
)
LONGER = replace(WEBINAR, ends_at=datetime(2027, 3, 8, 20, tzinfo=UTC))
CHANGES = {
    "title": replace(WEBINAR, title="Careers in the police"),
    "starts_at": replace(WEBINAR, starts_at=datetime(2027, 3, 8, 17, tzinfo=UTC)),
    "ends_at": LONGER,
    "time_zone": replace(WEBINAR, time_zone="Europe/Dublin"),
    "summary": replace(WEBINAR, summary="Three officers talk about their work."),
    "location": replace(WEBINAR, location="Town hall"),
    "online": replace(WEBINAR, online=False),
    "link": replace(WEBINAR, link="https://stream.example.org/other"),
}
INVITED = Issued(method=Method.REQUEST, sequence=3, content=WEBINAR)
UNINVITED = Issued(method=Method.CANCEL, sequence=4, content=WEBINAR)


@pytest.mark.parametrize(
    ("situation", "issued", "wanted", "step"),
    [
        ("no place, never had one", None, None, Step.NOTHING),
        ("a place, told nothing yet", None, WEBINAR, Step.FIRST),
        ("sent again, nothing changed", INVITED, WEBINAR, Step.NOTHING),
        ("the session moved", INVITED, LATER, Step.UPDATE),
        ("gave the place back", INVITED, None, Step.CANCEL),
        ("gave it back, already told", UNINVITED, None, Step.NOTHING),
        ("registered again", UNINVITED, WEBINAR, Step.FIRST),
        ("registered again, and it moved", UNINVITED, LATER, Step.FIRST),
    ],
)
def test_the_next_step_follows_from_what_was_said_last(
    situation: str, issued: Issued | None, wanted: Content | None, step: Step
) -> None:
    assert next_step(issued=issued, wanted=wanted) is step, situation


def test_every_change_of_what_the_entry_says_is_an_update() -> None:
    assert set(CHANGES) == {field.name for field in fields(Content)}
    for name, changed in CHANGES.items():
        assert next_step(issued=INVITED, wanted=changed) is Step.UPDATE, name


def test_the_same_instant_told_in_another_zone_is_no_change() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    same = replace(
        WEBINAR, starts_at=WEBINAR.starts_at.astimezone(kolkata), ends_at=WEBINAR.ends_at.astimezone(kolkata)
    )
    assert next_step(issued=INVITED, wanted=same) is Step.NOTHING


def test_a_move_from_the_first_half_past_one_to_the_second_is_a_change() -> None:
    # 31 October 2027, London:   01:30 BST ── one hour ──► 01:30 GMT      the clock shows the same
    london = ZoneInfo("Europe/London")
    first = datetime(2027, 10, 31, 1, 30, tzinfo=london)
    second = first.replace(fold=1)
    assert first == second, "Python compares them by the clock alone, which is why Content keeps instants"
    end = datetime(2027, 10, 31, 4, tzinfo=london)
    issued = Issued(method=Method.REQUEST, sequence=0, content=replace(WEBINAR, starts_at=first, ends_at=end))
    moved = replace(WEBINAR, starts_at=second, ends_at=end)
    assert next_step(issued=issued, wanted=moved) is Step.UPDATE
    assert next_partstat(known=PartStat.ACCEPTED, before=issued.content, after=moved) is PartStat.NEEDS_ACTION


@pytest.mark.parametrize("known", PartStat)
@pytest.mark.parametrize("changed", ["title", "time_zone", "summary", "location", "online"])
def test_an_answer_outlives_a_change_of_anything_but_the_time(known: PartStat, changed: str) -> None:
    assert next_partstat(known=known, before=WEBINAR, after=CHANGES[changed]) is known


@pytest.mark.parametrize("known", PartStat)
@pytest.mark.parametrize("after", [LATER, LONGER, CHANGES["starts_at"]])
def test_a_change_of_time_asks_again(known: PartStat, after: Content) -> None:
    assert next_partstat(known=known, before=WEBINAR, after=after) is PartStat.NEEDS_ACTION


def test_an_entry_without_an_offset_is_refused() -> None:
    for name in ("starts_at", "ends_at"):
        with pytest.raises(ValueError, match="naive"):
            replace(WEBINAR, **{name: getattr(WEBINAR, name).replace(tzinfo=None)})


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-1)])
def test_an_entry_ends_after_it_starts(length: timedelta) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        replace(WEBINAR, ends_at=WEBINAR.starts_at + length)
