"""Amazon SES through anymail: the whole MIME goes out, and each of its answers means the right thing.

A server on loopback plays the SES API (v2, SendEmail): boto3 and anymail are the real ones.
"""

import base64
import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from events.outbox.delivery.mime import ComposedMail
from events.outbox.delivery.sending import MailServer
from events.outbox.messages import CalendarPart, Draft
from events.outbox.rules import Outcome
from portal import env

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class FakeSES:
    """Answers as told, and keeps what it was sent."""

    def __init__(self):
        self.requests = []
        self.answer = (200, {"MessageId": "ses-1"}, "")
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                fake.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status, body, kind = fake.answer
                if status == 0:  # hangs up without an answer
                    self.close_connection = True
                    return
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                if kind:
                    self.send_header("x-amzn-ErrorType", kind)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def ses(monkeypatch, settings):
    fake = FakeSES()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("EMAIL_URL", f"anymail+amazon-ses://?region=eu-west-2&endpoint={fake.url}")
    settings.MAILERS = {"default": env.mailer("EMAIL_URL", Path())}
    yield fake
    fake.close()


@pytest.fixture
def server(ses):
    server = MailServer()
    assert server.open() is None
    yield server
    server.close()


@pytest.fixture
def mail(now):
    draft = Draft(
        to_name="Zoë",
        to_email="zoe@bücher.example",
        from_name="Outreach",
        reply_to="desk@example.org",
        subject="Your place: Große Fragen 🐎",
        text="Hello\n",
        html="<p>Hello</p>",
        calendar=CalendarPart(method="REQUEST", content=ICS),
    )
    mail = ComposedMail(draft=draft, from_email="events@example.org", message_id="<key@example.org>", date=now)
    mail.metadata = {"message": "key"}
    return mail


def test_the_whole_mime_goes_out_with_its_calendar_alternative(ses, server, mail):
    answer = server.send(mail)

    assert (answer.outcome, answer.provider_id) == (Outcome.ACCEPTED, "ses-1")
    (request,) = ses.requests
    sent = message_from_bytes(base64.b64decode(request["Content"]["Raw"]["Data"]), policy=policy.default)
    parts = {part.get_content_type(): part for part in sent.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["text/calendar"].get_payload(decode=True) == parts["application/ics"].get_payload(decode=True) == ICS
    assert sent["Message-ID"] == "<key@example.org>"
    assert sent["Subject"] == "Your place: Große Fragen 🐎"
    assert sent["To"].addresses[0].addr_spec == "zoe@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (429, "TooManyRequestsException", Outcome.RETRY),
        (503, "ServiceUnavailable", Outcome.RETRY),
        (403, "AccessDeniedException", Outcome.RETRY),
        (400, "MessageRejected", Outcome.REFUSED),
        (400, "BadRequestException", Outcome.REFUSED),
        (400, "SendingPausedException", Outcome.RETRY),
        (500, "InternalFailure", Outcome.UNKNOWN),
        (0, "", Outcome.UNKNOWN),
    ],
)
def test_each_answer_means_the_right_thing_and_is_asked_for_once(ses, server, mail, status, kind, outcome):
    ses.answer = (status, {"message": "no, zoe@example.org"}, kind)

    answer = server.send(mail)

    assert answer.outcome is outcome
    assert len(ses.requests) == 1, "boto3 must not send again by itself"
    assert "zoe@" not in answer.reason


def test_a_provider_that_cannot_be_reached_has_taken_nothing(ses, server, mail):
    ses.close()
    try:
        assert server.send(mail).outcome is Outcome.RETRY
    finally:
        ses.close = lambda: None
