"""Shares of topics over time: a small panel for each topic, all on one time axis.

Panels rather than areas on top of each other: a topic of three percent that
triples is plain in its own panel and invisible between two large ones, and no
reader has to match twenty-five colours with a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import StepPatch
from numpy.typing import NDArray

from topics.classification.prediction import Prediction
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.output.charts.lettering import fit, styled, width_of
from topics.output.charts.looks import PALE, PALER, SOFT
from topics.output.charts.page import MARGIN, SIZE, SMALL, WIDTH, Chart, Page, counted, percent
from topics.output.charts.periods import Per, best_period, day_number, edges, name_of, ticks
from topics.output.charts.tally import Tally, shares_of, tally

MOST_PANELS = 24
_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_HEAD, _PLOT, _GAP, _COUNTS, _DATES = 0.29, 0.62, 0.16, 0.45, 0.25
_LEFT, _BETWEEN = 0.4, 0.25


@styled()
def timeline(predictions: Iterable[Prediction], topics: TopicList, per: Per | None = None) -> Chart:
    """Draw each topic's share of the words over time, and how many paragraphs that is.

    A period without paragraphs is a gap, not a zero.

    Parameters
    ----------
    predictions : iterable of Prediction
        Those without an ISO date are left out, which the chart says.
    topics : TopicList
        Gives names and colours.
    per : "day", "week" or "month", optional
        By default as long as the time they span suggests.

    Raises
    ------
    InputError
        If no briefing has a date, or there is no content to draw.
    """
    predictions = list(predictions)
    days = [day_number(prediction.briefing.date) for prediction in predictions]
    dated = [(day, p) for day, p in zip(days, predictions, strict=True) if day is not None]
    if not dated:
        raise InputError("no briefing has a date such as 2026-01-29; a timeline needs dates.")
    first, last = min(day for day, _ in dated), max(day for day, _ in dated)
    per = per or best_period(first, last)
    starts = np.array(edges(first, last, per))
    counts = tally([prediction for _, prediction in dated], topics).largest(MOST_PANELS)
    period = np.searchsorted(starts, [day for day, _ in dated], side="right") - 1
    n_without = len(predictions) - len(dated)
    n_empty = len(starts) - 1 - len(set(period.tolist()))
    notes = [
        f"{counted(len(dated), 'briefing')}, {name_of(int(starts[0]), per)} to {name_of(int(starts[-2]), per)}",
        f"shares of the words of each {per}; every panel has its own scale",
        counts.paragraphs,
        f"grey: a {per} without briefings" if n_empty else "",
        f"{counted(n_without, 'briefing')} without date left out" if n_without else "",
    ]
    return _draw(counts, period, starts, per, notes)


def _draw(
    counts: Tally, period: NDArray[np.int64], starts: NDArray[np.int64], per: Per, notes: list[str]
) -> Chart:
    n_periods = len(starts) - 1
    words = np.zeros((n_periods, len(counts.names)), dtype=np.int64)
    np.add.at(words, period, counts.words)
    paragraphs = np.zeros(n_periods, dtype=np.int64)
    np.add.at(paragraphs, period, counts.content)
    parts = shares_of(words)
    n = len(counts.names)
    n_columns = 1 if n <= 5 else 2 if n <= 12 else 3
    n_rows = -(-n // n_columns)
    high = _HEAD + _PLOT + _GAP
    page = Page("Topics over time", notes, n_rows * high + _HEAD + _COUNTS + _DATES)
    wide = (WIDTH - 2 * MARGIN - (n_columns - 1) * _BETWEEN) / n_columns
    named = ticks(int(starts[0]), int(starts[-1]), wide - _LEFT, SMALL)
    for number, (name, look, total) in enumerate(zip(counts.names, counts.looks, counts.totals, strict=True)):
        x = MARGIN + number // n_rows * (wide + _BETWEEN)
        y = page.top + number % n_rows * high
        part = parts[:, number]
        peak = int(np.nanargmax(part))
        most = f", {percent(part[peak])} at most ({name_of(int(starts[peak]), per)})" if n_periods > 1 else ""
        _head(page, x, y, wide, name, f"{percent(total)} in all", most)
        axes = page.axes(x + _LEFT, y + _HEAD, wide - _LEFT, _PLOT)
        _panel(axes, starts, part, look.color)
        for day, _ in named:
            axes.axvline(day, color=PALE, linewidth=0.6, zorder=0)
    for column in range(n_columns):
        x = MARGIN + column * (wide + _BETWEEN)
        y = page.top + n_rows * high
        _head(page, x, y, wide, f"Paragraphs a {per}", f"at most {int(paragraphs.max()):,}")
        axes = page.axes(x + _LEFT, y + _HEAD, wide - _LEFT, _COUNTS)
        _counts(axes, starts, paragraphs)
        y += _HEAD + _COUNTS
        for day, label in named:
            place = x + _LEFT + (day - starts[0]) / (starts[-1] - starts[0]) * (wide - _LEFT)
            page.line([place] * 2, [y, y + 0.04])
            for row, line in enumerate(label.split("\n")):
                page.text(place, y + 0.13 + row * 0.14, line, SMALL, color=SOFT, ha="center")
    return page.chart


def _head(page: Page, x: float, y: float, wide: float, name: str, remark: str, more: str = "") -> None:
    """Write what a panel shows over it: its name, a remark at the right, and what else there is room for."""
    if width_of(name, SIZE, "bold") + 0.15 + width_of(remark + more, SMALL) <= wide:
        remark += more
    name = fit(name, wide - 0.15 - width_of(remark, SMALL), SIZE, "bold")
    page.text(x, y + 0.1, name, weight="bold")
    page.text(x + wide, y + 0.1, remark, SMALL, color=SOFT, ha="right")


def _panel(axes: Axes, starts: NDArray[np.int64], parts: NDArray[np.float64], color: str) -> None:
    highest = float(np.nanmax(parts))
    top = next(top for top in _TOPS if top >= min(1.0, highest))
    gaps = np.where(np.isnan(parts), top, np.nan)
    _steps(axes, gaps, starts, facecolor=PALER, linewidth=0, zorder=0)
    _steps(axes, parts, starts, color=color, linewidth=0.4)  # a day among a thousand can still be seen
    _steps(axes, parts, starts, edgecolor=color, linewidth=1.2, fill=False, baseline=None)  # so can a zero
    axes.set_xlim(starts[0], starts[-1])
    axes.set_ylim(0, top)
    axes.set_yticks([0, top], ["0", percent(top)], fontsize=SMALL, color=SOFT)
    axes.tick_params(length=0, pad=3)
    axes.axhline(top, color=PALE, linewidth=0.6, zorder=0)


def _counts(axes: Axes, starts: NDArray[np.int64], paragraphs: NDArray[np.int64]) -> None:
    _steps(axes, paragraphs, starts, color=SOFT, linewidth=0.4)
    axes.set_xlim(starts[0], starts[-1])
    axes.set_ylim(0, paragraphs.max())


def _steps(axes: Axes, values: NDArray[Any], starts: NDArray[np.int64], **look: Any) -> None:
    """Draw values over their periods, nothing where they are nan; unlike `Axes.stairs` in time for thousands."""
    axes.add_artist(StepPatch(values, starts, **look))
