"""What may be published: what the teller has approved, with what she agrees to, by whatever way it is published."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from wagtail import hooks
from wagtail.models import ReferenceIndex, Task, Workflow, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from careers.pages.models import StoryPage
from careers.submissions.models import Preview
from careers.submissions.queries import pages_with_words
from careers.submissions.rules import Answer, What, Where
from careers.submissions.services import answer_preview, draft_story_page, send_preview, withdraw
from careers.submissions.services.drafting import CannotDraftError
from careers.submissions.services.previewing import CannotPreviewError
from portal.approval import reasons_against
from portal.models import ContentPage
from portal.publishing import PublicationRefusedError
from tests.careers.submissions.conftest import WORDS

pytestmark = pytest.mark.django_db


def edit_form(page, **changes):
    """Return the page's form as a browser would send it."""
    fields = {
        "title": page.title,
        "slug": page.slug,
        "role": page.role,
        "team": "",
        "pull_quote": page.pull_quote,
        "consent_reference": page.consent_reference,
        "introduction": page.introduction,
        "image": page.image_id or "",
        "image_alt": page.image_alt,
        "next_step_page": "",
        "next_step_text": "",
        "next_step_reason": "",
        "body": streamfield([("paragraph", rich_text(block.value.source)) for block in page.body]),
        "related_events": streamfield([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(fields | changes)


class TestDrafting:
    def test_the_draft_is_nobodys_but_the_editors_and_credited_as_agreed(self, send, comms, story_index, now, client):
        story = send()
        page = draft_story_page(story_id=story.pk, by=comms, now=now)

        page = StoryPage.objects.get(pk=page.pk)
        assert (page.live, page.role, page.submission) == (False, "Amara Okafor", story)
        assert page.image_alt == "Somebody on a bench"
        assert client.get(page.url or "/careers/stories/readers-story/").status_code == 404
        assert draft_story_page(story_id=story.pk, by=comms, now=now) == page, "a second call makes no second page"
        story.refresh_from_db()
        assert story.state == "drafted"

    def test_without_name_and_face_neither_is_there(self, send, comms, story_index, now):
        page = draft_story_page(story_id=send(consents=WORDS).pk, by=comms, now=now)

        assert (page.role, page.image) == ("A reader", None)
        assert "Amara" not in f"{page.title} {page.slug}"

    def test_words_that_may_not_stand_on_the_site_make_no_page(self, send, comms, story_index, now):
        with pytest.raises(CannotDraftError, match="does not agree"):
            draft_story_page(story_id=send(consents=[(What.QUOTE, Where.PRINT)]).pk, by=comms, now=now)


class TestTheGuard:
    def test_what_she_approved_is_published(self, approved):
        story, page = approved()
        page.get_latest_revision().publish()

        page.refresh_from_db()
        story.refresh_from_db()
        assert (page.live, story.state) == (True, "published")

    def test_nothing_is_published_that_she_has_not_seen(self, send, comms, story_index, now):
        page = draft_story_page(story_id=send().pk, by=comms, now=now)

        with pytest.raises(PublicationRefusedError, match="send her the preview"):
            page.get_latest_revision().publish()
        page.refresh_from_db()
        assert not page.live

    def test_another_version_is_refused_and_the_approved_one_is_not(self, approved):
        _, page = approved()
        seen = page.get_latest_revision()
        page.introduction = "She was twenty-five."
        changed = page.save_revision()

        with pytest.raises(PermissionDenied, match="has not seen this version"):
            changed.publish()
        seen.publish()
        page.refresh_from_db()
        assert page.live

    @pytest.mark.parametrize(
        "field", ["title", "role", "pull_quote", "introduction", "image_alt", "search_description"]
    )
    def test_every_word_that_a_reader_sees_counts(self, approved, field):
        _, page = approved()
        setattr(page, field, "Something else")

        assert page.missing_for_publication()

    @pytest.mark.parametrize("field", ["slug", "consent_reference", "next_step_text"])
    def test_what_tells_nothing_does_not(self, approved, field):
        _, page = approved()
        setattr(page, field, "something-else")

        assert page.missing_for_publication() == []

    def test_the_form_publishes_what_was_approved_and_refuses_another(self, approved, desk):
        _, page = approved()
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        refused = desk.post(url, edit_form(page, title="Her life") | {"action-publish": "1"})

        assert refused.status_code == 200
        assert "has not seen this version" in refused.content.decode()
        page.refresh_from_db()
        assert not page.live
        taken = desk.post(url, edit_form(page) | {"action-publish": "1"})
        assert taken.status_code == 302, taken.context["form"].errors
        page.refresh_from_db()
        assert page.live

    def test_the_bulk_action(self, approved, desk):
        _, page = approved()
        page.title = "Her life"
        page.save_revision()
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        url += f"?id={page.pk}&next={reverse('wagtailadmin_explore', args=[page.get_parent().pk])}"
        answer = desk.post(url, {"include_descendants": ""}, follow=True)

        assert "has not seen this version" in answer.content.decode()
        page.refresh_from_db()
        assert not page.live

    def test_the_workflow(self, approved, comms, django_user_model):
        _, page = approved()
        page.introduction = "She was twenty-five."
        page.save_revision(user=comms)
        lead = django_user_model.objects.create_superuser("lead", "lead@staff.example.org", "x")

        assert any("has not seen this version" in reason for reason in reasons_against(page, lead))

    def test_a_workflow_of_another_kind(self, approved, comms):
        """Wagtail's own step has no form and asks nobody: it ends at the page itself."""
        _, page = approved()
        page.introduction = "She was twenty-five."
        page.save_revision(user=comms)
        workflow = Workflow.objects.create(name="Plain")
        task = Task.objects.create(name="Plain step")
        WorkflowTask.objects.create(workflow=workflow, task=task)
        state = workflow.start(page, comms)

        with pytest.raises(PermissionDenied):
            state.current_task_state.approve(user=comms)
        page.refresh_from_db()
        assert not page.live

    def test_the_schedule_is_refused_at_its_time_and_others_are_not(self, approved, home, frozen, now):
        story, page = approved()
        other = home.add_child(instance=ContentPage(title="About", slug="about", live=False))
        for one in (page, other):
            one.go_live_at = now + timedelta(hours=1)
            one.save_revision().publish()
        withdraw(story_id=story.pk, consent_ids=[story.consents.get(what="quote", where="site").pk], now=now)
        frozen.move_to(now + timedelta(hours=2))
        call_command("publish_scheduled")

        page.refresh_from_db()
        other.refresh_from_db()
        assert (page.live, other.live) == (False, True)
        assert not page.revisions.exclude(approved_go_live_at=None).exists(), "it is not tried again"

    def test_control_without_the_hook_everything_is_published(self, send, comms, story_index, now, monkeypatch):
        page = draft_story_page(story_id=send().pk, by=comms, now=now)
        asked = hooks.get_hooks
        monkeypatch.setattr(hooks, "get_hooks", lambda name: [] if name == "publication_problems" else asked(name))
        page.get_latest_revision().publish()

        page.refresh_from_db()
        assert page.live, "the guard is what kept it back"

    def test_a_name_without_consent_is_found_in_the_text(self, approved):
        _, page = approved(consents=WORDS)
        page.body = [("paragraph", "<p>amara okafor joined late.</p>")]

        assert "the teller’s name" in page.missing_for_publication()[0].message

    def test_a_picture_without_consent_is_found_on_any_page(self, approved, home, now):
        story, _ = approved()
        about = ContentPage(title="About", slug="about", introduction="Us.", image=story.image, image_alt="She")
        home.add_child(instance=about)
        assert about.missing_for_publication() == []
        story.consents.filter(what="face").update(withdrawn_at=now)

        assert [problem.field for problem in about.missing_for_publication()] == ["image"]

    def test_a_copy_is_another_page(self, approved):
        _, page = approved()
        copied = page.copy(update_attrs={"slug": "again", "title": page.title}, keep_live=False)

        with pytest.raises(PublicationRefusedError):
            copied.get_latest_revision().publish()

    def test_pages_without_readers_pass_by(self, tell, django_assert_num_queries):
        page = tell("I ride")

        with django_assert_num_queries(1):  # the comments of editors, which Wagtail looks into for references
            assert page.missing_for_publication() == []


class TestAQuoteElsewhere:
    @pytest.fixture
    def quoting(self, approved, careers):
        """Return a story, and another page that quotes it."""
        story, _ = approved()
        quote = {"quote": "He sat down beside me.", "attribution": "A reader", "story": str(story.pk)}
        careers.body = [("reader_quote", quote)]
        careers.save()
        return story, careers

    def test_the_reference_index_sees_it(self, quoting):
        story, careers = quoting
        ReferenceIndex.create_or_update_for_object(careers)  # what the worker does

        assert ReferenceIndex.get_references_to(story).filter(object_id=str(careers.pk)).exists()
        assert careers.pk in pages_with_words([story])[story.pk]

    def test_it_is_approved_by_itself(self, quoting, comms, now):
        story, careers = quoting
        revision = careers.save_revision()
        with pytest.raises(PublicationRefusedError):
            revision.publish()
        preview = send_preview(story_id=story.pk, page_id=careers.pk, by=comms, now=now)
        answer_preview(story_id=story.pk, preview_id=preview.pk, answer=Answer.APPROVED, wishes="", now=now)
        revision.publish()

        withdraw(story_id=story.pk, consent_ids=story.consents.values_list("pk", flat=True), now=now)
        careers.refresh_from_db()
        assert not careers.live


class TestPreviews:
    def test_the_same_version_is_asked_about_once(self, send, comms, story_index, now):
        story = send()
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        previews = [send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now) for _ in range(3)]

        assert len({preview.pk for preview in previews}) == 1

    def test_only_the_latest_is_answered(self, send, comms, story_index, now):
        story = send()
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        first = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
        page.introduction = "Another beginning."
        page.save_revision()
        second = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
        say = {"story_id": story.pk, "answer": Answer.APPROVED, "wishes": "", "now": now}

        assert answer_preview(preview_id=first.pk, **say) is False
        assert [answer_preview(preview_id=second.pk, **say) for _ in range(2)] == [True, False]

    def test_wishes_lead_to_another_version(self, send, comms, story_index, now):
        story = send()
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        preview = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
        answer_preview(
            story_id=story.pk, preview_id=preview.pk, answer=Answer.CHANGES, wishes="Leave out the bench.", now=now
        )

        story.refresh_from_db()
        assert (story.state, Preview.objects.get().wishes) == ("drafted", "Leave out the bench.")
        with pytest.raises(CannotPreviewError, match="asked for changes"):
            send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)

    def test_nobody_is_asked_about_what_there_is_no_consent_for(self, send, comms, story_index, now):
        story = send(consents=WORDS)
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        page.role = "Amara Okafor"
        page.save_revision()

        with pytest.raises(CannotPreviewError, match="name on the site"):
            send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)

    def test_a_consent_that_ended_since_leaves_nothing_to_approve(self, send, comms, story_index, now):
        story = send(until=date(2027, 2, 10))
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        preview = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)

        late = now + timedelta(days=10)
        said = answer_preview(story_id=story.pk, preview_id=preview.pk, answer=Answer.APPROVED, wishes="", now=late)
        assert said is False
