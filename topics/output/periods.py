"""Topics over time: predictions counted by day, week, month or year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from topics.classification.prediction import Prediction
from topics.corpus.periods import day_of, period_of, periods_between, unit_for


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
    unit = unit_for(min(days), max(days))
    periods = {name: Period(name) for name in periods_between(min(days), max(days), unit)}
    for day, prediction in dated:
        if day is not None:
            _add(periods[period_of(day, unit)], prediction)
    return Timeline(unit, list(periods.values()), undated)


def _add(period: Period, prediction: Prediction) -> None:
    period.briefings += 1
    for paragraph in prediction.paragraphs:
        if paragraph.segment is not None:
            period.paragraphs += 1
            period.words[paragraph.topic] += len(paragraph.paragraph.text.split())
