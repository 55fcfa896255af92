"""Addresses of careers that are not Wagtail pages."""

from django.urls import path

from careers.pages.views import StoryFeed

app_name = "careers"

urlpatterns = [path("careers/stories/feed/", StoryFeed(), name="feed")]
