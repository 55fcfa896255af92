"""What the demo site says: the IWD week of the content brief, every sentence written for it. Data, no Django.

Real people appear only in the roles that the brief gives them. Careers has its own: careers_content.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSession:
    """One session, by its day relative to 8 March."""

    day: int
    starts: time
    ends: time
    title: str = ""
    place: str = ""
    stream_url: str = ""


# The answers to the access facts: of a webinar, of an evening in a room, of both, and of an event that others run.
# What is promised for afterwards is promised for a week after the last session.
WEBINAR_ACCESS = {
    "captions": "yes", "bsl": "yes", "step_free": "na", "quiet_space": "na", "recording": "yes", "transcript": "yes",
}  # fmt: skip
ROOM_ACCESS = {
    "captions": "no", "bsl": "yes", "step_free": "yes", "quiet_space": "yes", "recording": "no", "transcript": "no",
}  # fmt: skip
HYBRID_ACCESS = {
    "captions": "yes", "bsl": "yes", "step_free": "yes", "quiet_space": "no", "recording": "yes", "transcript": "yes",
}  # fmt: skip
ASK_ACCESS = dict.fromkeys(WEBINAR_ACCESS, "ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEvent:
    """One event page."""

    slug: str
    title: str
    kind: str
    introduction: str
    sessions: tuple[DemoSession, ...]
    paragraphs: tuple[str, ...] = ()
    quote: tuple[str, str] | None = None
    time_zone: str = "Europe/London"
    external_url: str = ""
    capacity_room: int | None = None
    capacity_online: int | None = None
    reminders: tuple[str, ...] = ("P7D", "P1D", "PT1H")
    speakers: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    registrants: int = 0
    picture: str = ""
    access: Mapping[str, str] = field(default_factory=lambda: WEBINAR_ACCESS)
    phase: int = 0  # of the mentoring programme: people express their interest


def week_start(today: date) -> date:
    """Return the next 8 March that is at least four weeks away."""
    this_year = date(today.year, 3, 8)
    return this_year if this_year - today >= timedelta(weeks=4) else date(today.year + 1, 3, 8)


STREAM = "https://stream.example.org/live/"

SPEAKERS = {
    "mounted-1": ("A Mounted Branch constable", "Mounted Branch, Great Scotland Yard"),
    "mounted-2": ("A Mounted Branch sergeant", "Mounted Branch, Great Scotland Yard"),
    "detective": ("An acting detective inspector", "Burglary investigation, Enfield and Haringey"),
    "cross": ("PC Emma Cross", "Hate crime and women's engagement officer for Lewisham, Greenwich and Bexley"),
    "cadet": ("A direct-entry detective constable", "Violent Crime Task Force"),
    "local": ("A neighbourhood constable", "Safer Neighbourhoods"),
}

PARTNERS = {
    "London Ambulance Service": "https://www.londonambulance.nhs.uk/",
    "London Fire Brigade": "https://www.london-fire.gov.uk/",
    "The Girls' Network": "https://www.thegirlsnetwork.org.uk/",
    "International Association of Women Police": "https://www.iawp.org/",
}

EVENTS = (
    DemoEvent(
        slug="women-on-the-front-line",
        title="Women on the front line",
        kind="webinar",
        introduction=(
            "Women from three emergency services on why they joined and what the job is really like. Live from the "
            "police stables at Great Scotland Yard. Free, and you need no account."
        ),
        sessions=(DemoSession(day=0, starts=time(18), ends=time(19, 30), stream_url=STREAM + "front-line"),),
        paragraphs=(
            "Join women of our outreach team, the London Ambulance Service and the London Fire Brigade. They will talk "
            "about the first day, the hardest shift and the reasons they stayed, and then take your questions.",
            "Two officers of the Mounted Branch will show you round the stables. You will also meet an acting detective "
            "inspector who investigates burglary in Enfield and Haringey, and an officer who works with women in "
            "Lewisham, Greenwich and Bexley.",
            "You can listen on a phone. Nobody will see or hear you unless you choose to ask a question.",
        ),
        capacity_online=500,
        speakers=("mounted-1", "mounted-2", "detective", "cross"),
        partners=("London Ambulance Service", "London Fire Brigade"),
        registrants=3,
        picture="front-line",
    ),
    DemoEvent(
        slug="detectives-how-you-get-there",
        title="Detectives: how you get there",
        kind="webinar",
        introduction=(
            "A lunchtime session on the two ways into detective work, with or without a degree, and what the first "
            "two years ask of you."
        ),
        sessions=(DemoSession(day=1, starts=time(12, 30), ends=time(13, 15), stream_url=STREAM + "detectives"),),
        paragraphs=(
            "Bring your sandwich. We explain the entry routes, the assessment days and the support on the way, "
            "including flexible hours and job sharing.",
            "Half of the time is for your questions.",
        ),
        capacity_online=200,
        speakers=("cadet", "detective"),
        picture="detectives",
    ),
    DemoEvent(
        slug="meet-your-neighbourhood-team",
        title="Meet your neighbourhood team",
        kind="in_person",
        introduction=(
            "An evening with local officers in Brixton. One in three local officers is a woman: come and ask them what "
            "their week looks like."
        ),
        sessions=(
            DemoSession(day=2, starts=time(18), ends=time(20), place="Lambeth Town Hall, Brixton Hill, London SW2 1RW"),
        ),
        paragraphs=(
            "We keep this group small so that everybody can talk to somebody. If it is full, join the waiting list: "
            "a place that becomes free goes to the first person in it.",
            "The building has step-free access and a quiet room.",
        ),
        access=ROOM_ACCESS,
        capacity_room=3,
        speakers=("local", "cross"),
        registrants=5,
        picture="neighbourhood",
    ),
    DemoEvent(
        slug="women-police-conference",
        title="International Association of Women Police conference",
        kind="external",
        introduction=(
            "Police officers from many countries meet in Ireland. The Commissioner, Cressida Dick, gives the keynote "
            "speech. The association runs the conference and takes the bookings."
        ),
        sessions=(DemoSession(day=3, starts=time(9), ends=time(17)),),
        time_zone="Europe/Dublin",
        external_url="https://www.iawp.org/",
        access=ASK_ACCESS,
        partners=("International Association of Women Police",),
    ),
    DemoEvent(
        slug="family-and-flexible-work",
        title="Family, flexible hours and the job",
        kind="webinar",
        introduction=(
            "Part-time work, job sharing, Met Baby and the Fertility Support Network: what there is, who it is for "
            "and how people really use it."
        ),
        sessions=(DemoSession(day=3, starts=time(19), ends=time(20), stream_url=STREAM + "family"),),
        paragraphs=("Three people with very different weeks show you theirs. Captions are on from the start.",),
        picture="family",
    ),
    DemoEvent(
        slug="saturday-at-the-stables",
        title="Saturday at the stables",
        kind="hybrid",
        introduction=(
            "See where the Mounted Branch starts its day and hear how riders, many of whom had never sat on a horse, "
            "learned it here. In person or online."
        ),
        sessions=(
            DemoSession(
                day=5,
                starts=time(10, 30),
                ends=time(12),
                place="Great Scotland Yard stables, London SW1A 2HN",
                stream_url=STREAM + "stables",
            ),
        ),
        paragraphs=("Wear shoes that may get dusty. Online visitors get their own guide and their own questions.",),
        access=HYBRID_ACCESS,
        capacity_room=20,
        speakers=("mounted-1", "mounted-2"),
        picture="stables",
    ),
    DemoEvent(
        slug="reverse-mentoring",
        title="Reverse mentoring, second phase",
        kind="programme",
        introduction=(
            "Young women coach senior women officers, with The Girls' Network. Four meetings over a month: you set the "
            "questions, they listen."
        ),
        sessions=(
            DemoSession(
                day=4,
                starts=time(17),
                ends=time(18, 30),
                title="Getting to know each other",
                place="New Scotland Yard, London SW1A 2JL",
            ),
            DemoSession(
                day=11,
                starts=time(17),
                ends=time(18, 30),
                title="A day in your life",
                place="New Scotland Yard, London SW1A 2JL",
            ),
            DemoSession(
                day=18,
                starts=time(17),
                ends=time(18, 30),
                title="What you would change",
                place="New Scotland Yard, London SW1A 2JL",
            ),
            DemoSession(
                day=25,
                starts=time(17),
                ends=time(18, 30),
                title="What we take with us",
                place="New Scotland Yard, London SW1A 2JL",
            ),
        ),
        paragraphs=(
            "In the first phase, young women from disadvantaged backgrounds coached senior women officers. It changed "
            "how those officers run their teams. Now there is room for more pairs.",
            "Say that you are interested, and answer two questions. We read them together with The Girls' Network and find an officer who suits you.",
        ),
        access=ROOM_ACCESS,
        capacity_room=24,
        phase=2,
        reminders=("P2D", "PT3H"),
        partners=("The Girls' Network",),
        picture="mentoring",
    ),
)

FIRST_PHASE = DemoEvent(
    slug="reverse-mentoring-first-phase",
    title="Reverse mentoring, first phase",
    kind="programme",
    introduction="Young women coached senior women officers for a month, with The Girls' Network. This phase is over.",
    sessions=(
        DemoSession(
            day=0,
            starts=time(17),
            ends=time(18, 30),
            title="Getting to know each other",
            place="New Scotland Yard, London SW1A 2JL",
        ),
        DemoSession(
            day=28,
            starts=time(17),
            ends=time(18, 30),
            title="What we take with us",
            place="New Scotland Yard, London SW1A 2JL",
        ),
    ),
    access=ROOM_ACCESS,
    capacity_room=24,
    reminders=("P1D",),
    partners=("The Girls' Network",),
    picture="mentoring",
    phase=1,
)

# What the mentoring programme asks: question, how it is answered, answers to choose from.
MENTORING_QUESTIONS = (
    ("Why would you like to mentor a senior officer?", "text", ""),
    ("When could you meet?", "choice", "After school or work\nAt the weekend\nIn the holidays"),
)

TRY_NOW = DemoEvent(
    slug="try-the-live-page",
    title="Ask a recruiter, live",
    kind="webinar",
    introduction="A short question-and-answer session that starts in a few minutes: register to try the join page.",
    sessions=(DemoSession(day=0, starts=time(12), ends=time(12, 45), stream_url=STREAM + "recruiter"),),
    reminders=("PT1H",),
)

ENDED = DemoEvent(
    slug="first-steps-into-policing",
    title="First steps into policing",
    kind="webinar",
    introduction="What an application asks of you, stage by stage. This webinar is over.",
    sessions=(DemoSession(day=0, starts=time(18), ends=time(19), stream_url=STREAM + "first-steps"),),
)

# File name: title in the library, and what somebody who cannot see it should know.
PICTURES = {
    "home": (
        "Five women",
        "Drawing: five women of different backgrounds, one of them in a police helmet and a bright vest.",
    ),
    "week": ("Three women", "Drawing: three women of different backgrounds side by side."),
    "front-line": (
        "Women on the front line",
        "Drawing: a mounted officer and two women in suits behind a violet desk.",
    ),
    "careers": ("Three colleagues", "Drawing: a woman in a bright vest between two colleagues in suits."),
    "detectives": ("Two detectives", "Drawing: two women in suits side by side, one of them with glasses."),
    "neighbourhood": (
        "A neighbourhood team",
        "Drawing: two officers in bright vests, one in a headscarf, one in a hat.",
    ),
    "family": ("A mother and her daughter", "Drawing: a woman and a girl side by side."),
    "stables": ("At the stables", "Drawing: a brown horse and a mounted officer in her helmet."),
    "mentoring": ("Mentor and officer", "Drawing: a young woman in a headscarf beside an older one in a suit."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlainPage:
    """A page of text: headings, each with what stands under it."""

    slug: str
    title: str
    introduction: str
    parts: tuple[tuple[str, str], ...]


PLAIN_PAGES = (
    DemoPlainPage(
        slug="privacy",
        title="Privacy",
        introduction="What we keep about you, why, and until when.",
        parts=(
            (
                "When you register for an event",
                "<p>We ask for your name, your email address and, if you like, your access needs. We use them to run the "
                "event: to keep your place, to send your calendar entry, reminders and changes, and to make the event "
                "work for you.</p><p>We delete them 90 days after the event.</p>",
            ),
            (
                "When you ask a recruiter",
                "<p>We keep your name, how to reach you and your question, so that somebody can answer. We delete them "
                "90 days after your question is closed, and after a year in any case.</p>",
            ),
            (
                "When you only read",
                "<p>We set no cookie that follows you, and no page of this site loads anything from another company. The "
                "check “Could I apply?” keeps no answer.</p>",
            ),
        ),
    ),
    DemoPlainPage(
        slug="accessibility",
        title="Accessibility",
        introduction="This site is made for everybody, and for whatever you read it with.",
        parts=(
            (
                "What you can count on",
                "<p>You can use every page with a keyboard, with a screen reader, at four times the size and without "
                "scripts. Colours keep their contrast in light and dark, and nothing moves by itself.</p><p>Every event "
                "says whether it has captions, British Sign Language, step-free access and a quiet space. Tell us what you "
                "rely on when you register: if it changes, we write to you.</p>",
            ),
            (
                "If something does not work for you",
                "<p>Write to outreach@example.org and say which page it was. A person answers, and you get what you came "
                "for in another way while we mend it.</p>",
            ),
        ),
    ),
)
