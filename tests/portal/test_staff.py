"""Who of the staff may do what, and how a page goes from a comms editor to the outreach lead."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import WorkflowPage

from events.pages.models import EventPage
from events.schedule.models import Event
from portal.models import ContentPage
from portal.staff import COMMS, GROUPS, LEADS, OFFICERS, RECRUITERS


def member(group, name="one"):
    user = get_user_model().objects.create_user(f"{name} of {group}", password="a-long-password")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def staffed(site):
    call_command("set_up_staff")
    return site


@pytest.mark.parametrize(
    ("group", "may_edit_home", "may_publish_home", "may_edit_events", "may_publish_events"),
    [
        (COMMS, True, False, True, True),
        (LEADS, True, True, True, True),
        (OFFICERS, False, False, True, True),
        (RECRUITERS, False, False, False, False),
    ],
)
def test_each_group_may_do_what_is_its_work(
    staffed, group, may_edit_home, may_publish_home, may_edit_events, may_publish_events
):
    user = member(group)
    home, events = staffed.get_parent().specific, staffed

    assert home.permissions_for_user(user).can_edit() is may_edit_home
    assert home.permissions_for_user(user).can_publish() is may_publish_home
    assert events.permissions_for_user(user).can_edit() is may_edit_events
    assert events.permissions_for_user(user).can_publish() is may_publish_events


@pytest.mark.parametrize(
    ("group", "permission", "has_it"),
    [
        (COMMS, "events.view_registration", False),
        (COMMS, "careers.view_recruiterenquiry", False),
        (LEADS, "events.view_registration", False),
        (OFFICERS, "events.view_registration", True),
        (OFFICERS, "careers.view_recruiterenquiry", False),
        (OFFICERS, "portal.change_sitesettings", False),
        (RECRUITERS, "careers.view_recruiterenquiry", True),
        (RECRUITERS, "events.view_registration", False),
        (RECRUITERS, "events.change_speaker", False),
        (COMMS, "events.change_speaker", True),
    ],
)
def test_personal_data_is_for_those_whose_work_it_is(staffed, group, permission, has_it):
    assert member(group).has_perm(permission) is has_it


def test_a_page_takes_two_steps_to_the_public(staffed):
    home, author, other, lead = staffed.get_parent(), member(COMMS), member(COMMS, "another"), member(LEADS)
    page = home.add_child(instance=ContentPage(title="Benefits", slug="benefits", live=False))
    page.save_revision(user=author)

    page.get_workflow().start(page, author)
    assert [task.name for task in page.get_workflow().tasks.order_by("workflow_tasks__sort_order")] == [
        "Comms editor",
        "Outreach lead",
    ]
    assert not may_approve(page, author), "somebody else looks"
    assert may_approve(page, other)
    approve(page, other)
    page.refresh_from_db()
    assert not page.live

    assert not may_approve(page, other), "the second step is the lead's"
    approve(page, lead)
    page.refresh_from_db()
    assert page.live


def task_of(page):
    return type(page).objects.get(pk=page.pk).current_workflow_task


def may_approve(page, user):
    return "approve" in {name for name, _, _ in task_of(page).get_actions(page, user)}


def approve(page, user):
    task = task_of(page)
    task.on_action(type(page).objects.get(pk=page.pk).current_workflow_task_state, user, "approve")


def test_what_is_incomplete_is_not_approved_however_it_was_saved(staffed, editor):
    """A draft is saved without the checks of publishing, and an approval has no form."""
    author, other = member(COMMS), member(COMMS, "another")
    editor.sends()
    page = EventPage.objects.get()
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    assert may_approve(page, other)

    draft = page.get_latest_revision_as_object()
    draft.captions = ""
    draft.save_revision(user=author)

    assert not may_approve(page, other)
    with pytest.raises(PermissionDenied):
        approve(page, other)
    refused = Client()
    refused.force_login(other)
    state = EventPage.objects.get().current_workflow_task_state
    path = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    refused.post(path)
    assert not EventPage.objects.get().live
    assert not Event.objects.exists()


def test_setting_up_again_changes_nothing(staffed):
    before = [(g.name, g.permissions.count(), g.page_permissions.count()) for g in Group.objects.order_by("name")]
    call_command("set_up_staff")

    after = [(g.name, g.permissions.count(), g.page_permissions.count()) for g in Group.objects.order_by("name")]
    assert after == before
    assert {group.name for group in GROUPS} <= {name for name, _, _ in after}
    assert WorkflowPage.objects.count() == 1


def test_a_service_that_has_its_own_workflow_keeps_it(staffed):
    own = WorkflowPage.objects.get()
    own.workflow.name = "Ours"
    own.workflow.save()
    call_command("set_up_staff")

    assert WorkflowPage.objects.get().workflow.name == "Ours"
