"""From the start to the last mail: frozen, once each, held and stopped half way, whatever dies in between."""

import multiprocessing
import os
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections

from events.newsletter.models import IssueEdition, IssuePage, IssueSending, Subscription
from events.newsletter.queries import figures_of_sendings, size_of
from events.newsletter.services import (
    Crossed,
    NobodyToWriteTo,
    NotReady,
    StepRefused,
    leave,
    purge_subscriptions,
    sending,
    start,
    work_on_issues,
)
from events.newsletter.services.sending import write_chunk
from events.newsletter.services.steps import open_sending
from events.outbox.delivery.following import follow_up
from events.outbox.models import Message
from events.outbox.rules import Delivery, Scope
from events.outbox.services import suppress
from events.worker import Worker
from portal.models import ContentPage
from tests.events.newsletter.conftest import NAMES, drain, recipients, states
from tests.processes import at_the_same_moment

pytestmark = pytest.mark.django_db


def text_of(message):
    return message.parsed.get_body(("plain",)).get_content()


class TestStarting:
    def test_a_draft_is_not_sent(self, newsletter, readers, editor, now):
        page = IssuePage(slug="draft", title="Draft", live=False)
        newsletter.add_child(instance=page)
        row = open_sending(page, now=now)
        with pytest.raises(NotReady, match="Publish the issue first"):
            start(sending_id=row.pk, version=1, by=editor, now=now)
        assert open_sending(page, now=now).pk == row.pk

    def test_an_empty_issue_is_not_sent(self, issue, readers, editor, now):
        with pytest.raises(NotReady, match="no parts"):
            start(sending_id=open_sending(issue(body=[]), now=now).pk, version=1, by=editor, now=now)

    def test_an_issue_for_nobody_is_not_sent(self, issue, reader, editor, now):
        row = open_sending(issue(topics=["roles"]), now=now)
        with pytest.raises(NobodyToWriteTo, match="Nobody has asked"):
            start(sending_id=row.pk, version=1, by=editor, now=now)
        only = reader("amara", topics=("roles",))
        suppress(email_key=only.email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        with pytest.raises(NobodyToWriteTo, match="None of the 1 may be written to"):
            start(sending_id=row.pk, version=1, by=editor, now=now)

    def test_what_somebody_has_not_seen_is_not_sent(self, issue, readers, editor, now):
        page = issue()
        row = open_sending(page, now=now)
        seen = page.live_revision_id
        page.title = "April"
        page.save_revision().publish()
        with pytest.raises(Crossed):
            start(sending_id=row.pk, version=1, by=editor, now=now, revision=seen)
        with pytest.raises(Crossed):
            start(sending_id=row.pk, version=7, by=editor, now=now)
        assert IssueEdition.objects.count() == 0

    def test_a_second_start_is_refused_and_changes_nothing(self, issue, readers, send, editor, now):
        row = send(issue())
        with pytest.raises(StepRefused, match="is being sent"):
            start(sending_id=row.pk, version=row.version, by=editor, now=now)
        assert Message.objects.count() == 5
        assert IssueEdition.objects.count() == 1

    def test_the_audience_is_counted_in_one_statement(self, readers, reader, now, django_assert_num_queries):
        reader("fay", topics=("roles",))
        suppress(email_key=readers[0].email_key, scope=Scope.ALL, reason="Bounces.", now=now)
        with django_assert_num_queries(1):
            size = size_of(topics=["events"], until=now)
        assert (size.people, size.suppressed, size.reachable) == (5, 1, 4)


class TestOnceEach:
    def test_each_reader_of_a_topic_has_one_message_however_often_the_worker_looks(
        self, issue, readers, reader, send, now
    ):
        reader("fay", topics=("roles",))
        row = send(issue(topics=["events", "stories"]))
        for _ in range(3):
            work_on_issues(now=now)
        rows = Message.objects.order_by("pk").values_list(
            "subscription_id", "kind", "dedupe_key", "not_after", "stream"
        )
        assert list(rows) == [
            (r.pk, "newsletter_issue", f"issue:{row.pk}:{r.key}", now + timedelta(days=7), "") for r in readers
        ]
        row.refresh_from_db()
        assert (row.recipients, row.written_at, row.cursor) == (5, now, readers[-1].pk)

    def test_only_who_had_agreed_when_it_started_gets_it(self, issue, readers, reader, editor, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        row = open_sending(issue(), now=now)
        start(sending_id=row.pk, version=1, by=editor, now=now)
        write_chunk(sending_id=row.pk, now=now)
        late = reader("late", at=now + timedelta(seconds=5))
        while work_on_issues(now=now + timedelta(seconds=10)):
            pass
        assert Message.objects.count() == 5
        assert not Message.objects.filter(subscription=late).exists()

    def test_a_worker_that_dies_half_way_leaves_a_whole_chunk_or_nothing_of_it(
        self, issue, readers, editor, now, monkeypatch
    ):
        monkeypatch.setattr(sending, "CHUNK", 2)
        row = open_sending(issue(), now=now)
        start(sending_id=row.pk, version=1, by=editor, now=now)
        assert write_chunk(sending_id=row.pk, now=now) == 2

        def dies(rows):
            Message.objects.bulk_create(rows)
            raise SystemExit("killed")

        with monkeypatch.context() as patch:
            patch.setattr(sending, "enqueue", dies)
            with pytest.raises(SystemExit):
                write_chunk(sending_id=row.pk, now=now)
        assert Message.objects.count() == 2
        while work_on_issues(now=now):
            pass
        assert Counter(Message.objects.values_list("subscription_id", flat=True)) == {r.pk: 1 for r in readers}

    def test_a_cursor_that_was_lost_doubles_nobody_and_without_the_key_it_would(
        self, issue, readers, send, now, monkeypatch
    ):
        row = send(issue())
        again = {"cursor": 0, "written_at": None}
        IssueSending.objects.filter(pk=row.pk).update(**again)
        work_on_issues(now=now)
        assert Message.objects.count() == 5, "the key alone keeps everybody from a second copy"

        real = sending._row

        def without_key(*args):
            message = real(*args)
            message.dedupe_key += ":again"
            return message

        monkeypatch.setattr(sending, "_row", without_key)
        IssueSending.objects.filter(pk=row.pk).update(**again)
        work_on_issues(now=now)
        assert Message.objects.count() == 10

    def test_one_issue_that_cannot_be_worked_on_does_not_keep_the_others(self, issue, readers, editor, now):
        broken, fine = (open_sending(issue(slug), now=now) for slug in ("march", "april"))
        for row in (broken, fine):
            start(sending_id=row.pk, version=1, by=editor, now=now)
        IssueSending.objects.filter(pk=broken.pk).update(topics=7)
        with pytest.raises(ExceptionGroup):
            work_on_issues(now=now)
        assert Message.objects.filter(issue_sending=fine).count() == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_eight_starts_at_once_one_starts_and_two_workers_write_each_once(self, issue, readers, editor, now):
        row = open_sending(issue(), now=now)

        def click(n):
            start(sending_id=row.pk, version=1, by=editor, now=now)
            return "started"

        outcomes = at_the_same_moment(8, click)
        assert sum(outcome == "started" for outcome in outcomes) == 1
        assert sum(outcome.startswith("StepRefused") for outcome in outcomes) == 7
        assert IssueEdition.objects.count() == 1
        outcomes = at_the_same_moment(4, lambda n: work_on_issues(now=now))
        assert [o for o in outcomes if not o.isdigit()] == []
        assert Message.objects.count() == 5

    def test_a_killed_worker_is_followed_by_one_that_goes_on(self, issue, readers, editor, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        row = open_sending(issue(), now=now)
        start(sending_id=row.pk, version=1, by=editor, now=now)

        def work_and_die():
            write_chunk(sending_id=row.pk, now=now)
            monkeypatch.setattr(sending, "enqueue", lambda rows: os.kill(os.getpid(), signal.SIGKILL))
            write_chunk(sending_id=row.pk, now=now)

        for open_connection in connections.all(initialized_only=True):
            open_connection.close()
            if hasattr(open_connection, "close_pool"):
                open_connection.close_pool()
        process = multiprocessing.get_context("fork").Process(target=work_and_die)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert Message.objects.count() == 2
        while work_on_issues(now=now):
            pass
        assert Counter(Message.objects.values_list("subscription_id", flat=True)) == {r.pk: 1 for r in readers}


class TestDelivery:
    def test_everybody_gets_it_and_then_it_is_sent(self, issue, readers, send, deliverer, smtp_sink, now):
        row = send(issue())
        drain(deliverer)
        work_on_issues(now=now)
        row.refresh_from_db()
        assert recipients(smtp_sink) == NAMES
        assert (row.state, row.ended_at) == ("sent", now)
        figures = figures_of_sendings([row])[row.pk]
        assert (figures.accepted, figures.recipients, figures.percent) == (5, 5, 100)

    def test_what_it_said_at_the_start_is_what_everybody_gets(
        self, issue, readers, send, deliverer, smtp_sink, monkeypatch
    ):
        """The page is edited and published when two of five mails have left."""
        page = issue(subject="As it was")
        send(page)
        monkeypatch.setattr("events.outbox.delivery.deliverer.BATCH", 2)
        deliverer.deliver_batch()
        page.subject = "As it is now"
        page.body = [("paragraph", {"text": "<p>Other words.</p>", "topic": ""})]
        page.save_revision().publish()
        drain(deliverer)
        assert [m.parsed["Subject"] for m in smtp_sink.messages] == ["As it was"] * 5
        assert all("For everybody." in text_of(m) and "Other words." not in text_of(m) for m in smtp_sink.messages)

    def test_what_comes_off_the_site_meanwhile_stands_in_no_further_mail_and_is_forgotten(
        self, issue, readers, send, deliverer, smtp_sink, newsletter, monkeypatch, now
    ):
        """Somebody withdraws her words when two of five mails have left: the page that holds them is unpublished."""
        story = ContentPage(title="Her own words", slug="her-words", introduction="What she said.")
        newsletter.get_parent().add_child(instance=story)
        body = [
            ("paragraph", {"text": "<p>For everybody.</p>", "topic": ""}),
            ("page", {"page": story, "link_text": "", "topic": ""}),
        ]
        row = send(issue(body=body))
        monkeypatch.setattr("events.outbox.delivery.deliverer.BATCH", 2)
        deliverer.deliver_batch()
        story.unpublish()
        drain(deliverer)
        held = ["Her own words" in text_of(message) for message in smtp_sink.messages]
        assert held == [True, True, False, False, False]
        assert "Her own words" in str(row.editions.get().content)
        purge_subscriptions(now=now, dry_run=False)
        assert "Her own words" not in str(row.editions.get().content)

    def test_it_goes_on_when_its_page_is_deleted(self, issue, readers, send, deliverer, smtp_sink, now):
        page = issue()
        row = send(page)
        page.delete()
        drain(deliverer)
        assert recipients(smtp_sink) == NAMES
        row.refresh_from_db()
        assert row.page_id is None

    def test_each_sees_what_is_about_her_topics_and_what_is_about_none(
        self, issue, reader, send, deliverer, smtp_sink, now
    ):
        reader("amara", topics=("events",))
        reader("bronwen", topics=("stories", "roles"))
        send(issue())
        drain(deliverer)
        texts = {m.recipients[0].partition("@")[0]: text_of(m) for m in smtp_sink.messages}
        assert "For everybody." in texts["amara"] and "For everybody." in texts["bronwen"]
        assert [t for t in ("events", "stories", "roles") if f"About {t}." in texts["amara"]] == ["events"]
        assert [t for t in ("events", "stories", "roles") if f"About {t}." in texts["bronwen"]] == ["stories", "roles"]

    def test_who_would_get_nothing_but_headings_gets_nothing(self, issue, reader, send, deliverer, smtp_sink):
        reader("amara", topics=("events",))
        body = [("heading", {"text": "Hello", "topic": ""}), ("paragraph", {"text": "<p>x</p>", "topic": "roles"})]
        send(issue(body=body))
        drain(deliverer)
        assert smtp_sink.messages == []
        assert Message.objects.get().reason == "Nothing in it is about the topics that they chose."

    def test_who_leaves_while_a_worker_has_the_mail_in_hand_does_not_get_it(
        self, issue, readers, send, deliverer, smtp_sink, clock, now
    ):
        """She says goodbye after the mail was composed and before it is handed off."""
        send(issue())
        gone = readers[2]
        real = deliverer._hand_off

        def goodbye_first(message, kind):
            if message.subscription_id == gone.pk:
                leave(key=gone.key, issue=0, now=now)
            return real(message, kind)

        deliverer._hand_off = goodbye_first
        drain(deliverer)
        assert recipients(smtp_sink) == ["amara", "bronwen", "dina", "esra"]

    def test_who_wants_no_news_or_bounces_is_left_out(self, issue, readers, send, deliverer, smtp_sink, now):
        for reader, scope in zip(readers, (Scope.NEWS, Scope.OPTIONAL, Scope.ALL), strict=False):
            suppress(email_key=reader.email_key, scope=scope, reason="x", now=now)
        send(issue())
        drain(deliverer)
        assert recipients(smtp_sink) == ["dina", "esra"]

    def test_after_a_week_it_is_no_news(self, issue, readers, send, deliverer, smtp_sink, clock):
        send(issue())
        clock.forward(days=7)
        deliverer.deliver_batch()
        assert smtp_sink.messages == []
        assert states() == {"expired": 5}


@pytest.mark.django_db(transaction=True)
def test_the_worker_itself_does_all_of_it(issue, readers, editor, now, smtp_sink):
    row = open_sending(issue(), now=now)
    start(sending_id=row.pk, version=1, by=editor, now=now)
    Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: now).drain()
    row.refresh_from_db()
    assert recipients(smtp_sink) == NAMES
    assert row.state == "sent"


class TestFigures:
    def test_who_says_goodbye_by_an_issue_is_counted_with_it(self, issue, readers, send, deliverer, smtp_sink, now):
        row = send(issue())
        drain(deliverer)
        leave(key=readers[0].key, issue=row.pk, now=now)
        leave(key=readers[1].key, issue=0, now=now)
        leave(key=readers[2].key, issue=row.pk + 99, now=now)
        figures = figures_of_sendings([row])[row.pk]
        assert (figures.accepted, figures.unsubscribed) == (5, 1)

    def test_a_complaint_ends_the_subscription_and_a_bounce_does_not(
        self, issue, readers, send, deliverer, smtp_sink, now
    ):
        row = send(issue())
        drain(deliverer)
        mails = Message.objects.filter(issue_sending=row)
        mails.filter(subscription=readers[0]).update(delivery=Delivery.COMPLAINED)
        mails.filter(subscription=readers[1]).update(delivery=Delivery.BOUNCED)
        for _ in range(2):
            follow_up(now=now)
        by_state = dict(Subscription.objects.values_list("pk", "state"))
        assert [by_state[r.pk] for r in readers] == ["ended", "confirmed", "confirmed", "confirmed", "confirmed"]
        figures = figures_of_sendings([row])[row.pk]
        assert (figures.complained, figures.bounced, figures.unsubscribed) == (1, 1, 1)

    @pytest.mark.parametrize("number", [1, 3])
    def test_figures_are_two_statements(self, issue, readers, send, number, django_assert_num_queries):
        rows = [send(issue(f"issue-{n}")) for n in range(number)]
        with django_assert_num_queries(2):
            assert {f.recipients for f in figures_of_sendings(rows).values()} == {5}


def test_an_idle_worker_asks_one_question(issue, now, django_assert_num_queries):
    open_sending(issue(), now=now)
    with django_assert_num_queries(1):
        assert work_on_issues(now=now) == 0
