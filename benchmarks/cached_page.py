"""What the page cache serves: requests a second from gunicorn with two workers, over loopback.

    python benchmarks/cached_page.py [--seconds 5] [--connections 16]

On a seeded database, with the static files collected, as in production. A constant Django view below the whole stack of
middleware is the measure of what the machine can do at all. Needs wrk (Debian's package of that name), which
takes a part of the two cores for itself.
"""

import argparse
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import place

CONSTANT = """
from portal.wsgi import application  # first: it sets Django up

from django.http import HttpResponse
from django.urls import path
from portal import urls

urls.urlpatterns.insert(0, path("constant", lambda request: HttpResponse("constant")))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    print(f"load before: {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as name:
        port = _free_port()
        with place.own(Path(name), BASE_URL=f"http://127.0.0.1:{port}"):
            _prepare()
            with _served(Path(name), port):
                _measure(port, arguments.seconds, arguments.connections)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _prepare() -> None:
    from django.core.management import call_command  # noqa: PLC0415 - the settings must be there first
    from django.db import connection  # noqa: PLC0415

    call_command("seed_demo", stdout=io.StringIO())
    call_command("collectstatic", "--noinput", verbosity=0)
    connection.close()


@contextmanager
def _served(folder: Path, port: int) -> Iterator[None]:
    (folder / "constant.py").write_text(CONSTANT)
    options = f"--bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 8 --log-level error"
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "constant:application", *options.split()],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{place.ROOT}:{folder}", "LOG_LEVEL": "ERROR"},
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        web.terminate()
        web.wait(20)


def _measure(port: int, seconds: int, connections: int) -> None:
    base = f"http://127.0.0.1:{port}"
    for what, path in (
        ("a constant view", "/constant"),
        ("a kept event page", "/events/women-on-the-front-line/"),
        ("a kept story page", _first_story()),
    ):
        for _ in range(20):  # both workers have it, in this encoding
            etag = _get(base + path)
        print(f"{what}: {_wrk(base + path, seconds, connections)}")
        if etag:
            known = _wrk(base + path, seconds, connections, f"If-None-Match: {etag}")
            print(f"{what}, known to the browser (304): {known}")


def _first_story() -> str:
    from wagtail.models import Page  # noqa: PLC0415

    story = Page.objects.live().filter(content_type__model="storypage").first()
    assert story is not None
    return str(story.get_url())


def _get(url: str) -> str:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        answer.read()
        return answer.headers.get("ETag", "")


def _wrk(url: str, seconds: int, connections: int, *headers: str) -> str:
    said = []
    for _ in range(3):
        asked = [part for header in ("Accept-Encoding: br, gzip", *headers) for part in ("-H", header)]
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *asked, url]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
        assert rate and not bad, out
        said.append(f"{float(rate[1]):,.0f}")
    return ", ".join(said) + " a second"


if __name__ == "__main__":
    main()
