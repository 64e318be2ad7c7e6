"""Days, weeks and months on a time axis: which there are, and which to name below it.

Days are counted as `date.toordinal` does.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from topics.corpus.periods import day_of, unit_for
from topics.errors import InputError
from topics.output.charts.lettering import width_of

Per = Literal["day", "week", "month"]
MOST = 1500
# Not strftime's, which depend on the locale.
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day_number(date: str | None) -> int | None:
    """Return the day of an ISO date, with or without a time; None if it is none."""
    day = day_of(date)
    return None if day is None else day.toordinal()


def best_period(first: int, last: int) -> Per:
    """Choose what the time suggests, as a report does; but months at the longest."""
    unit = unit_for(datetime.date.fromordinal(first), datetime.date.fromordinal(last))
    return "day" if unit == "day" else "week" if unit == "week" else "month"


def edges(first: int, last: int, per: Per) -> list[int]:
    """Return the first day of each period from `first` to `last`, and the day after the last one.

    Weeks begin on Monday.

    Raises
    ------
    InputError
        If there are more than 1,500, which no page could show.
    """
    days = last - first + 1
    if days / {"day": 1, "week": 7, "month": 31}[per] > MOST:
        begin, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
        raise InputError(
            f"there are more than {MOST:,} {per}s from {begin} to {end}; mend the dates, or take longer periods."
        )
    found = [_start(first, per)]
    while found[-1] <= last:
        found.append(_next(found[-1], per))
    return found


def name_of(day: int, per: Per) -> str:
    """Name the period that begins on a day."""
    date = datetime.date.fromordinal(day)
    if per == "month":
        return f"{_MONTHS[date.month - 1]} {date.year}"
    return f"{'week of ' if per == 'week' else ''}{_day_and_month(date)} {date.year}"


def ticks(first: int, last: int, width: float, size: float) -> list[tuple[int, str]]:
    """Choose days to name on an axis of a width in inches: as many as have room, at even steps.

    Parameters
    ----------
    first, last : int
        Where the axis begins and ends.
    width : float
    size : float
        Of the text, in points.

    Returns
    -------
    list of (int, str)
        Day and name; the year stands below the first name and where it changes.
    """
    chosen: list[tuple[int, str]] = []
    for days, label in _candidates(first, last):
        named = _with_years(days, label)
        places = [(day - first) / max(1, last - first) * width for day, _ in named]
        half = [max(width_of(line, size) for line in name.split("\n")) / 2 + 0.06 for _, name in named]
        gaps = zip(places, half, places[1:], half[1:], strict=False)
        if all(right - left >= a + b for left, a, right, b in gaps):
            return named
        chosen = named[:1]
    return chosen


def _candidates(first: int, last: int) -> Iterator[tuple[list[int], Callable[[datetime.date], str]]]:
    """Yield ever sparser days with a way to name them."""
    if last - first <= 400:
        for step in (1, 2, 7, 14):
            days = list(range(first if step < 7 else _start(first + 6, "week"), last, step))
            if days:
                yield days, _day_and_month
    begin, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    if len(months) <= 400:
        for step in (1, 2, 3, 6):
            days = [_month(month) for month in months if month % step == 0]
            if days := [day for day in days if first <= day < last]:
                yield days, lambda date: _MONTHS[date.month - 1]
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000):
        years = range(begin.year, end.year + 1)
        days = [datetime.date(year, 1, 1).toordinal() for year in years if year % step == 0]
        if days := [day for day in days if first <= day < last]:
            yield days, lambda date: f"{date.year}"


def _with_years(days: Sequence[int], label: Callable[[datetime.date], str]) -> list[tuple[int, str]]:
    named, year = [], None
    for day in days:
        date = datetime.date.fromordinal(day)
        name = label(date)
        if name != f"{date.year}" and date.year != year:
            name += f"\n{date.year}"
        year = date.year
        named.append((day, name))
    return named


def _day_and_month(date: datetime.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]}"


def _month(number: int) -> int:
    """Return the first day of a month, counted from the year 0."""
    return datetime.date(number // 12, number % 12 + 1, 1).toordinal()


def _start(day: int, per: Per) -> int:
    if per == "day":
        return day
    if per == "week":
        return day - (day - 1) % 7  # day 1 was a Monday
    return datetime.date.fromordinal(day).replace(day=1).toordinal()


def _next(start: int, per: Per) -> int:
    if per == "month":
        date = datetime.date.fromordinal(start)
        return _month(date.year * 12 + date.month)
    return start + (7 if per == "week" else 1)
