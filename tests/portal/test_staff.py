"""Who of the staff may do what, and how a page goes from a comms editor to the outreach lead."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import WorkflowPage

from portal.models import ContentPage
from portal.staff import COMMS, GROUPS, LEADS, OFFICERS, RECRUITERS


def member(group):
    user = get_user_model().objects.create_user(f"one of {group}", password="a-long-password")
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
    home, author, lead = staffed.get_parent(), member(COMMS), member(LEADS)
    page = home.add_child(instance=ContentPage(title="Benefits", slug="benefits", live=False))
    page.save_revision(user=author)

    state = page.get_workflow().start(page, author)
    assert [task.name for task in page.get_workflow().tasks.order_by("workflow_tasks__sort_order")] == [
        "Comms editor",
        "Outreach lead",
    ]
    state.current_task_state.approve(user=author)
    page.refresh_from_db()
    assert not page.live

    state.refresh_from_db()
    state.current_task_state.approve(user=lead)
    page.refresh_from_db()
    assert page.live


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
