"""Mail that comes in: an answer is a hint and may do no more than decline; the rest is passed on or left alone."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from events.console.queries import broken_invariants
from events.invites.models import InboundMail, Invite, InviteRevision
from events.invites.rules import InboundOutcome, PartStat
from events.outbox.messages import kind_of
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy, RegistrationState
from events.registration.services import answering, cancel_registration, replying
from events.registration.services.announcing import announce_due_events
from events.registration.services.replying import receive_mail
from events.registration.tokens import registration_links
from events.schedule.rules import EventKind, OnDecline
from tests.events.registration.answers import everything, invite_of, mails, on_decline
from tests.events.registration.test_mails import meeting
from tests.inbound_mail import HOSTILE, REPLIES, STAMP, UID, plain, words
from tests.processes import at_the_same_moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("replies_are_on")]
CONFIRMED, WAITING, CANCELLED = RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.CANCELLED


@pytest.mark.parametrize("client", ["apple", "google", "outlook", "thunderbird"])
@pytest.mark.parametrize("answer", ["accepted", "tentative", "declined"])
def test_the_reply_of_every_client_is_stored(publish, sign_up, later, client, answer):
    amara = sign_up(publish(), "amara")
    Invite.objects.update(uid=UID)
    raw = (REPLIES / f"{client}-{answer}.eml").read_bytes()

    assert receive_mail(raw=raw, now=later) is InboundOutcome.ANSWERED

    invite = invite_of(amara)
    assert (invite.answer, invite.answer_sequence) == (answer.upper(), 0)
    assert (invite.answer_stamp, invite.answered_at) == (STAMP, later)
    assert len(mails("declined")) == (answer == "declined"), "yes and perhaps get no mail"
    amara.refresh_from_db()
    assert amara.state == CONFIRMED
    row = InboundMail.objects.get()
    assert (row.outcome, row.invite) == (InboundOutcome.ANSWERED, invite)
    assert row.sender == row.subject == row.text == ""


def test_a_decline_is_asked_about_and_the_question_leads_to_the_page_that_acts_on_post(publish, sign_up, later):
    amara = sign_up(publish(), "amara")

    receive_mail(raw=plain(invite_of(amara)), now=later)

    message = mails("declined")[0]
    assert message.to_email == "amara@example.org"
    kind = kind_of("declined")
    draft = kind.compose(message, kind.prepare([message]))
    assert draft.calendar is None
    link = registration_links(amara)["cancel_url"]
    assert link in draft.text
    client, path = Client(), link.removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    assert Registration.objects.get().state == CONFIRMED, "scanners follow every link"


def test_one_decline_is_one_question(publish, sign_up, later):
    invite = invite_of(sign_up(publish(), "amara"))

    first = plain(invite)
    assert [receive_mail(raw=first, now=later) for _ in range(3)] == [InboundOutcome.ANSWERED] * 3
    receive_mail(raw=plain(invite, number=2), now=later)
    receive_mail(raw=plain(invite, minutes=1), now=later)

    assert len(mails("declined")) == 1
    receive_mail(raw=plain(invite, "ACCEPTED", minutes=2), now=later)
    receive_mail(raw=plain(invite, minutes=3), now=later)
    assert len(mails("declined")) == 2, "she said yes in between, so that is another decline"


def test_a_calendar_that_cannot_decide_causes_three_questions_a_day(publish, sign_up, later):
    invite = invite_of(sign_up(publish(), "amara"))
    for minutes in range(0, 20, 2):
        receive_mail(raw=plain(invite, minutes=minutes), now=later)
        receive_mail(raw=plain(invite, "ACCEPTED", minutes=minutes + 1), now=later)

    assert len(mails("declined")) == 3


def test_the_same_mail_a_thousand_times_is_one(publish, sign_up, later):
    invite = invite_of(sign_up(publish(), "amara"))
    raw = plain(invite)

    outcomes = Counter(receive_mail(raw=raw, now=later + timedelta(seconds=n)) for n in range(1000))

    assert outcomes == {InboundOutcome.ANSWERED: 1000}
    assert InboundMail.objects.count() == 1
    assert invite_of(invite.registration).answered_at == later
    assert len(mails("declined")) == 1


def test_without_a_message_id_the_same_bytes_are_the_same_mail(publish, sign_up, later):
    invite = invite_of(sign_up(publish(), "amara"))
    raw = plain(invite).replace(b"Message-ID:", b"X-Was:")

    assert receive_mail(raw=raw, now=later) is receive_mail(raw=raw, now=later) is InboundOutcome.ANSWERED
    assert InboundMail.objects.count() == 1


def test_an_older_answer_changes_nothing_in_whatever_order_they_come(publish, sign_up, later):
    invite = invite_of(sign_up(publish(), "amara"))

    assert receive_mail(raw=plain(invite, "ACCEPTED", minutes=5), now=later) is InboundOutcome.ANSWERED
    assert receive_mail(raw=plain(invite, minutes=4), now=later) is InboundOutcome.STALE
    assert receive_mail(raw=plain(invite, minutes=5), now=later) is InboundOutcome.STALE

    assert invite_of(invite.registration).answer == PartStat.ACCEPTED
    assert mails("declined") == []


@pytest.mark.parametrize("seed", range(20))
def test_answers_shuffled_and_repeated_end_in_the_newest(publish, sign_up, later, seed):
    amara = sign_up(publish(), "amara")
    answers = ["ACCEPTED", "DECLINED", "TENTATIVE", "DECLINED", "ACCEPTED"]
    raws = [plain(invite_of(amara), answer, minutes=n) for n, answer in enumerate(answers)] * 3
    random.Random(seed).shuffle(raws)

    for raw in raws:
        receive_mail(raw=raw, now=later)

    invite = invite_of(amara)
    assert (invite.answer, invite.answer_stamp) == (PartStat.ACCEPTED, STAMP + timedelta(minutes=4))
    assert InboundMail.objects.count() == 5


@pytest.mark.parametrize("choice", [OnDecline.ASK, OnDecline.RELEASE])
@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED"])
def test_an_answer_to_a_time_that_has_changed_is_stale(publish, sign_up, now, later, choice, answer):
    """She declined Monday; it is Tuesday now, and Tuesday may suit her."""
    amara = sign_up(publish(), "amara")
    publish(starts=datetime(2027, 3, 9, 18, 0))
    on_decline(amara.event, choice)

    assert receive_mail(raw=plain(invite_of(amara), answer), now=now + timedelta(hours=2)) is InboundOutcome.STALE
    announce_due_events(now=later)
    reply = plain(invite_of(amara), answer, sequence=0, number=2)
    assert receive_mail(raw=reply, now=later) is InboundOutcome.STALE

    assert invite_of(amara).answer == ""
    amara.refresh_from_db()
    assert amara.state == CONFIRMED
    reply = plain(invite_of(amara), answer, sequence=1, number=3)
    assert receive_mail(raw=reply, now=later) is InboundOutcome.ANSWERED


def test_an_answer_to_an_issue_whose_time_still_holds_counts(publish, sign_up, now, later):
    amara = sign_up(publish(), "amara")
    publish(title="Women on the front line, and behind it")
    announce_due_events(now=now + timedelta(hours=1))
    assert invite_of(amara).sequence == 1

    assert receive_mail(raw=plain(invite_of(amara), sequence=0), now=later) is InboundOutcome.ANSWERED
    assert receive_mail(raw=plain(invite_of(amara), "ACCEPTED", sequence=1), now=later) is InboundOutcome.ANSWERED
    late = plain(invite_of(amara), sequence=0, minutes=9)
    assert receive_mail(raw=late, now=later) is InboundOutcome.STALE, "SEQUENCE comes before the stamp"


def test_updates_echo_the_answer_and_a_new_time_asks_again(publish, sign_up, now, later):
    amara = sign_up(publish(), "amara")
    assert InviteRevision.objects.get().partstat == PartStat.NEEDS_ACTION

    receive_mail(raw=plain(invite_of(amara), "TENTATIVE"), now=later)
    publish(title="Another title")
    announce_due_events(now=now + timedelta(days=1))
    assert InviteRevision.objects.get(sequence=1).partstat == PartStat.TENTATIVE

    publish(title="Another title", starts=datetime(2027, 3, 9, 18, 0))
    announce_due_events(now=now + timedelta(days=2))
    assert InviteRevision.objects.get(sequence=2).partstat == PartStat.NEEDS_ACTION
    assert invite_of(amara).answer == ""

    publish(title="A third title", starts=datetime(2027, 3, 9, 18, 0))
    announce_due_events(now=now + timedelta(days=3))
    assert InviteRevision.objects.get(sequence=3).partstat == PartStat.NEEDS_ACTION, "nobody has answered Tuesday"


def test_where_the_event_says_so_the_place_is_released_and_the_next_person_gets_it(publish, sign_up, later):
    event = publish(capacity=1)
    amara, bronwen = sign_up(event, "amara"), sign_up(event, "bronwen")
    on_decline(event, OnDecline.RELEASE)

    assert receive_mail(raw=plain(invite_of(amara)), now=later) is InboundOutcome.ANSWERED

    amara.refresh_from_db()
    bronwen.refresh_from_db()
    assert (amara.state, amara.ended_by, bronwen.state) == (CANCELLED, CancelledBy.ATTENDEE, CONFIRMED)
    assert [m.to_email for m in mails("promotion")] == ["bronwen@example.org"]
    assert mails("cancellation") == mails("declined") == []
    (message,) = mails("released")
    assert message.revisions == [], "no CANCEL goes back to a calendar that has declined"
    kind = kind_of("released")
    assert kind.compose(message, kind.prepare([message])).calendar is None
    assert not Message.objects.filter(registration=amara, kind="reminder", state="queued").exists()
    assert invite_of(amara).method == "CANCEL", "her page and her feed show that it is off"
    assert list(broken_invariants(now=later)) == []


def test_who_was_released_may_come_back_and_an_old_decline_does_not_follow(publish, sign_up, later):
    event = publish(capacity=2)
    amara = sign_up(event, "amara")
    on_decline(event, OnDecline.RELEASE)
    old = invite_of(amara)
    receive_mail(raw=plain(old), now=later)
    again = sign_up(event, "amara", at=later)

    assert receive_mail(raw=plain(old, minutes=30), now=later) is InboundOutcome.STALE

    again.refresh_from_db()
    assert again.state == CONFIRMED


@pytest.mark.parametrize("choice", [OnDecline.ASK, OnDecline.RELEASE])
def test_one_session_of_several_never_costs_the_whole_place(publish, sign_up, later, choice):
    event = publish(kind=EventKind.PROGRAMME, sessions=(meeting(1), meeting(2)))
    amara = sign_up(event, "amara")
    on_decline(event, choice)
    first = Invite.objects.order_by("pk").first()

    assert receive_mail(raw=plain(first), now=later) is InboundOutcome.ANSWERED

    amara.refresh_from_db()
    assert amara.state == CONFIRMED
    (message,) = mails("declined")
    kind = kind_of("declined")
    text = kind.compose(message, kind.prepare([message])).text
    assert "Meeting 1" in text
    assert "Meeting 2" not in text
    assert "all 2 sessions" in text


def test_a_reply_can_neither_give_a_place_nor_bring_one_back(publish, sign_up, later):
    event = publish(capacity=1)
    amara = sign_up(event, "amara")
    invite = invite_of(amara)
    cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=later)

    assert receive_mail(raw=plain(invite, "ACCEPTED", sequence=0), now=later) is InboundOutcome.STALE
    assert receive_mail(raw=plain(invite, "ACCEPTED", sequence=1, number=2), now=later) is InboundOutcome.STALE

    amara.refresh_from_db()
    assert amara.state == CANCELLED
    assert not Invite.objects.exclude(answer="").exists()


def test_after_the_session_no_answer_matters(publish, sign_up):
    amara = sign_up(publish(), "amara")

    assert receive_mail(raw=plain(invite_of(amara)), now=amara.event.last_ends_at) is InboundOutcome.STALE
    assert mails("declined") == []


def test_an_event_that_is_off_asks_nobody(publish, sign_up, later):
    amara = sign_up(publish(), "amara")
    publish(is_cancelled=True)

    assert receive_mail(raw=plain(invite_of(amara)), now=later) is InboundOutcome.STALE
    assert mails("declined") == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_changes_nothing_and_is_logged(amara, later, name):
    raw = HOSTILE[name].replace(UID.encode(), invite_of(amara).uid.encode())
    before = everything()

    assert receive_mail(raw=raw, now=later) is InboundOutcome.IGNORED

    assert everything() == before
    row = InboundMail.objects.get()
    assert row.reason
    assert row.sender == row.subject == row.text == ""


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"who": "mallory@example.org"}, InboundOutcome.IGNORED),
        ({"who": "bronwen@example.org"}, InboundOutcome.IGNORED),
        ({"sequence": 1}, InboundOutcome.IGNORED),
        ({"sequence": 2147483647}, InboundOutcome.IGNORED),
        ({"minutes": 60 * 24 * 365}, InboundOutcome.IGNORED),
    ],
)
def test_a_forged_reply_changes_nothing(amara, later, changes, outcome):
    before = everything()

    assert receive_mail(raw=plain(invite_of(amara), **changes), now=later) is outcome

    assert everything() == before


def test_a_reply_to_the_entry_of_another_person_changes_nothing(publish, sign_up, later):
    event = publish()
    amara, mallory = sign_up(event, "amara"), sign_up(event, "mallory")
    on_decline(event, OnDecline.RELEASE)
    before = everything()

    assert receive_mail(raw=plain(invite_of(amara), who=mallory.email), now=later) is InboundOutcome.IGNORED

    assert everything() == before


def test_control_without_the_look_at_the_attendee_somebody_else_gives_the_place_away(amara, later, monkeypatch):
    monkeypatch.setattr(answering, "names_attendee", lambda *, reply, invite: True)

    receive_mail(raw=plain(invite_of(amara), who="mallory@example.org"), now=later)

    amara.refresh_from_db()
    assert amara.state == CANCELLED


def test_the_entry_of_somebody_erased_is_nobodys(amara, later):
    uid = invite_of(amara)
    Invite.objects.update(attendee_email="")
    before = everything()

    assert receive_mail(raw=plain(uid, who="@"), now=later) is InboundOutcome.IGNORED
    assert receive_mail(raw=plain(uid, number=2), now=later) is InboundOutcome.IGNORED
    assert everything() == before


def test_an_unknown_entry_is_logged(amara, later):
    stranger = Invite(pk=0, uid="nobody@portal.example.org", sequence=0)

    assert receive_mail(raw=plain(stranger), now=later) is InboundOutcome.IGNORED
    assert InboundMail.objects.get().reason == "No entry of ours has its UID."


@pytest.mark.parametrize("error", [OperationalError, ValueError])
def test_only_a_database_that_is_down_makes_a_mail_come_again(amara, later, monkeypatch, error):
    def fail(**kwargs):
        raise error("at once")

    monkeypatch.setattr(replying, "take_answer", fail)
    raw = plain(invite_of(amara))

    if error is OperationalError:
        with pytest.raises(OperationalError):
            receive_mail(raw=raw, now=later)
        assert not InboundMail.objects.exists()
    else:
        assert receive_mail(raw=raw, now=later) is InboundOutcome.IGNORED
        assert "ValueError" in InboundMail.objects.get().reason


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_declines_at_once_one_releases_the_place_once(publish, sign_up, later):
    event = publish(capacity=1)
    amara = sign_up(event, "amara")
    for name in ("bronwen", "chipo"):
        sign_up(event, name)
    on_decline(event, OnDecline.RELEASE)
    raws = [plain(invite_of(amara), minutes=n, number=n) for n in range(4)]

    outcomes = at_the_same_moment(4, lambda n: receive_mail(raw=raws[n], now=later).value)

    assert Counter(outcomes) == {"answered": 1, "stale": 3}
    assert Counter(Registration.objects.values_list("state", flat=True)) == {CANCELLED: 1, CONFIRMED: 1, WAITING: 1}
    assert len(mails("released")) == len(mails("promotion")) == 1
    assert list(broken_invariants(now=later)) == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_mail_by_two_readers_at_once_is_one(publish, sign_up, later):
    raw = plain(invite_of(sign_up(publish(), "amara")))

    outcomes = at_the_same_moment(6, lambda n: receive_mail(raw=raw, now=later).value)

    assert outcomes == ["answered"] * 6
    assert InboundMail.objects.count() == 1
    assert len(mails("declined")) == 1


def test_nothing_of_the_reply_is_in_the_log(amara, later, caplog):
    receive_mail(raw=words("A secret."), now=later)
    receive_mail(raw=plain(invite_of(amara)), now=later)

    assert "secret" not in caplog.text
    assert "@" not in caplog.text
