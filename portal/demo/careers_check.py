"""The demo's self-check "Could I apply?": the usual rules, put simply. The recruitment site decides. Data, no Django."""

from dataclasses import dataclass

RECRUITMENT_SITE = "https://www.metpolicecareers.co.uk/"

# The self-check: short name, question, hint, answers (short name, words, where it leads, what to know at the end).
CHECK_BEFORE = (
    "<p>Up to seven questions. They follow the usual rules for police officers, put simply for this demo: "
    "<b>the recruitment site decides</b>, and so do people who look at each case.</p>"
)
QUESTIONS = (
    ("age", "How old are you?", "You can apply before you may start.", (
        ("adult", "18 or over", "", ""),
        ("seventeen", "17", "", "You can apply at 17. You start when you are 18."),
        ("younger", "16 or younger", "too-young", ""),
    )),
    ("work", "May you live and work in the UK without a time limit?", "As a citizen, or with a right to stay that does not end.", (
        ("yes", "Yes", "", ""),
        ("no", "No, or only for a limited time", "no-right-to-work", ""),
        ("unsure", "I am not sure", "ask", ""),
    )),
    ("residency", "Have you lived in the UK for the last three years?", "Holidays do not count as time away. Service for the country abroad counts as time here.", (
        ("yes", "Yes", "", ""),
        ("no", "No", "residency-first", ""),
    )),
    ("role", "What would you like to do?", "You can come back and choose another one.", (
        ("officer", "Police constable, detective or special constable", "qualification", ""),
        ("pcso", "Community support officer", "health", "Community support officers need no qualification and no driving licence."),
        ("staff", "Police staff, such as an analyst", "could-apply", "Police staff need no fitness test. Each role says what it asks for."),
    )),
    ("qualification", "Which of these do you have?", "One is enough.", (
        ("level-3", "A levels, or another level 3 qualification", "", ""),
        ("degree", "A degree", "", "With a degree you can also go straight to detective."),
        ("service", "Service in the armed forces, as a special constable or as a community support officer", "", "Your service counts. Ask which papers show it."),
        ("none", "None of these", "qualification-first", ""),
    )),
    ("driving", "Do you have a full driving licence?", "", (
        ("yes", "Yes", "", ""),
        ("no", "No", "", "Most roles do not ask for a driving licence. Those that involve driving do."),
    )),
    ("health", "Is there anything that makes you unsure?", "Tattoos, an old conviction, eyesight, health. You do not have to say what it is.", (
        ("no", "No", "could-apply", ""),
        ("yes", "Yes, something", "each-case", "Convictions and tattoos are looked at case by case. Glasses and contact lenses are fine within limits."),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """An end of the self-check. `leads_to` is the slug of a page below careers, or an address."""

    key: str
    kind: str
    title: str
    text: str
    next_text: str
    leads_to: str


OUTCOMES = (
    DemoOutcome(
        key="could-apply",
        kind="good",
        title="You could apply",
        text="<p>Nothing you told us stands in your way. What you do next takes about an hour, and you can stop and come back.</p><p>Fitness, eyesight, health and your past are looked at later, by people.</p>",
        next_text="See how applying works",
        leads_to="applying",
    ),
    DemoOutcome(
        key="each-case",
        kind="wait",
        title="You may well be able to apply",
        text="<p>What makes you unsure is looked at case by case, and a web page cannot do that. A recruiter can tell you what usually happens. You need not give details to ask.</p>",
        next_text="Ask a recruiter",
        leads_to="contact",
    ),
    DemoOutcome(
        key="ask",
        kind="wait",
        title="Find out about your right to stay first",
        text="<p>Your papers say whether your right to live and work here ends. If they do not make it clear, ask us: it is a question that we hear every week.</p>",
        next_text="Ask a recruiter",
        leads_to="contact",
    ),
    DemoOutcome(
        key="too-young",
        kind="wait",
        title="Not yet: come back when you are 17",
        text="<p>Until then you can get to know people who do the job. They will tell you what they would have liked to know at your age.</p>",
        next_text="Read the stories",
        leads_to="stories",
    ),
    DemoOutcome(
        key="no-right-to-work",
        kind="off",
        title="Not as things stand",
        text="<p>Police officers and staff need a right to live and work in the UK that does not end. If yours becomes permanent, you can apply that day.</p>",
        next_text="Ask a recruiter",
        leads_to="contact",
    ),
    DemoOutcome(
        key="residency-first",
        kind="wait",
        title="Not yet: three years in the UK come first",
        text="<p>The checks need a past that can be looked into, usually three years here. There are exceptions, for instance for service abroad.</p>",
        next_text="Ask about your case",
        leads_to="contact",
    ),
    DemoOutcome(
        key="qualification-first",
        kind="wait",
        title="Not yet for this role, but another way is open",
        text="<p>You can start as a community support officer without any qualification and apply from there. Or take a level 3 course first: many are free.</p>",
        next_text="See the other roles",
        leads_to="roles",
    ),
)
