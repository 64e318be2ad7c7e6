"""Topics over time: predictions counted by day, week, month or year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from topics.classification.prediction import Prediction

# The longest time, in days, that is shown by day, week and month; longer ones by year.
LONGEST = {"day": 49, "week": 550, "month": 3000}


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
    """Count words by topic and period, as long as the time they span suggests."""
    dated = [(day_of(prediction.briefing.date), prediction) for prediction in predictions]
    days = [day for day, _ in dated if day is not None]
    undated = len(dated) - len(days)
    if not days:
        return Timeline("day", [], undated)
    unit = _unit(min(days), max(days))
    periods = {name: Period(name) for name in _names(min(days), max(days), unit)}
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


def _unit(first: date, last: date) -> str:
    days = (last - first).days + 1
    return next((unit for unit, longest in LONGEST.items() if days <= longest), "year")


def _names(first: date, last: date, unit: str) -> list[str]:
    """Return the names of all periods from the first day to the last."""
    if unit == "year":
        return [f"{year:04}" for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    start, step = (first, 1) if unit == "day" else (_monday(first), 7)
    return [(start + timedelta(days)).isoformat() for days in range(0, (last - start).days + 1, step)]


def _add(period: Period, prediction: Prediction) -> None:
    period.briefings += 1
    for paragraph in prediction.paragraphs:
        if paragraph.segment is not None:
            period.paragraphs += 1
            period.words[paragraph.topic] += len(paragraph.paragraph.text.split())
