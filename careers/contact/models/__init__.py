"""Questions to recruiters, and the page where they are asked."""

from careers.contact.models.enquiry import RecruiterEnquiry
from careers.contact.models.page import ContactPage

__all__ = ["ContactPage", "RecruiterEnquiry"]
