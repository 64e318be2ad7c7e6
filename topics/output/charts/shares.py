"""Shares of topics: one briefing, some side by side, or thousands."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from topics.classification.prediction import Prediction
from topics.corpus.topic_list import TopicList
from topics.output.charts.lettering import fit, styled, width_of
from topics.output.charts.looks import SOFT, Look, ink_on
from topics.output.charts.order import in_order, row_name, span, title_of
from topics.output.charts.page import MARGIN, SIZE, SMALL, WIDTH, Chart, Page, counted, percent
from topics.output.charts.tally import Tally, shares_of, tally

MOST_ROWS = 30
MOST_BARS = 40
MOST_COLORS = 9
_ROW, _BAR = 0.27, 0.19
_LONGEST = 3.3
_UNIT = "shares of the words"
_ALL = "All of them"
_FOUND_IN = "briefings with it"


@styled()
def shares(predictions: Iterable[Prediction], topics: TopicList) -> Chart:
    """Draw how large each topic's part is.

    One briefing is a bar for each topic. Up to 30 stand side by side, below a
    row for all of them. More are a bar for each topic again, with a line for
    how the briefings differ.

    Parameters
    ----------
    predictions : iterable of Prediction
    topics : TopicList
        Gives names and colours.

    Raises
    ------
    InputError
        If there is no content to draw.
    """
    predictions = list(predictions)
    counts = tally(predictions, topics)
    if len(predictions) == 1:
        return _bars(counts, title_of(predictions[0]), predictions[0].briefing.date or "")
    title = f"Topics of {counted(len(predictions), 'briefing')}"
    if len(predictions) <= MOST_ROWS:
        order = in_order(predictions)
        return _side_by_side(counts.rows(order), [row_name(predictions[i]) for i in order], title)
    return _bars(counts, title, span(predictions))


def _bars(counts: Tally, title: str, date: str) -> Chart:
    """Draw a bar for each topic; with many briefings, below each bar the middle half of their shares."""
    shown = counts.largest(MOST_BARS)
    many = len(shown.words) > 1
    n_absent = int((counts.words.sum(axis=0) == 0).sum())
    row = _ROW + (0.1 if many else 0)
    page = Page(
        title,
        [
            date,
            _UNIT,
            shown.paragraphs,
            f"{int(shown.review.sum()):,} to review",
            "line: the middle half of the briefings; dot: their median" if many else "",
            f"{counted(n_absent, 'topic')} more without a word" if n_absent else "",
        ],
        (0.2 if many else 0) + len(shown.names) * row,
    )
    names = [fit(name, _LONGEST, SIZE) for name in shown.names]
    ends = [percent(total) for total in shown.totals]
    left = MARGIN + max(width_of(name, SIZE) for name in names) + 0.12
    room = WIDTH - MARGIN - left - max(width_of(end, SIZE, "bold") for end in ends) - 0.1
    top = page.top
    if many:
        room -= width_of(_FOUND_IN, SMALL) + 0.1
        page.text(WIDTH - MARGIN, top + 0.05, _FOUND_IN, SMALL, color=SOFT, ha="right")
        top += 0.2
    low, middle, high = _spread(shown)
    scale = room / max(shown.totals.max(), high.max() if many else 0)
    for number, (name, look, total) in enumerate(zip(names, shown.looks, shown.totals, strict=True)):
        y = top + number * row + 0.04
        page.text(left - 0.12, y + _BAR / 2, name, ha="right")
        page.area(left, y, total * scale, _BAR, look)
        page.text(left + total * scale + 0.07, y + _BAR / 2, ends[number], weight="bold")
        if many and high[number] > 0:
            line = y + _BAR + 0.06
            page.line([left + low[number] * scale, left + high[number] * scale], [line] * 2, SOFT, 1.0)
            page.dot(left + middle[number] * scale, line, SOFT)
        if many:
            n = int((shown.words[:, number] > 0).sum())
            page.text(WIDTH - MARGIN, y + _BAR / 2, f"{n:,}", SMALL, color=SOFT, ha="right")
    return page.chart


def _spread(shown: Tally) -> NDArray[np.float64]:
    """Return a quarter, half and three quarters of the briefings' shares by topic, shape (3, n_topics)."""
    each = shares_of(shown.words)
    return np.quantile(each[~np.isnan(each[:, 0])], [0.25, 0.5, 0.75], axis=0)


def _side_by_side(counts: Tally, names: list[str], title: str) -> Chart:
    """Draw a stacked bar for each briefing, and one for all."""
    shown = counts.largest(MOST_COLORS)
    totals = shown.totals
    page = Page(
        title,
        [_UNIT, shown.paragraphs],
        (len(names) + 1) * _ROW + 0.3,
        key=[
            (look, name, percent(total))
            for look, name, total in zip(shown.looks, shown.names, totals, strict=True)
        ],
    )
    names = [fit(name, _LONGEST, SIZE) for name in names]
    left = MARGIN + max(width_of(name, SIZE) for name in [*names, _ALL]) + 0.12
    right = WIDTH - MARGIN - 0.75
    page.text(WIDTH - MARGIN, page.top + 0.05, "paragraphs", SMALL, color=SOFT, ha="right")
    rows = [
        (_ALL, totals, int(shown.content.sum())),
        *zip(names, shares_of(shown.words), shown.content, strict=True),
    ]
    for number, (name, parts, n) in enumerate(rows):
        y = page.top + 0.2 + number * _ROW + (0.1 if number else 0)
        page.text(MARGIN, y + _ROW / 2, name, weight="normal" if number else "bold")
        page.text(WIDTH - MARGIN, y + _ROW / 2, f"{n:,}", SMALL, color=SOFT, ha="right")
        if np.isnan(parts[0]):
            page.text(left, y + _ROW / 2, "no subject: boilerplate alone", SMALL, color=SOFT)
            continue
        x = left
        for look, topic, part in zip(shown.looks, shown.names, parts, strict=True):
            wide = part * (right - left)
            page.area(x, y + 0.03, wide - min(0.012, wide / 4), _ROW - 0.06, look)
            _label(page, x, y, wide, look, topic, percent(part))
            x += wide
    return page.chart


def _label(page: Page, x: float, y: float, wide: float, look: Look, topic: str, part: str) -> None:
    """Write a topic's name and part into its area, so that it can be told in black and white; or the part alone."""
    for text in (f"{topic} {part}", part):
        room = width_of(text, SMALL) + 0.1
        if room < wide:
            if look.hatch:
                page.area(x + (wide - room) / 2, y + 0.03, room, _ROW - 0.06, Look(look.color))
            page.text(x + wide / 2, y + _ROW / 2, text, SMALL, color=ink_on(look.color), ha="center")
            return
