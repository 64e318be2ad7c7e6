"""The evidence on which the chain judges a briefing.

On a paragraph: its linear topic scores, those of its two neighbours, its place
in the briefing, and its shape. On the step from one paragraph to the next: how
much the words, first and last ones above all, sound like a change of topic
("Turning to …" against "he added"), how alike the two paragraphs are in their
rarer terms, and the shape.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.features.shape import NAMES
from topics.features.tfidf import Rows

Floats = NDArray[np.float64]

# Likeness counts terms in at most a tenth of the paragraphs: idf = ln(10) + 1.
RARE_IDF = 3.3
N_PLACES = 14
BROAD_PLACES = (0, 1, *range(8, N_PLACES))  # of these: how far through the briefing, not how near its ends
N_STEP = 1 + 2 + 1 + len(NAMES)  # change score, likeness to one and two before, constant, shape


class NodeLayout(NamedTuple):
    """Which columns of the evidence on a paragraph are what."""

    own: slice
    neighbours: slice
    place: slice
    shape: slice
    constant: slice

    @classmethod
    def of(cls, n_topics: int) -> NodeLayout:
        """Return the layout for a number of topics."""
        ends = np.cumsum([0, n_topics, 2 * n_topics, N_PLACES, len(NAMES), 1]).tolist()
        return cls(*(slice(start, end) for start, end in itertools.pairwise(ends)))

    @property
    def broad_places(self) -> list[int]:
        """Columns that say how far through the briefing a paragraph stands."""
        return [self.place.start + column for column in BROAD_PLACES]

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.constant.stop)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of paragraphs before they are judged together.

    Parameters
    ----------
    node : ndarray of shape (n_paragraphs, NodeLayout.of(n_topics).width)
        On each paragraph.
    step : ndarray of shape (n_paragraphs, N_STEP)
        On the step to a paragraph from the one before; without meaning for
        the first of a briefing.
    """

    node: Floats
    step: Floats

    def of(self, paragraphs: NDArray[np.int64]) -> Evidence:
        """Return the evidence on some of the paragraphs; whole briefings, or the steps mean nothing."""
        return Evidence(self.node[paragraphs], self.step[paragraphs])


def gather(
    shape: Floats,
    lengths: Sequence[int],
    rows: Rows,
    idf: NDArray[np.float32],
    scores: Floats,
    change: Floats,
) -> Evidence:
    """Collect the evidence on paragraphs, briefing after briefing.

    Parameters
    ----------
    shape : ndarray of shape (n_paragraphs, len(NAMES))
        See `topics.features.shape.shapes`.
    lengths : sequence of int
        Paragraphs in each briefing.
    rows : Rows
        The paragraphs' TF-IDF.
    idf : ndarray of shape (n_terms,)
        Of the rows' columns.
    scores : ndarray of shape (n_paragraphs, n_topics)
        Linear topic scores.
    change : ndarray of shape (n_paragraphs,)
        Linear scores of a change of topic before the paragraph.
    """
    constant = np.ones((len(shape), 1))
    rare = idf >= RARE_IDF
    sizes = np.array(lengths, dtype=np.int64)
    index = np.arange(len(shape)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    likeness = np.stack([rows.likeness(distance, rare, index) for distance in (1, 2)], axis=1)
    return Evidence(
        np.concatenate([scores, _of_neighbours(scores, lengths), places(lengths), shape, constant], axis=1),
        np.concatenate([change[:, None], likeness, constant, shape], axis=1),
    )


def _of_neighbours(scores: Floats, lengths: Sequence[int]) -> Floats:
    """Return the scores of the paragraphs before and after, 0 where there is none."""
    before, after = np.zeros_like(scores), np.zeros_like(scores)
    before[1:], after[:-1] = scores[:-1], scores[1:]
    sizes = np.array(lengths, dtype=np.int64)
    ends = np.cumsum(sizes)[sizes > 0]
    before[ends[:-1]] = 0
    after[ends - 1] = 0
    return np.concatenate([before, after], axis=1)


def places(lengths: Sequence[int]) -> Floats:
    """Describe where paragraphs stand in their briefings.

    Returns
    -------
    ndarray of shape (n_paragraphs, N_PLACES)
        The place from 0 to 1 and its square; whether it is the first, second,
        last, last but one; nearness to beginning and end, falling by a factor
        e in three paragraphs; and how near the place is to each of the six
        points that divide the briefing into five parts.
    """
    sizes = np.array(lengths, dtype=np.int64)
    length = np.repeat(sizes, sizes)
    index = np.arange(len(length)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = index / np.maximum(1, length - 1)
    edges = [index == 0, index == 1, index == length - 1, index == length - 2]
    nearness = [np.exp(-index / 3), np.exp(-(length - 1 - index) / 3)]
    points = [np.maximum(0, 1 - np.abs(5 * place - point)) for point in range(6)]
    return np.stack([place, place**2, *edges, *nearness, *points], axis=1).astype(np.float64)
