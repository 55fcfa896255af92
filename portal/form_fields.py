"""Fields that every public form shares."""

import re
import unicodedata
from typing import Any

from django import forms

# Format characters and spaces: a text of these alone is an empty one.
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}
# C0 and C1 controls, and the characters that turn the direction of text around what follows them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class CleanCharField(forms.CharField):
    """Text without control characters; white space at its ends and in rows is folded unless lines are wanted."""

    def __init__(self, *, keep_lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keep_lines = keep_lines

    def to_python(self, value: Any) -> str:
        """Strip what nobody typed on purpose, before lengths are checked."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        text = _CONTROLS.sub("", text if self.keep_lines else re.sub(r"\s+", " ", text))
        if all(unicodedata.category(character) in _INVISIBLE for character in text):
            text = ""
        return str(super().to_python(text))
