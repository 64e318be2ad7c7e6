"""Briefing by topic, as a table of shades."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from topics.classification.prediction import Prediction
from topics.corpus.topic_list import TopicList
from topics.output.charts.lettering import styled
from topics.output.charts.order import in_order, row_name, span
from topics.output.charts.page import Chart, counted, percent
from topics.output.charts.shaded import Shaded, shaded_table
from topics.output.charts.tally import shares_of, tally

MOST_ROWS = 50
MOST_COLUMNS = 30


@styled()
def heatmap(predictions: Iterable[Prediction], topics: TopicList) -> Chart:
    """Draw the share of every topic in every briefing, briefings by date.

    More than 50 briefings are taken together, neighbours in time in one row.

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
    shown = tally(predictions, topics).largest(MOST_COLUMNS)
    order = in_order(predictions)
    groups = [part.tolist() for part in np.array_split(order, min(len(order), MOST_ROWS))]
    each = [[predictions[i] for i in group] for group in groups]
    parts = shares_of(np.array([shown.words[group].sum(axis=0) for group in groups]))
    together = len(groups) < len(order)
    sizes = sorted({len(group) for group in groups})
    table = Shaded(
        rows=[span(group) or "no date" if together else row_name(group[0]) for group in each],
        columns=shown.names,
        looks=shown.looks,
        shades=parts / np.nanmax(parts),
        labels=[[percent(part).rstrip("%") if part > 0 else "" for part in row] for row in parts],
        ends=[f"{shown.content[group].sum():,}" for group in groups],
        end="paragraphs",
        nothing="no subject: boilerplate alone",
        widest=1.8,
        height=0.19,
    )
    notes = [
        "shares of the words, in percent; blank: none",
        f"a row is {' or '.join(map(str, sizes))} briefings that follow each other" if together else "",
        shown.paragraphs,
    ]
    title = row_name(predictions[0]) if len(order) == 1 else f"Topics of {counted(len(order), 'briefing')}"
    return shaded_table(title, notes, table)
