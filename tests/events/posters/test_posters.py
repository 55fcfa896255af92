"""Posters: codes, what stands on them, what a scan counts, and that every code is read by somebody else's reader."""

import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from events.posters.drawing import draw_pdf, draw_png
from events.posters.models import PosterScan, PosterSite
from events.posters.queries import figures_of, words_for
from events.posters.rules import ALPHABET, LENGTH, PosterWords, Size, is_scan, places_of, read_code, source_of
from events.posters.services import count_scan, make_posters, take_down
from events.posters.tokens import poster_url, printed_address
from events.registration.models import Registration
from events.schedule.models import Event
from events.walks.models import PosterTally, WalkRequest
from events.walks.rules import Outcome
from events.walks.services import purge_walks, settle_new_requests, withdraw_request
from events.walks.services.closing import close_walk
from tests.processes import at_the_same_moment

PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"}
POINTS = {Size.A4: (595, 842), Size.A3: (842, 1191), Size.LARGE_PRINT: (595, 842)}


@pytest.fixture
def make(now, db):
    def do(*places, event=None, borough=None, **changes):
        fields = {"headline": "", "line": "", "language": "en", "by": None, "now": now} | changes
        return make_posters(
            places=places or ["Brixton Library"],
            event_id=event.pk if event else None,
            borough_id=borough.pk if borough else None,
            **fields,
        )

    return do


def picture_of(pdf, dpi=110):
    """Print a PDF to a picture, as a printer does, and return it with the number of pages."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dpi / 72).to_pil()
    text = document[0].get_textpage().get_text_bounded()
    size = tuple(round(length) for length in document[0].get_size())
    pages = len(document)
    document.close()
    return picture, text, size, pages


WORDS = {
    "organisation": "Metropolitan Police outreach", "kicker": "Webinar", "headline": "Women on the front line",
    "when": "Monday 8 March 2027, 18:00 to 19:30 (London time)", "place": "Online", "line": "Three services.",
    "facts": ("Captions",), "invitation": "Register", "address": "events.example.org/p/K7M4Q", "scan": "Scan, or go to",
    "urgent": "", "colour": "#4B1D7A", "language": "en",
}  # fmt: skip


# --- Rules -------------------------------------------------------------------------------------------------


@given(st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_a_code_is_read_however_it_is_typed(code):
    assert read_code(f" {code.lower()} ") == code
    assert source_of(code) == f"poster-{code.lower()}"


@pytest.mark.parametrize("typed", ["", "K7M4", "K7M4QQ", "K7M40", "K7M4O", "../..", "é7M4Q", "K7M4Q\x00"])
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) == ""


def test_no_two_letters_of_a_code_look_alike():
    for pair in ("0O", "1I", "1L", "5S", "2Z", "8B"):
        assert not set(pair) <= set(ALPHABET)


@pytest.mark.parametrize(
    ("method", "agent", "purpose", "counts"),
    [
        ("GET", PHONE["user-agent"], "", True),
        ("HEAD", PHONE["user-agent"], "", False),
        ("GET", PHONE["user-agent"], "prefetch;prerender", False),
        ("GET", "", "", False),
        ("GET", "Mozilla/5.0 (compatible; Googlebot/2.1)", "", False),
        ("GET", "facebookexternalhit/1.1", "", False),
        ("GET", "curl/8.5.0", "", False),
    ],
)
def test_what_counts_as_a_scan(method, agent, purpose, counts):
    assert is_scan(method=method, agent=agent, purpose=purpose) == counts


def test_places_are_lines():
    assert places_of("  Brixton   Library \n\nTown hall\r\nBrixton Library\n") == ["Brixton Library", "Town hall"]


# --- What is printed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("of", ["event", "borough", "French event"])
def test_every_code_is_read_by_an_independent_reader(of, size, make, publish, lambeth, now):
    event = publish(place="Hendon Training Centre, Aerodrome Road") if of != "borough" else None
    [site] = make(event=event, borough=lambeth if of == "borough" else None, language="fr" if "Fr" in of else "en")
    words, url = words_for(site, now=now), poster_url(site.code)

    pdf = draw_pdf(words=words, url=url, size=size, made_at=now)

    picture, text, points, pages = picture_of(pdf)
    assert (pages, points) == (1, POINTS[size])
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [url]
    said = " ".join(text.split())
    assert printed_address(site.code) in said.replace(" ", "")
    assert ("999" in said) == (of == "borough")
    assert pdf == draw_pdf(words=words, url=url, size=size, made_at=now), "the same poster is the same file"


def test_a_damaged_code_is_still_read(now):
    url = "https://events.example.org/p/K7M4Q/"
    picture, *_ = picture_of(draw_pdf(words=PosterWords(**WORDS), url=url, size=Size.A4, made_at=now))
    [code] = zxingcpp.read_barcodes(picture)
    corners = code.position
    width = corners.top_right.x - corners.top_left.x
    sticker = Image.new("RGB", (width // 5, width // 5), "white")
    picture.paste(sticker, (corners.top_left.x + width * 2 // 5, corners.top_left.y + width * 2 // 5))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [url]


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize(
    "words",
    [
        {"headline": "W" * 80},
        {"headline": "A title of many words that goes on and on until eighty characters are used up ok"},
        {"line": "x" * 220, "place": "A place with a very long name, Aerodrome Road, Hendon, London NW9 5JE" * 2},
        {"headline": "*bold* #let x = 1 $x$ <b>", "line": "@ref `code` \\ //", "organisation": "Føroyar & Ötzi"},
        {"headline": "", "line": "", "facts": (), "when": ""},
        {"facts": ("Captions", "British Sign Language", "Step-free access", "Quiet space"), "address": "a" * 60},
        {"headline": "王小明 🐎 مرحبا"},
    ],
)
def test_whatever_it_says_it_is_one_page_with_its_code(words, size, now):
    url = "https://events.example.org/p/K7M4Q/"
    pdf = draw_pdf(words=PosterWords(**WORDS | words), url=url, size=size, made_at=now)
    picture, text, _, pages = picture_of(pdf)
    assert pages == 1
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [url]
    if "#let" in words.get("headline", ""):
        assert "*bold* #let x = 1 $x$ <b>" in " ".join(text.split()), "words are words and never markup"


def test_large_print_is_large(now):
    """Every word of it has at least 18 points (UK Association for Accessible Formats: 16 and up)."""
    pdf = draw_pdf(words=PosterWords(**WORDS), url="https://example.org/p/K7M4Q/", size=Size.LARGE_PRINT, made_at=now)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    heights = [page.get_charbox(number) for number in range(page.count_chars())]
    capitals = [
        top - bottom for number, (_, bottom, _, top) in enumerate(heights) if page.get_text_range(number, 1).isupper()
    ]
    document.close()
    assert min(capitals) > 18 * 0.6, "a capital is about seven tenths of the size"


def test_a_preview_is_a_picture_of_the_width_asked_for(now):
    content = draw_png(words=PosterWords(**WORDS), url="https://example.org/p/K7M4Q/", size=Size.A4, width=640)
    assert abs(Image.open(io.BytesIO(content)).width - 640) <= 1


# --- Codes and scans ---------------------------------------------------------------------------------------


def test_each_place_has_a_code_of_its_own_and_keeps_it(make, publish):
    event = publish()
    made = make("Library", "Town hall", event=event)
    assert len({site.code for site in made}) == 2
    assert make("Library", "Station", event=event, headline="New words")[0].place == "Station"
    assert PosterSite.objects.count() == 3
    assert PosterSite.objects.get(place="Library").headline == "New words"


def test_a_poster_is_for_one_thing(publish, lambeth, now):
    for event, borough in ((publish(), lambeth), (None, None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PosterSite.objects.create(code="ACDEF", place="x", event=event, borough=borough, created_at=now)


def test_a_scan_is_counted_and_leads_on(make, publish, client):
    [site] = make(event=publish())
    for _ in range(2):
        response = client.get(f"/p/{site.code}/", headers=PHONE)
        assert response.status_code == 302
        assert response.headers["Location"] == f"/events/women-on-the-front-line/?from=poster-{site.code.lower()}"
        assert "no-store" in response.headers["Cache-Control"]
        assert not response.cookies, "counted without cookies"
    client.get(f"/p/{site.code.lower()}/", headers=PHONE)
    client.head(f"/p/{site.code}/", headers=PHONE)
    client.get(f"/p/{site.code}/", headers={"user-agent": "curl/8"})
    assert PosterScan.objects.get().count == 3


def test_a_poster_for_a_borough_leads_to_its_page(make, lambeth, client):
    [site] = make(borough=lambeth)
    location = client.get(f"/p/{site.code}/", headers=PHONE).headers["Location"]
    assert location == f"/walk-and-talk/lambeth/?from=poster-{site.code.lower()}"


def test_a_mistyped_code_leads_to_the_events(client, db):
    assert client.get("/p/ZZZZZ/", headers=PHONE).headers["Location"] == "/events/"


def test_a_program_that_counts_itself_up_ends_at_thirty_a_minute(make, publish, client):
    [site] = make(event=publish())
    for _ in range(40):
        assert client.get(f"/p/{site.code}/", headers=PHONE).status_code == 302
    assert PosterScan.objects.get().count == 30


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_scans_at_once_are_twenty(make, publish, now):
    [site] = make(event=publish())
    at_the_same_moment(20, lambda _: count_scan(site_id=site.pk, now=now))
    assert PosterScan.objects.get().count == 20


def test_what_was_taken_down_goes_on_leading(make, publish, client, now):
    [site] = make(event=publish())
    assert take_down(site_id=site.pk, now=now)
    assert not take_down(site_id=site.pk, now=now)
    assert client.get(f"/p/{site.code}/", headers=PHONE).status_code == 302


# --- From the wall to the room -----------------------------------------------------------------------------


def test_from_a_scan_to_a_registration_and_attendance(editor, make, visitor, clock):
    """The page hands the poster's name on to the form, without a cookie."""
    page = editor.publishes()
    event = Event.objects.get(slug=page.slug)
    [site] = make(event=event)
    browser = Client(headers=PHONE)
    landed = browser.get(browser.get(f"/p/{site.code}/").headers["Location"])
    link = f"/events/{page.slug}/register/?from=poster-{site.code.lower()}"
    assert link in landed.content.decode()
    form = browser.get(link).context["form"]
    data = {name: form[name].value() or "" for name in ("source", "submission")}
    browser.post(link, data | {"name": "Amara", "email": "amara@example.org", "consent": "on"})

    registration = Registration.objects.get()
    assert registration.source == f"poster-{site.code.lower()}"
    assert vars_of(site) == (1, 1, 0)
    Registration.objects.update(attended_at=registration.registered_at)
    assert vars_of(site) == (1, 1, 1)


def vars_of(site):
    found = figures_of([site])[site.pk]
    return found.scans, found.registered, found.attended


def test_few_requests_for_a_walk_are_not_told(make, lambeth, make_walk, now):
    [site] = make(borough=lambeth)
    for number in range(9):
        make_walk(f"woman-{number}", source=source_of(site.code))
    assert vars_of(site) == (0, None, None)
    make_walk("woman-9", source=source_of(site.code))
    make_walk("woman-9", source=source_of(site.code))
    settle_new_requests(now=now)
    assert vars_of(site) == (0, 10, None), "who asked twice counts once"
    make_walk("woman-10", source=source_of(site.code))
    settle_new_requests(now=now)
    assert PosterTally.objects.get().asked == 11
    assert vars_of(site) == (0, 10, None), "one more is not told of before there are ten more"


def test_what_a_poster_brought_does_not_sink_when_requests_are_deleted(make, lambeth, make_walk, now):
    """A count that sinks on the 90th day tells when somebody's request was closed."""
    [site] = make(borough=lambeth)
    for number in range(12):
        make_walk(f"woman-{number}", source=source_of(site.code))
    make_walk("by-herself", source="")
    make_walk("by-a-friend", source="newsletter")
    withdraw_request(walk_id=make_walk("changed-her-mind", source=source_of(site.code)).pk, now=now)
    settle_new_requests(now=now)
    settle_new_requests(now=now)
    assert PosterTally.objects.get().asked == 13, "who withdraws before anybody looked has asked"
    for walk in WalkRequest.objects.filter(state="new", source=source_of(site.code)):
        close_walk(walk=walk, outcome=Outcome.WALKED, themes=(), now=now)
    assert vars_of(site) == (0, 10, 10)

    purge_walks(now=now + timedelta(days=365), dry_run=False)

    assert not WalkRequest.objects.exclude(state="new").exists()
    assert vars_of(site) == (0, 10, 10)


@pytest.mark.parametrize("number", [1, 3])
def test_figures_take_three_statements_for_one_place_and_for_three(number, make, publish, django_assert_num_queries):
    sites = make(*(f"Place {n}" for n in range(number)), event=publish())
    with django_assert_num_queries(3):
        assert len(figures_of(sites)) == number


def test_words_follow_the_event(make, publish, now):
    event = publish()
    [site] = make(event=event)
    words = words_for(site, now=now)
    assert (words.kicker, words.headline, words.place) == ("Webinar", "Women on the front line", "Online")
    assert words.when == "Monday 8 March 2027, 18:00 to 19:30 (London time)"
    assert words.facts[:2] == ("Captions", "British Sign Language")
    publish(is_cancelled=True)
    site.refresh_from_db()
    assert words_for(PosterSite.objects.get(), now=now).when == "Cancelled"
    [own] = make("Elsewhere", event=event, headline="Come and see", line="Free.")
    assert (words_for(own, now=now).headline, words_for(own, now=now).line) == ("Come and see", "Free.")


# --- The CMS -----------------------------------------------------------------------------------------------


@pytest.fixture
def staff_client(db):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "x"))
    return client


def test_staff_make_print_and_take_down(staff_client, publish, lambeth):
    event = publish()
    form = {
        "event": event.pk,
        "borough": "",
        "places": "Library\nTown hall",
        "language": "en",
        "headline": "",
        "line": "",
    }
    assert staff_client.post("/cms/posters/new/", form).status_code == 302
    site = PosterSite.objects.order_by("pk")[0]
    assert b"Library" in staff_client.get("/cms/posters/").content
    assert poster_url(site.code).encode() in staff_client.get(f"/cms/posters/{site.pk}/").content
    for size in Size:
        file = staff_client.get(f"/cms/posters/{site.pk}/{size.value}.pdf")
        assert file.content.startswith(b"%PDF") and f"-{size.value}.pdf" in file.headers["Content-Disposition"]
    assert staff_client.get(f"/cms/posters/{site.pk}/a4.png").content.startswith(b"\x89PNG")
    assert staff_client.get(f"/cms/posters/{site.pk}/a5.pdf/").status_code == 404
    for _ in range(2):
        assert staff_client.post(f"/cms/posters/{site.pk}/take-down/").status_code == 302


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"event": "", "borough": ""}, "one of the two"),
        ({"places": " \n "}, "Write at least one place."),
        ({"places": "\n".join(f"Place {n}" for n in range(61))}, "Make up to 60 posters at once"),
        ({"places": "x" * 121}, "to 120 characters"),
        ({"headline": "x" * 81}, "at most 80 characters"),
        ({"event": "999999"}, "Select a valid choice"),
        ({"language": "tlh"}, "Select a valid choice"),
    ],
)
def test_a_slip_is_named(changes, says, staff_client, publish):
    form = {"event": publish().pk, "borough": "", "places": "Library", "language": "en"}
    response = staff_client.post("/cms/posters/new/", form | changes)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not PosterSite.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_for_three(
    number, staff_client, make, publish, django_assert_num_queries
):
    make(*(f"Place {n}" for n in range(number)), event=publish())
    staff_client.get("/cms/posters/")
    with django_assert_num_queries(16):
        assert staff_client.get("/cms/posters/").status_code == 200
