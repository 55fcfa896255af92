"""Careers pages as visitors see them: what is shown, what strange input does, and how many statements it takes."""

import html

import pytest

from careers.models import ApplicationPage, BenefitsPage, FaqPage
from events.pages.models import EventIndexPage, EventPage
from portal.queries import in_locale

pytestmark = pytest.mark.django_db
RIGHT_TO_LEFT = "أمينة"


def text(response):
    return html.unescape(response.content.decode())


def titles(response):
    return [story.title for story in response.context["list_page"]]


class TestStories:
    def test_a_story_says_who_tells_it_and_where_it_leads(self, tell, team, add_role, check, client):
        role = add_role("Police constable")
        tell("I ride", team=team("Mounted Branch"), roles=[role], pull_quote="People talk to you.")

        page = text(client.get("/careers/stories/i-ride/"))

        for words in (
            "Mounted Branch",
            "“People talk to you.”",
            "put together from what several people",
            "Could I apply?",
        ):
            assert words in page
        assert 'href="/careers/roles/police-constable/"' in page
        assert 'href="/careers/could-i-apply/"' in page

    def test_without_a_picture_team_or_check_it_still_leads_on(self, tell, client):
        tell("Plain", is_illustrative=False, consent_reference="file 7")

        page = text(client.get("/careers/stories/plain/"))

        assert "<picture" not in page
        assert "file 7" not in page, "the consent reference is for editors"
        assert 'href="/events/"' in page

    def test_a_name_from_right_to_left_stays_in_its_place(self, tell, team, client):
        tell("A story", role=RIGHT_TO_LEFT, team=team(RIGHT_TO_LEFT))

        for path in ("/careers/stories/a-story/", "/careers/stories/"):
            assert text(client.get(path)).count(f"<bdi>{RIGHT_TO_LEFT}</bdi>") == 2

    def test_unpublished_roles_and_events_are_not_shown(self, tell, add_role, client):
        role = add_role("Police constable")
        role.unpublish()
        tell("I ride", roles=[role])

        assert "Police constable" not in text(client.get("/careers/stories/i-ride/"))

    def test_a_story_in_another_language_uses_that_language_and_falls_back(self, tell, team, french, client):
        mounted, dogs = team("Mounted Branch"), team("Dog Unit")
        copy = mounted.copy_for_translation(french)
        copy.name = "Brigade équestre"
        copy.save()
        assert [label.name for label in in_locale([mounted, dogs], french.pk)] == ["Brigade équestre", "Dog Unit"]


class TestFilter:
    @pytest.fixture(autouse=True)
    def stories(self, tell, team, theme):
        tell("I ride", team=team("Mounted Branch"), themes=[theme("Family"), theme("Leading")])
        tell("I walk", team=team("Neighbourhoods"), themes=[theme("Family")])
        tell("I count")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["I count", "I walk", "I ride"]),
            ("?team=mounted-branch", ["I ride"]),
            ("?theme=family", ["I walk", "I ride"]),
            ("?team=mounted-branch&theme=leading", ["I ride"]),
            ("?team=neighbourhoods&theme=leading", []),
            ("?team=nobody", ["I count", "I walk", "I ride"]),
            ("?team=%00", ["I count", "I walk", "I ride"]),
            ("?theme='%20OR%201=1", ["I count", "I walk", "I ride"]),
            ("?page=0", ["I count", "I walk", "I ride"]),
            ("?page=99999999999999999999", ["I count", "I walk", "I ride"]),
            ("?team=" + "x" * 5000, ["I count", "I walk", "I ride"]),
        ],
    )
    def test_what_is_left(self, client, query, expected):
        response = client.get("/careers/stories/" + query)

        assert (response.status_code, titles(response)) == (200, expected)

    def test_only_what_stories_have_can_be_chosen(self, client, team):
        team("Nobody’s team")

        form = client.get("/careers/stories/").context["filter_form"]

        assert [slug for slug, _ in form.fields["team"].choices] == ["", "mounted-branch", "neighbourhoods"]
        assert [slug for slug, _ in form.fields["theme"].choices] == ["", "family", "leading"]

    def test_an_empty_choice_leads_back(self, client):
        page = text(client.get("/careers/stories/?team=neighbourhoods&theme=leading"))

        assert "No story fits both" in page
        assert "Show them all" in page


def test_no_story_at_all(story_index, client):
    assert "No stories yet" in text(client.get("/careers/stories/"))


def test_stories_as_a_feed(tell, client, settings):
    tell("First & last", introduction="She <b>joined</b> late.")

    response = client.get("/careers/stories/feed/")

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    body = response.content.decode()
    assert "<title>First &amp; last</title>" in body
    assert f"<link>{settings.BASE_URL}/careers/stories/first-last/</link>" in body
    assert "Set-Cookie" not in response


class TestRoles:
    def test_a_role_says_what_it_gives_and_asks(self, add_role, tell, check, client):
        role = add_role("Police constable", what_it_takes="<ul><li>Patience</li></ul>", training="Some months")
        tell("I answer calls", roles=[role])

        page = text(client.get("/careers/roles/police-constable/"))

        for words in ("From £38,000", "40 a week", "Some months", "Patience", "As an apprentice", "I answer calls"):
            assert words in page
        assert page.count("Illustrative for this demo.") == 1
        assert 'href="/careers/could-i-apply/"' in page

    def test_a_bare_role(self, add_role, client):
        add_role("Bare", pay="", hours="", what_you_do="", entry_routes=[])

        assert client.get("/careers/roles/bare/").status_code == 200


def test_the_editors_own_next_step_comes_first(add_role, check, contact, client):
    role = add_role("Police constable", next_step_page=contact, next_step_text="Talk to somebody first")

    page = text(client.get(role.get_url()))

    assert "Talk to somebody first" in page
    assert 'href="/careers/contact/"' in page


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (
            BenefitsPage,
            {
                "groups": [
                    (
                        "group",
                        {
                            "heading": "Time",
                            "benefits": [
                                {"name": "Job sharing", "what": "Two people.", "who_for": "All", "how_to_get_it": "Ask"}
                            ],
                        },
                    )
                ]
            },
            ("Time", "Job sharing", "Who it is for", "How to get it"),
        ),
        (
            FaqPage,
            {
                "groups": [
                    (
                        "group",
                        {"heading": "Before", "questions": [{"question": "Am I too old?", "answer": "<p>No.</p>"}]},
                    )
                ]
            },
            ("Before", "Am I too old?", "No."),
        ),
        (
            ApplicationPage,
            {
                "stages": [
                    (
                        "stage",
                        {
                            "name": "The form",
                            "what_happens": "<p>You write.</p>",
                            "how_long": "An hour",
                            "prepare": "Papers",
                        },
                    )
                ]
            },
            ("The form", "How long it takes", "An hour", "How to prepare"),
        ),
    ],
)
def test_guides(careers, client, kind, fields, words):
    careers.add_child(instance=kind(title="A guide", slug="guide", **fields))
    careers.add_child(instance=kind(title="Empty", slug="empty"))

    page = text(client.get("/careers/guide/"))

    assert [word for word in words if word not in page] == []
    assert "being written" in text(client.get("/careers/empty/"))


class TestStatements:
    """The same number of statements for one row and for three; one look before, for Django's own caches."""

    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(
        ("path", "statements"),
        [("/careers/stories/", 14), ("/careers/roles/", 10), ("/careers/benefits/", 9), ("/careers/", 14)],
    )
    def test_lists(
        self,
        client,
        careers,
        check,
        tell,
        team,
        theme,
        add_role,
        picture,
        django_assert_num_queries,
        rows,
        path,
        statements,
    ):
        benefit = {"name": "Job sharing", "what": "Two people.", "who_for": "All", "how_to_get_it": "Ask"}
        groups = [("group", {"heading": f"Group {n}", "benefits": [benefit] * rows}) for n in range(rows)]
        careers.add_child(instance=BenefitsPage(title="Benefits", slug="benefits", groups=groups))
        for number in range(rows):
            role = add_role(f"Role {number}")
            tell(
                f"Story {number}",
                team=team(f"Team {number}"),
                themes=[theme(f"Theme {number}")],
                roles=[role],
                image=picture,
            )
        client.get(path)
        with django_assert_num_queries(statements):
            client.get(path)

    def test_a_story(self, client, home, tell, team, theme, add_role, check, picture, django_assert_max_num_queries):
        """With all that a story can have: a team, a picture, a role, an event, a next step."""
        index = home.add_child(instance=EventIndexPage(title="Events", slug="events"))
        event = index.add_child(
            instance=EventPage(title="At the stables", slug="stables", introduction="Come and see.")
        )
        body = [
            ("paragraph", "<p>She joined.</p>"),
            ("quote", {"quote": "I stayed.", "attribution": "A constable"}),
            ("question_answer", {"question": "Why?", "answer": "<p>Because.</p>"}),
        ]
        tell(
            "I ride",
            team=team("Mounted Branch"),
            themes=[theme("Family")],
            roles=[add_role("Police constable")],
            related_events=[("event", event)],
            image=picture,
            body=body,
        )
        page = text(client.get("/careers/stories/i-ride/"))
        assert "Come and see." in page
        assert "Police constable" in page
        with django_assert_max_num_queries(12):
            client.get("/careers/stories/i-ride/")
