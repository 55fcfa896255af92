"""What may be kept: the rules and the store, without a database."""

import gzip
from datetime import UTC, datetime, timedelta

import brotli
import pytest

from portal.page_cache import rules
from portal.page_cache.store import Entry, PageStore

NOW = datetime(2027, 3, 8, 18, 0, tzinfo=UTC)


def entry(body: bytes = b"<h1>Events</h1>", **changes) -> Entry:
    fields = {"headers": (), "generation": 1, "valid_until": NOW + timedelta(seconds=60)}
    return Entry(body=body, **(fields | changes))


def key(path: str):
    return ("http", "localhost", path, "")


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"method": "HEAD"}, True),
        ({"method": "POST"}, False),
        ({"query": "kind=webinar&page=2"}, True),
        ({"query": "q=" + "%" * 198}, True),
        ({"query": "q=" + "%" * 199}, False),
        ({"path": "/" + "a" * 1_000}, False),
        ({"path": "/cms/pages/"}, False),
        ({"path": "/cmsish/"}, True),
    ],
)
def test_which_addresses_are_looked_up(changes, may):
    request = {"method": "GET", "path": "/events/", "query": "", "never_under": ("/cms/", "/static/")}

    assert rules.may_look(**(request | changes)) is may


@pytest.mark.parametrize(
    ("cookies", "has_credentials", "somebody"),
    [
        ([], False, False),
        (["csrftoken"], False, False),
        (["sessionid"], False, True),
        (["csrftoken", "messages"], False, True),
        ([], True, True),
    ],
)
def test_who_is_somebody_in_particular(cookies, has_credentials, somebody):
    answer = rules.is_somebody(cookies=cookies, session_cookie="sessionid", has_credentials=has_credentials)

    assert answer is somebody


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "HEAD"},
        {"status": 404},
        {"status": 422},
        {"is_streaming": True},
        {"sets_cookie": True},
        {"uses_csrf": True},
        {"headers": {"Vary": "Cookie"}},
        {"headers": {"Vary": "Accept-Encoding, Accept-Language"}},
        {"headers": {"Vary": "*"}},
        {"headers": {"Cache-Control": "max-age=0, no-store"}},
        {"headers": {"Cache-Control": "Private"}},
        {"headers": {"Content-Encoding": "br"}},
    ],
)
def test_every_sign_of_one_visitor_forbids_to_keep(changes):
    answer = {
        "method": "GET",
        "status": 200,
        "is_streaming": False,
        "sets_cookie": False,
        "uses_csrf": False,
        "headers": {"Vary": "accept-encoding"},
    }

    assert rules.may_keep(**answer) is True
    assert rules.may_keep(**(answer | changes)) is False


def test_a_page_is_true_until_the_next_change_and_a_minute_at_most():
    def until(*changes):
        return rules.valid_until(now=NOW, changes=changes)

    soon, late, past = NOW + timedelta(seconds=20), NOW + timedelta(hours=1), NOW - timedelta(seconds=1)

    assert until() == NOW + timedelta(seconds=60)
    assert until(late, soon) == soon
    assert until(past) == NOW + timedelta(seconds=60)


def test_a_cdn_keeps_a_page_as_long_as_it_is_true_and_browsers_ask_each_time():
    until = NOW + timedelta(seconds=42, milliseconds=900)

    assert rules.caching_header(now=NOW, until=until, has_cdn=False) == "public, no-cache"
    assert rules.caching_header(now=NOW, until=until, has_cdn=True) == (
        "public, max-age=0, must-revalidate, s-maxage=42"
    )
    assert rules.caching_header(now=until, until=NOW, has_cdn=True).endswith("s-maxage=0")


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("br;q=0.001", "br"),
    ],
)
def test_which_encoding_a_browser_gets(accepted, encoding):
    assert rules.encoding_for(accepted) == encoding


class TestEntry:
    def test_both_encodings_hold_the_page(self):
        page = entry(b"<p>Women on the front line</p>" * 50)

        assert brotli.decompress(page.body_in("br")) == page.body
        assert gzip.decompress(page.body_in("gzip")) == page.body
        assert page.body_in("br") is page.body_in("br"), "compressed once"
        assert page.body_in("") == page.body

    def test_what_is_tiny_stays_as_it_is(self):
        assert not entry(b"tiny").is_worth_compressing
        assert entry(b"a" * 200).is_worth_compressing

    def test_the_same_page_has_the_same_name(self):
        assert entry(b"a").etag == entry(b"a", generation=2).etag
        assert entry(b"a").etag != entry(b"b").etag


class TestStore:
    def test_it_forgets_what_was_asked_for_longest_ago(self):
        store = PageStore(most_entries=2)
        for path in ("/a/", "/b/"):
            store.put(key(path), entry(), most_bytes=10_000)
        store.get(key("/a/"), generation=1, now=NOW)
        store.put(key("/c/"), entry(), most_bytes=10_000)

        kept = [path for path in ("/a/", "/b/", "/c/") if store.get(key(path), generation=1, now=NOW)]

        assert kept == ["/a/", "/c/"]

    def test_it_never_takes_more_than_its_room(self):
        store = PageStore()
        for number in range(50):
            store.put(key(f"/{number}/"), entry(b"x" * 1_000), most_bytes=10_000)

        assert len(store) == 5
        assert sum(page.size for page in store._entries.values()) == store._bytes <= 10_000

    def test_one_page_does_not_push_all_the_others_out(self):
        store = PageStore()
        store.put(key("/small/"), entry(), most_bytes=10_000)
        store.put(key("/large/"), entry(b"x" * 5_000), most_bytes=10_000)

        assert len(store) == 1

    def test_the_same_address_takes_its_room_once(self):
        store = PageStore()
        for _ in range(3):
            store.put(key("/a/"), entry(b"x" * 1_000), most_bytes=10_000)

        assert (len(store), store._bytes) == (1, 2_000)

    @pytest.mark.parametrize(
        ("generation", "at", "is_true"),
        [
            (1, NOW, True),
            (1, NOW + timedelta(seconds=59), True),
            (1, NOW + timedelta(seconds=60), False),
            (2, NOW, False),
            (0, NOW, False),
        ],
    )
    def test_a_page_of_another_number_or_time_is_gone(self, generation, at, is_true):
        store = PageStore()
        store.put(key("/a/"), entry(), most_bytes=10_000)

        assert (store.get(key("/a/"), generation=generation, now=at) is not None) is is_true
        assert len(store) == int(is_true)
