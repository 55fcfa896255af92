"""The desk's people, logged in: a coordinator of Lambeth, two officers there, and others who must see nothing."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from events.walks.rules import Way
from tests.walks import staff

# What stands in the sealed boxes of `make_walk()`, and of the phone of `by_phone`.
SEALED = ("Amara", "amara@example.org", "+447700900123", "From the station past the park", "The underpass is dark.")


@pytest.fixture
def log_in(site: Any) -> Callable[[Any], Client]:
    """Return a maker of clients: `log_in(officer)`."""

    def do(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return do


@pytest.fixture
def lead(db: None) -> Any:
    return staff("lena", "see_every_walk", "allocate_walkrequest")


@pytest.fixture
def desk(log_in: Any, officer: Any, coordinator: Any) -> Any:
    """Return the officer's and the coordinator's browsers."""

    class Desk:
        of_officer = log_in(officer)
        of_coordinator = log_in(coordinator)

    return Desk()


@pytest.fixture
def by_phone(make_walk: Any) -> Callable[..., Any]:
    """Return a maker of requests of women who are rung up, discreetly."""

    def make(who: str = "amara", **changes: Any) -> Any:
        return make_walk(who, **({"way": Way.PHONE, "address": "+447700900123", "is_discreet": True} | changes))

    return make


def text(response: Any) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def said(response: Any) -> list[str]:
    """Return what a page says on top, after the redirect."""
    assert response.redirect_chain, response
    return [html.unescape(str(message)).strip() for message in response.context["messages"]]


def mark(client: Client, walk: Any) -> str:
    """Return what the forms of a request's page hold of its state."""
    return str(client.get(f"/cms/walks/{walk.pk}/").context["seen"])


def do(client: Client, walk: Any, action: str, **data: Any) -> Any:
    """Press a button of a request's page, as it is at this moment, and follow."""
    data = {"seen": mark(client, walk)} | data
    return client.post(f"/cms/walks/{walk.pk}/{action}/", data, follow=True)
