"""Addresses of careers that are not Wagtail pages."""

from django.urls import path

from careers.pages.views import StoryFeed
from careers.submissions import views as submissions

app_name = "careers"

urlpatterns = [
    path("careers/stories/feed/", StoryFeed(), name="feed"),
    path("careers/stories/tell-us/", submissions.tell_us_view, name="tell-us"),
    path("stories/<str:token>/", submissions.teller_view, name="teller"),
    path("stories/<str:token>/picture/", submissions.picture_view, name="teller-picture"),
    path("stories/<str:token>/preview/<int:preview_id>/", submissions.preview_view, name="teller-preview"),
    path("stories/<str:token>/preview/<int:preview_id>/answer/", submissions.answer_view, name="teller-answer"),
    path("stories/<str:token>/withdraw/", submissions.withdraw_view, name="teller-withdraw"),
]
