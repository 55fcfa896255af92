"""Static files as production serves them: hashed, compressed beforehand, kept for a year."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import brotli
import pytest
from django.test import Client
from wagtail.models import Site

from portal.branding import theme_version
from portal.models import SiteSettings
from tests.databases import ROOT

READER = """
import json, sys, django
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", "--noinput", verbosity=0)
answers = {}
for name in ("portal/site.css", "portal/fonts/bricolage-grotesque.woff2"):
    for encoding in ("br, gzip", "gzip", ""):
        answer = Client().get(staticfiles_storage.url(name), headers={"accept-encoding": encoding})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answers[f"{name} {encoding}"] = [answer.status_code, dict(answer.headers), body.hex()]
json.dump([staticfiles_storage.url("portal/site.css"), answers], sys.stdout)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> list:
    """Collect the static files into a folder of their own, and ask for two of them in a process of its own."""
    folder = tmp_path_factory.mktemp("data")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READER],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_name_holds_a_hash(served):
    assert served[0].startswith("/static/portal/site.")
    assert len(Path(served[0]).stem.removeprefix("site.")) == 12


@pytest.mark.parametrize(
    ("encoding", "read", "said"),
    [("br, gzip", brotli.decompress, "br"), ("gzip", gzip.decompress, "gzip"), ("", bytes, None)],
)
def test_it_is_compressed_beforehand_and_kept_for_good(served, encoding, read, said):
    status, headers, body = served[1][f"portal/site.css {encoding}"]
    headers = {name.lower(): value for name, value in headers.items()}

    assert status == 200
    assert headers.get("content-encoding") == said
    assert headers["vary"] == "Accept-Encoding"
    assert "immutable" in headers["cache-control"]
    assert "max-age=315360000" in headers["cache-control"]
    assert "set-cookie" not in headers
    assert read(bytes.fromhex(body)).startswith((ROOT / "portal/static/portal/site.css").read_bytes()[:40])


def test_a_font_is_compressed_in_itself(served):
    _, headers, _ = served[1]["portal/fonts/bricolage-grotesque.woff2 br, gzip"]

    assert "content-encoding" not in {name.lower() for name in headers}


class TestTheTheme:
    @pytest.fixture
    def chosen(self, site) -> SiteSettings:
        return SiteSettings.for_site(Site.objects.get())

    def test_a_page_names_it_with_its_digest_and_browsers_keep_it(self, chosen):
        address = f"/theme.css?v={theme_version(chosen)}"

        assert address in Client().get("/events/").content.decode()
        assert Client().get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_other_colours_have_another_address(self, chosen):
        before = theme_version(chosen)
        chosen.action_colour = "#005A30"
        chosen.save()

        assert theme_version(chosen) != before
        assert f"/theme.css?v={theme_version(chosen)}" in Client().get("/events/").content.decode()

    @pytest.mark.parametrize("address", ["/theme.css", "/theme.css?v=000000000000"])
    def test_under_another_address_nobody_keeps_it(self, chosen, address):
        answer = Client().get(address)

        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert b"--action:" in answer.content
