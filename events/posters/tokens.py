"""The short address on a poster."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override


def poster_url(code: str) -> str:
    """Return the whole address, for the QR code."""
    with override(settings.LANGUAGE_CODE):
        return settings.BASE_URL + reverse("registration:poster", args=[code])


def printed_address(code: str) -> str:
    """Return the address as it is printed, for who types it."""
    return poster_url(code).partition("://")[2].rstrip("/")
