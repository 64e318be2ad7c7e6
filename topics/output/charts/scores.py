"""What `topics evaluate` found: which topics are taken for which, and whether probabilities can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from topics.corpus.topic_list import PALETTE, TopicList
from topics.errors import InputError
from topics.output.charts.lettering import styled, width_of
from topics.output.charts.looks import LINE, SOFT
from topics.output.charts.page import MARGIN, SIZE, SMALL, Chart, Page, counted, percent
from topics.output.charts.shaded import Shaded, shaded_table

MOST_TOPICS = 40


@styled()
def confusion(report: Mapping[str, Any], topics: TopicList | None = None) -> Chart:
    """Draw which topics the model gave to the paragraphs of each label.

    A row is shaded by its parts; the numbers are paragraphs. Of more than 40
    topics the rarest are taken together.

    Parameters
    ----------
    report : mapping
        Of ``topics evaluate -f json``.
    topics : TopicList, optional
        Gives names; without it the ids stand there.

    Raises
    ------
    InputError
        If nothing was measured.
    """
    names = {topic.id: topic.name for topic in topics or ()}
    labels = [names.get(id, id) for id in report["confusion"]["labels"]]
    counts = np.array(report["confusion"]["rows"], dtype=np.int64)
    if not counts.any():
        raise InputError("the evaluation counted no paragraph; there is nothing to draw.")
    if len(labels) > MOST_TOPICS:
        order = np.argsort(-(counts.sum(axis=0) + counts.sum(axis=1)), kind="stable")
        kept, rest = np.sort(order[: MOST_TOPICS - 1]), order[MOST_TOPICS - 1 :]
        labels = [labels[i] for i in kept] + [counted(len(rest), "rarer topic")]
        counts = np.vstack([counts[kept], counts[rest].sum(axis=0)])
        counts = np.hstack([counts[:, kept], counts[:, rest].sum(axis=1, keepdims=True)])
    sums = counts.sum(axis=1, keepdims=True)
    parts = np.divide(counts, sums, out=np.full(counts.shape, np.nan), where=sums > 0)
    roomy = len(labels) <= 9
    table = Shaded(
        rows=labels,
        columns=labels,
        looks=(),
        shades=parts,
        labels=[
            [
                "" if not count else f"{count:,}\n{percent(part)}" if roomy else f"{count:,}"
                for count, part in zip(*row, strict=True)
            ]
            for row in zip(counts, parts, strict=True)
        ],
        ends=[f"{int(row.sum()):,}" for row in counts],
        end="paragraphs",
        nothing="no paragraph has this label",
        widest=1.3,
        height=0.42 if roomy else 0.27,
    )
    notes = [
        f"{counted(report['paragraphs'], 'paragraph')} in {counted(report['briefings'], 'briefing')}",
        f"accuracy {report['accuracy']:.3f}, macro-F1 {report['macro_f1']:.3f}",
        "a row is a label, a column a prediction; numbers: paragraphs; shade: part of the row",
    ]
    return shaded_table("Labels and what the model said", notes, table, "predicted")


_SIDE = 4.6


@styled()
def reliability(report: Mapping[str, Any]) -> Chart:
    """Draw how often the model was right against how sure it was, and how many paragraphs that rests on.

    Parameters
    ----------
    report : mapping
        Of ``topics evaluate -f json``.

    Raises
    ------
    InputError
        If nothing was measured.
    """
    bins = report["reliability"]
    if not bins:
        raise InputError("the evaluation counted no paragraph; there is nothing to draw.")
    sure = [bin["confidence"] for bin in bins]
    right = [bin["accuracy"] for bin in bins]
    sizes = [bin["paragraphs"] for bin in bins]
    page = Page(
        "Can its probabilities be believed?",
        [
            f"{counted(report['paragraphs'], 'paragraph')} in {counted(report['briefings'], 'briefing')}",
            f"expected calibration error (ECE) {report['ece']:.3f}",
            "on the diagonal they can; below it the model is too sure, by the length of the line",
        ],
        _SIDE + 1.45,
        width=7,
    )
    left = MARGIN + 0.6
    axes = page.axes(left, page.top + 0.1, _SIDE, _SIDE)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.spines[["left", "bottom"]].set_visible(True)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=1)
    axes.vlines(sure, sure, right, color=PALETTE[4], linewidth=1.2)
    areas = [12 + 120 * size / max(sizes) for size in sizes]
    axes.scatter(sure, right, s=areas, color=PALETTE[0], zorder=3, linewidths=0, clip_on=False)
    marks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_yticks(marks, [percent(mark) for mark in marks], fontsize=SMALL, color=SOFT)
    axes.tick_params(length=3, color=LINE)
    page.text(MARGIN, page.top + 0.1 + _SIDE / 2, "were right", SIZE, ha="center", va="center", rotation=90)
    low = page.top + 0.1 + _SIDE + 0.35
    counts = page.axes(left, low, _SIDE, 0.6)
    counts.set_xlim(0, 1)
    counts.set_ylim(0, max(sizes))
    edges = [min(int(value * 10), 9) / 10 for value in sure]
    counts.bar([edge + 0.05 for edge in edges], sizes, 0.094, color=SOFT, linewidth=0)
    for edge, size in zip(edges, sizes, strict=True):
        y = low + 0.6 - 0.6 * size / max(sizes) - 0.08
        label = f"{size:,}"
        if width_of(label, SMALL) < 0.1 * _SIDE:
            page.text(left + (edge + 0.05) * _SIDE, y, label, SMALL, color=SOFT, ha="center")
    page.text(left + _SIDE + 0.12, low + 0.5, "paragraphs", SMALL, color=SOFT)
    for mark in marks:
        page.line([left + mark * _SIDE] * 2, [low + 0.6, low + 0.64])
        page.text(left + mark * _SIDE, low + 0.73, percent(mark), SMALL, color=SOFT, ha="center")
    page.text(left + _SIDE / 2, low + 0.95, "probability of the topic", SIZE, ha="center")
    return page.chart
