"""Spans of time: the days, weeks, months or years that briefings fall into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

# The longest time, in days, that is shown by day, week and month; longer ones by year.
LONGEST = {"day": 49, "week": 550, "month": 3000}


def day_of(text: str | None) -> date | None:
    """Read the day that a date or a time in ISO form begins with.

    >>> day_of("2026-01-29T10:00Z"), day_of("last week")
    (datetime.date(2026, 1, 29), None)
    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def unit_for(first: date, last: date) -> str:
    """Choose day, week, month or year, as the time from one day to another suggests."""
    days = (last - first).days + 1
    return next((unit for unit, longest in LONGEST.items() if days <= longest), "year")


def period_of(day: date, unit: str) -> str:
    """Name the day, week, month or year that a day lies in; a week by its Monday.

    >>> period_of(date(2026, 1, 29), "week")
    '2026-01-26'
    """
    return _NAME_OF[unit](day)


def periods_between(first: date, last: date, unit: str) -> list[str]:
    """Name all periods from the first day to the last.

    >>> periods_between(date(2025, 12, 31), date(2026, 2, 1), "month")
    ['2025-12', '2026-01', '2026-02']
    """
    if unit == "year":
        return [f"{year:04}" for year in range(first.year, last.year + 1)]
    if unit == "month":
        months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    start, step = (first, 1) if unit == "day" else (_monday(first), 7)
    return [(start + timedelta(days)).isoformat() for days in range(0, (last - start).days + 1, step)]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


_NAME_OF: dict[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": lambda day: _monday(day).isoformat(),
    "month": lambda day: day.isoformat()[:7],
    "year": lambda day: day.isoformat()[:4],
}
