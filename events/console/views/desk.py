"""The console's entry in the CMS's menu."""

from wagtail.admin.viewsets.base import ViewSetGroup

from events.console.views.broadcasts import BroadcastViewSet
from events.console.views.events import EventViewSet
from events.console.views.messages import MessageViewSet, ReceiptViewSet
from events.console.views.registrations import RegistrationViewSet, UndeliveredViewSet, WaitingViewSet
from events.console.views.suppressions import SuppressionViewSet


class EventsGroup(ViewSetGroup):
    """Events, the people who come, and the mail to them. Each shows itself to who may see it."""

    menu_label = "Events desk"
    menu_icon = "calendar"
    menu_order = 210
    add_to_admin_menu = True
    items = (
        EventViewSet,
        RegistrationViewSet,
        WaitingViewSet,
        BroadcastViewSet,
        MessageViewSet,
        UndeliveredViewSet,
        ReceiptViewSet,
        SuppressionViewSet,
    )
