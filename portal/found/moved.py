"""What stands below a page follows it when it moves: Wagtail keeps redirects of pages only."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import uri_to_iri
from django.utils.translation import get_language
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

LONGEST_PATH = 500


def moved_to(request: HttpRequest) -> str:
    """Return where an address below a moved page is now (/events/<old>/register/), or an empty text; one statement.

    A page in another language may not have followed yet: its event is the one of the first language.
    """
    match = request.resolver_match
    if match is None or not match.app_name or "\x00" in request.path or len(request.path) > LONGEST_PATH:
        return ""
    parts = uri_to_iri(request.path).strip("/").split("/")
    above = [("/" + "/".join(parts[:end]), "/".join(parts[end:])) for end in range(len(parts) - 1, 0, -1)]
    language = get_language() or settings.LANGUAGE_CODE
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    if prefix:
        above += [(path.removeprefix(prefix), rest) for path, rest in above if path != prefix]
    known = Redirect.get_for_site(Site.find_for_request(request)).select_related("redirect_page")
    moved = {redirect.old_path: redirect for redirect in known.filter(old_path__in=[path for path, _ in above])}
    for path, rest in above:
        if path in moved and moved[path].link:
            link = moved[path].link.rstrip("/")
            if prefix and not link.startswith(f"{prefix}/"):
                link = f"{prefix}{link}"
            return f"{link}/{rest}/" if request.path.endswith("/") else f"{link}/{rest}"
    return ""
