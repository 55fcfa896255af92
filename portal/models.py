"""The shared base page, the home page and the site's own settings."""

import re
from copy import copy
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.csp import csp_override
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from portal.admin_forms import PublishedPageForm
from portal.approval import CheckedApprovalTask  # noqa: F401 (Django finds an app's models here)
from portal.blocks import BodyBlock
from portal.found import structured
from portal.found.pages import FoundPage
from portal.found.structured import Thing
from portal.found.text import LONGEST_SUMMARY
from portal.panels import ChecklistItem, ChecklistPanel
from portal.publishing import GuardedPage, publication_problems
from portal.rules import Problem, picture_problems
from portal.security import CMS_CSP

validate_colour = RegexValidator(re.compile(r"^#[0-9a-fA-F]{6}\Z"), "Enter a colour like #4B1D7A.")


LEAST_CONTRAST = 4.5


class BasePage(GuardedPage, FoundPage, Page):
    """What every public page has: a short introduction, a picture and a text for search engines."""

    introduction = models.TextField(
        blank=True,
        max_length=400,
        help_text="One to three sentences: what this page is for. Shown under the title and in lists.",
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown at the top and in lists.",
    )
    image_alt = models.CharField(
        "picture description",
        max_length=200,
        blank=True,
        help_text="What somebody who cannot see the picture should know, in one sentence.",
    )
    image_is_decorative = models.BooleanField(
        "the picture is decoration",
        default=False,
        help_text="Tick only if the page says the same without it: screen readers then pass over it.",
    )

    # An address is the same in every language, behind the language's own prefix: links and posters stay short.
    override_translatable_fields: ClassVar[list[Any]] = [SynchronizedField("slug", overridable=False)]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("introduction")]
    base_form_class = PublishedPageForm
    show_in_menus_default = False
    # No page is private: lists, feeds, calendars and cards show parts of every published page. A draft is private.
    private_page_options: ClassVar[list[str]] = []
    # Whether pages of this kind stand in the foot of every page, where they are right below the home page.
    in_footer: ClassVar[bool] = False
    # What a kind of page reads in the same statement as itself, besides its picture and its language.
    read_with: ClassVar[tuple[str, ...]] = ()
    introduction_panels: ClassVar[list[Any]] = [
        ChecklistPanel(),
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_is_decorative")], heading="Picture"
        ),
    ]

    class Meta:
        abstract = True

    def checklist(self) -> list[ChecklistItem]:
        """Return what an editor looks at before publishing."""
        has_picture, length = self.image_id is not None, len(self.introduction.strip())
        items = [
            ChecklistItem(
                label="Introduction of 40 to 300 characters",
                is_done=40 <= length <= LONGEST_SUMMARY,
                advice=f"it has {length}. Lists, search engines and shared links show it.",
            ),
            ChecklistItem(
                label="Picture",
                is_done=has_picture,
                advice="pages with one are opened more often, above all when shared.",
            ),
        ]
        if has_picture:
            described = bool(self.image_is_decorative or self.image_alt.strip())
            advice = "say what it shows, or tick that it is decoration."
            items.append(ChecklistItem(label="Picture described", is_done=described, advice=advice, is_needed=True))
        return items

    def missing_for_publication(self) -> list[Problem]:
        """Return what keeps the page from being published, for the ways to publish that have no form."""
        problems = picture_problems(
            has_image=self.image_id is not None,
            image_alt=self.image_alt,
            image_is_decorative=self.image_is_decorative,
        )
        return problems + publication_problems(self)

    @property
    def picture_alt(self) -> str:
        """Return what a screen reader says of the picture; nothing for decoration."""
        return "" if self.image_is_decorative else self.image_alt

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Return the restrictions of this page and its ancestors in one statement, where Wagtail takes two or more.

        An alias has its source's restrictions, as in Wagtail's own method.
        """
        paths = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        own = Q(page__path__in=paths, page__alias_of=None)
        return PageViewRestriction.objects.filter(own | Q(page__aliases__path__in=paths)).distinct()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Let the CMS show the preview in its frame: the page's own policy forbids every frame."""
        return csp_override(CMS_CSP)(super().serve_preview)(request, mode_name)


class HomePage(BasePage):
    """The front door: who is speaking, what is on, and one next step."""

    body = StreamField(BodyBlock(), blank=True)

    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    template = "portal/home_page.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
    ]

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Add the site itself."""
        name = SiteSettings.for_request(request).organisation
        language = self.locale.language_code
        return [structured.website(base_url=settings.BASE_URL, name=name, url=url, language=language)]

    # Where one instance serves the requests of a whole generation: what it has found of itself in each language.
    in_languages: dict[str, Page] | None = None

    @property
    def localized(self) -> Page:
        """Return the home page in the language of the address, looked for once where `in_languages` is kept."""
        language = get_language()
        if type(self).locale.is_cached(self) and self.locale.language_code == language:
            return self
        if self.in_languages is None:
            return super().localized
        if language not in self.in_languages:
            self.in_languages[language] = super().localized
        return self.in_languages[language]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a page by its whole path in two statements, where Wagtail takes two for each part of the path."""
        if path_components:
            url_path = f"{self.url_path}{'/'.join(path_components)}/"
            found = Page.objects.filter(url_path=url_path, depth=self.depth + len(path_components))
            for page in found.only("path", "content_type")[:1]:
                if page.path.startswith(self.path):
                    return _with_picture(page).route(request, [])
        result = super().route(request, path_components)
        # A copy: rendering writes into the page, and this instance may be at work for somebody else.
        return RouteResult(copy(self), result.args, result.kwargs) if result.page is self else result


def _with_picture(page: Page) -> Page:
    """Return the specific page; with its picture in the same statement where the kind of page has one."""
    kind = page.specific_class
    if kind is None or not issubclass(kind, BasePage):
        return page.specific
    return kind.objects.select_related("image", "locale", *kind.read_with).get(pk=page.pk)


class ContentPage(BasePage):
    """A plain page: privacy, contact, anything that needs no kind of its own."""

    body = StreamField(BodyBlock(), blank=True)

    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    template = "portal/content_page.html"
    in_footer = True
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
    ]


@register_setting(icon="cog")
class SiteSettings(ClusterableModel, BaseSiteSetting):
    """Name, logo, colours, contact and social links: another service runs the portal under its own name."""

    organisation = models.CharField(
        max_length=80,
        default="Metropolitan Police outreach",
        help_text="The name at the top of every page and in every mail.",
    )
    short_name = models.CharField(max_length=30, default="the Met", help_text="How sentences name the organisation.")
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    action_colour = models.CharField(
        max_length=7,
        default="#4B1D7A",
        validators=[validate_colour],
        help_text="Buttons and links on light pages.",
    )
    action_colour_dark = models.CharField(
        max_length=7, default="#C9A7F5", validators=[validate_colour], help_text="The same on dark pages."
    )
    contact_email = models.EmailField(
        default="outreach@example.org",
        help_text="Where people reach the team. Mails that the portal sends are answered to this address.",
    )
    contact_phone = models.CharField(max_length=40, blank=True)
    facebook = models.URLField(blank=True)
    x = models.URLField("X (Twitter)", blank=True)
    instagram = models.URLField(blank=True)
    country = models.CharField(
        max_length=2,
        default="GB",
        validators=[RegexValidator(re.compile(r"^[A-Z]{2}\Z"), "Enter two capital letters, for example GB.")],
        help_text="Where people work, as two letters: search engines show it with roles that are open.",
    )
    apply_address = models.URLField(
        "where to apply", blank=True, help_text="The recruitment site that 'Apply' leads to."
    )
    consent_wording = models.TextField(
        default=(
            "Use my name, email address and access needs to run this event: to send my place, calendar entry, "
            "reminders and changes. They are deleted 90 days after the event."
        ),
        max_length=1000,
        help_text="What people agree to when they register. Each person's registration keeps the wording they saw.",
    )
    newsletter_wording = models.TextField(
        default=(
            "Use my email address to send me the newsletter on the topics I chose. I can end it with one click in "
            "every mail, and my address is deleted the moment I do."
        ),
        max_length=1000,
        help_text="What people agree to when they sign up for the newsletter. Each subscription keeps what was shown.",
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("organisation"), FieldPanel("short_name"), FieldPanel("logo")], heading="Who we are"
        ),
        MultiFieldPanel([FieldPanel("action_colour"), FieldPanel("action_colour_dark")], heading="Colours"),
        MultiFieldPanel(
            [
                FieldPanel("contact_email"),
                FieldPanel("contact_phone"),
                FieldPanel("apply_address"),
                FieldPanel("country"),
            ],
            heading="Contact",
        ),
        MultiFieldPanel([FieldPanel("facebook"), FieldPanel("x"), FieldPanel("instagram")], heading="Social links"),
        MultiFieldPanel(
            [
                FieldPanel("consent_wording"),
                FieldPanel("newsletter_wording"),
                InlinePanel("consent_wordings", label="In another language"),
            ],
            heading="Consent",
        ),
    ]

    class Meta:
        verbose_name = "site settings"

    def consent_in(self, language: str) -> str:
        """Return what people agree to, in their language where there is a wording in it."""
        if language == settings.LANGUAGES[0][0]:
            return self.consent_wording
        own = self.consent_wordings.filter(language=language).values_list("wording", flat=True).first()
        return own or self.consent_wording

    def newsletter_consent_in(self, language: str) -> str:
        """Return what subscribers agree to, in their language where there is a wording in it."""
        if language == settings.LANGUAGES[0][0]:
            return self.newsletter_wording
        own = self.consent_wordings.filter(language=language).values_list("newsletter_wording", flat=True).first()
        return own or self.newsletter_wording

    def clean(self) -> None:
        """Refuse an action colour on which its own text could not be read (WCAG 2.2, 1.4.3)."""
        super().clean()
        errors = {}
        for field, text_colour, advice in (
            ("action_colour", "#FFFFFF", "the white text on it. Choose a darker colour"),
            ("action_colour_dark", "#17102B", "the dark text on it. Choose a lighter colour"),
        ):
            colour = getattr(self, field)
            ratio = contrast(colour, text_colour) if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else LEAST_CONTRAST
            if ratio < LEAST_CONTRAST:
                errors[field] = f"{ratio:.1f} to 1 is too little contrast with {advice}: 4.5 to 1 is the least."
        if errors:
            raise ValidationError(errors)


def other_languages() -> list[tuple[str, str]]:
    """Return the site's languages but the first, as choices."""
    return [(code, str(name)) for code, name in settings.LANGUAGES[1:]]


class ConsentTranslation(models.Model):
    """The consent wording in another language of the site."""

    settings = ParentalKey(SiteSettings, on_delete=models.CASCADE, related_name="consent_wordings")
    language = models.CharField(max_length=10, choices=other_languages)
    wording = models.TextField(max_length=1000)
    newsletter_wording = models.TextField("newsletter", max_length=1000, blank=True)

    panels: ClassVar[list[Any]] = [FieldPanel("language"), FieldPanel("wording"), FieldPanel("newsletter_wording")]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["settings", "language"], name="consent_once_a_language")]

    def __str__(self) -> str:
        return self.language


class PageGeneration(models.Model):
    """One row: the number under which pages are kept. Every process reads it before it answers from its cache."""

    ONLY = 1

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="page_generation_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two #rrggbb colours (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
