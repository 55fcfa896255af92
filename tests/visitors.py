"""Visitors whose pages may be kept: unlike Django's client by itself, their browsers name the host."""

import html

from django.http import HttpResponse
from django.test import Client


def browser(**cookies: str) -> Client:
    """Return a visitor's browser."""
    client = Client(headers={"host": "localhost"})
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def page(path: str) -> str:
    """Return what any visitor reads at an address."""
    return browser().get(path).content.decode()


def status(path: str) -> int:
    """Return the status that any visitor gets."""
    return browser().get(path).status_code


def text_of(response: HttpResponse) -> str:
    """Return what a reader reads of an answer: its source with the entities as characters."""
    return html.unescape(response.content.decode())
