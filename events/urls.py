"""Public addresses of registration and calendars. The pages themselves are Wagtail's."""

from django.urls import path, re_path

from events.broadcasts import views as broadcasts
from events.newsletter import views as newsletter
from events.pages import views as pages
from events.posters import views as posters
from events.programmes.views import asking, own_page
from events.registration.views import calendars, correcting, managing, registering
from events.walks.views import appointment, journey, leaving, places

app_name = "registration"

urlpatterns = [
    path("events/calendar.ics", calendars.feed_view, name="public-feed"),
    path("campaigns/<slug:slug>/calendar.ics", pages.campaign_calendar_view, name="campaign-calendar"),
    path("events/<str:slug>/register/", asking.register_view, name="register"),
    path("events/<str:slug>/interest/sent/", asking.sent_view, name="interest-sent"),
    path("events/<str:slug>/register/done/", registering.done_view, name="done"),
    path("events/<str:slug>/event.ics", calendars.event_ics_view, name="event-ics"),
    path("walk-and-talk/ask/", journey.start_view, name="walk-ask"),
    path("walk-and-talk/ask/<slug:step>/", journey.step_view, name="walk-step"),
    path("leave/", leaving.leave_view, name="walk-leave"),
    path("p/<str:code>/", posters.poster_view, name="poster"),
    path("away/", leaving.away_view, name="away"),
    path("walk-and-talk/you-said-we-did/", places.said_and_done_view, name="walk-said-and-done"),
    path("walk-and-talk/<slug:slug>/", places.borough_view, name="walk-borough"),
    path("mentoring/<str:token>/", own_page.page_view, name="mentoring"),
    path("mentoring/<str:token>/details/", own_page.details_view, name="mentoring-details"),
    path("mentoring/<str:token>/withdraw/", own_page.withdraw_view, name="mentoring-withdraw"),
    path("mentoring/<str:token>/join/", own_page.join_view, name="mentoring-join"),
    path("mentoring/<str:token>/again/", asking.again_view, name="mentoring-again"),
    path("appointments/<str:token>/", appointment.appointment_view, name="appointment"),
    path("appointments/<str:token>/other-time/", appointment.other_time_view, name="walk-other-time"),
    path("appointments/<str:token>/withdraw/", appointment.withdraw_view, name="walk-withdraw"),
    path("unsubscribe/<str:token>/", broadcasts.unsubscribe_view, name="unsubscribe"),
    # A token has a dot, and the address of an issue has none: issues are pages below /newsletter/.
    re_path(r"^newsletter/(?P<token>[\w-]*\.[\w.-]*)/$", newsletter.preferences_view, name="newsletter-preferences"),
    re_path(
        r"^newsletter/(?P<token>[\w-]*\.[\w.-]*)/unsubscribe/$",
        newsletter.unsubscribe_view,
        name="newsletter-unsubscribe",
    ),
    re_path(r"^newsletter/(?P<token>[\w-]*\.[\w.-]*)/confirm/$", newsletter.confirm_view, name="newsletter-confirm"),
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
