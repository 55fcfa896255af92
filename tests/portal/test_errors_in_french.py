"""Pages that nobody asked for speak the language of the address too, the one without a database included."""

import html

import pytest
from django.test import Client
from django.utils import translation

from portal.views import server_error

REGISTER = "/fr/events/women-on-the-front-line/register/"


def read(response):
    content = html.unescape(response.content.decode())
    assert '<html lang="fr"' in content
    return content


def test_our_own_mistake_is_said_without_the_database(rf):
    """No database mark: a statement would fail this test."""
    with translation.override("fr"):
        french = server_error(rf.get("/fr/"))
    with translation.override("en"):
        english = server_error(rf.get("/"))

    assert (french.status_code, english.status_code) == (500, 500)
    assert "Quelque chose n’a pas marché de notre côté" in read(french)
    assert 'href="/fr/"' in read(french)
    assert '<html lang="en-GB"' in english.content.decode()
    assert "Something went wrong on our side" in english.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there(client):
    answer = client.get("/fr/rien-ici/")
    assert answer.status_code == 404
    assert "Cette page n’est pas ici" in read(answer)


@pytest.mark.django_db
def test_a_form_without_its_cookie():
    answer = Client(enforce_csrf_checks=True).post(REGISTER, {"name": "Amara"})
    assert answer.status_code == 403
    assert "Le formulaire est resté ouvert trop longtemps" in read(answer)


def test_too_many_tries(editor, settings, client):
    editor.publishes()
    settings.REGISTRATIONS_PER_ADDRESS_OF_NETWORK = 0
    answer = client.post(REGISTER, {"name": "Amara", "email": "amara@example.org", "consent": "on"})
    assert answer.status_code == 429
    assert "Trop d’essais d’ici" in read(answer)
