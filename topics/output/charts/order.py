"""Briefings in the order of their dates, and their names on a chart."""

from __future__ import annotations

from collections.abc import Sequence

from topics.classification.prediction import Prediction


def in_order(predictions: Sequence[Prediction]) -> list[int]:
    """Return the places of briefings by date; those without one come last, as they were given."""
    dates = [prediction.briefing.date for prediction in predictions]
    return sorted(range(len(dates)), key=lambda i: (dates[i] is None, dates[i] or ""))


def title_of(prediction: Prediction) -> str:
    """Name a briefing by its title, or its id."""
    return prediction.briefing.title or prediction.briefing.id


def row_name(prediction: Prediction) -> str:
    """Name a briefing by its date and title."""
    return f"{prediction.briefing.date or ''}  {title_of(prediction)}".strip()


def span(predictions: Sequence[Prediction]) -> str:
    """Say from when to when briefings are; empty where no date is known."""
    dates = sorted(prediction.briefing.date for prediction in predictions if prediction.briefing.date)
    if not dates:
        return ""
    return dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
