"""The site around the apps: headers, health, errors, theme, rate limit, site settings."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory, override_settings
from wagtail.models import Site

from portal.logs import mask_tokens
from portal.models import SiteSettings, contrast
from portal.ratelimit import client_address, over_limit

pytestmark = pytest.mark.django_db


def test_a_public_page_allows_nothing_from_elsewhere(client, site):
    policy = client.get("/events/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "nonce" not in policy


def test_public_pages_set_no_cookie(client, site):
    for path in ("/", "/events/", "/events/calendar.ics", "/theme.css", "/health/live"):
        assert not client.get(path).cookies, path


def test_the_cms_has_its_own_policy(editor):
    policy = editor.client.get("/cms/")["Content-Security-Policy"]

    assert "frame-ancestors 'self'" in policy
    assert "default-src 'self'" in policy


def test_health(client):
    assert client.get("/health/live").json() == {"status": "alive"}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def test_a_missing_page_helps_on(client, site):
    response = client.get("/nothing/here/")

    assert response.status_code == 404
    assert b"/events/" in response.content


def test_our_own_mistake_needs_no_database_to_say_so(site):
    client = Client(raise_request_exception=False)
    with override_settings(TEMPLATES=[]):
        response = client.get("/")

    assert response.status_code == 500
    assert b"<h1" in response.content


def test_the_theme_follows_the_site_settings(client, site):
    chosen = SiteSettings.for_site(Site.objects.get())
    chosen.action_colour = "#005A30"
    chosen.save()

    assert b"--action:#005A30" in client.get("/theme.css").content


def test_a_colour_on_which_nobody_could_read_is_refused():
    with pytest.raises(ValidationError, match="too little contrast"):
        SiteSettings(action_colour="#F2B84B").full_clean(exclude=["site"])


def test_contrast_is_measured_as_wcag_does():
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0
    assert round(contrast("#4B1D7A", "#FFFFFF"), 1) == 12.0


def test_guessing_passwords_has_an_end(client):
    answers = [client.post("/cms/login/", {"username": "comms", "password": str(n)}).status_code for n in range(12)]

    assert answers[:10] == [200] * 10
    assert set(answers[10:]) == {429}


def test_a_token_is_masked_before_it_is_logged():
    event = {"event": "Unprocessable Content: /registrations/abc.def/details/ and /registrations/x/"}

    masked = mask_tokens(None, "", event)["event"]

    assert masked == "Unprocessable Content: /registrations/***/details/ and /registrations/***/"


def test_a_cache_that_is_down_shuts_nobody_out(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")

    assert over_limit(request, action="x", limit=0, seconds=60) is False


class TestRateLimit:
    def test_it_counts_per_address_and_action(self):
        request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.1")
        other = RequestFactory().post("/", REMOTE_ADDR="192.0.2.2")

        tries = [over_limit(request, action="x", limit=2, seconds=60) for _ in range(3)]

        assert tries == [False, False, True]
        assert over_limit(other, action="x", limit=2, seconds=60) is False
        assert over_limit(request, action="y", limit=2, seconds=60) is False

    def test_a_household_of_ipv6_addresses_is_one_network(self):
        tries = [
            over_limit(RequestFactory().post("/", REMOTE_ADDR=f"2001:db8::{n}"), action="x", limit=2, seconds=60)
            for n in range(1, 4)
        ]
        assert tries == [False, False, True]

    def test_a_visitor_cannot_choose_an_address(self):
        request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7")

        assert client_address(request) == "192.0.2.1"
        with override_settings(TRUSTED_PROXIES=1):
            assert client_address(request) == "198.51.100.7"
