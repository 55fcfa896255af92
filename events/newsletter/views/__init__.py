"""The sign-up page, and the pages that the links in mails lead to."""

from events.newsletter.views.reading import confirm_view, preferences_view, unsubscribe_view
from events.newsletter.views.subscribing import empty_form, newsletter_view

__all__ = ["confirm_view", "empty_form", "newsletter_view", "preferences_view", "unsubscribe_view"]
