"""Words with placeholders: what is refused in which words, and what both parts of a mail make of the rest."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.wording import Placeholder, as_html, as_text, filled, placeholders_in, wrong_in_subject, wrong_in_text

ALLOWED = tuple(Placeholder(name=name, meaning="") for name in ("name", "event", "when", "place"))
LIST = "You can use: {name}, {event}, {when}, {place}."
VALUES = {"name": "\ue000name\ue001", "event": "Tea & <talk>", "when": "Monday", "place": "Online"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello {nmae}", f"“{{nmae}}” is not a placeholder. Did you mean {{name}}? {LIST}"),
        ("See {event title}", f"“{{event title}}” is not a placeholder. Did you mean {{event}}? {LIST}"),
        ("{zzz}", f"“{{zzz}}” is not a placeholder. {LIST}"),
        ("{}", f"“{{}}” is not a placeholder. {LIST}"),
        ("{{name}}", "“{{name}}” is not a placeholder. Write {name}, with one brace on each side and no spaces."),
        ("{{ name }}", "“{{ name }}” is not a placeholder. Write {name}, with one brace on each side and no spaces."),
        ("{ name }", "“{ name }” is not a placeholder. Write {name}, with one brace on each side and no spaces."),
        ("{Name}", "“{Name}” is not a placeholder. Write {name}, with one brace on each side and no spaces."),
        ("Hello {name", f"There is a “{{” that no “}}” closes. Close it or remove it. {LIST}"),
        ("Hello {\nname}", f"There is a “{{” that no “}}” closes. Close it or remove it. {LIST}"),
        ("a smile :}", f"There is a “}}” that no “{{” opens. Remove it. {LIST}"),
        ("\u200b \u200b", "This holds nothing that can be seen. Write something, or empty the field."),
        ("Hello\x07", "This holds characters that no reader can see. Type the text again instead of pasting it."),
        ("\ue000cancel_url\ue001", "This holds characters that no reader can see."),
        ("abc\u202ecba", "This holds characters that no reader can see."),
    ],
)
def test_what_no_mail_can_hold_is_refused_in_words(text, message):
    wrong = wrong_in_text(text, ALLOWED)

    assert wrong
    assert wrong[0].startswith(message)


@pytest.mark.parametrize(
    "text", ["", "Hello {name},\r\n\r\nsee you at {event}.", "5 < 6 & “quotes” 王 🐎\tTab", "%s %(x)s"]
)
def test_everything_else_is_plain_text(text):
    assert wrong_in_text(text, ALLOWED) == []


def test_each_mistake_is_told_once():
    assert len(wrong_in_text("{a} {a} {b}", ALLOWED)) == 2


def test_a_long_mistake_is_told_shortly():
    assert len(wrong_in_text("{" + "x" * 5000 + "}", ALLOWED)[0]) < 200


def test_a_subject_is_one_short_line():
    assert wrong_in_subject("Your place: {event}", ALLOWED) == []
    assert wrong_in_subject("x" * 150, ALLOWED) == []
    assert wrong_in_subject("x" * 151, ALLOWED) == [
        "A subject has at most 150 characters. This one has 151: shorten it."
    ]
    assert wrong_in_subject("a\nBcc: b@example.org", ALLOWED) == ["A subject is one line. Remove the line break."]


def test_the_text_part_is_wrapped_and_keeps_paragraphs_and_lines():
    written = "We look forward to seeing you, {name}, " * 3 + "\nThe team\n\n\n\nSee https://example.org/" + "x" * 80

    made = as_text(written, VALUES)

    paragraphs = made.split("\n\n")
    assert len(paragraphs) == 2
    assert paragraphs[0].endswith("\nThe team")
    assert "https://example.org/" + "x" * 80 in made.splitlines()
    assert max(len(line) for line in made.splitlines() if "http" not in line) <= 72
    assert made.count("\ue000name\ue001") == 3
    assert "\ue002" not in made


def test_the_html_part_is_escaped_and_its_addresses_are_links():
    made = as_html(
        '<b>{event}</b> "x"\nhttps://a.example.org/?a=1&b=2. (Or us@example.org)\n\njavascript:alert(1)', VALUES
    )

    assert made == (
        "<p>&lt;b&gt;Tea &amp; &lt;talk&gt;&lt;/b&gt; &quot;x&quot;<br>"
        '<a href="https://a.example.org/?a=1&amp;b=2">https://a.example.org/?a=1&amp;b=2</a>. '
        '(Or <a href="mailto:us@example.org">us@example.org</a>)</p>\n'
        "<p>javascript:alert(1)</p>"
    )


def test_a_personal_value_never_stands_in_an_address():
    """It would be the reader's own text in an attribute that nobody encodes."""
    made = as_html("https://example.org/{name}", VALUES)

    assert made == '<p><a href="https://example.org/">https://example.org/</a>\ue000name\ue001</p>'


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Co"]) | st.sampled_from("{}<>&\n @.:/"), max_size=80)


@given(TEXTS)
def test_whatever_is_accepted_can_be_sent_and_is_no_markup(text):
    if wrong_in_text(text, ALLOWED):
        return

    assert set(placeholders_in(text)) <= set(VALUES)
    written = " ".join(filled(text, VALUES).split())
    made = as_html(text, VALUES)
    assert " ".join(html.unescape(re.sub(r"</?(?:p|br|a)\b[^>]*>", " ", made)).split()).replace(
        " ", ""
    ) == written.replace(" ", "")
    assert "".join(as_text(text, VALUES).split()) == "".join(written.split())
