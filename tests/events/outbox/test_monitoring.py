"""The operator's view: what is wrong in words, what a monitor asks, and the figures."""

from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from events.outbox.models import MailRoute, WorkerProcess
from events.outbox.monitoring import mail_status
from events.outbox.rules import mail_problem
from portal import env

TOKEN = "a-token-of-enough-length"


def problem(**changes):
    standing = {
        "waiting": 3,
        "oldest_due": timedelta(seconds=20),
        "worker_seen": timedelta(seconds=4),
        "route": "",
        "cause": "",
        "failing_since": "",
        "next_try": "",
    }
    return mail_problem(**standing | changes)


def test_nothing_is_said_while_mail_leaves_in_time():
    assert problem() == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"worker_seen": None}, "No worker has run: 3 mails wait. Start one (manage.py worker); nothing is lost."),
        ({"worker_seen": timedelta(minutes=7), "waiting": 1}, "No worker has run for 7 minutes: 1 mail waits."),
        (
            {"route": "mail.example.org:587", "cause": "It cannot be reached.", "failing_since": "09:00, 1 February"},
            "The mail server mail.example.org:587 has not taken mail since 09:00, 1 February: It cannot be reached.",
        ),
        ({"oldest_due": timedelta(minutes=11)}, "3 mails wait, the oldest for 11 minutes."),
    ],
)
def test_what_is_wrong_is_said_in_words(changes, words):
    assert problem(**changes).startswith(words)


def test_the_first_cause_is_named():
    """A worker that is gone explains everything after it."""
    assert problem(worker_seen=None, route="x", oldest_due=timedelta(hours=3)).startswith("No worker")


@pytest.mark.django_db
class TestStanding:
    @pytest.fixture(autouse=True)
    def worker(self, db, now, time_machine):
        time_machine.move_to(now, tick=False)
        return WorkerProcess.objects.create(key="00000000-0000-4000-8000-000000000001", started_at=now, seen_at=now)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_it_costs_the_same_with_one_message_and_with_three(self, queue, now, rows, django_assert_num_queries):
        for name in ("amara", "bronwen", "chioma")[:rows]:
            queue(name)

        with django_assert_num_queries(4):
            assert mail_status(now=now).waiting == rows

    def test_a_late_message_shows_everywhere(self, queue, now, client, settings):
        queue("amara", at=now - timedelta(minutes=30))

        assert client.get("/health/ready").json()["oldest_due_message_seconds"] == 1800
        assert client.get("/health/ready").status_code == 200
        stuck = client.get("/health/mail")
        assert (stuck.status_code, stuck.json()["mail"]) == (503, "stuck"), "the cause is not the public's"
        settings.METRICS_TOKEN = TOKEN
        told = client.get("/health/mail", headers={"Authorization": f"Bearer {TOKEN}"})
        assert "the oldest for 30 minutes" in told.json()["mail"]

    def test_what_waits_for_its_time_is_not_late(self, queue, now, client):
        queue("amara", at=now + timedelta(days=3))

        assert client.get("/health/mail").json()["status"] == "in time"

    def test_a_worker_that_is_gone_shows(self, now, client, worker):
        WorkerProcess.objects.update(seen_at=now - timedelta(minutes=5))

        assert client.get("/health/ready").json()["worker_seen_seconds"] == 300
        assert client.get("/health/mail").status_code == 503

    def test_a_server_that_does_not_answer_is_named_with_its_cause(self, now, settings, monkeypatch, tmp_path):
        monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org:587")
        settings.MAILERS = {"default": env.mailer("EMAIL_URL", tmp_path)}
        MailRoute.objects.create(
            name="mail.example.org:587",
            failures=3,
            failing_since=now - timedelta(hours=1),
            closed_until=now + timedelta(minutes=2),
            cause="The mail server cannot be reached (timed out).",
        )

        said = mail_status(now=now).problem
        assert "mail.example.org:587 has not taken mail since 08:00, 1 February" in said
        assert "tried again at 09:02, 1 February" in said
        monkeypatch.setenv("EMAIL_URL", "smtp://another.example.org:587")
        settings.MAILERS = {"default": env.mailer("EMAIL_URL", tmp_path)}
        assert mail_status(now=now).problem == "", "a way that is not used any more is history"

    def test_metrics_need_their_token(self, client, settings):
        assert client.get("/metrics").status_code == 404
        settings.METRICS_TOKEN = TOKEN
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_metrics_are_read_by_prometheus_own_parser(self, queue, settings, rows, now, django_assert_num_queries):
        settings.METRICS_TOKEN = TOKEN
        for name in ("amara", "bronwen", "chioma")[:rows]:
            queue(name, at=now - timedelta(minutes=1))
        client = Client(headers={"Authorization": f"Bearer {TOKEN}"})

        with django_assert_num_queries(9):
            page = client.get("/metrics")

        read = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(page.content.decode())
            for sample in family.samples
        }
        assert read["portal_messages", "queued"] == rows
        assert read["portal_mail_oldest_due_seconds",] == 60
        assert read["portal_workers",] == 1
        assert read["portal_mail_route_failing",] == 0
