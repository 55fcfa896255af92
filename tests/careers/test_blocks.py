"""Blocks: what each shows, what it refuses, and that the block picker can preview every one."""

import html

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.blocks import StructBlockValidationError
from wagtail.documents import get_document_model

from careers.eligibility.blocks import OutcomeBlock, QuestionBlock
from careers.pages.blocks import (
    BenefitGroupBlock,
    CareersBodyBlock,
    FaqGroupBlock,
    RouteBlock,
    StageBlock,
    VideoBlock,
)

pytestmark = pytest.mark.django_db
BODY = CareersBodyBlock()
ALL = {**BODY.child_blocks, "benefits": BenefitGroupBlock(), "faq": FaqGroupBlock(), "route": RouteBlock()}
ALL |= {"stage": StageBlock(), "question": QuestionBlock(), "outcome": OutcomeBlock()}


@pytest.fixture
def editor():
    user = get_user_model().objects.create_superuser("editor", "editor@example.org", "x")
    client = Client()
    client.force_login(user)
    return client


def document(name):
    return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name))


@pytest.mark.parametrize("name", list(ALL))
def test_every_block_has_a_preview_an_icon_and_an_explanation(editor, name):
    block = ALL[name]

    response = editor.get("/cms/block-preview/", {"id": block.definition_prefix})

    assert response.status_code == 200
    assert b"portal/site.css" in response.content
    assert b"frame-ancestors 'self'" in response["Content-Security-Policy"].encode()
    assert block.is_previewable
    assert block.meta.icon not in {"", "placeholder"}
    assert block.get_description()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("facts", "1 in 3"),
        ("question_answer", "Were you ever afraid?"),
        ("day", "07:00"),
        ("video", "Read the transcript"),
        ("quote", "stayed for the team"),
        ("heading", "What the first year is like"),
        ("paragraph", "a tutor beside you"),
        ("benefits", "Who it is for"),
        ("faq", "Before you apply"),
        ("stage", "How to prepare"),
        ("question", "How old are you?"),
        ("outcome", "Whose rule this is"),
    ],
)
def test_previews_show_an_example(editor, name, words):
    page = html.unescape(editor.get("/cms/block-preview/", {"id": ALL[name].definition_prefix}).content.decode())

    assert words in page


def test_a_day_keeps_its_times():
    shown = BODY.child_blocks["day"]
    value = shown.get_preview_value()

    assert [f"{row['time']:%H:%M}" for row in value["rows"]] == ["07:00", "15:20"]


class TestVideo:
    block = VideoBlock()

    def value(self, **changes):
        fields = {
            "title": "Morning",
            "video": None,
            "captions": None,
            "language": "en",
            "poster": None,
            "address": "",
            "has_captions_there": False,
            "transcript": "<p>Six o’clock.</p>",
        }
        return self.block.to_python(self.block.get_prep_value(self.block.normalize(fields | changes)))

    def clean(self, *, draft=False, **changes):
        value = self.value(**changes)
        return self.block.clean_deferred(value) if draft else self.block.clean(value)

    def test_a_file_with_captions_and_transcript_is_shown(self):
        value = self.clean(video=document("stables.mp4"), captions=document("stables.vtt"))

        shown = self.block.render(value)
        assert '<track kind="captions"' in shown
        assert 'type="video/mp4"' in shown
        assert "Six o’clock." in shown
        assert "autoplay" not in shown

    def test_a_page_elsewhere_is_a_plain_link(self):
        value = self.clean(address="https://video.example.org/1", has_captions_there=True)

        shown = self.block.render(value)
        assert 'href="https://video.example.org/1"' in shown
        assert "iframe" not in shown

    @pytest.mark.parametrize(
        ("files", "changes", "field"),
        [
            ({}, {}, "video"),
            ({"video": "a.mp4"}, {}, "captions"),
            ({"video": "a.mp4", "captions": "a.vtt"}, {"transcript": ""}, "transcript"),
            ({"video": "a.pdf", "captions": "a.vtt"}, {}, "video"),
            ({"video": "a.webm", "captions": "a.txt"}, {}, "captions"),
            ({"video": "a.mp4", "captions": "a.vtt"}, {"address": "https://video.example.org/1"}, "video"),
            ({}, {"address": "https://video.example.org/1"}, "has_captions_there"),
            ({"video": "a.mp4", "captions": "a.vtt"}, {"language": "English"}, "language"),
        ],
    )
    def test_what_is_refused(self, files, changes, field):
        with pytest.raises(StructBlockValidationError) as refused:
            self.clean(**{name: document(file) for name, file in files.items()}, **changes)

        assert field in refused.value.block_errors

    def test_a_draft_may_lack_everything(self):
        self.clean(draft=True, transcript="")

    def test_the_page_may_play_what_is_ours(self, careers, client):
        assert "media-src 'self'" in client.get("/careers/")["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["Yes", "a b", "x" * 31, "é"])
def test_short_names_of_a_check_are_plain(name):
    with pytest.raises(ValidationError, match="small letters"):
        QuestionBlock().child_blocks["key"].clean(name)
