"""Briefings by day, week, month and year."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.output.periods import timeline_of

from .samples import classified


def on(*days: str | None):
    return timeline_of([classified("b", [("Two words.", "syria", 0.9)], date=day) for day in days])


@pytest.mark.parametrize(
    ("first", "last", "unit", "names"),
    [
        ("2026-01-30", "2026-02-02", "day", ["2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"]),
        ("2026-01-01", "2026-02-28", "week", ["2025-12-29", "2026-01-05"]),  # from Monday
        ("2023-11-30", "2026-02-01", "month", ["2023-11", "2023-12", "2024-01"]),
        ("1999-12-31", "2026-01-01", "year", ["1999", "2000"]),
    ],
)
def test_the_longer_the_time_the_longer_the_periods(first, last, unit, names):
    timeline = on(first, last)
    assert timeline.unit == unit
    assert [period.name for period in timeline.periods][: len(names)] == names
    assert timeline.periods[0].briefings == timeline.periods[-1].briefings == 1
    assert sum(period.briefings for period in timeline.periods) == 2


@given(st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=5))
def test_every_briefing_is_in_its_period_and_no_period_is_left_out(days):
    timeline = on(*(day.isoformat() for day in days))
    assert sum(period.words["syria"] for period in timeline.periods) == 2 * len(days)
    names = [period.name for period in timeline.periods]
    assert names == sorted(set(names))
    assert min(days).isoformat() >= names[0] and max(days).isoformat() >= names[-1]
    if timeline.unit in ("day", "week"):
        step = timedelta(1 if timeline.unit == "day" else 7)
        starts = [date.fromisoformat(name) for name in names]
        assert all(after - before == step for before, after in itertools.pairwise(starts))


def test_times_are_taken_by_their_day_and_what_is_no_date_is_counted():
    timeline = on("2026-01-29T23:59:59+03:00", "29 January 2026", "2026-13-01", "", None)
    assert [period.name for period in timeline.periods] == ["2026-01-29"] and timeline.undated == 4


def test_boilerplate_is_no_content():
    timeline = timeline_of([classified("b", [("Read more.", "boilerplate", 0.9)], date="2026-01-29")])
    assert timeline.periods[0].briefings == 1 and timeline.periods[0].paragraphs == 0
    assert not timeline.periods[0].words


def test_no_dates_are_no_periods():
    assert on(None).periods == [] and timeline_of([]).periods == []
