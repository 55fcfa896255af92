"""Plots as SVG, drawn from numbers: no library, no script. Colours and sizes are the stylesheet's (console.css).

Each has a title and a description, and stands beside a table that says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

WIDTH, HEIGHT = 440, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 30
BAR, GAP, LABEL, NUMBER = 26, 10, 136, 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: a label, how many, and of how many at most (for a share); `tone` chooses its colour."""

    label: str
    number: int
    whole: int | None = None
    tone: str = ""


def cumulated(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return how many there were in all at the end of each day, the days without any included."""
    if not days:
        return []
    new = dict(days)
    first, last = min(new), max(new)
    total, points = 0, []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        total += new.get(day, 0)
        points.append((day, total))
    return points


def line_plot(*, name: str, title: str, points: Sequence[tuple[date, int]]) -> str:
    """Draw a number over days as a filled line; one day is a dot, and nothing at all says so."""
    if not points:
        return _nothing(name, title)
    first, last, top = points[0][0], points[-1][0], nice_top(max(number for _, number in points))
    days = max((last - first).days, 1)
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    base = TOP + inner_height

    def x(day: date) -> float:
        return round(LEFT + inner_width * (day - first).days / days, 1)

    def y(number: float) -> float:
        return round(base - inner_height * number / top, 1)

    parts = []
    for number in dict.fromkeys((0, top // 2, top)):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(number)}" y2="{y(number)}"/>')
        parts.append(f'<text class="scale end" x="{LEFT - 8}" y="{y(number) + 4}">{number:,}</text>')
    path = " ".join(f"{x(day)},{y(number)}" for day, number in points)
    if len(points) > 1:
        parts.append(f'<polygon class="area" points="{x(first)},{base} {path} {x(last)},{base}"/>')
        parts.append(f'<polyline class="line" points="{path}"/>')
    parts.append(f'<circle class="dot" cx="{x(last)}" cy="{y(points[-1][1])}" r="4"/>')
    parts.append(f'<text class="scale" x="{LEFT}" y="{HEIGHT - 8}">{_day(first)}</text>')
    if last != first:
        parts.append(f'<text class="scale end" x="{WIDTH - RIGHT}" y="{HEIGHT - 8}">{_day(last)}</text>')
    words = f"From {_day(first)} to {_day(last)}: {points[0][1]:,} at first, {points[-1][1]:,} at the end."
    return _svg(name, title, words, HEIGHT, parts)


def bar_plot(*, name: str, title: str, bars: Sequence[Bar]) -> str:
    """Draw bars one below the other, each with its label and number; a share is drawn on a track of its whole."""
    if not any(bar.number for bar in bars):
        return _nothing(name, title)
    most = max(max(bar.number, bar.whole or 0) for bar in bars)
    room = WIDTH - LABEL - NUMBER
    parts = []
    for position, bar in enumerate(bars):
        top = position * (BAR + GAP)
        middle = top + BAR // 2 + 5
        parts.append(f'<text class="label end" x="{LABEL - 12}" y="{middle}">{escape(_short(bar.label))}</text>')
        if bar.whole:
            track = round(room * bar.whole / most, 1)
            parts.append(f'<rect class="track" x="{LABEL}" y="{top}" width="{track}" height="{BAR}" rx="3"/>')
        width = round(room * bar.number / most, 1)
        if width:
            tone = f" {bar.tone}" if bar.tone else ""
            parts.append(f'<rect class="bar{tone}" x="{LABEL}" y="{top}" width="{width}" height="{BAR}" rx="3"/>')
        end = round(room * max(bar.number, bar.whole or 0) / most, 1)
        said = f"{bar.number:,} of {bar.whole:,}" if bar.whole else f"{bar.number:,}"
        parts.append(f'<text class="number" x="{LABEL + end + 8}" y="{middle}">{said}</text>')
    words = "; ".join(f"{bar.label}: {bar.number:,}" + (f" of {bar.whole:,}" if bar.whole else "") for bar in bars)
    return _svg(name, title, f"{words}.", len(bars) * (BAR + GAP) - GAP, parts)


def nice_top(number: int) -> int:
    """Return the next round number above, for the end of a scale: 1, 2, 4, 10, 20, 50, 100, …"""
    scale = 1
    while True:
        for step in (1, 2, 4, 6, 8):
            if number <= step * scale:
                return step * scale
        scale *= 10


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _short(label: str) -> str:
    return label if len(label) <= 17 else f"{label[:16]}…"


def _svg(name: str, title: str, words: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-words">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(words)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _nothing(name: str, title: str) -> str:
    text = f'<text class="label" x="{WIDTH // 2}" y="36" text-anchor="middle">Nothing to show yet</text>'
    return _svg(name, title, "Nothing to show yet.", 60, [text])
