"""Deleting in the CMS, one by one and many at once: what others stand on stays, all else goes, nobody gets a 500."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from events.console.views.kept import is_stood_on
from events.pages.models import Partner, Speaker
from events.walks.services import allocate

pytestmark = pytest.mark.django_db


def many(model, rows):
    """Return the address that deletes many of a kind at once."""
    address = reverse("wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, "delete"])
    return f"{address}?next=/cms/users/&{'&'.join(f'id={row.pk}' for row in rows)}"


@pytest.fixture
def root(log_in):
    return log_in("superuser")


@pytest.fixture
def rows():
    """Return two of everything that the CMS deletes many of."""
    images = [get_image_model().objects.create(title=n, file=get_test_image_file()) for n in ("one.png", "two.png")]
    documents = [
        get_document_model().objects.create(title=n, file=ContentFile(b"x", name=n)) for n in ("1.txt", "2.txt")
    ]
    users = [get_user_model().objects.create_user(name) for name in ("dana", "erin")]
    partners = [Partner.objects.create(name=name) for name in ("Safe Streets", "Night Buses")]
    speakers = [Speaker.objects.create(name=name) for name in ("Asha", "Beth")]
    return {"images": images, "documents": documents, "users": users, "partners": partners, "speakers": speakers}


@pytest.mark.parametrize("kind", ["images", "documents", "users", "partners", "speakers"])
def test_many_at_once_are_deleted(kind, rows, root):
    chosen = rows[kind]
    assert root.get(many(type(chosen[0]), chosen)).status_code == 200
    assert root.post(many(type(chosen[0]), chosen)).status_code == 302
    assert not type(chosen[0]).objects.filter(pk__in=[row.pk for row in chosen]).exists()


def test_whom_a_request_names_is_not_deleted_but_closed(root, make_walk, officer, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    assert is_stood_on(officer)
    for address in (reverse("wagtailusers_users:delete", args=[officer.pk]), many(type(officer), [officer])):
        answer = root.post(address, follow=True)
        assert "Untick “Active” instead" in answer.content.decode()
    assert get_user_model().objects.filter(pk=officer.pk).exists()


def test_a_borough_with_requests_is_stood_on_and_one_without_is_not(make_walk, lambeth, southwark):
    make_walk()
    assert is_stood_on(lambeth)
    assert not is_stood_on(southwark)
