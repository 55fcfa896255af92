"""The other doors: Walk & Talk, newsletter, readers' stories, posters, mentoring; each page of them on a sheet."""

from datetime import UTC, datetime
from typing import Any

from docs.screenshots_of.sheets import keep_sheet, signed_in

# Who looks (nobody: a visitor), where, and which link to follow from there.
DOORS = {
    "walks": {
        "1-page": ("", "/walk-and-talk/", ""),
        "2-borough": ("", "/walk-and-talk/lambeth/", ""),
        "3-said-and-done": ("", "/walk-and-talk/you-said-we-did/", ""),
    },
    "desk": {
        "1-requests": ("coordinator", "/cms/walks/", ""),
        "2-give": ("coordinator", "/cms/walks/?state=new", "table a[href^='/cms/walks/']"),
        "3-team": ("coordinator", "/cms/walks/team/", ""),
        "4-figures": ("coordinator", "/cms/walks/figures/", ""),
        "5-times": ("walker", "/cms/walks/times/", ""),
        "6-request": ("walker", "/cms/walks/", "table a[href^='/cms/walks/']"),
        "7-reports": ("comms", "/cms/walks/reports/", ""),
        "8-report": ("comms", "/cms/walks/reports/", "table a[href*='/reports/']"),
    },
    "newsletter": {
        "1-sign-up": ("", "/newsletter/", ""),
        "2-issue": ("", "/newsletter/seven-days-in-march/", ""),
        "3-issues": ("lead", "/cms/newsletter/", ""),
        "4-sending": ("lead", "/cms/newsletter/", "table a[href*='/newsletter/'] >> text=The first year"),
        "5-sent": ("lead", "/cms/newsletter/", "table a[href*='/newsletter/'] >> text=Seven days in March"),
        "6-readers": ("desk", "/cms/newsletter/readers/", ""),
    },
    "reader-stories": {
        "1-form": ("", "/careers/stories/tell-us/", ""),
        "2-queue": ("comms", "/cms/reader-stories/", ""),
        "3-story": ("comms", "/cms/reader-stories/", "table a >> text=Story 2"),
    },
    "posters": {
        "1-list": ("comms", "/cms/posters/", ""),
        "2-make": ("comms", "/cms/posters/new/", ""),
        "3-event": ("comms", "/cms/posters/", "table a >> text=Lewisham Library"),
        "4-walk": ("comms", "/cms/posters/", "table a >> text=Brixton Library"),
    },
    "mentoring": {
        "1-event": ("", "/events/reverse-mentoring/", ""),
        "2-form": ("", "/events/reverse-mentoring/register/", ""),
        "3-phases": ("desk", "/cms/mentoring/", ""),
        "4-phase": ("desk", "/cms/mentoring/", "a >> text=Phase 2"),
        "5-person": ("desk", "/cms/mentoring/phases/1/", "table a >> text=Priya"),
        "6-match": ("desk", "/cms/mentoring/phases/1/match/", ""),
        "7-pair": ("desk", "/cms/mentoring/phases/1/", "a[href*='/pairs/']"),
        "8-charity": ("charity", "/cms/mentoring/people/", ""),
        "9-senior-officer": ("senior", "/cms/mentoring/people/", ""),
    },
}


def doors(browser: Any, base: str, door: str) -> None:
    """Look at every page of one of the other doors; at Walk & Talk also ask for a walk, to her own page."""
    people = {"": browser.new_context(base_url=base).new_page()}
    for name, (who, path, link) in DOORS[door].items():
        page = people[who] if who in people else people.setdefault(who, signed_in(browser, base, who=who))
        page.goto(path, wait_until="networkidle")
        if link:
            page.locator("main").locator(link).first.click()
            page.wait_for_load_state("networkidle")
        keep_sheet(page, f"{door}/{name}")
    if door == "walks":
        page = people[""]
        page.goto("/walk-and-talk/ask/")
        for name, answer in {
            "4-where": lambda: page.get_by_label("Which borough").select_option(label="Lambeth"),
            "5-route": lambda: page.get_by_label("Which area").fill("From the station past the park"),
            "6-days": lambda: page.get_by_label("Monday to Friday, in the evening").check(),
            "7-worries": lambda: page.get_by_label("What worries you").fill("The underpass is dark."),
            "8-contact": lambda: [
                page.get_by_label("What shall we call you?").fill("Amara"),
                page.get_by_label("By email").check(),
                page.get_by_label("Email address").fill(f"amara.{datetime.now(tz=UTC):%H%M%S}@example.org"),
                page.get_by_label("At any time").check(),
            ],
            "9-check": lambda: page.get_by_label("I am 18 or over").check(),
        }.items():
            answer()
            keep_sheet(page, f"{door}/{name}")
            page.locator("main form button").last.click()
            page.wait_for_load_state("networkidle")
        keep_sheet(page, f"{door}/10-her-page")
    for page in people.values():
        page.context.close()
    print(door)
