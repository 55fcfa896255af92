"""Careers pages in the CMS: what the forms ask for, in which words, and what a draft may lack."""

import html
import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from careers.models import EligibilityPage, StoryPage, Team
from portal.rules import NOT_DESCRIBED

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    user = get_user_model().objects.create_superuser("editor", "editor@example.org", "x")
    client = Client()
    client.force_login(user)
    return client


def text(response):
    return html.unescape(response.content.decode())


def rich_text(words):
    """Return a paragraph as the CMS's own editor sends it."""
    block = {"key": "a", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def send(editor, kind, parent, *, publish=True, **changes):
    fields = {"title": "A page", "slug": "a-page", "introduction": "Short.", "comments": inline_formset([])}
    data = nested_form_data(fields | changes) | ({"action-publish": "1"} if publish else {})
    return editor.post(reverse("wagtailadmin_pages:add", args=["careers", kind, parent.pk]), data)


def story(**changes):
    fields = {
        "role": "Constable",
        "consent_reference": "file 12",
        "body": streamfield([]),
        "related_events": streamfield([]),
    }
    return fields | changes


def test_a_story_is_published_with_its_labels(editor, story_index, theme, add_role, client):
    family, role = theme("Family"), add_role("Police constable")
    team = Team.objects.create(name="Mounted Branch", slug="mounted-branch", locale=story_index.locale)

    response = send(
        editor,
        "storypage",
        story_index,
        **story(themes=(family.pk,), roles=(role.pk,), team=str(team.pk), title="I ride"),
    )

    assert response.status_code == 302, text(response)
    page = StoryPage.objects.get()
    assert (page.live, page.team, list(page.themes.all()), [r.pk for r in page.roles.all()]) == (
        True,
        team,
        [family],
        [role.pk],
    )
    assert "I ride" in text(client.get("/careers/stories/?theme=family"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"role": ""}, "This field is required"),
        ({"consent_reference": ""}, "Enter where the person’s written consent is kept"),
        ({"introduction": ""}, "Write one to three sentences"),
        ({"introduction": "x" * 401}, "at most 400 characters"),
        ({"title": "x" * 300}, "at most 255 characters (it has 300)"),
        (
            {
                "body": streamfield(
                    [
                        (
                            "video",
                            {
                                "title": "Morning",
                                "video": "",
                                "captions": "",
                                "language": "en",
                                "poster": "",
                                "address": "",
                                "transcript": rich_text("Six o’clock."),
                            },
                        )
                    ]
                )
            },
            "Choose a file or enter an address",
        ),
    ],
)
def test_a_mistake_is_told_in_words_and_nothing_is_published(editor, story_index, changes, words):
    response = send(editor, "storypage", story_index, **story(**changes))

    assert response.status_code == 200
    assert words in text(response)
    assert not StoryPage.objects.live().exists()


def test_a_picture_is_described_or_decoration(editor, story_index, picture):
    response = send(editor, "storypage", story_index, **story(image=str(picture.pk)))
    assert NOT_DESCRIBED in text(response)

    response = send(editor, "storypage", story_index, **story(image=str(picture.pk), image_is_decorative="on"))
    assert response.status_code == 302


def test_an_illustrative_story_needs_no_consent(editor, story_index):
    assert (
        send(editor, "storypage", story_index, **story(consent_reference="", is_illustrative="on")).status_code == 302
    )


def test_a_draft_may_lack_everything(editor, story_index):
    response = send(
        editor, "storypage", story_index, publish=False, **story(role="", consent_reference="", introduction="")
    )

    assert response.status_code == 302
    assert not StoryPage.objects.get().live


def test_many_at_once_are_not_published_while_one_lacks_something(editor, story_index):
    send(editor, "storypage", story_index, publish=False, **story(consent_reference=""))
    page = StoryPage.objects.get()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    back = reverse("wagtailadmin_explore", args=[story_index.pk])

    response = editor.post(f"{url}?id={page.pk}&next={back}", {"include_descendants": ""}, follow=True)

    assert "Not published. “A page”: Enter where the person’s written consent is kept" in text(response)
    assert not Page.objects.get(pk=page.pk).live


def test_themes_and_roles_are_offered_once(editor, story_index, theme, french):
    theme("Family").copy_for_translation(french).save()

    form = editor.get(reverse("wagtailadmin_pages:add", args=["careers", "storypage", story_index.pk])).context["form"]

    assert [str(label) for label in form.fields["themes"].queryset] == ["Family"]


class TestCheck:
    def question(self, key, *answers):
        rows = [{"key": k, "label": k, "leads_to": to, "note": ""} for k, to in answers]
        return (
            "question",
            {"key": key, "text": f"{key}?", "hint": "", "answers": streamfield([("item", row) for row in rows])},
        )

    def outcome(self, key, page):
        return (
            "outcome",
            {
                "key": key,
                "kind": "good",
                "title": "You could",
                "text": rich_text("Now."),
                "next_text": "Go on",
                "next_page": str(page.pk),
                "next_address": "",
                "source": "",
                "source_address": "",
            },
        )

    def send(self, editor, careers, *answers, publish=True):
        return send(
            editor,
            "eligibilitypage",
            careers,
            publish=publish,
            before="null",
            questions=streamfield([self.question("age", *answers)]),
            outcomes=streamfield([self.outcome("end", careers)]),
        )

    def test_a_sound_check_is_published(self, editor, careers):
        assert self.send(editor, careers, ("yes", "end"), ("no", "end")).status_code == 302
        assert EligibilityPage.objects.live().exists()

    @pytest.mark.parametrize(
        ("answers", "words"),
        [
            ((("yes", "end"), ("no", "age")), "leads back to itself"),
            ((("yes", "end"), ("no", "nowhere")), "leads to “nowhere”, which does not exist"),
            ((("yes", "end"), ("no", "")), "there is no question below"),
        ],
    )
    def test_one_that_could_trap_somebody_is_not(self, editor, careers, answers, words):
        response = self.send(editor, careers, *answers)

        assert words in text(response)
        assert not EligibilityPage.objects.exists()
        assert self.send(editor, careers, *answers, publish=False).status_code == 302, "a draft may"
