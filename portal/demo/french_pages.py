"""Putting the demo's French pages in place, as a translator would: through wagtail-localize, string by string.

Makes what is missing; what is there stays as it is. When the seed moves an event, its French page shows the new time
by itself: times are the event's, not the page's.
"""

from wagtail.models import Locale, Page, Site, TranslatableMixin
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from careers.models import Figure, StoryTheme, Team
from events.pages.models import EventIndexPage, Speaker
from portal.demo.french import CONSENT, in_french
from portal.demo.french.newsletter import CONSENT as NEWSLETTER_CONSENT
from portal.models import ConsentTranslation, HomePage, SiteSettings
from portal.staff import set_up_staff

SNIPPETS = (Speaker, Team, StoryTheme, Figure)


def seed_french(home: HomePage) -> None:
    """Make the demo complete in French: snippets, then pages from the home page down, then what is not a page."""
    french, _ = Locale.objects.get_or_create(language_code="fr")
    for kind in SNIPPETS:
        for snippet in kind.objects.filter(locale=home.locale):
            _translate(snippet, french)
    for page in home.get_descendants(inclusive=True).live().order_by("path"):
        _translate(page.specific, french)
    chosen = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    wordings = {"wording": CONSENT, "newsletter_wording": NEWSLETTER_CONSENT}
    ConsentTranslation.objects.get_or_create(settings=chosen, language="fr", defaults=wordings)
    set_up_staff(
        home=home.get_translation(french), events=EventIndexPage.objects.get(locale=home.locale).get_translation(french)
    )


def _translate(original: TranslatableMixin, french: Locale) -> None:
    if original.has_translation(french):
        return
    source, _ = TranslationSource.update_or_create_from_instance(original)
    Translation.objects.get_or_create(source=source, target_locale=french)
    for segment in StringSegment.objects.filter(source=source).select_related("string", "context"):
        words = in_french(segment.string.data)
        if words is not None:
            StringTranslation.objects.get_or_create(
                translation_of=segment.string,
                locale=french,
                context=segment.context,
                defaults={"data": words, "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL},
            )
    # Published here rather than by wagtail-localize, which would wait for the end of the seed's transaction.
    is_page = isinstance(original, Page)
    translated, _ = source.create_or_update_translation(
        french, publish=not is_page, copy_parent_pages=True, fallback=True
    )
    if is_page:
        translated.get_latest_revision().publish()
