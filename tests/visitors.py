"""Visitors whose pages may be kept: unlike Django's client by itself, their browsers name the host."""

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
