"""Events: one Django app, feature packages inside."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Pages, schedule, registration, invites, reminders and the outbox."""

    name = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        """Connect Wagtail's publishing to the projection, and tell the outbox how to compose each kind."""
        # Imported here: models must be loaded first.
        from events.broadcasts import messages as broadcast_messages  # noqa: F401, PLC0415
        from events.invites import messages as invite_messages  # noqa: F401, PLC0415
        from events.newsletter import messages as newsletter_messages  # noqa: F401, PLC0415
        from events.newsletter.services import following as complaints  # noqa: F401, PLC0415
        from events.outbox import checks, webhooks  # noqa: F401, PLC0415
        from events.outbox.letters import OutboxOffice  # noqa: PLC0415
        from events.pages import receivers  # noqa: F401, PLC0415
        from events.programmes import messages as programme_messages  # noqa: F401, PLC0415
        from events.registration import messages  # noqa: F401, PLC0415
        from events.registration import receivers as reply_receivers  # noqa: F401, PLC0415
        from events.registration.services import following  # noqa: F401, PLC0415
        from events.walks import checks as walk_checks  # noqa: F401, PLC0415
        from events.walks import messages as walk_messages  # noqa: F401, PLC0415
        from events.walks.services import following as walk_following  # noqa: F401, PLC0415
        from portal.outgoing import open_office  # noqa: PLC0415

        open_office(OutboxOffice())
