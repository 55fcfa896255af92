"""Subscriptions, sendings, and the pages that editors write."""

from events.newsletter.models.pages import IssuePage, NewsletterPage
from events.newsletter.models.sending import IssueEdition, IssueSending
from events.newsletter.models.subscription import Subscription

__all__ = ["IssueEdition", "IssuePage", "IssueSending", "NewsletterPage", "Subscription"]
