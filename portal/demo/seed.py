"""Putting the demo's content in place. Makes what is missing and leaves alone what somebody has edited."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.utils.text import slugify
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from careers.models import StoryPage
from events.pages.models import (
    CampaignPage,
    CampaignPagePartner,
    EventIndexPage,
    EventPage,
    EventPagePartner,
    EventPageQuestion,
    EventPageSession,
    EventPageSpeaker,
    Partner,
    Speaker,
)
from events.registration.services import register
from events.registration.services.registering import Application
from events.schedule.models import Event
from portal.demo import careers_content
from portal.demo.careers import ask_recruiters, seed_careers
from portal.demo.content import (
    ENDED,
    EVENTS,
    FIRST_PHASE,
    MENTORING_QUESTIONS,
    PARTNERS,
    PICTURES,
    PLAIN_PAGES,
    SPEAKERS,
    TRY_NOW,
    DemoEvent,
    week_start,
)
from portal.demo.desk import seed_desk
from portal.demo.french_pages import seed_french
from portal.demo.mentoring import seed_mentoring
from portal.demo.newsletter import seed_newsletter, seed_readers
from portal.demo.posters import seed_posters
from portal.demo.reader_stories import seed_reader_stories
from portal.demo.walks import seed_walks
from portal.models import ContentPage, HomePage, SiteSettings
from portal.staff import (
    CHARITY,
    COMMS,
    COORDINATORS,
    DESK,
    LEADS,
    OFFICERS,
    RECRUITERS,
    SENIORS,
    WALKERS,
    set_up_staff,
)

Image = get_image_model()
LONDON = ZoneInfo("Europe/London")
PASSWORD = "stand-where-it-matters"  # noqa: S105 (printed by the demo; the seed refuses to run anywhere else)
STAFF = {
    "comms": (COMMS, "Comms editor"),
    "lead": (LEADS, "Outreach lead"),
    "officer": (OFFICERS, "Events officer"),
    "desk": (DESK, "Events desk"),
    "recruiter": (RECRUITERS, "Recruiter"),
    "senior": (SENIORS, "Senior officer"),
    "charity": (CHARITY, "Partner charity"),
    "coordinator": (COORDINATORS, "Walk & Talk coordinator"),
    "walker": (WALKERS, "Walk & Talk officer"),
}
NAMES = ("Amara O.", "Bronwen P.", "Chioma A.", "Dilys M.", "Esra K.")


def seed(*, today: date, now: datetime) -> None:
    """Make the demo complete; running it again makes only what is missing, and re-times what is over."""
    home = _home()
    index = _child(
        home,
        EventIndexPage(
            title="Events",
            slug="events",
            show_in_menus=True,
            introduction=(
                "Webinars and sessions in person. Choose one, leave your name and email address, and you are in."
            ),
        ),
    )
    _people_and_partners()
    start = week_start(today)
    for demo in EVENTS:
        _event(index, demo, start)
    _event(index, ENDED, today - timedelta(days=1))
    _event(index, FIRST_PHASE, today - timedelta(days=40))
    _starting_soon(index, now)
    stories = seed_careers(home, today=today, child=_child)
    _campaign(home, start, stories)
    _plain_pages(home)
    _finish_home(home, stories)
    seed_newsletter(home, stories, child=_child)
    _staff(home, index)
    seed_walks(home, child=_child, now=now)
    seed_posters(now=now)
    seed_french(home)
    _registrations(now)
    seed_desk(now=now)
    seed_mentoring(now=now)
    ask_recruiters(now=now)
    seed_reader_stories(now=now)
    seed_readers(now=now)
    call_command("update_index", verbosity=0)


def _child(parent: Page, page: Page, picture: str = "") -> Any:
    existing = parent.get_children().filter(slug=page.slug).first()
    if existing is not None:
        return existing.specific
    _illustrate(page, picture)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _illustrate(page: Any, picture: str) -> None:
    """Give a page its illustration; each is taken into the library once."""
    if not picture:
        return
    title, alt = (PICTURES | careers_content.PICTURES)[picture]
    image = Image.objects.filter(title=title).first()
    path = settings.BASE_DIR / "portal" / "static" / "portal" / "demo" / f"{picture}.png"
    if image is None and not path.is_file():
        return  # not drawn yet: the page does without
    if image is None:
        with path.open("rb") as file:
            image = Image.objects.create(title=title, description=alt, file=ImageFile(file, name=path.name))
    page.image, page.image_alt = image, alt


def _home() -> HomePage:
    existing = HomePage.objects.first()
    if existing is not None:
        return existing
    root = Page.get_first_root_node()
    home = HomePage(
        title="Stand where it matters",
        slug="portal-home",
        introduction="More than 16,000 women work for the Met. Come and meet some of them, and find out whether it could be you.",
        body=[
            ("figures", {"figures": [{"figure": f, "meaning": m, "source": s} for f, m, s in careers_content.FIGURES]}),
        ],
    )
    _illustrate(home, "home")
    root.add_child(instance=home)
    home.save_revision().publish()
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.root_page, site.site_name, site.port = home, "Recruitment portal", settings.PORT
    site.save()
    if welcome is not None and welcome.specific_class is Page:
        welcome.delete()  # the page that Wagtail's own migration makes
    chosen = SiteSettings.for_site(site)
    chosen.facebook, chosen.x = "https://www.facebook.com/metpoliceuk", "https://x.com/metpoliceuk"
    chosen.instagram, chosen.apply_address = (
        "https://www.instagram.com/metpoliceuk/",
        "https://www.metpolicecareers.co.uk/",
    )
    chosen.save()
    return HomePage.objects.get(pk=home.pk)


def _people_and_partners() -> None:
    for name, role in SPEAKERS.values():
        Speaker.objects.get_or_create(name=name, locale=Locale.get_default(), defaults={"role": role})
    for name, address in PARTNERS.items():
        Partner.objects.get_or_create(name=name, defaults={"address": address})


def _event(index: EventIndexPage, demo: DemoEvent, first_day: date) -> EventPage:
    page = EventPage(
        title=demo.title,
        slug=demo.slug,
        kind=demo.kind,
        introduction=demo.introduction,
        time_zone=demo.time_zone,
        external_url=demo.external_url,
        capacity_room=demo.capacity_room,
        capacity_online=demo.capacity_online,
        reminders=list(demo.reminders),
        contact_name="Outreach team",
        contact_email="" if demo.kind == "external" else "outreach@example.org",
        body=[("paragraph", f"<p>{text}</p>") for text in demo.paragraphs],
        by_interest=demo.phase > 0,
        programme_name="Reverse mentoring" if demo.phase else "",
        phase_number=demo.phase or 1,
        **demo.access,
    )
    for order, session in enumerate(demo.sessions):
        day = first_day + timedelta(days=session.day)
        page.sessions.add(
            EventPageSession(
                sort_order=order,
                title=session.title,
                date=day,
                starts=session.starts,
                ends=session.ends,
                end_date=day + timedelta(days=1) if session.ends < session.starts else None,
                place=session.place,
                stream_url=session.stream_url,
            )
        )
    for fact in ("recording", "transcript"):
        if demo.access[fact] == "yes":
            setattr(page, f"{fact}_date", day + timedelta(days=7))
    for order, (label, kind, choices) in enumerate(MENTORING_QUESTIONS if demo.phase else ()):
        question = EventPageQuestion(sort_order=order, label=label, kind=kind, choices=choices, is_required=True)
        page.questions.add(question)
    for key in demo.speakers:
        speaker = Speaker.objects.get(name=SPEAKERS[key][0], locale=index.locale)
        page.event_speakers.add(EventPageSpeaker(speaker=speaker))
    for name in demo.partners:
        page.event_partners.add(EventPagePartner(partner=Partner.objects.get(name=name)))
    return _child(index, page, demo.picture)


def _starting_soon(index: EventIndexPage, now: datetime) -> None:
    """One webinar that is always about to start: re-timed by the next run once it is over."""
    local = now.astimezone(LONDON)
    starts = local.replace(second=0, microsecond=0, tzinfo=None) + timedelta(minutes=10 - local.minute % 5)
    ends = starts + timedelta(minutes=45)
    session = replace(TRY_NOW.sessions[0], starts=starts.time(), ends=ends.time())
    page = _event(index, replace(TRY_NOW, sessions=(session,)), starts.date())
    row = page.sessions.get()
    if row.times()[1] <= local.replace(tzinfo=None):
        row.date, row.starts, row.ends = starts.date(), starts.time(), ends.time()
        row.end_date = ends.date() if ends.date() > starts.date() else None
        page.sessions = [row]
        page.save_revision().publish()


def _campaign(home: HomePage, start: date, stories: Iterable[StoryPage]) -> None:
    _child(home, CampaignPage(
        title="International Women's Day week", slug="iwd", show_in_menus=True, first_date=start, last_date=start + timedelta(days=6),
        introduction="Seven days of webinars, visits and conversations with women in the emergency services.",
        body=[("paragraph", "<p>Come to one session or to all of them. Each is free, and each takes one minute to register for.</p>")],
        stories=[("story", story) for story in stories],
        campaign_partners=[
            CampaignPagePartner(partner=partner) for partner in Partner.objects.filter(name__in=PARTNERS).order_by("name")
        ],
    ), "week")  # fmt: skip


def _plain_pages(home: HomePage) -> None:
    for plain in PLAIN_PAGES:
        body = [block for heading, text in plain.parts for block in (("heading", heading), ("paragraph", text))]
        _child(home, ContentPage(title=plain.title, slug=plain.slug, introduction=plain.introduction, body=body))


def _finish_home(home: HomePage, stories: list[StoryPage]) -> None:
    """Put the stories and the self-check onto the home page, once both are there."""
    home.refresh_from_db()
    if any(block.block_type == "pages" for block in home.body):
        return
    check = Page.objects.filter(slug="could-i-apply").first()
    home.body.append(("pages", {"heading": "People who do the job", "pages": stories[:3]}))
    home.body.append(("call_to_action", {"text": "Could I apply?", "page": check, "address": ""}))
    home.save_revision().publish()


def _staff(home: HomePage, index: EventIndexPage) -> None:
    set_up_staff(home=home, events=index)
    for username, (group_name, label) in STAFF.items():
        user, made = get_user_model().objects.get_or_create(
            username=username, defaults={"first_name": label, "email": f"{username}@example.org"}
        )
        if made:
            user.set_password(PASSWORD)
            user.save()
        user.groups.add(Group.objects.get(name=group_name))


def _registrations(now: datetime) -> None:
    """A few people, so that one event is full and has a waiting list. Stable submissions: a second run adds nobody."""
    for demo in EVENTS:
        event = Event.objects.filter(slug=demo.slug, registrations__isnull=True).first() if demo.registrants else None
        if event is None:
            continue
        for name in NAMES[: demo.registrants]:
            register(
                event_id=event.pk,
                pool_id=event.pools_in_order[0].pk,
                now=now,
                application=Application(
                    name=name,
                    email=f"{slugify(name)}@example.org",
                    access_needs="",
                    submission=uuid.uuid4(),
                    consent_text=SiteSettings.for_site(Site.objects.get(is_default_site=True)).consent_wording,
                ),
            )
