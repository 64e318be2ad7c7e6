"""Topics over time: predictions counted by day, week, month or year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from topics.classification.prediction import Prediction

MOST_PERIODS = 100


@dataclass(slots=True)
class Period:
    """What was said in one span of time.

    Parameters
    ----------
    name : str
        Its date as far as it matters, such as ``2026-01``; of a week, its Monday.
    briefings : int
    paragraphs : int
        With content.
    words : Counter of str
        Words of content paragraphs by topic.
    """

    name: str
    briefings: int = 0
    paragraphs: int = 0
    words: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All periods from the first to the last, also those without a briefing.

    Parameters
    ----------
    unit : str
        day, week, month or year.
    periods : list of Period
        Empty if no briefing has a date.
    undated : int
        Briefings without a date that can be read.
    """

    unit: str
    periods: list[Period]
    undated: int


def timeline_of(predictions: Iterable[Prediction]) -> Timeline:
    """Count words by topic and period.

    The unit is the shortest that gives a hundred periods at most, a third of
    them with a briefing.
    """
    dated = [(day_of(prediction.briefing.date), prediction) for prediction in predictions]
    days = [day for day, _ in dated if day is not None]
    undated = len(dated) - len(days)
    if not days:
        return Timeline("day", [], undated)
    unit, names = _names(days)
    periods = {name: Period(name) for name in names}
    for day, prediction in dated:
        if day is not None:
            _add(periods[_NAME_OF[unit](day)], prediction)
    return Timeline(unit, list(periods.values()), undated)


def day_of(text: str | None) -> date | None:
    """Read the day that a date or a time in ISO form begins with.

    >>> day_of("2026-01-29T10:00Z"), day_of("last week")
    (datetime.date(2026, 1, 29), None)
    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


_NAME_OF: dict[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": lambda day: _monday(day).isoformat(),
    "month": lambda day: day.isoformat()[:7],
    "year": lambda day: day.isoformat()[:4],
}


def _names(days: Sequence[date]) -> tuple[str, list[str]]:
    """Choose the unit; return it and the names of all periods."""
    first, last = min(days), max(days)
    counts = {
        "day": (last - first).days + 1,
        "week": (_monday(last) - _monday(first)).days // 7 + 1,
        "month": 12 * (last.year - first.year) + last.month - first.month + 1,
    }
    for unit, count in counts.items():
        if count <= MOST_PERIODS and 3 * len({_NAME_OF[unit](day) for day in days}) >= count:
            break
    else:
        return "year", [f"{year:04}" for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
        return unit, [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    start, step = (first, 1) if unit == "day" else (_monday(first), 7)
    return unit, [(start + timedelta(days=step * number)).isoformat() for number in range(count)]


def _add(period: Period, prediction: Prediction) -> None:
    period.briefings += 1
    for paragraph in prediction.paragraphs:
        if paragraph.segment is not None:
            period.paragraphs += 1
            period.words[paragraph.topic] += len(paragraph.paragraph.text.split())
