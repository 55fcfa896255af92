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

__all__ = [
    "ApplicationPage",
    "BenefitsPage",
    "CareersPage",
    "ContactPage",
    "EligibilityPage",
    "FaqPage",
    "Figure",
    "RecruiterEnquiry",
    "RoleIndexPage",
    "RolePage",
    "StoryIndexPage",
    "StoryPage",
    "StoryTheme",
    "Team",
]
