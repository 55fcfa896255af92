"""A table of contents for Django, and for nobody else: import models from their feature."""

from careers.contact.models import ContactPage, RecruiterEnquiry
from careers.eligibility.models import EligibilityPage
from careers.figures.models import Figure
from careers.pages.models import (
    ApplicationPage,
    BenefitsPage,
    CareersPage,
    FaqPage,
    RoleIndexPage,
    RolePage,
    StoryIndexPage,
    StoryPage,
    StoryTheme,
    Team,
)
from careers.submissions.models import Consent, Preview, StorySubmission

__all__ = [
    "ApplicationPage",
    "BenefitsPage",
    "CareersPage",
    "Consent",
    "ContactPage",
    "EligibilityPage",
    "FaqPage",
    "Figure",
    "Preview",
    "RecruiterEnquiry",
    "RoleIndexPage",
    "RolePage",
    "StoryIndexPage",
    "StoryPage",
    "StorySubmission",
    "StoryTheme",
    "Team",
]
