"""The self-check as a page: one question at a time, the answers in the address, nothing kept."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import RichText

from careers.eligibility.admin_forms import EligibilityPageForm
from careers.eligibility.blocks import RICH, OutcomeBlock, QuestionBlock
from careers.eligibility.forms import LONGEST_ANSWER, form_for
from careers.eligibility.queries import check_of
from careers.eligibility.rules import ASKED, Check, Position, longest_way, problems_of, walk
from careers.pages.models.base import CareersBasePage
from careers.pages.queries import in_language
from portal.models import BasePage
from portal.rules import Problem


class EligibilityPage(CareersBasePage):
    """“Could I apply?”: staff write it as rules, visitors go through it question by question."""

    before = RichTextField(
        "before they start",
        blank=True,
        features=RICH,
        help_text="Shown with the first question: what this is, and who decides in the end.",
    )
    questions = StreamField([("question", QuestionBlock())], blank=True, help_text="The first one is asked first.")
    outcomes = StreamField([("outcome", OutcomeBlock())], blank=True)

    template = "careers/eligibility_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1
    base_form_class = EligibilityPageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("before"),
        HelpPanel(
            "<p>Each answer leads to the next question, to a question further down or to an outcome, by its short "
            "name. Before publishing, every way through the check is tried: nobody is led in circles or left "
            "without an outcome.</p>"
        ),
        FieldPanel("questions"),
        FieldPanel("outcomes"),
    ]

    def rules(self) -> Check:
        """Return the check as the rules know it."""
        return check_of(self.questions, self.outcomes)

    def missing_for_publication(self) -> list[Problem]:
        """Add what is wrong with the check."""
        return super().missing_for_publication() + [Problem("", problem) for problem in problems_of(self.rules())]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a question or an outcome. What somebody answered is kept by nobody: no cache, no search engine."""
        response = super().serve(request, *args, **kwargs)
        if request.GET:
            add_never_cache_headers(response)
            response.headers["X-Robots-Tag"] = "noindex"
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the question at hand with its form, or the outcome."""
        context = super().get_context(request, *args, **kwargs)
        check = self.rules()
        # Only what a question of this check could hold: anything else in the address is none of ours.
        answers = {
            name: str(value)
            for name, value in request.GET.items()
            if len(value) <= LONGEST_ANSWER and (name == ASKED or check.question(name))
        }
        position = walk(check, answers)
        context |= {
            "position": position,
            "number": len(position.given) + 1,
            "most": longest_way(check),
            "given": [
                {"question": question.text, "answer": answer.label, "again": _address(position, index)}
                for index, (question, answer) in enumerate(position.given)
            ],
            "hidden": [(question.key, answer.key) for question, answer in position.given],
        }
        if position.question is not None:
            hint = next(b.value["hint"] for b in self.questions if b.value["key"] == position.question.key)
            context["form"] = form_for(position, answers, hint=hint or "")
            context["asked"] = ASKED
        elif position.outcome:
            context["outcome"] = self._outcome(position)
        return context

    def _outcome(self, position: Position) -> dict[str, Any]:
        value = next(b.value for b in self.outcomes if b.value["key"] == position.outcome)
        target = value["next_page"]
        if target is not None:
            target = next(iter(in_language([target.pk], self.locale_id)), None)
        return {"value": value, "text": value["text"] or RichText(""), "page": target, "notes": position.notes}


def _address(position: Position, index: int) -> str:
    """Return the query that leads back to a question, with what was answered before it."""
    return "?" + urlencode([(question.key, answer.key) for question, answer in position.given[:index]])
