"""A poster as PDF: text, vector QR code and fonts in one file, tagged for screen readers (PDF/UA-1)."""

import io
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

from events.posters.rules import PosterWords, Size

HERE = Path(__file__).parent
TEMPLATE = HERE / "poster.typ"
FONTS = HERE / "fonts"


def draw_pdf(*, words: PosterWords, url: str, size: Size, made_at: datetime) -> bytes:
    """Return the poster, ready to print. The same input gives the same bytes on every machine.

    But for words in a script that our fonts do not have: those are set in whatever the machine has, without the tags.
    """
    timestamp = int(made_at.timestamp())
    try:
        return bytes(_compile(words, url, size, format="pdf", pdf_standards="ua-1", timestamp=timestamp))
    except typst.TypstError:
        return bytes(_compile(words, url, size, format="pdf", timestamp=timestamp, ignore_system_fonts=False))


def draw_png(*, words: PosterWords, url: str, size: Size, width: int) -> bytes:
    """Return the poster as a picture of so many pixels: what an editor sees before printing."""
    inches = 11.69 if size is Size.A3 else 8.27
    return bytes(_compile(words, url, size, format="png", ppi=width / inches, ignore_system_fonts=False))


def _compile(words: PosterWords, url: str, size: Size, *, ignore_system_fonts: bool = True, **form: Any) -> Any:
    return typst.compile(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=ignore_system_fonts,
        sys_inputs=_inputs(words, url, size),
        **form,
    )


def _inputs(words: PosterWords, url: str, size: Size) -> dict[str, str]:
    said = asdict(words) | {"facts": list(words.facts)}
    return {"said": json.dumps(said, ensure_ascii=False), "qr": _qr(url), "size": size.value}


def _qr(url: str) -> str:
    """Return the code as SVG; a quarter of it may be damaged by rain or a sticker (ISO/IEC 18004, level Q)."""
    drawn = io.BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=2, dark="#17102b", xmldecl=False, scale=1)
    return drawn.getvalue().decode()
