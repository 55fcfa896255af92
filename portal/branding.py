"""The organisation's name, colours and contact, for mails and anything else that has no request."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from wagtail.models import Site

from portal.models import SiteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """Who is speaking."""

    organisation: str
    short_name: str
    contact_email: str
    action_colour: str
    action_colour_dark: str
    base_url: str


def site_branding() -> Branding:
    """Return the branding of the default site, as it is now."""
    site = Site.objects.filter(is_default_site=True).first()
    chosen = (SiteSettings.for_site(site) if site else None) or SiteSettings()
    return Branding(
        organisation=chosen.organisation,
        short_name=chosen.short_name,
        contact_email=chosen.contact_email,
        action_colour=chosen.action_colour,
        action_colour_dark=chosen.action_colour_dark,
        base_url=settings.BASE_URL,
    )


def theme_css(chosen: SiteSettings) -> str:
    """Return the chosen colours as custom properties."""
    return (
        f":root{{--action:{chosen.action_colour}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--action:{chosen.action_colour_dark}}}}}"
    )


def theme_version(chosen: SiteSettings) -> str:
    """Return a digest for the theme's address: browsers keep it for a year, and other colours have another address."""
    return hashlib.sha256(theme_css(chosen).encode()).hexdigest()[:12]
