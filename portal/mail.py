"""One renderer for every mail: subject, text and HTML beside each other in templates/emails/<message kind>/."""

from functools import cache
from typing import Any

import css_inline
from django.template.loader import get_template


@cache
def _inliner() -> css_inline.CSSInliner:
    # Kept: the style element holds what cannot be inlined (dark mode, narrow screens).
    return css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)


def render_mail(kind: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a mail. Raises TemplateDoesNotExist for a kind without its three files."""
    subject = " ".join(get_template(f"emails/{kind}/subject.txt").render(context).split())
    text = get_template(f"emails/{kind}/body.txt").render(context).strip() + "\n"
    html = get_template(f"emails/{kind}/body.html").render(context)
    return subject, text, _inliner().inline(html)
