"""Held, resumed and stopped half way; scheduled, and taken back; and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from events.newsletter.models import IssueEdition, IssueSending
from events.newsletter.services import (
    Crossed,
    StepRefused,
    TimeHasPassed,
    hold,
    resume,
    schedule,
    sending,
    start,
    stop,
    take_back,
    work_on_issues,
)
from events.newsletter.services.sending import write_chunk
from events.newsletter.services.steps import open_sending
from tests.events.newsletter.conftest import NAMES, drain, recipients, states

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
class TestHoldAndStop:
    def test_held_it_waits_and_resumed_it_goes_on(self, issue, readers, send, editor, deliverer, smtp_sink, now):
        row = send(issue())
        assert hold(sending_id=row.pk, by=editor, now=now) == 5
        work_on_issues(now=now)
        drain(deliverer)
        assert smtp_sink.messages == []
        with pytest.raises(StepRefused):
            hold(sending_id=row.pk, by=editor, now=now)
        assert resume(sending_id=row.pk, by=editor, now=now) == 5
        drain(deliverer)
        assert recipients(smtp_sink) == NAMES

    def test_held_while_it_is_written_the_rest_is_written_held(self, issue, readers, editor, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        row = open_sending(issue(), now=now)
        start(sending_id=row.pk, version=1, by=editor, now=now)
        write_chunk(sending_id=row.pk, now=now)
        hold(sending_id=row.pk, by=editor, now=now)
        while work_on_issues(now=now):
            pass
        assert states() == {"held": 5}

    def test_stopped_it_is_over_for_good(self, issue, readers, send, editor, deliverer, smtp_sink, now):
        row = send(issue())
        assert stop(sending_id=row.pk, by=editor, now=now) == 5
        work_on_issues(now=now)
        row.refresh_from_db()
        assert (row.state, row.ended_at) == ("stopped", now)
        for step in (hold, resume, stop):
            with pytest.raises(StepRefused, match="was stopped"):
                step(sending_id=row.pk, by=editor, now=now)
        with pytest.raises(StepRefused):
            start(sending_id=row.pk, version=row.version, by=editor, now=now)
        drain(deliverer)
        assert smtp_sink.messages == []


class TestScheduling:
    def test_it_starts_at_its_time_with_what_is_published_then(self, issue, readers, editor, now):
        page = issue(subject="First")
        at = now + timedelta(hours=1)
        schedule(page=page, version=1, send_at=at, by=editor, now=now)
        page.subject = "Second"
        page.save_revision().publish()
        assert work_on_issues(now=at - timedelta(seconds=1)) == 0
        assert work_on_issues(now=at) == 1
        row = IssueSending.objects.get()
        assert (row.state, row.started_at, row.changed_by) == ("sending", at, None)
        assert IssueEdition.objects.get().content["subject"] == "Second"

    def test_what_cannot_start_says_why(self, issue, readers, editor, now):
        page = issue()
        at = now + timedelta(hours=1)
        schedule(page=page, version=1, send_at=at, by=editor, now=now)
        page.unpublish()
        work_on_issues(now=at)
        row = IssueSending.objects.get()
        assert (row.state, row.send_at) == ("draft", None)
        assert "Publish the issue first" in row.problem

    def test_more_than_a_day_late_it_is_read_again(self, issue, readers, editor, now):
        schedule(page=issue(), version=1, send_at=now + timedelta(hours=1), by=editor, now=now)
        work_on_issues(now=now + timedelta(days=2))
        assert "more than a day" in IssueSending.objects.get().problem

    def test_another_time_and_no_time(self, issue, readers, editor, now):
        page = issue()
        schedule(page=page, version=1, send_at=now + timedelta(hours=1), by=editor, now=now)
        with pytest.raises(Crossed):
            schedule(page=page, version=1, send_at=now + timedelta(hours=2), by=editor, now=now)
        schedule(page=page, version=2, send_at=now + timedelta(hours=2), by=editor, now=now)
        row = IssueSending.objects.get()
        take_back(sending_id=row.pk, by=editor, now=now)
        with pytest.raises(StepRefused):
            take_back(sending_id=row.pk, by=editor, now=now)
        assert work_on_issues(now=now + timedelta(days=1)) == 0

    def test_a_time_that_has_passed_is_none(self, issue, readers, editor, now):
        with pytest.raises(TimeHasPassed):
            schedule(page=issue(), version=1, send_at=now, by=editor, now=now)
        assert IssueSending.objects.count() == 0


class TestConstraints:
    @pytest.mark.parametrize("changes", [{"state": "scheduled"}, {"state": "sending"}, {"state": "sent"}])
    def test_a_state_has_its_time(self, issue, now, changes):
        row = open_sending(issue(), now=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            IssueSending.objects.filter(pk=row.pk).update(**changes)

    def test_one_sending_an_issue_and_one_edition_a_language(self, issue, readers, send, now):
        row = send(issue())
        with pytest.raises(IntegrityError), transaction.atomic():
            IssueSending.objects.create(key=row.key, title="x", created_at=now, changed_at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            IssueEdition.objects.create(sending=row, language="en", content={})
