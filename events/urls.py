"""Public addresses of registration and calendars. The pages themselves are Wagtail's."""

from django.urls import path

from events.broadcasts import views as broadcasts
from events.pages import views as pages
from events.registration.views import calendars, correcting, managing, registering

app_name = "registration"

urlpatterns = [
    path("events/calendar.ics", calendars.feed_view, name="public-feed"),
    path("campaigns/<slug:slug>/calendar.ics", pages.campaign_calendar_view, name="campaign-calendar"),
    path("events/<str:slug>/register/", registering.register_view, name="register"),
    path("events/<str:slug>/register/done/", registering.done_view, name="done"),
    path("events/<str:slug>/event.ics", calendars.event_ics_view, name="event-ics"),
    path("unsubscribe/<str:token>/", broadcasts.unsubscribe_view, name="unsubscribe"),
    path("registrations/correct/", correcting.correct_view, name="correct"),
    path("registrations/corrected/", correcting.corrected_view, name="corrected"),
    path("registrations/<str:token>/", managing.manage_view, name="manage"),
    path("registrations/<str:token>/details/", managing.details_view, name="details"),
    path("registrations/<str:token>/address/", correcting.address_view, name="address"),
    path("registrations/<str:token>/send-again/", managing.resend_view, name="resend"),
    path("registrations/<str:token>/cancel/", managing.cancel_view, name="cancel"),
    path("registrations/<str:token>/join/", managing.join_view, name="join"),
    path("registrations/<str:token>/event.ics", calendars.own_ics_view, name="ics"),
    path("registrations/<str:token>/calendar.ics", calendars.own_feed_view, name="feed"),
]
