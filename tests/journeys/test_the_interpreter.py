"""Somebody who relies on an interpreter: she finds an event that has one, and hears when it has none any more."""

from datetime import timedelta

from events.registration.models import Registration


def test_the_interpreter(editor, visitor, client, clock, post, now):
    # An event cannot be published before every access fact is answered.
    refused = editor.sends(button="action-publish", bsl="")
    assert "British Sign Language: answer yes or no" in refused.content.decode()

    # Comms staff publish two; one of them has an interpreter.
    page = editor.publishes(bsl="yes")
    editor.publishes(slug="lunch", title="Lunch", bsl="no")

    # Amara looks only at events with one, and registers for it. She ticks what she cannot do without.
    listed = client.get("/events/?access=bsl&access=captions").context["listing"].events
    assert [event.title for event in listed] == ["Women on the front line"]
    visitor("amara", relies_on=["bsl"])
    visitor("bronwen")
    clock.reaches(now + timedelta(minutes=1))
    sent_before = {name: len(post.of(name)) for name in ("amara", "bronwen")}

    # The interpreter falls ill. The editor says so, and publishes the same again a minute later.
    editor.publishes(page, bsl="no")
    editor.publishes(page, bsl="no", introduction="Three services, one evening.")
    clock.reaches(now + timedelta(minutes=10))

    # Amara is told once, in words that say what holds now; nothing moves in her calendar. Bronwen hears nothing.
    news = post.latest("amara")
    assert len(post.of("amara")) == sent_before["amara"] + 1
    assert news.subject == "Access has changed: Women on the front line"
    assert "British Sign Language: No" in news.text
    assert news.method == ""
    assert len(post.of("bronwen")) == sent_before["bronwen"]

    # It does not help her. Her own link takes her place back.
    assert client.post(news.link("/cancel/")).status_code == 303
    assert Registration.objects.get(email="amara@example.org").state == "cancelled"

    # Another interpreter is found: who has no place any more is left in peace.
    clock.reaches(now + timedelta(minutes=20))
    gone = len(post.of("amara"))
    editor.publishes(page, bsl="yes")
    clock.reaches(now + timedelta(minutes=40))
    assert len(post.of("amara")) == gone
