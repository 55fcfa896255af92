"""What editors write about working here: the front page, stories, roles and guides."""

from careers.pages.models.guides import ApplicationPage, BenefitsPage, CareersPage, FaqPage
from careers.pages.models.roles import RoleIndexPage, RolePage
from careers.pages.models.snippets import StoryTheme, Team
from careers.pages.models.stories import StoryIndexPage, StoryPage

__all__ = [
    "ApplicationPage",
    "BenefitsPage",
    "CareersPage",
    "FaqPage",
    "RoleIndexPage",
    "RolePage",
    "StoryIndexPage",
    "StoryPage",
    "StoryTheme",
    "Team",
]
