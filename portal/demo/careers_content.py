"""What the demo's careers pages say besides the stories. Illustrative: the recruitment site decides. Data, no Django."""

from dataclasses import dataclass
from datetime import date

from portal.demo.careers_stories import Block, day, p, qa

# File name: title in the library, and what somebody who cannot see it should know.
PICTURES = {
    "story-mounted": ("A Mounted Branch constable", "Drawing: a woman in a riding helmet and a bright vest."),
    "story-detective": ("An acting detective inspector", "Drawing: a woman in a violet suit, her hair in a bun."),
    "story-neighbourhood": ("A neighbourhood constable", "Drawing: a woman in a violet headscarf."),
    "story-analyst": ("A police staff analyst", "Drawing: a woman with red hair and round glasses."),
    "story-special": ("A special constable", "Drawing: a woman with curly hair in a bright vest."),
    "story-pcso": (
        "A community support officer",
        "Drawing: a woman in a dark hat with a coral band and a bright vest.",
    ),
}

# The home page's own strip: figure, meaning, source.
FIGURES = (
    ("16,000+", "women work for the Met", "Metropolitan Police"),
    ("10,000", "nearly so many of them are police officers", "Metropolitan Police"),
    ("1 in 3", "local officers is a woman", "Metropolitan Police"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFact:
    """A figure with its source, dated by the last 8 March."""

    figure: str
    meaning: str
    is_stale: bool = False

    def dates(self, today: date) -> tuple[date, date]:
        """Return the day that it describes and the day to look again; a stale one is a year older."""
        year = today.year if today >= date(today.year, 3, 8) else today.year - 1
        as_of = date(year - self.is_stale, 3, 8)
        return as_of, date(as_of.year + 1, 3, 8)


FACTS_SOURCE = ("Metropolitan Police", "https://www.met.police.uk/")
FACTS = (
    DemoFact(figure="16,000+", meaning="women work for the Met"),
    DemoFact(figure="10,000", meaning="nearly so many of them are police officers"),
    DemoFact(figure="1 in 3", meaning="local officers is a woman"),
    DemoFact(figure="32", meaning="boroughs where women can ask for a Walk & Talk", is_stale=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRole:
    """One role."""

    slug: str
    title: str
    introduction: str
    what_you_do: tuple[str, ...]
    what_it_takes: tuple[str, ...]
    hours: str
    pay: str
    training: str
    routes: tuple[tuple[str, str], ...]
    more: tuple[Block, ...] = ()


PAY_NOTE = "Pay is illustrative for this demo. The recruitment site has the figures that count."
ROLES = (
    DemoRole(
        slug="police-constable",
        title="Police constable",
        introduction="The officer who comes when somebody calls, and the one who is there before anybody has to.",
        what_you_do=(
            "You answer calls, calm rooms, take statements and give evidence. Some days are one long case, some are twenty short ones.",
            "Most of it is talking, and most of that is listening. From here you can go almost anywhere: neighbourhoods, detectives, "
            "horses, boats, schools.",
        ),
        what_it_takes=(
            "The will to speak to anybody and to be fair when it is hard.",
            "To write so that somebody who was not there understands it.",
            "An ordinary level of fitness, which you can train for. No riding, no martial arts, no perfect past.",
        ),
        hours="40 a week in shifts; part-time and job sharing possible",
        pay="From £38,000 a year",
        training="Some months of learning, then the street with a tutor beside you",
        routes=(
            (
                "With a degree, in any subject",
                "Two years. You work from the first months on and finish with a diploma.",
            ),
            (
                "Without a degree",
                "About three years as an apprentice, paid from the first day. You finish with a degree.",
            ),
            (
                "From the special constables",
                "What you learned as a volunteer counts. Ask a recruiter what you can leave out.",
            ),
        ),
        more=(
            ("heading", "In the first two years"),
            p(
                "You are on probation: you learn, you are looked at, and you may be wrong. Somebody signs off what you can do, one thing at a time."
            ),
        ),
    ),
    DemoRole(
        slug="detective-constable",
        title="Detective constable",
        introduction="You find out what happened, prove it, and stay with the people it happened to.",
        what_you_do=(
            "You lead investigations: burglary, violence, fraud, harm to people who cannot defend themselves.",
            "You knock on doors, read phones, plan interviews and build a case that holds in court. Victims know your name and your number.",
        ),
        what_it_takes=(
            "Patience, a good memory for details and a system for the rest.",
            "To hear hard things and stay useful.",
            "To pass a national exam in the second year. You get time to learn for it.",
        ),
        hours="40 a week, some evenings and weekends; part-time and job sharing possible",
        pay="From £38,000 a year",
        training="The police constable’s first months, then investigations from the first year on",
        routes=(
            ("Straight to detective, with a degree", "Two years, most of them in investigations."),
            ("From uniform", "After some time as a constable you apply to become a detective trainee."),
        ),
    ),
    DemoRole(
        slug="special-constable",
        title="Special constable",
        introduction="A volunteer with the powers of any officer, beside another job.",
        what_you_do=(
            "You patrol with regular teams: town centres, events, neighbourhoods. You wear the same uniform and hold the same powers.",
            "Nobody on the street can tell that you are a volunteer. Your other job shows in what you are good at.",
        ),
        what_it_takes=(
            "About sixteen hours a month, most of them on evenings and weekends.",
            "The same checks, and the same fairness, as for everybody else.",
            "An employer who knows. Some give time for it.",
        ),
        hours="About 16 a month, when you can",
        pay="Unpaid; expenses are covered",
        training="Weekends and evenings over some months, then with an experienced officer",
        routes=(("As a volunteer", "You apply like a constable does, and choose where you want to serve."),),
    ),
    DemoRole(
        slug="police-community-support-officer",
        title="Police community support officer",
        introduction="The face that a neighbourhood knows: on foot, every day, with time.",
        what_you_do=(
            "You walk a ward, call on people, calm small things before they grow, and bring the right help to the right door.",
            "You do not arrest people. You work beside constables who do, and you often know first.",
        ),
        what_it_takes=(
            "To like people, and to be liked by those who do not like the police.",
            "Patience with doors that open the third time.",
            "No degree and no driving licence.",
        ),
        hours="36 a week, early and late shifts; part-time possible",
        pay="From £29,000 a year",
        training="A few weeks of learning, then your ward, first with somebody beside you",
        routes=(
            ("Straight in", "You need no qualification beyond what you show on the assessment day."),
            ("And on from there", "Those who want to can apply to become a constable, and what they know counts."),
        ),
        more=(
            day(
                "A day with a community support officer",
                (8, 0, "Briefing, then the first round before the shops open."),
                (10, 30, "A visit to somebody who was burgled: a better lock, a number to ring, a cup of tea."),
                (12, 0, "The lunch club. Who is missing today?"),
                (15, 20, "The school gate, in any weather."),
            ),
        ),
    ),
    DemoRole(
        slug="police-staff-analyst",
        title="Police staff analyst",
        introduction="You read what thousands of reports have in common, and tell a team where to be.",
        what_you_do=(
            "You look for patterns in reports, times and places, and test whether they are real.",
            "You brief officers in ninety seconds and one picture. You wear no uniform and make no arrests.",
        ),
        what_it_takes=(
            "To check whether you are wrong, every time.",
            "To explain a chart to somebody who has been up all night.",
            "Some experience with data. It need not be from policing.",
        ),
        hours="36 a week, flexible; part of it from home",
        pay="From £36,000 a year",
        training="Four weeks beside another analyst, then your own questions",
        routes=(
            (
                "With experience",
                "From teaching, health, finance, research: show us a question that you answered with data.",
            ),
            ("As a trainee", "For people who start out. You learn the tools on the job."),
        ),
        more=(
            qa(
                "Can police staff become police officers?",
                "Yes. You apply like everybody else, and you know the building.",
            ),
        ),
    ),
)

# Group: name, what it is, who it is for, how to get it.
BENEFITS = (
    (
        "Time",
        (
            ("Part-time work and flexible hours", "Shifts and weeks that fit a life, from the first years on.", "Officers and staff in most roles", "Say it when you apply, or ask your line manager later"),
            ("Job sharing", "Two people, one post, one handover a week.", "Officers and staff, leading roles included", "Bring a partner, or ask to be matched with one"),
            ("A career break", "Time away without giving up your place.", "Everybody after some years of service", "Talk to your line manager half a year ahead"),
        ),
    ),
    (
        "Family",
        (
            ("Met Baby", "Support before, during and after parental leave, from people who have been through it.", "Parents who expect or adopt a child", "Join through the intranet, as soon as you like"),
            ("Fertility Support Network", "Colleagues who know what treatment means, and managers who know what to plan for.", "People in fertility treatment, and their partners", "Write to the network; nobody else learns of it"),
            ("Leave for carers", "Days for those who depend on you, planned or not.", "Everybody who cares for somebody", "Ask your line manager; on the day, a call is enough"),
        ),
    ),
    (
        "Growing",
        (
            ("Career development service", "One-to-one support with the next step: what keeps you from it, and how to get past that.", "Under-represented employees", "Book a first talk yourself; no manager has to sign"),
            ("Paid learning", "Courses and exams in working time where the job needs them.", "Officers and staff", "Agree it in your yearly talk"),
            ("Mentoring, also the other way round", "Somebody who is further on, or somebody who is younger and tells you what you do not see.", "Everybody who asks", "Sign up with the outreach team"),
        ),
    ),
    (
        "Support",
        (
            ("Women’s Network", "People to ask, people who speak up, and a voice where rules are made.", "Every woman who works here, and those who support them", "Come to a meeting, or join online"),
            ("Endometriosis Support Network", "Advice, adjustments, and colleagues who need no explanation.", "People with endometriosis, and their managers", "Write to the network; it answers the same week"),
            ("After a hard day", "A talk with a trained colleague, and a counsellor if you want one.", "Officers, staff and volunteers", "Ring at any hour; it is confidential"),
            ("Pension and sick pay", "A pension that the employer pays into, and pay when you are ill.", "Officers and staff", "You are in from the first day"),
        ),
    ),
)  # fmt: skip

FAQ = (
    (
        "Before you apply",
        (
            ("Do I need a degree?", "No. Some ways in ask for one, others do not. The roles say which."),
            ("Am I too old?", "Probably not. There is no upper age to apply; you need some years ahead of you to serve."),
            ("How fit do I have to be?", "Fit enough for a short running test. You can try it at home, and you get a plan to train with."),
            ("I have a tattoo. Is that a problem?", "Rarely. Each case is looked at: what it shows, and where it is."),
            ("I was in trouble once. Can I apply?", "Often yes. What it was, how long ago and how old you were matter. Say it in the form: not saying it is what ends applications."),
        ),
    ),
    (
        "Who you are",
        (
            ("Can I wear a headscarf or a turban?", "Yes. Both belong to the uniform and come in your size."),
            ("Will I have to work nights when I have small children?", "Not always. Part-time, flexible hours and job sharing are real, and planned with you."),
            ("Can I apply while I am pregnant?", "Yes. Parts of the process, such as the fitness test, wait until you are ready."),
        ),
    ),
    (
        "How it goes on",
        (
            ("How long does it take?", "Some months from the form to the first day. The checks take longest, above all if you have lived in several countries."),
            ("What if it does not work out the first time?", "You are told why as far as we may. You can apply again, and many who are here did."),
        ),
    ),
)  # fmt: skip

# Stage: what happens, how long it takes, how to prepare.
STAGES = (
    ("The online form", "Who you are, where you have lived, what you have done. You can stop and come back.", "About an hour", "Have your addresses of the last three years and your certificates beside you."),
    ("Questions and situations", "An online test: what would you do, and why? There are no trick questions.", "About an hour and a half, at a time that you choose", "Read what the service says it stands for. Then think of moments when you did."),
    ("The assessment day", "An interview, a written task and a talk with somebody who plays a part.", "Half a day, online or in a centre near you", "Practise telling one story in three minutes: what happened, what you did, what came of it."),
    ("Fitness and health", "A short running test, eyesight and hearing, and questions about your health. Glasses are fine within limits.", "Half a day", "Run to the beeps at home twice a week. Bring your glasses or lenses."),
    ("The checks", "Vetting: your past, your family, your money. It is thorough, and each case is looked at.", "Several weeks; longer if you have lived abroad", "Write down everything, also what you think does not matter."),
    ("The offer and the first day", "You get a date, a place and a name to ask for. On the first day you swear an oath, or sign a contract.", "A few weeks from offer to start", "Tell us now what you need: hours, access, a prayer room, a parking space."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoQuestion:
    """A question in the recruiters' queue, from nobody."""

    topic: str
    message: str
    name: str
    way: str
    reach: str
    preferred_time: str = "any"
    days_ago: int = 0


QUESTIONS_TO_RECRUITERS = (
    DemoQuestion(
        topic="family",
        message="I work part-time now. Can I train part-time as well, or only afterwards?",
        name="Nia R.",
        way="email",
        reach="nia-r@example.org",
        days_ago=1,
    ),
    DemoQuestion(
        topic="fitness",
        message="How far do I have to run?",
        name="Farah K.",
        way="phone",
        reach="020 7946 0123",
        preferred_time="evening",
        days_ago=6,
    ),
)
