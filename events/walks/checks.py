"""System checks of Walk & Talk: what an operator should hear before a woman does."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from portal.sealing import key_id_of, public_key_of


@register()
def check_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What is sealed here must be openable by who holds private keys here."""
    public, privates = settings.WALKS_PUBLIC_KEY, settings.WALKS_PRIVATE_KEYS
    if not public or not privates or key_id_of(public) in {key_id_of(public_key_of(private)) for private in privates}:
        return []
    return [
        Error(
            "WALKS_PRIVATE_KEYS lacks the key that opens what WALKS_PUBLIC_KEY seals: new requests could not be read.",
            hint="Put the private key of the same pair first in WALKS_PRIVATE_KEYS.",
            id="events.E001",
        )
    ]


@register()
def check_discreet_sender(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A discreet mail whose sender's address is that of all other mails tells by it who it comes from."""
    is_same = settings.DISCREET_FROM_EMAIL == settings.DEFAULT_FROM_EMAIL
    if settings.ON_LAPTOP or not settings.WALKS_PUBLIC_KEY or not is_same:
        return []
    return [
        Warning(
            "Discreet Walk & Talk mails come from the same address as all others.",
            hint="Set DISCREET_FROM_EMAIL to a mailbox under a domain that names no police, and DISCREET_URL with it.",
            id="events.W002",
        )
    ]
