"""The words of mails, for editors: every kind in every language, and the form with its placeholders beside it."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList, PublishingPanel
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSet

from events.registration.models import MailWording
from events.registration.models.wording import kind_choices, language_choices
from events.registration.wording_rules import WORDED_KINDS, WordedKind, subject_placeholders


class MailWordingForm(WagtailAdminModelForm):
    """What is in use stays the words of its mail: people would otherwise get them in another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.live:
            self.fields["kind"].disabled = self.fields["language"].disabled = True


class PlaceholderPanel(HelpPanel):
    """What may stand in braces: for the chosen mail, or before one is chosen for all of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"template": "events/cms/mail_placeholders.html", "heading": "Placeholders"} | kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        """The panel of one wording."""

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Add the placeholders of each mail that is shown."""
            context = super().get_context_data(parent_context)
            chosen = WORDED_KINDS.get(self.instance.kind)
            shown = [chosen] if chosen else [WORDED_KINDS[name] for name, _ in kind_choices()]
            context["kinds"] = [_described(kind) for kind in shown]
            return context


def _described(kind: WordedKind) -> dict[str, Any]:
    in_subject = subject_placeholders(kind)
    return {"label": kind.label, "placeholders": [(known, known in in_subject) for known in kind.placeholders]}


class _WordingList(IndexView):
    """Every mail in every language, edited or not: a list of what was edited alone would hide what there is."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a row for each mail with a cell for each language; one statement."""
        context = super().get_context_data(**kwargs)
        written = {(row.kind, row.language): row for row in MailWording.objects.all()}
        languages = language_choices()
        context["languages"] = [label for _, label in languages]
        context["rows"] = [
            (label, [self._cell(kind, code, written.get((kind, code))) for code, _ in languages])
            for kind, label in kind_choices()
        ]
        return context

    def _cell(self, kind: str, language: str, row: MailWording | None) -> dict[str, str]:
        if row is None:
            query = urlencode({"kind": kind, "language": language})
            return {"state": "Usual words", "action": "Write", "url": f"{reverse(self.add_url_name)}?{query}"}
        state = "Edited" if row.live and not row.wording.is_empty else "Usual words"
        if row.has_unpublished_changes or not row.live:
            state += ", with a draft"
        return {"state": state, "action": "Edit", "url": reverse(self.edit_url_name, args=[row.pk])}


class _NewWording(CreateView):
    def get_initial_form_instance(self) -> MailWording:
        """Start with the mail and the language that were chosen in the list."""
        known = {"kind": dict(kind_choices()), "language": dict(language_choices())}
        chosen = {name: self.request.GET.get(name, "") for name in known}
        return MailWording(**{name: value for name, value in chosen.items() if value in known[name]})


class MailWordingViewSet(SnippetViewSet):
    """The words of the mails that registrants get."""

    model = MailWording
    icon = "mail"
    menu_label = "Words of mails"
    menu_name = "mail-wordings"
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = _WordingList
    index_template_name = "events/cms/mail_wordings.html"
    add_view_class = _NewWording
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("kind", required_on_save=True), FieldPanel("language", required_on_save=True)]),
            PlaceholderPanel(),
            FieldPanel("subject"),
            FieldPanel("opening"),
            FieldPanel("closing"),
            PublishingPanel(),
        ],
        base_form_class=MailWordingForm,
    )
