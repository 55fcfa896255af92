"""The public forms: a label for every field, errors in the reader's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.consent.forms import SourcedForm
from events.schedule.models import SeatPool
from events.schedule.queries import AccessInWords, access_in_words
from events.schedule.rules import POOL_LABELS, PoolKind
from portal.form_fields import AddressForm, CleanCharField, email_field, name_field


def _access_field() -> CleanCharField:
    return CleanCharField(
        label=_("Access needs"),
        max_length=1000,
        required=False,
        keep_lines=True,
        help_text=_("Anything else that would help you take part. You can leave this empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Enter 1,000 characters or fewer. Yours has %(show_value)d.")},
    )


class CorrectionForm(AddressForm):
    """The code of the confirmation page, and the address as it should have been."""

    code = CleanCharField(
        label=_("Your code"),
        max_length=20,
        help_text=_("Eight letters and digits, from the page that you saw after registering."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={
            "required": _("Enter your code."),
            "max_length": _("Enter the eight letters and digits of your code."),
        },
    )
    email = email_field(_("The right email address"), _("We send everything there from now on."))


class NewAddressForm(AddressForm):
    """Another address for the same place, from the manage page."""

    email = email_field(
        _("New email address"), _("We send everything there from now on, and nothing more to the old one.")
    )


def _relies_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Do you rely on any of these?"),
        required=False,
        help_text=_("Tick what you cannot do without. If it changes, we tell you at once."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )


def _offer_facts(form: forms.Form, access: Mapping[str, str], chosen: Sequence[str] = ()) -> None:
    """Ask about what the event has, and what somebody chose before it was gone; leave the question out otherwise."""
    facts = [f for f in access_in_words(access) if f.is_yes or f.fact in chosen]
    if facts:
        form.fields["relies_on"].choices = [(f.fact.value, _fact_label(f)) for f in facts]  # type: ignore[attr-defined]
    else:
        del form.fields["relies_on"]


def _fact_label(fact: AccessInWords) -> str:
    return fact.label if fact.is_yes else f"{fact.label}: {fact.answer}"


class RegistrationForm(AddressForm, SourcedForm):
    """One form, one call."""

    pool = forms.ChoiceField(
        label=_("How will you take part?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you will take part."),
            "invalid_choice": _("Choose one of the ways to take part."),
        },
    )
    name = name_field()
    email = email_field(_("Your email address"), _("We send your confirmation and calendar entry there."))
    relies_on = _relies_field()
    access_needs = _access_field()
    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Tick the box to agree. We cannot register you without it.")},
    )

    def __init__(
        self, *args: Any, pools: Sequence[SeatPool], access: Mapping[str, str], consent_text: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer_facts(self, access)
        self.pools = list(pools)
        self.fields["consent"].label = consent_text
        if len(self.pools) > 1:
            self.fields["pool"].choices = [(pool.kind, self._pool_label(pool)) for pool in self.pools]  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]

    @staticmethod
    def _pool_label(pool: SeatPool) -> str:
        label = gettext(POOL_LABELS[PoolKind(pool.kind)])
        # Translators: beside a way to take part, as in "In the room (full: waiting list)".
        return gettext("{way} (full: waiting list)").format(way=label) if pool.places_left == 0 else label

    def chosen_pool(self) -> SeatPool:
        """Return the pool that was chosen, or the only one."""
        kind = self.cleaned_data.get("pool")
        return next((pool for pool in self.pools if pool.kind == kind), self.pools[0])


class DetailsForm(forms.Form):
    """What people change on their manage page."""

    error_css_class = "has-error"
    name = name_field()
    relies_on = _relies_field()
    access_needs = _access_field()

    def __init__(self, *args: Any, access: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_facts(self, access, self.initial.get("relies_on", ()))
