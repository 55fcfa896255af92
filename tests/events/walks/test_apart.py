"""The public's web process, the staff's and the worker as three real processes: only two of them can read her."""

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from events.walks.models import WalkRequest
from events.walks.services import allocate
from portal.sealing import new_key_pair
from tests.events.walks.test_asking import ANSWERS

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60  # seconds that a process may take to answer
HERS = ("Amara", "amara@example.org", "underpass is dark", "past the park", "Step-free ways")


def keys(public, private=""):
    """Return the environment of a process that holds these keys and no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WALKS_")}
    # DEBUG: stylesheets go by their own names, so that nothing has to be collected first.
    mine = {"WALKS_PUBLIC_KEY": public, "WALKS_PRIVATE_KEYS": private, "LOG_LEVEL": "INFO", "DEBUG": "true"}
    return own | {name: value for name, value in mine.items() if value}


@contextmanager
def web_process(environment, log: Path) -> Iterator[str]:
    """Serve the portal as in production; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"--bind 127.0.0.1:{port} --worker-class gthread --workers 1 --threads 2 --graceful-timeout 2"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "portal.wsgi", *options.split()],
            cwd=ROOT,
            env=environment,
            stdout=said,
            stderr=said,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while not answers_there(port):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()[-2000:]
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def answers_there(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Browser:
    """A browser without script: it keeps cookies, follows redirects and sends a form's hidden fields along."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str) -> str:
        return self._ask(path, None)

    def post(self, path: str, fields: dict[str, object], page: str) -> str:
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        hidden = {"csrfmiddlewaretoken": tokens[0]} if tokens else {}
        return self._ask(path, urllib.parse.urlencode(hidden | fields, doseq=True).encode())

    def _ask(self, path: str, data: bytes | None) -> str:
        request = urllib.request.Request(self.base + path, data)
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.read().decode())


def run_worker(environment):
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--once"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def whole_database():
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a name that the database gave)
            rows += [
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            ]
    return b"\n".join(rows)


def test_the_public_process_takes_in_what_it_cannot_read(lambeth, officer, smtp_sink, tmp_path):
    public_key, private_key = new_key_pair()
    of_the_public, of_the_staff = keys(public_key), keys(public_key, private_key)
    borough = lambeth.slug
    answers = ANSWERS | {"contact": ANSWERS["contact"] | {"safe_time": "any"}}

    # As production keeps it: the tests' own way is quick, and unknown to another process.
    type(officer).objects.filter(pk=officer.pk).update(password=PBKDF2PasswordHasher().encode("x", "salt"))

    # She asks at the public's process.
    log = tmp_path / "public.log"
    with web_process(of_the_public, log) as address:
        her = Browser(address)
        page = her.get(f"/walk-and-talk/ask/?borough={borough}")
        for step, fields in answers.items():
            page = her.post(f"/walk-and-talk/ask/{step}/", fields, page)
        assert "We have your request" in page
        walk = WalkRequest.objects.get()

        # Who takes that process over has its settings, its log and the database. None of them says who she is.
        assert not [word for word in HERS if word.encode() in whole_database() or word in log.read_text()]
        assert private_key not in "\n".join(of_the_public.values())
        run_worker(of_the_public)
        walk.refresh_from_db()
        assert walk.settled_at is None and not smtp_sink.messages, "a worker without the key leaves her alone"
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=walk.asked_at)

        # Not even her officer reads it there.
        said = becky_opens(walk, address)
        assert "This process holds no key" in said
        assert not [word for word in HERS if word in said]

    # The worker with the key writes to her; the staff's process shows it to the officer who has it.
    run_worker(of_the_staff)
    walk.refresh_from_db()
    assert walk.settled_at is not None
    assert "amara@example.org" in [to for message in smtp_sink.messages for to in message.recipients]
    with web_process(of_the_staff, tmp_path / "staff.log") as address:
        said = becky_opens(walk, address)
        assert [word for word in HERS if word in said] == list(HERS)
    assert not [word for word in HERS if word in (tmp_path / "staff.log").read_text()]
    assert not [word for word in HERS if word.encode() in whole_database()]


def becky_opens(walk, address):
    """Return what her officer sees who logs in and opens the request."""
    becky, desk = Browser(address), f"/cms/walks/{walk.pk}/"
    becky.post("/cms/login/", {"username": "becky", "password": "x"}, becky.get("/cms/login/"))
    return becky.post(f"{desk}open/", {"reason": "prepare"}, becky.get(desk))
