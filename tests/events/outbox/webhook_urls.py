"""The webhooks of every provider at once, for tests: the portal itself opens those that are chosen."""

from django.urls import include, path

from events.outbox.views import webhook_urls
from portal import urls
from portal.env import ANYMAIL_PROVIDERS

handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
urlpatterns = [path("webhooks/anymail/", include(webhook_urls(list(ANYMAIL_PROVIDERS)))), *urls.urlpatterns]
