"""The groups of staff, what each may do, and the two steps by which a page is published. Running it twice adds nothing.

Comms editors write everything and publish events themselves; what stays on the site (stories, roles, campaigns) goes
from a comms editor to the outreach lead. Whoever is in no group may do nothing.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from portal.approval import CheckedApprovalTask

COMMS, LEADS, OFFICERS, RECRUITERS = "Comms editors", "Outreach leads", "Events officers", "Recruiters"
DESK = "Events desk"
COORDINATORS, WALKERS = "Walk & Talk coordinators", "Walk & Talk officers"
SENIORS, CHARITY = "Senior officers", "Partner charity"
WALK_LEADS = "Walk & Talk leads"
WRITE, PUBLISH = ("add_page", "change_page"), ("publish_page", "lock_page", "unlock_page")
WORKFLOW = "Comms, then outreach lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroup:
    """A group: its permissions by name, and what it may do with pages below the home page and in the event list."""

    name: str
    permissions: tuple[str, ...]
    on_site: tuple[str, ...] = ()
    on_events: tuple[str, ...] = ()
    pictures: bool = False


def _all(app: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{app}.{verb}_{model}" for model in models for verb in ("add", "change", "delete", "view"))


_SNIPPETS = (*_all("events", "speaker", "partner"), *_all("careers", "figure", "team", "storytheme"))
_WORDS = tuple(f"events.{verb}_mailwording" for verb in ("add", "change", "publish"))
_STORIES = tuple(f"careers.{verb}_storysubmission" for verb in ("view", "change"))
_EDITING = (*_SNIPPETS, *_WORDS, *_STORIES, "portal.change_sitesettings", "wagtail_localize.submit_translation")
# The words of boroughs and of "You said, we did": they name no request.
_BOROUGHS = ("events.view_borough", "events.change_borough")
_REPORTS = tuple(f"events.{verb}_boroughreport" for verb in ("add", "change", "view"))
# A poster names no visitor.
_POSTERS = tuple(f"events.{verb}_postersite" for verb in ("add", "view"))
# What is in the open of the requests of the boroughs that they coordinate, and the teams there.
_COORDINATING = (
    "events.allocate_walkrequest",
    *(f"events.{verb}_walkofficer" for verb in ("add", "change", "view")),
    "events.add_borough",
    *_BOROUGHS,
    *_REPORTS,
    "events.publish_boroughreport",
    *_POSTERS,
)

# What somebody may do with the people of the events that they run; with `see_every_event`, of all.
_RUNNING = (
    *(f"events.view_{model}" for model in ("event", "registration", "message")),
    "events.change_registration",
    "events.export_registrations",
    *(f"events.{verb}_broadcast" for verb in ("add", "change", "view")),
    *(f"events.{verb}_interest" for verb in ("change", "view")),
    *_POSTERS,
)
_SEE_ISSUES = "events.view_issuesending"
# Addresses that belong to no event: promises not to write, and the newsletter's readers.
_ADDRESSES = tuple(f"events.{verb}_{model}" for verb in ("view", "change") for model in ("suppression", "subscription"))
_EVERY_EVENT = ("events.see_every_event", "events.assign_officers")

GROUPS = (
    StaffGroup(
        name=COMMS,
        # They write issues and try them on themselves; who may publish on the site sends them.
        permissions=(*_EDITING, _SEE_ISSUES, *_BOROUGHS, *_REPORTS, *_POSTERS),
        on_site=WRITE,
        on_events=PUBLISH,
        pictures=True,
    ),
    StaffGroup(
        name=LEADS,
        # The figures of every event and who runs it, but nobody's name.
        permissions=(
            *_EDITING,
            *_all("wagtailredirects", "redirect"),
            "events.view_event",
            *_EVERY_EVENT,
            _SEE_ISSUES,
            "events.change_issuesending",
            *_POSTERS,
        ),
        on_site=(*WRITE, *PUBLISH),
        pictures=True,
    ),
    StaffGroup(
        name=OFFICERS,
        permissions=_RUNNING,
        on_events=(*WRITE, *PUBLISH),
        pictures=True,
    ),
    StaffGroup(
        name=DESK,
        permissions=(*_RUNNING, *_EVERY_EVENT, *_ADDRESSES, "events.change_charity"),
        on_events=(*WRITE, *PUBLISH),
        pictures=True,
    ),
    StaffGroup(name=COORDINATORS, permissions=_COORDINATING),
    # Whom the clock tells when a borough does not move; they make its first coordinator.
    StaffGroup(name=WALK_LEADS, permissions=(*_COORDINATING, "events.see_every_walk")),
    StaffGroup(name=WALKERS, permissions=("events.walk_walkrequest",)),
    # Paired with mentors: their own sessions. A charity: its own people, and no other page of the CMS.
    StaffGroup(name=SENIORS, permissions=("events.be_paired",)),
    StaffGroup(name=CHARITY, permissions=("events.follow_interest",)),
    StaffGroup(name=RECRUITERS, permissions=("careers.view_recruiterenquiry", "careers.change_recruiterenquiry")),
)


def set_up_staff(*, home: Page, events: Page) -> None:
    """Make the groups with their permissions, and put the two-step workflow on every page below the home page."""
    known = Permission.objects.select_related("content_type")
    permissions = {f"{one.content_type.app_label}.{one.codename}": one for one in known}
    library = Collection.get_first_root_node()
    on_pages, on_pictures = [], []
    for staff in GROUPS:
        group, _ = Group.objects.get_or_create(name=staff.name)
        group.permissions.add(*(permissions[name] for name in ("wagtailadmin.access_admin", *staff.permissions)))
        on_pages += [
            GroupPagePermission(group=group, page=page, permission=permissions[f"wagtailcore.{name}"])
            for page, names in ((home, staff.on_site), (events, staff.on_events))
            for name in names
        ]
        if staff.pictures:
            on_pictures += [
                GroupCollectionPermission(group=group, collection=library, permission=permissions[name])
                for name in _PICTURES
            ]
    GroupPagePermission.objects.bulk_create(on_pages, ignore_conflicts=True)
    GroupCollectionPermission.objects.bulk_create(on_pictures, ignore_conflicts=True)
    _set_up_workflow(home)


_PICTURES = tuple(
    f"{app}.{verb}_{thing}"
    for app, thing in (("wagtailimages", "image"), ("wagtaildocs", "document"))
    for verb in ("add", "change", "choose")
)


def _set_up_workflow(home: Page) -> None:
    """Put the workflow on the home page, unless somebody has chosen another for it."""
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (name, group) in enumerate((("Comms editor", COMMS), ("Outreach lead", LEADS))):
        task = CheckedApprovalTask.objects.filter(name=name).first()
        if task is None:
            task = CheckedApprovalTask.objects.create(name=name)
            task.groups.add(Group.objects.get(name=group))
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": order})
    WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
    # Wagtail's own example would stand on the root and ask a group that nobody is in.
    WorkflowPage.objects.filter(workflow__name="Moderators approval").delete()
