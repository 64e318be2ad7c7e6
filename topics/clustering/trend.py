"""How much of what was said, at which time, lies in a cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from topics.corpus.periods import period_of, periods_between, unit_for


@dataclass(frozen=True, slots=True)
class Point:
    """A cluster in one period.

    Parameters
    ----------
    period : str
        See `topics.corpus.periods`.
    share : float
        Of the period's units.
    count : int
    """

    period: str
    share: float
    count: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A cluster over time.

    Parameters
    ----------
    points : list of Point
        All periods with any unit; empty if none has a date.
    change : float or None
        Its share in the later half of the dated units by that in the earlier
        half, half a unit added to each; None where all have one date or none.
    """

    points: list[Point]
    change: float | None


def trends(days: Sequence[date | None], labels: Sequence[int], k: int) -> list[Trend]:
    """Count clusters over time.

    Parameters
    ----------
    days : sequence of date or None
        Of each unit.
    labels : sequence of int
        From 0 to k - 1.
    k : int
    """
    dated = [(day, label) for day, label in zip(days, labels, strict=True) if day is not None]
    if not dated:
        return [Trend([], None)] * k
    first, last = min(day for day, _ in dated), max(day for day, _ in dated)
    unit = unit_for(first, last)
    in_all = Counter(period_of(day, unit) for day, _ in dated)
    in_cluster = Counter((label, period_of(day, unit)) for day, label in dated)
    periods = [name for name in periods_between(first, last, unit) if in_all[name]]
    changes = _changes(dated, k)
    return [
        Trend(
            [
                Point(name, in_cluster[label, name] / in_all[name], in_cluster[label, name])
                for name in periods
            ],
            changes[label],
        )
        for label in range(k)
    ]


def _changes(dated: Sequence[tuple[date, int]], k: int) -> list[float | None]:
    """Compare the later half of the units with the earlier; units of one day stay together."""
    days = sorted(day for day, _ in dated)
    if days[0] == days[-1]:
        return [None] * k
    middle = days[len(days) // 2]
    if middle == days[0]:  # most are of the first day
        middle = next(day for day in days if day > days[0])
    early = Counter(label for day, label in dated if day < middle)
    late = Counter(label for day, label in dated if day >= middle)
    n_early, n_late = early.total(), late.total()
    return [((late[c] + 0.5) / (n_late + 0.5)) / ((early[c] + 0.5) / (n_early + 0.5)) for c in range(k)]
