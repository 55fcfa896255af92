"""One person's place in one event, the consent wording they saw, and the words of the mails they get."""

from events.consent.models import ConsentWording
from events.registration.models.registration import Registration
from events.registration.models.wording import MailWording

__all__ = ["ConsentWording", "MailWording", "Registration"]
