"""Putting the demo's careers pages in place. Makes what is missing and leaves alone what somebody has edited."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Locale, Page

from careers.contact.services import Question, ask_recruiter
from careers.models import (
    ApplicationPage,
    BenefitsPage,
    CareersPage,
    ContactPage,
    EligibilityPage,
    FaqPage,
    Figure,
    RoleIndexPage,
    RolePage,
    StoryIndexPage,
    StoryPage,
    StoryTheme,
    Team,
)
from portal.demo import careers_check as check
from portal.demo import careers_content as content
from portal.demo.careers_stories import STORIES, THEMES, DemoStory, p
from portal.models import HomePage

Child = Callable[..., Any]


def seed_careers(home: HomePage, *, today: date, child: Child) -> list[StoryPage]:
    """Make the careers pages complete; return the stories."""
    facts = _facts(today)
    careers = child(
        home,
        CareersPage(
            title="Careers",
            slug="careers",
            show_in_menus=True,
            introduction="Police officers, detectives, riders, analysts. Different jobs, one question: could this be yours?",
            body=[("facts", {"figures": facts})],
        ),
        "careers",
    )
    roles = _roles(careers, child)
    index = child(
        careers,
        StoryIndexPage(
            title="Stories", slug="stories", introduction="What the work is like, told by the people who do it."
        ),
    )
    # The first of the list is published last: the newest story stands first.
    stories = [_story(index, story, roles, child) for story in reversed(STORIES)][::-1]
    _guides(careers, child)
    _check(careers, child)
    return stories


def ask_recruiters(*, now: datetime) -> None:
    """Put questions into the queue. Stable submissions: a second run asks nothing twice."""
    for number, asked in enumerate(content.QUESTIONS_TO_RECRUITERS):
        submission = uuid.uuid5(uuid.NAMESPACE_URL, f"demo-question-{number}")
        question = Question(
            topic=asked.topic,
            message=asked.message,
            name=asked.name,
            way=asked.way,
            email=asked.reach if asked.way == "email" else "",
            phone=asked.reach if asked.way == "phone" else "",
            preferred_time=asked.preferred_time,
            language="en",
            submission=submission,
        )
        ask_recruiter(question=question, now=now - timedelta(days=asked.days_ago))


def _facts(today: date) -> list[Figure]:
    source, address = content.FACTS_SOURCE
    facts = []
    for fact in content.FACTS:
        as_of, review_by = fact.dates(today)
        made, _ = Figure.objects.get_or_create(
            meaning=fact.meaning,
            locale=Locale.get_default(),
            defaults={
                "figure": fact.figure,
                "source": source,
                "source_address": address,
                "as_of": as_of,
                "review_by": review_by,
            },
        )
        facts.append(made)
    return facts


def _label(model: Any, slug: str, name: str) -> Any:
    return model.objects.get_or_create(slug=slug, locale=Locale.get_default(), defaults={"name": name})[0]


def _paragraphs(texts: tuple[str, ...]) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))


def _list(texts: tuple[str, ...]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((text,) for text in texts)))


def _roles(careers: CareersPage, child: Child) -> dict[str, RolePage]:
    index = child(
        careers,
        RoleIndexPage(
            title="Roles",
            slug="roles",
            introduction="Five of many. For each: what you do, what it gives, what it asks and how you get there.",
            pay_note=content.PAY_NOTE,
        ),
    )
    return {
        role.slug: child(
            index,
            RolePage(
                title=role.title,
                slug=role.slug,
                introduction=role.introduction,
                what_you_do=_paragraphs(role.what_you_do),
                what_it_takes=_list(role.what_it_takes),
                hours=role.hours,
                pay=role.pay,
                training=role.training,
                entry_routes=[("route", {"name": name, "text": f"<p>{text}</p>"}) for name, text in role.routes],
                body=list(role.more),
            ),
        )
        for role in content.ROLES
    }


def _story(index: StoryIndexPage, story: DemoStory, roles: dict[str, RolePage], child: Child) -> StoryPage:
    slug = story.team.lower().replace(" ", "-")
    page = StoryPage(
        title=story.title,
        slug=story.slug,
        role=story.role,
        team=_label(Team, slug, story.team),
        introduction=story.introduction,
        pull_quote=story.pull_quote,
        is_illustrative=True,
        body=list(story.body),
    )
    page.themes = [_label(StoryTheme, theme, THEMES[theme]) for theme in story.themes]
    page.roles = [roles[slug] for slug in story.roles]
    # By the kind of page: the events are made before the stories.
    events = Page.objects.filter(slug__in=story.events, content_type__model="eventpage", locale=index.locale)
    page.related_events = [("event", event) for event in events]
    return child(index, page, story.picture)


def _guides(careers: CareersPage, child: Child) -> None:
    child(careers, BenefitsPage(
        title="Benefits", slug="benefits",
        introduction="What the job gives besides pay: time, support for your family, room to grow, people to turn to.",
        groups=[("group", {"heading": heading, "benefits": [
            {"name": name, "what": what, "who_for": who_for, "how_to_get_it": how} for name, what, who_for, how in benefits
        ]}) for heading, benefits in content.BENEFITS],
        body=[p("This list is put together for the demo. What counts is what your contract and the intranet say on your first day.")],
    ))  # fmt: skip
    child(careers, ApplicationPage(
        title="How applying works", slug="applying",
        introduction="Six stages, and what each asks of you. At every one of them somebody is there to ask.",
        stages=[("stage", {"name": name, "what_happens": f"<p>{what}</p>", "how_long": how_long, "prepare": prepare})
                for name, what, how_long, prepare in content.STAGES],
    ))  # fmt: skip
    child(careers, FaqPage(
        title="Questions and answers", slug="questions",
        introduction="What people ask us most, answered as we would at a stall.",
        groups=[("group", {"heading": heading, "questions": [
            {"question": question, "answer": f"<p>{answer}</p>"} for question, answer in questions
        ]}) for heading, questions in content.FAQ],
    ))  # fmt: skip
    child(careers, ContactPage(
        title="Ask a recruiter", slug="contact",
        introduction="A person reads your question and answers it. You need not be sure that you want to apply.",
        body=[p("This form is not for reporting a crime. In an emergency call 999; otherwise call 101.")],
    ))  # fmt: skip


def _check(careers: CareersPage, child: Child) -> None:
    """Make the self-check, whose ends lead to the other pages below careers."""
    below = {page.slug: page for page in careers.get_children()}
    child(careers, EligibilityPage(
        title="Could I apply?", slug="could-i-apply",
        introduction="A few questions, one at a time. At the end you know where you stand and what to do now.",
        before=check.CHECK_BEFORE,
        questions=[("question", {"key": key, "text": text, "hint": hint, "answers": [
            {"key": name, "label": label, "leads_to": leads_to, "note": note} for name, label, leads_to, note in answers
        ]}) for key, text, hint, answers in check.QUESTIONS],
        outcomes=[("outcome", {
            "key": outcome.key, "kind": outcome.kind, "title": outcome.title, "text": outcome.text,
            "next_text": outcome.next_text, "next_page": below[outcome.leads_to], "next_address": "",
            "source": "The recruitment site, which decides", "source_address": check.RECRUITMENT_SITE,
        }) for outcome in check.OUTCOMES],
    ))  # fmt: skip
