"""When a consent ends: what used it comes off the site, whoever must know is told, and nothing brings it back."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from careers.pages.models import StoryPage
from careers.submissions.models import Consent, Preview, StorySubmission
from careers.submissions.services import end_consents, purge_stories, remind_of_ends, withdraw
from events.outbox.delivery.composing import composing
from events.outbox.models import Message
from events.worker import Worker
from portal.models import ContentPage, HomePage
from portal.page_cache.generation import read_generation
from portal.templatetags.pictures import site_picture

pytestmark = pytest.mark.django_db


def ids(story, **which):
    return list(story.consents.filter(**which).values_list("pk", flat=True))


def kinds():
    return sorted(Message.objects.exclude(kind="story_received").values_list("kind", "to_email"))


def is_live(page):
    return StoryPage.objects.get(pk=page.pk).live


class TestWithdrawal:
    def test_the_page_comes_off_at_once_and_everybody_is_told(self, published, comms, now):
        story, page = published()
        Message.objects.all().delete()
        assert withdraw(story_id=story.pk, consent_ids=ids(story, what="quote", where="site"), now=now) == 1

        assert not is_live(page)
        assert kinds() == [
            ("story_consent_ended", "amara@example.org"),
            ("story_staff_ended", "carol@staff.example.org"),
            ("story_staff_ended", "outreach@example.org"),
        ]
        assert withdraw(story_id=story.pk, consent_ids=ids(story, what="quote", where="site"), now=now) == 0
        assert end_consents(now=now) == 0
        assert len(kinds()) == 3, "twice is the same as once"

    def test_what_is_left_is_left_alone(self, published, now):
        story, page = published()
        withdraw(story_id=story.pk, consent_ids=ids(story, where="social"), now=now)

        assert is_live(page)
        story.refresh_from_db()
        assert story.state == "published"

    def test_a_picture_takes_every_page_that_shows_it_and_is_deleted(
        self, transactional_db, published, home, now, private_files
    ):
        story, page = published()
        other = home.add_child(instance=ContentPage(title="About", slug="about", body=[("image", story.image)]))
        site_picture(story.image, "She", "portrait", "hero")
        names = [story.image.file.name, *story.image.renditions.values_list("file", flat=True)]
        assert len(names) > 3
        _run_tasks()
        withdraw(story_id=story.pk, consent_ids=ids(story, what="face"), now=now)
        _run_tasks()

        other.refresh_from_db()
        assert (is_live(page), other.live) == (False, False)
        assert not get_image_model().objects.exists()
        assert [name for name in names if default_storage.exists(name)] == []
        assert private_files() == set()

    def test_the_page_that_the_site_stands_on_stays_without_the_picture(self, published, home, now):
        story, _ = published()
        home.image = story.image
        home.save()
        withdraw(story_id=story.pk, consent_ids=ids(story, what="face"), now=now)

        home = HomePage.objects.get()
        assert (home.live, home.image) == (True, None)

    def test_a_name_takes_the_page_that_gives_it(self, published, now):
        story, page = published()
        withdraw(story_id=story.pk, consent_ids=ids(story, what="name", where="site"), now=now)

        assert not is_live(page)

    def test_it_works_before_the_index_has_caught_up(self, published, now):
        story, page = published()
        ReferenceIndex.objects.all().delete()
        withdraw(story_id=story.pk, consent_ids=ids(story, what="quote"), now=now)

        assert not is_live(page)

    def test_kept_pages_are_dropped(self, transactional_db, published, now, client):
        story, page = published()
        assert page.title in client.get("/careers/stories/").content.decode()
        before = read_generation()
        withdraw(story_id=story.pk, consent_ids=ids(story, what="quote"), now=now)

        assert read_generation() > before
        assert page.title not in client.get("/careers/stories/").content.decode()
        assert client.get(page.url).status_code == 404

    def test_another_ones_consents_are_not_hers_to_end(self, published, send, now):
        story, page = published()
        other = send("bronwen")

        assert withdraw(story_id=other.pk, consent_ids=ids(story), now=now) == 0
        assert is_live(page)


class TestTheLastDay:
    def test_it_holds_through_its_last_day_and_no_longer(self, published, frozen, now):
        story, page = published(until=date(2027, 3, 1))
        for day, live in ((27, True), (28, True), (29, False)):
            moment = now + timedelta(days=day)
            frozen.move_to(moment)
            end_consents(now=moment)
            assert is_live(page) is live, day
        story.refresh_from_db()
        assert story.state == "closed"

    def test_the_worker_does_it_daily(self, transactional_db, published, frozen, now, smtp_sink):
        _story, page = published(until=date(2027, 3, 1))
        frozen.move_to(now + timedelta(days=29))
        Worker(should_stop=lambda: False, wait=lambda seconds: None).drain()

        assert not is_live(page)
        subjects = sorted(str(m.parsed["Subject"]) for m in smtp_sink.messages if "amara@example.org" in m.recipients)
        assert "What you agreed to has ended, and we no longer use it" in subjects
        sent = [m.parsed for m in smtp_sink.messages if "carol@staff.example.org" in m.recipients]
        assert f"/cms/pages/{page.pk}/edit/" in sent[-1].get_body(("plain",)).get_content()

    def test_two_weeks_before_teller_and_team_are_reminded_once(self, published, now):
        _story, _page = published(until=date(2027, 3, 1))
        Message.objects.all().delete()

        assert remind_of_ends(now=now + timedelta(days=13)) == 0
        for day in (14, 15, 28):
            assert remind_of_ends(now=now + timedelta(days=day)) == 1
        assert kinds() == [
            ("story_consent_ends", "amara@example.org"),
            ("story_staff_ends", "outreach@example.org"),
        ]

    def test_nothing_brings_it_back(self, published, now, frozen):
        _story, page = published(until=date(2027, 3, 1))
        moment = now + timedelta(days=29)
        frozen.move_to(moment)
        end_consents(now=moment)
        page = StoryPage.objects.get(pk=page.pk)

        assert "no consent to use these words" in page.missing_for_publication()[0].message
        with pytest.raises(Exception, match="no consent"):
            page.get_latest_revision().publish()
        assert not is_live(page)

    def test_control_without_the_duty_the_page_stays(self, published, frozen, now, monkeypatch):
        _, page = published(until=date(2027, 3, 1))
        frozen.move_to(now + timedelta(days=29))
        monkeypatch.setattr("careers.submissions.services.consenting.without_consent", lambda today: [])
        end_consents(now=now + timedelta(days=29))

        assert is_live(page)


def _run_tasks():
    """Run what Wagtail has put off: it removes files by a task."""
    worker = Worker(should_stop=lambda: False, wait=lambda seconds: None)
    worker._run_tasks()
    assert not DBTaskResult.objects.filter(status="FAILED").exists()


class TestRetention:
    def everything(self):
        rows = [*StorySubmission.objects.values(), *Preview.objects.values(), *Message.objects.values()]
        return str(rows).lower()

    def forgotten(self, story, files):
        assert "amara" not in self.everything()
        assert "bench" not in self.everything()
        assert files() == set()
        assert not StoryPage.objects.exists()
        assert not get_image_model().objects.exists()
        assert Consent.objects.filter(submission=story).exists(), "the ledger stays, and names nobody"

    @pytest.mark.parametrize("state", ["new", "in_hand", "declined"])
    def test_what_nobody_moves_on_ends_after_ninety_days(
        self, send, now, state, private_files, django_capture_on_commit_callbacks
    ):
        story = send()
        StorySubmission.objects.update(state=state)
        Message.objects.update(state="accepted", handed_off_at=now, settled_at=now)
        due = now + timedelta(days=90)

        assert purge_stories(now=due - timedelta(seconds=1), dry_run=False) == 0
        assert purge_stories(now=due, dry_run=True) == 1
        assert "amara" in self.everything(), "a dry run only counts"
        with django_capture_on_commit_callbacks(execute=True):
            assert purge_stories(now=due, dry_run=False) == 1
        assert purge_stories(now=due, dry_run=False) == 0
        self.forgotten(story, private_files)

    def test_a_draft_made_from_it_goes_with_it(self, approved, now, private_files, django_capture_on_commit_callbacks):
        story, _ = approved()
        with django_capture_on_commit_callbacks(execute=True):
            assert purge_stories(now=now + timedelta(days=90), dry_run=False) == 1
        self.forgotten(story, private_files)

    def test_a_published_one_stays_while_its_consent_holds_and_goes_a_week_after(
        self, published, now, frozen, private_files, django_capture_on_commit_callbacks
    ):
        story, page = published(until=date(2027, 12, 1))

        def day(number):
            moment = now + timedelta(days=number)
            frozen.move_to(moment)
            with django_capture_on_commit_callbacks(execute=True):
                end_consents(now=moment)
                return purge_stories(now=moment, dry_run=False)

        assert (day(200), is_live(page)) == (0, True)
        assert (day(304), is_live(page)) == (0, False)
        assert day(310) == 0
        assert day(311) == 1
        self.forgotten(story, private_files)

    def test_a_page_on_the_site_is_never_pulled_from_under_its_teller(self, published, comms, now):
        _story, page = published()
        StorySubmission.objects.update(state="preview_sent", changed_at=now)  # a new version waits

        assert purge_stories(now=now + timedelta(days=91), dry_run=False) == 0
        assert is_live(page)

    def test_no_orphaned_files(self, send, approved, published, now, private_files, django_capture_on_commit_callbacks):
        """After whatever happens, each private file belongs to a row, and each row has its file."""
        stories = [send("amara"), approved("bronwen")[0], published("chioma")[0], send("dilys", picture=None)]
        with django_capture_on_commit_callbacks(execute=True):
            withdraw(story_id=stories[2].pk, consent_ids=ids(stories[2], what="face"), now=now)
            StorySubmission.objects.filter(pk=stories[0].pk).update(state="declined")
            purge_stories(now=now + timedelta(days=90), dry_run=False)
        kept = {name.removeprefix("pictures/") for name in StorySubmission.objects.values_list("picture", flat=True)}

        assert kept - {""} == private_files()

    def test_a_failed_submission_leaves_no_file(self, send, private_files, monkeypatch):
        monkeypatch.setattr("careers.submissions.services.receiving.post_letters", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send()

        assert private_files() == set()


class TestLetters:
    def test_each_is_composed_without_a_statement(self, published, now):
        story, _page = published(until=date(2027, 2, 10))
        remind_of_ends(now=now)
        withdraw(story_id=story.pk, consent_ids=ids(story), now=now)
        messages = list(Message.objects.order_by("pk"))
        assert {m.kind for m in messages} == {
            "story_received", "story_preview", "story_published", "story_consent_ends", "story_consent_ended",
            "story_staff_ends", "story_staff_ended",
        }  # fmt: skip
        drafts = {}
        with composing(messages, finish=lambda message, draft: draft) as (_, mails):
            for position, message in enumerate(messages):
                try:
                    drafts[message.kind, message.to_email] = mails.take(position)
                except Exception as reason:
                    drafts[message.kind, message.to_email] = reason

        ended = drafts["story_consent_ended", "amara@example.org"]
        assert "My picture may be shown on this website" in ended.text
        assert "A week from now" in ended.text
        assert ended.to_name == "Amara Okafor"
        assert "Amara" not in drafts["story_staff_ended", "outreach@example.org"].text, "staff read the name in the CMS"
        assert str(drafts["story_published", "amara@example.org"]) == "The story has moved on since."

    def test_they_are_written_in_her_language(self, send, now):
        send(language="fr")
        (message,) = Message.objects.all()
        with composing([message], finish=lambda message, draft: draft) as (_, mails):
            draft = mails.take(0)

        assert draft.subject == "Nous avons votre histoire"
        assert "/fr/stories/" in draft.text

    def test_of_what_is_deleted_nothing_is_sent(self, send, now):
        send()
        purge_stories(now=now + timedelta(days=90), dry_run=False)

        assert list(Message.objects.values_list("state", "reason")) == [
            ("skipped", "The person's data has been deleted.")
        ]


class TestConstraints:
    @pytest.mark.parametrize(
        "wrong",
        [{"email": ""}, {"story": ""}, {"erased_at": "2027-01-01T00:00Z"}],
    )
    def test_a_story_is_whole_until_it_is_erased(self, send, wrong):
        story = send()
        with pytest.raises(IntegrityError), transaction.atomic():
            StorySubmission.objects.filter(pk=story.pk).update(**wrong)

    def test_the_same_words_are_one_story(self, send):
        story, other = send(), send("bronwen")
        with pytest.raises(IntegrityError), transaction.atomic():
            StorySubmission.objects.filter(pk=other.pk).update(fingerprint=story.fingerprint)
        with pytest.raises(IntegrityError), transaction.atomic():
            StorySubmission.objects.filter(pk=other.pk).update(submission=story.submission)

    def test_a_consent_stands_once(self, send, now):
        story = send()
        consent = story.consents.first()
        again = Consent(
            submission=story, what=consent.what, where=consent.where, until_date=date(2030, 1, 1), given_at=now,
            wording="x", wording_version=1,
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=now)
        again.save()

    def test_a_consent_is_withdrawn_after_it_was_given(self, send, now):
        story = send()
        with pytest.raises(IntegrityError), transaction.atomic():
            story.consents.update(withdrawn_at=now - timedelta(days=1))

    def test_an_answer_has_its_time_and_a_version_one_preview(self, approved, now):
        _, _page = approved()
        preview = Preview.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            Preview.objects.update(answered_at=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            Preview.objects.create(submission=preview.submission, page=preview.page, digest=preview.digest, sent_at=now)
