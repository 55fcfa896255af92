"""What staff may do, by permission. Deny by default: whoever has none of these sees no personal data."""

SEE_REGISTRATIONS = "events.view_registration"
CHANGE_REGISTRATIONS = "events.change_registration"
SEE_MESSAGES = "events.view_message"
