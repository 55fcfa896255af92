"""The French catalogue of the interface: whole, compiled as it stands, and in step with templates and code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
LANGUAGES = [code for code, _ in settings.LANGUAGES[1:]]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
TAG = re.compile(r"<[^>]*>")
# As in docs/languages.md.
MAKE = ("makemessages", "--ignore=.venv", "--ignore=tests/*", "--ignore=var/*", "--no-location", "--no-wrap")


def catalogue(language: str, folder: Path = ROOT / "portal" / "locale") -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language):
    entries = polib.pofile(str(catalogue(language)))
    assert len(entries) > 300
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete or not all(texts(entry))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_and_tags_stand_in_the_translation_as_in_the_text(language):
    for entry in polib.pofile(str(catalogue(language))):
        for text in texts(entry):
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(entry.msgid)), entry.msgid
            assert TAG.findall(text) == TAG.findall(entry.msgid), entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    written = polib.pofile(str(catalogue(language)))
    compiled = polib.mofile(str(catalogue(language).with_suffix(".mo")))
    assert {key(entry): texts(entry) for entry in compiled} == {key(entry): texts(entry) for entry in written}
    assert compiled.metadata["Plural-Forms"] == written.metadata["Plural-Forms"]


@pytest.mark.needs_gettext
def test_nothing_in_templates_and_code_is_missing_from_the_catalogue(tmp_path):
    """`makemessages` over a copy: whatever it adds, marks as gone or guesses would be news to a translator."""
    copy = tmp_path / "site"
    for name in ("portal", "events", "careers", "templates"):
        leave_out = shutil.ignore_patterns("static", "__pycache__", "*.mo")
        shutil.copytree(ROOT / name, copy / name, ignore=leave_out)
    shutil.copy(ROOT / "manage.py", copy)
    for language in LANGUAGES:
        fresh, kept = made_again(copy, language), polib.pofile(str(catalogue(language)))
        assert {key(e) for e in fresh if not e.obsolete} == {key(e) for e in kept}
        assert [e.msgid for e in fresh if e.fuzzy] == []

        (copy / "templates" / "new.html").write_text('{% load i18n %}{% translate "Nobody has translated this" %}')
        assert "Nobody has translated this" in {e.msgid for e in made_again(copy, language)}
        (copy / "templates" / "new.html").unlink()


def made_again(copy: Path, language: str) -> polib.POFile:
    command = [sys.executable, "manage.py", *MAKE, f"--locale={language}"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return polib.pofile(str(catalogue(language, copy / "portal" / "locale")))
