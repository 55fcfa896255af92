"""Facts: shown with source and date, and flagged to editors when it is time to look again."""

import html
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from careers.figures.blocks import FigureChooserBlock
from careers.figures.queries import overdue_figures
from careers.models import Figure

pytestmark = pytest.mark.django_db
LIST = "/cms/snippets/careers/figure/"


def text(response):
    return html.unescape(response.content.decode())


def log_in(name, *codenames):
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user = get_user_model().objects.create_user(name, f"{name}@staff.example.org", "x")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def test_a_page_shows_source_and_date_of_a_stale_figure_too(careers, add_figure, client):
    figure = add_figure(review_in=-5)
    figure.as_of = date(2025, 3, 8)
    figure.save()
    careers.body = [("facts", {"figures": [figure]})]
    careers.save_revision().publish()

    page = text(client.get("/careers/"))

    assert "16,000+" in page
    assert "Workforce data" in page
    assert '<time datetime="2025-03">March 2025</time>' in page


def test_a_figure_speaks_the_language_of_the_page(careers, add_figure, french, rf):
    figure = add_figure()
    copy = figure.copy_for_translation(french)
    copy.meaning = "femmes travaillent ici"
    copy.save()
    careers.body = [("facts", {"figures": [figure, add_figure("not translated")]})]
    careers.locale = french

    shown = str(careers.body[0].render({"page": careers, "request": rf.get("/")}))

    assert "femmes travaillent ici" in shown
    assert "not translated" in shown


def test_translating_a_page_leaves_its_figures_alone(add_figure):
    block = FigureChooserBlock()
    figure = add_figure()

    assert block.get_translatable_segments(figure) == []
    assert block.restore_translated_segments(figure, []) is figure


def test_editors_are_told_what_is_overdue(add_figure):
    add_figure("fresh")
    add_figure("stale", review_in=-1)
    bob = log_in("bob", "access_admin", "view_figure", "change_figure")

    panel = text(bob.get("/cms/"))
    listing = text(bob.get(LIST))

    assert "Facts to check" in panel
    assert "16,000+ stale" in panel
    assert "16,000+ fresh" not in panel
    assert listing.count("Out of date") == 1
    assert "Up to date" in listing


def test_nobody_is_told_when_nothing_is_overdue_or_who_could_not_change_it(add_figure):
    bob = log_in("bob", "access_admin", "view_figure", "change_figure")
    add_figure("fresh")
    assert "Facts to check" not in text(bob.get("/cms/"))

    add_figure("stale", review_in=-1)
    alice = log_in("alice", "access_admin", "view_registration")
    assert "Facts to check" not in text(alice.get("/cms/"))


def test_the_day_of_the_review_counts(add_figure):
    today = date(2027, 3, 8)
    figure = add_figure(review_in=0, today=today)

    assert list(overdue_figures(today=today)) == [figure]
    assert not overdue_figures(today=today - timedelta(days=1))


def test_a_review_is_after_the_date_of_the_figure(add_figure):
    figure = add_figure()
    figure.review_by = figure.as_of
    with pytest.raises(ValidationError, match="Choose a day after"):
        figure.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(pk=figure.pk).update(review_by=figure.as_of)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_number_of_statements_for_one_and_three(add_figure, django_assert_num_queries, rows):
    bob = log_in("bob", "access_admin", "view_figure", "change_figure")
    for number in range(rows):
        add_figure(f"figure {number}")
    bob.get(LIST)
    with django_assert_num_queries(13):
        bob.get(LIST)
