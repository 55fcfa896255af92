"""The demo's pictures as drawings: women by role, put together from a few shapes. No real person, no chance in it.

Every figure is drawn on a canvas of 800 by 1000 around the same face, and placed into a picture by moving and scaling.
`manage.py draw_demo_pictures` writes the PNG files; drawing twice gives the same bytes.
"""

from collections.abc import Callable

INK, GOLD, VIOLET, LILAC, PAPER = "#17102B", "#F2B84B", "#4B1D7A", "#C9A7F5", "#FBF8F3"
GREEN, MINT, CORAL, NIGHT, VEST = "#0E6B4F", "#7BD8B4", "#E4735B", "#2A1F47", "#D9F04A"
DEEP_VIOLET, MID_VIOLET = "#5B2A8C", "#6B3BA0"

# Skin and hair.
EBONY, BROWN, BRONZE, WHEAT, ROSE = "#6B4028", "#8A5536", "#C98A5E", "#E8B48C", "#F0C3A0"
BLACK_HAIR, BROWN_HAIR, RED_HAIR, GREY_HAIR = "#1E1310", "#5A3420", "#A3512E", "#B9B2CC"

# A figure in a group goes on below the picture's edge.
BELOW = 1700


def shade(colour: str, factor: float) -> str:
    """Return a colour made darker (below 1) or lighter (above 1)."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{max(0, min(255, int(channel * factor))):02x}" for channel in channels)


def _path(shape: str, fill: str, more: str = "") -> str:
    return f'<path d="{shape}" fill="{fill}"{more}/>'


def _line(shape: str, colour: str, width: int, more: str = "") -> str:
    return (
        f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round"{more}/>'
    )


def _ellipse(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}"{more}/>'


def face(skin: str, *, y: int = 415) -> str:
    """Return brows, eyes, nose, mouth and cheeks."""
    lip = shade(skin, 0.6)
    return "".join(
        (
            _line(f"M318 {y - 52} q30 -20 58 -4", shade(skin, 0.45), 9),
            _line(f"M424 {y - 56} q30 -16 58 4", shade(skin, 0.45), 9),
            _ellipse(348, y - 12, 11, 13, INK),
            _ellipse(452, y - 12, 11, 13, INK),
            _line(f"M402 {y - 8} q14 40 -12 50", shade(skin, 0.72), 9),
            _path(f"M354 {y + 78} q46 46 92 0 q-46 14 -92 0Z", lip, f' stroke="{lip}" stroke-width="6"'),
            _ellipse(316, y + 46, 24, 24, CORAL, ' opacity=".22"'),
            _ellipse(484, y + 46, 24, 24, CORAL, ' opacity=".22"'),
        )
    )


def head(skin: str) -> str:
    """Return ears and the shape of the face."""
    ear = shade(skin, 0.9)
    return _ellipse(270, 425, 26, 34, ear) + _ellipse(530, 425, 26, 34, ear) + _ellipse(400, 400, 132, 165, skin)


def _shoulders(cloth: str, skin: str, bottom: int) -> str:
    neck = shade(skin, 0.86)
    return _path(f"M70 {bottom} C70 790 190 715 330 668 L470 668 C610 715 730 790 730 {bottom} Z", cloth) + _path(
        "M338 540 L338 668 Q400 742 462 668 L462 540Z", neck
    )


def jacket(cloth: str, collar: str, skin: str, bottom: int) -> str:
    """Return a jacket over a blouse."""
    fold, neck = shade(cloth, 0.82), shade(skin, 0.86)
    blouse, lapel = min(bottom, 900), min(bottom, 960)
    return "".join(
        (
            _shoulders(cloth, skin, bottom),
            _path(f"M330 664 L400 760 L470 664 L500 680 L420 {blouse} L380 {blouse} L300 680Z", collar),
            _path("M338 650 Q400 742 462 650 L462 672 Q400 770 338 672Z", neck),
            _path(f"M300 680 L330 660 L396 {lapel} L372 {bottom} L340 {bottom} L262 760Z", fold),
            _path(f"M500 680 L470 660 L404 {lapel} L428 {bottom} L460 {bottom} L538 760Z", fold),
        )
    )


def jumper(cloth: str, collar: str, skin: str, bottom: int) -> str:
    """Return a jumper with a round collar."""
    return _shoulders(cloth, skin, bottom) + _path("M326 666 Q400 770 474 666 L492 674 Q400 810 308 674Z", collar)


def vest(cloth: str, collar: str, skin: str, bottom: int) -> str:
    """Return a bright vest over a uniform."""
    bright = f"M205 {bottom} L222 735 L310 690 L352 {bottom}Z M595 {bottom} L578 735 L490 690 L448 {bottom}Z"
    return "".join(
        (
            _shoulders(cloth, skin, bottom),
            _path("M326 666 Q400 760 474 666 L500 680 Q400 800 300 680Z", PAPER),
            _path(bright, collar),
            _path("M205 900 H352 V940 H205Z M448 900 H595 V940 H448Z", PAPER, ' opacity=".85"'),
        )
    )


Garment = Callable[[str, str, str, int], str]


def bun(skin: str, hair: str, cloth: str, collar: str, garment: Garment = jacket, bottom: int = 1000) -> str:
    """Return a woman with her hair in a bun."""
    front = (
        "M262 420 C248 262 320 214 400 214 C480 214 552 262 538 420 C524 352 488 306 430 292 C370 330 300 330 262 420Z"
    )
    back = _ellipse(400, 190, 78, 78, hair) + _ellipse(400, 355, 152, 155, hair)
    return back + garment(cloth, collar, skin, bottom) + head(skin) + _path(front, hair) + face(skin)


def bob(skin: str, hair: str, cloth: str, collar: str, garment: Garment = jacket, bottom: int = 1000) -> str:
    """Return a woman with straight hair to the shoulder."""
    back = "M400 196 C220 196 216 400 226 590 C300 640 500 640 574 590 C584 400 580 196 400 196Z"
    front = (
        "M258 470 C236 270 320 216 400 216 C490 216 560 270 542 470 C520 400 500 340 350 286 C320 340 280 380 258 470Z"
    )
    return _path(back, hair) + garment(cloth, collar, skin, bottom) + head(skin) + _path(front, hair) + face(skin)


def afro(skin: str, hair: str, cloth: str, collar: str, garment: Garment = jumper, bottom: int = 1000) -> str:
    """Return a woman with round, curly hair."""
    curls = (
        (250, 330, 92), (290, 235, 96), (380, 185, 98), (470, 205, 96), (545, 285, 94), (560, 385, 84),
        (240, 430, 80), (400, 290, 150),
    )  # fmt: skip
    front = (
        "M262 400 C262 300 320 250 400 250 C480 250 538 300 538 400 C520 330 470 296 400 296 C330 296 280 330 262 400Z"
    )
    back = "".join(_ellipse(x, y, r, r, hair) for x, y, r in curls)
    return back + garment(cloth, collar, skin, bottom) + head(skin) + _path(front, hair) + face(skin)


def hijab(skin: str, scarf: str, cloth: str, collar: str, garment: Garment = jumper, bottom: int = 1000) -> str:
    """Return a woman in a headscarf."""
    wrap = "M400 196 C226 196 214 392 236 520 C248 610 214 690 150 772 C250 860 550 860 650 772 C586 690 552 610 564 520 C586 392 574 196 400 196Z"
    fold = "M262 560 C300 690 470 720 640 780 C560 850 300 850 170 776 C230 720 262 640 262 560Z"
    oval = _ellipse(400, 418, 120, 152, skin)
    return (
        garment(cloth, collar, skin, bottom) + _path(wrap, scarf) + _path(fold, shade(scarf, 0.86)) + oval
        + face(skin, y=425)
    )  # fmt: skip


def rider(skin: str, hair: str, cloth: str, collar: str, garment: Garment = vest, bottom: int = 1000) -> str:
    """Return a mounted officer in her helmet."""
    back = _path("M262 400 C236 520 250 600 300 620 L500 620 C550 600 564 520 538 400Z", hair)
    helmet = "".join(
        (
            _line("M276 520 Q400 640 524 520", INK, 14),
            _path("M246 372 C230 190 330 130 400 130 C470 130 570 190 554 372 Q400 318 246 372Z", INK),
            _path("M240 366 Q400 296 560 366 Q590 398 566 404 Q400 340 234 404 Q210 398 240 366Z", NIGHT),
            f'<rect x="388" y="112" width="24" height="26" rx="10" fill="{INK}"/>',
            _line("M262 330 Q400 276 538 330", GOLD, 12),
        )
    )
    return back + garment(cloth, collar, skin, bottom) + head(skin) + face(skin) + helmet


def hat(band: str) -> str:
    """Return a bowler hat of the uniform, to be drawn over a head."""
    return "".join(
        (
            _path("M262 330 C252 170 340 150 400 150 C460 150 548 170 538 330Z", INK),
            _path("M262 296 H538 V334 H262Z", band),
            _path("M216 330 Q400 282 584 330 Q604 356 570 358 Q400 318 230 358 Q196 356 216 330Z", INK),
        )
    )


def glasses() -> str:
    """Return a pair of glasses, to be drawn over a face."""
    return "".join(
        (
            _line("M300 402 a46 44 0 1 0 92 0 a46 44 0 1 0 -92 0", INK, 9),
            _line("M408 402 a46 44 0 1 0 92 0 a46 44 0 1 0 -92 0", INK, 9),
            _line("M392 396 q8 -10 16 0", INK, 9),
        )
    )


def horse(coat: str, mane: str) -> str:
    """Return a horse's head with its bridle, looking at the reader."""
    muzzle = shade(coat, 1.28)
    return "".join(
        (
            _path("M250 1000 C250 800 280 640 320 560 L480 560 C520 640 550 800 550 1000Z", shade(coat, 0.88)),
            _path("M292 250 C262 190 268 120 300 84 C332 120 348 176 344 232Z", coat),
            _path("M508 250 C538 190 532 120 500 84 C468 120 452 176 456 232Z", coat),
            _path("M400 190 C300 190 268 300 286 420 C300 540 322 640 334 720 C350 800 450 800 466 720 C478 640 500 540 514 420 C532 300 500 190 400 190Z", coat),
            _path("M334 690 C330 790 360 836 400 836 C440 836 470 790 466 690 C450 640 350 640 334 690Z", muzzle),
            _path("M400 180 C340 180 340 330 384 430 C396 340 420 300 452 250 C446 200 430 180 400 180Z", mane),
            _ellipse(316, 400, 17, 22, INK), _ellipse(484, 400, 17, 22, INK),
            _ellipse(372, 756, 12, 18, shade(coat, 0.5)), _ellipse(428, 756, 12, 18, shade(coat, 0.5)),
            _line("M292 520 Q400 566 508 520 M318 664 Q400 700 482 664 M292 520 L318 664 M508 520 L482 664", INK, 13),
            _line("M282 330 Q400 280 518 330", GOLD, 15),
        )
    )  # fmt: skip


def at(x: float, y: float, scale: float, figure: str) -> str:
    """Return a figure moved and scaled."""
    return f'<g transform="translate({x} {y}) scale({scale})">{figure}</g>'


def _canvas(width: int, height: int, ground: str, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{ground}"/>{inner}</svg>'
    )


def portrait(figure: str, *, ground: str, halo: str, floor: str) -> str:
    """Return one person before a disc, 800 by 1000."""
    line = f'<rect x="0" y="962" width="800" height="38" fill="{floor}"/>'
    return _canvas(800, 1000, ground, _ellipse(400, 430, 330, 330, halo) + figure + line)


def group(
    *figures: str, width: int = 1200, ground: str = DEEP_VIOLET, halo: str = MID_VIOLET, floor: str = GOLD
) -> str:
    """Return several people before a disc, 1200 high."""
    line = f'<rect x="0" y="1140" width="{width}" height="60" fill="{floor}"/>'
    disc = _ellipse(width / 2, 620, 490, 490, halo)
    return _canvas(width, 1200, ground, disc + "".join(figures) + line)


def drawings() -> dict[str, str]:
    """Return every picture of the demo as SVG, by name."""
    return {
        "home": group(
            at(-75, 290, 0.78, afro(EBONY, INK, MINT, PAPER, bottom=BELOW)),
            at(655, 270, 0.8, bob(ROSE, RED_HAIR, CORAL, PAPER, jumper, BELOW)),
            at(232, 130, 0.92, bun(BROWN, BLACK_HAIR, NIGHT, PAPER, bottom=BELOW)),
            at(95, 590, 0.76, rider(WHEAT, BROWN_HAIR, INK, VEST, bottom=BELOW)),
            at(500, 580, 0.76, hijab(BRONZE, LILAC, PAPER, GOLD, bottom=BELOW)),
        ),
        "week": group(
            at(-40, 250, 0.86, hijab(BRONZE, GOLD, MINT, PAPER, bottom=BELOW)),
            at(560, 270, 0.84, afro(EBONY, INK, LILAC, PAPER, bottom=BELOW)),
            at(230, 420, 0.95, bob(WHEAT, "#3A2317", PAPER, VIOLET, jumper, BELOW)),
        ),
        "careers": group(
            at(-60, 300, 0.84, bob(BRONZE, BLACK_HAIR, GREEN, PAPER, bottom=BELOW)),
            at(580, 280, 0.84, bun(ROSE, GREY_HAIR, VIOLET, PAPER, bottom=BELOW)),
            at(240, 420, 0.95, afro(BROWN, BLACK_HAIR, NIGHT, VEST, vest, BELOW)),
            ground="#F7D48D", halo="#F2C567", floor=VIOLET,
        ),
        "front-line": group(
            at(90, 260, 0.92, rider(WHEAT, BROWN_HAIR, NIGHT, VEST, bottom=BELOW)),
            at(790, 270, 0.9, bob(BROWN, BLACK_HAIR, GREEN, PAPER, bottom=BELOW)),
            at(420, 330, 1.0, bun(ROSE, RED_HAIR, VIOLET, PAPER, bottom=BELOW)),
            width=1600, ground=GOLD, halo="#F7D48D", floor=VIOLET,
        ),
        "detectives": group(
            at(120, 130, 1.15, bob(BRONZE, BLACK_HAIR, NIGHT, PAPER, bottom=BELOW)),
            at(640, 180, 1.1, bun(WHEAT, BROWN_HAIR, GREEN, PAPER, bottom=BELOW) + glasses()),
            width=1600, ground=LILAC, halo="#DCC5FA", floor=GOLD,
        ),
        "neighbourhood": group(
            at(70, 150, 1.12, hijab(BRONZE, VIOLET, NIGHT, VEST, vest, BELOW)),
            at(680, 120, 1.15, bob(ROSE, RED_HAIR, NIGHT, VEST, vest, BELOW) + hat(LILAC)),
            width=1600, ground=MINT, halo="#A6E6CE", floor=VIOLET,
        ),
        "family": group(
            at(100, 110, 1.2, afro(EBONY, INK, CORAL, PAPER, bottom=BELOW)),
            at(760, 400, 0.9, bob(EBONY, INK, GOLD, PAPER, jumper, BELOW)),
            width=1600, ground=LILAC, halo="#DCC5FA", floor=VIOLET,
        ),
        "stables": group(
            at(110, 60, 1.22, horse("#7A4A2B", BLACK_HAIR)),
            at(700, 150, 1.12, rider(BROWN, BLACK_HAIR, NIGHT, VEST, bottom=BELOW)),
            width=1600, ground=MINT, halo="#A6E6CE", floor=GOLD,
        ),
        "mentoring": group(
            at(90, 160, 1.12, hijab(BROWN, CORAL, PAPER, GOLD, bottom=BELOW)),
            at(640, 120, 1.18, bun(ROSE, GREY_HAIR, NIGHT, PAPER, bottom=BELOW)),
            width=1600,
        ),
        "story-mounted": portrait(
            rider(WHEAT, "#7A4A2B", NIGHT, VEST), ground=LILAC, halo="#DCC5FA", floor=GOLD
        ),
        "story-detective": portrait(
            bun(BROWN, BLACK_HAIR, VIOLET, PAPER), ground=GOLD, halo="#F7D48D", floor=VIOLET
        ),
        "story-neighbourhood": portrait(
            hijab(BRONZE, VIOLET, INK, GOLD), ground=MINT, halo="#A6E6CE", floor=GOLD
        ),
        "story-analyst": portrait(
            bob(ROSE, RED_HAIR, GREEN, PAPER, jumper) + glasses(), ground=LILAC, halo="#DCC5FA", floor=VIOLET
        ),
        "story-special": portrait(
            afro(EBONY, INK, NIGHT, VEST, vest), ground="#F2A08C", halo="#F7C1B3", floor=VIOLET
        ),
        "story-pcso": portrait(
            bob(BRONZE, BLACK_HAIR, NIGHT, VEST, vest) + hat(CORAL), ground=MINT, halo="#A6E6CE", floor=VIOLET
        ),
    }  # fmt: skip
