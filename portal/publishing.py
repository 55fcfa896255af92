"""What an app says against publishing a page, asked at every way to publish: form, bulk action, workflow, schedule.

A feature registers the Wagtail hook `publication_problems`: a function of the page as it would be published, which
returns problems. The form and the ways without a form show them; what comes past both is refused here.
"""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from wagtail import hooks
from wagtail.models import Page, Revision

from portal.rules import Problem

log = structlog.get_logger(__name__)

BY_THE_CLOCK = "wagtail.publish.scheduled"


class PublicationRefusedError(PermissionDenied):
    """Raised where a page must not be published and no form has said so."""


def publication_problems(page: Page) -> list[Problem]:
    """Return what the apps say against publishing a page as it stands in this object."""
    return [problem for ask in hooks.get_hooks("publication_problems") for problem in ask(page)]


class GuardedPage:
    """A page that is not published past the guard, whoever publishes it."""

    def publish(self, revision: Revision, *args: Any, log_action: Any = True, **kwargs: Any) -> None:
        """Publish a revision; what speaks against it keeps it back.

        The clock has nobody to tell and other pages to publish: its page stays where it is and is tried no more.
        """
        problems = publication_problems(revision.as_object())
        if not problems:
            super().publish(revision, *args, log_action=log_action, **kwargs)  # type: ignore[misc]
            return
        log.warning("publication.refused", page=revision.object_id, revision=revision.pk, problems=len(problems))
        if log_action != BY_THE_CLOCK:
            raise PublicationRefusedError(" ".join(problem.message for problem in problems))
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
