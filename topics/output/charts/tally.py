"""Words and paragraphs counted by briefing and topic: what most charts are made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.classification.prediction import Prediction
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.output.charts.looks import SMALLER, Look, looks
from topics.output.charts.page import counted

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """What briefings hold.

    Parameters
    ----------
    names : list of str
        Of the columns, for people; topics without content have none.
    looks : list of Look
        Of the columns.
    words : ndarray of int, shape (n_briefings, n_columns)
        Words of content paragraphs.
    content, left_out, review : ndarray of int, shape (n_briefings,)
        Paragraphs: with content, boilerplate, marked for review.
    """

    names: list[str]
    looks: list[Look]
    words: Ints
    content: Ints
    left_out: Ints
    review: Ints

    @property
    def totals(self) -> Floats:
        """Each column's share of all words."""
        return shares_of(self.words.sum(axis=0))

    def rows(self, keep: Sequence[int] | NDArray[np.bool_]) -> Tally:
        """Return the tally of some briefings."""
        return Tally(
            self.names, self.looks, self.words[keep], self.content[keep], self.left_out[keep], self.review[keep]
        )  # fmt: skip

    def largest(self, most: int) -> Tally:
        """Return the columns that occur, largest first; what would be more than `most` become one."""
        totals = self.words.sum(axis=0)
        order = [int(column) for column in np.argsort(-totals, kind="stable") if totals[column]]
        kept, rest = (order, []) if len(order) <= most else (order[: most - 1], order[most - 1 :])
        names = [self.names[column] for column in kept]
        shown = [self.looks[column] for column in kept]
        words = self.words[:, kept]
        if rest:
            names.append(counted(len(rest), "smaller topic"))
            shown.append(SMALLER)
            words = np.hstack([words, self.words[:, rest].sum(axis=1, keepdims=True)])
        return Tally(names, shown, words, self.content, self.left_out, self.review)

    @property
    def paragraphs(self) -> str:
        """How many paragraphs were counted and how many were not."""
        left_out = int(self.left_out.sum())
        return counted(int(self.content.sum()), "paragraph") + (
            f" and {left_out:,} of boilerplate, not counted" if left_out else ""
        )


def shares_of(words: Ints) -> Floats:
    """Divide by the sums of the last axis; where that is zero, nan."""
    totals = words.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(words, totals, out=np.full(words.shape, np.nan), where=totals > 0)
    return shares


def tally(predictions: Iterable[Prediction], topics: TopicList) -> Tally:
    """Count words and paragraphs.

    Raises
    ------
    InputError
        If there is no word of content, or a topic is not in the list.
    """
    column = {id: number for number, id in enumerate(topics.ids)}
    rows, paragraphs = [], []
    for prediction in predictions:
        words = [0] * len(topics)
        content = 0
        for paragraph in prediction.paragraphs:
            if paragraph.segment is None:
                continue
            content += 1
            if paragraph.topic not in column:
                topics.index_of(paragraph.topic, f"briefing '{prediction.briefing.id}'")
            words[column[paragraph.topic]] += len(paragraph.paragraph.text.split())
        rows.append(words)
        n_review = sum(paragraph.review for paragraph in prediction.paragraphs)
        paragraphs.append((content, len(prediction.paragraphs) - content, n_review))
    table = np.array(rows, dtype=np.int64).reshape(-1, len(topics))
    if not table.any():
        raise InputError(
            "no paragraph has a subject: all are boilerplate, or there is none; there is nothing to draw."
        )
    shown = np.array([topic.content for topic in topics]) | table.any(axis=0)
    counts = np.array(paragraphs, dtype=np.int64)
    look = looks(topics)
    return Tally(
        [topic.name for topic, show in zip(topics, shown, strict=True) if show],
        [look[id] for id, show in zip(topics.ids, shown, strict=True) if show],
        table[:, shown],
        counts[:, 0],
        counts[:, 1],
        counts[:, 2],
    )
