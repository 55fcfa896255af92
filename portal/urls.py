"""The portal's addresses: staff, health, registration, and everything else is a Wagtail page."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from events.console.views.mentoring.gate import kept_to_their_people
from events.outbox.views import webhook_urls
from portal import health, views
from portal.demo import views as demo_views
from portal.found import views as found
from portal.security import CMS_CSP

handler400 = "portal.views.bad_request"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"

cms_urlpatterns = decorate_urlpatterns(
    [path("", include(wagtailadmin_urls))], lambda view: csp_override(CMS_CSP)(kept_to_their_people(view))
)

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/mail", health.mail),
    path("metrics", health.metrics),
    path("theme.css", views.theme, name="theme"),
    path("robots.txt", found.robots),
    path("sitemap.xml", found.sitemap, name="sitemap"),
    path("cards/<int:page_id>-<slug:digest>.png", found.card, name="card"),
    path("cms/login/", csp_override(CMS_CSP)(views.staff_log_in)),
    path("cms/", include(cms_urlpatterns)),
    path("documents/", include(wagtaildocs_urls)),
]

if settings.WEBHOOK_PROVIDERS:
    urlpatterns.append(path("webhooks/anymail/", include(webhook_urls(settings.WEBHOOK_PROVIDERS))))

if settings.DEMO and not settings.EMAIL_URL:
    urlpatterns += [
        path("demo/mail/", demo_views.mailbox, name="demo-mailbox"),
        path("demo/mail/<str:name>/", demo_views.mail, name="demo-mail"),
        path("demo/mail/<str:name>/html", demo_views.mail_html, name="demo-mail-html"),
        path("demo/mail/<str:name>/invite.ics", demo_views.mail_calendar, name="demo-mail-calendar"),
    ]

if settings.ON_LAPTOP:  # a web server or a CDN serves uploads elsewhere
    # A picture that is replaced gets another name, so a browser may keep this one.
    kept = cache_control(public=True, max_age=31_536_000, immutable=True)(serve)
    urlpatterns += [re_path(r"^media/(?P<path>.*)$", kept, {"document_root": settings.MEDIA_ROOT})]

# What people read: /events/ in the site's first language, /fr/events/ in French.
urlpatterns += i18n_patterns(
    path("search/", found.search, name="search"),
    path("", include("events.urls")),
    path("", include("careers.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
