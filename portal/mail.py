"""One renderer for every mail: subject, text and HTML beside each other in templates/emails/<message kind>/.

A language that has its own wording keeps it in a folder there (templates/emails/<message kind>/fr/): a mail is written
in a language, not put together from translated pieces.

A thousand reminders differ in a name and a few links. So a mail is rendered once with placeholders for what is
personal (`render_shared`), and each reader's values are filled in afterwards: a tenth of the work.

An editor's own words (`portal.wording`) take the place of the blocks `opening` and `closing` of both bodies, and of the
subject. Everything else of a mail is its template's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

import css_inline
from django.template.loader import get_template, select_template
from django.utils.html import escape, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from portal.wording import Wording, as_html, as_text, filled

# Private-use characters: no text has them (forms strip nothing visible for it), and no HTML parser touches them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACEHOLDER = re.compile(f"{_OPEN}([a-z0-9_.]+){_CLOSE}")
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


@cache
def _inliner() -> css_inline.CSSInliner:
    # Kept: the style element holds what cannot be inlined (dark mode, narrow screens).
    return css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)


def placeholder(name: str) -> str:
    """Return what stands for a personal value while a mail is rendered for many readers."""
    return f"{_OPEN}{name}{_CLOSE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMail:
    """A mail without its reader: text and names of values in turn, ready to be joined."""

    subject: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]

    def for_reader(self, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Return subject, text and HTML with these values, escaped where that is needed."""
        escaped = {name: str(escape(value)) for name, value in values.items()}
        return _filled(self.subject, values), _filled(self.text, values), _filled(self.html, escaped)


def render_shared(kind: str, context: dict[str, Any], *, wording: Wording | None = None) -> SharedMail:
    """Render a mail in the active language; its personal values are placeholders.

    Raises TemplateDoesNotExist for a kind without its three files.
    """
    if wording is None or wording.is_empty:
        subject = _template(kind, "subject.txt").render(context)
        text = _template(kind, "body.txt").render(context)
        html = _template(kind, "body.html").render(context)
    else:
        subject, text, html = _render_reworded(kind, context, wording)
    return SharedMail(
        subject=tuple(_PLACEHOLDER.split(" ".join(subject.split()))),
        text=tuple(_PLACEHOLDER.split(text.strip() + "\n")),
        html=tuple(_PLACEHOLDER.split(_inliner().inline(html))),
    )


def _render_reworded(kind: str, context: dict[str, Any], wording: Wording) -> tuple[str, str, str]:
    subject = filled(wording.subject, wording.values) or _template(kind, "subject.txt").render(context)
    parts = {"opening": wording.opening, "closing": wording.closing}
    in_text = {name: as_text(words, wording.values) for name, words in parts.items()}
    # Safe: escaped by as_html, which adds paragraphs and links alone.
    in_html = {name: mark_safe(as_html(words, wording.values)) for name, words in parts.items()}  # noqa: S308
    html = get_template("emails/reworded.html").render(
        context | {"skeleton": _template(kind, "body.html"), "words": in_html}
        | ({"reworded_subject": subject} if wording.subject else {})
    )  # fmt: skip
    text = get_template("emails/reworded.txt").render(
        context | {"skeleton": _template(kind, "body.txt"), "words": in_text}
    )
    if wording.opening:
        # What has happened is said whatever an editor writes: by the HTML part's heading, and here by the same words.
        text = f"{_heading_of(html).upper()}\n\n{text.lstrip()}"
    return subject, text, html


def _heading_of(html: str) -> str:
    found = _HEADING.search(html)
    return " ".join(unescape(strip_tags(found[1])).split()) if found else ""


def _template(kind: str, name: str) -> Any:
    return select_template([f"emails/{kind}/{get_language()}/{name}", f"emails/{kind}/{name}"])


def _filled(parts: tuple[str, ...], values: Mapping[str, str]) -> str:
    # re.split with one group: text at the even places, names at the odd ones.
    return "".join(values[part] if position % 2 else part for position, part in enumerate(parts))
