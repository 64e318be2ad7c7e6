"""Scores of two sequences of labels, given by people and by a model.

Each is a pure function of the labels. Boundaries are the places between
neighbouring paragraphs whose labels differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class TopicScores(NamedTuple):
    """How well one topic was found.

    Precision is 0 where it was never predicted, recall where it never occurs.
    """

    precision: float
    recall: float
    f1: float
    support: int


def confusion_matrix(gold: Ints, predicted: Ints, n_topics: int) -> Ints:
    """Count pairs of labels, shape (n_topics, n_topics): rows gold, columns predicted."""
    matrix = np.zeros((n_topics, n_topics), dtype=np.int64)
    np.add.at(matrix, (gold, predicted), 1)
    return matrix


def topic_scores(confusion: Ints) -> list[TopicScores]:
    """Return precision, recall, F1 and support of each topic."""
    right = np.diag(confusion)
    support, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    precision = right / np.maximum(predicted, 1)
    recall = right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(support + predicted, 1)
    return [
        TopicScores(float(p), float(r), float(f), int(s))
        for p, r, f, s in zip(precision, recall, f1, support, strict=True)
    ]


def macro_f1(confusion: Ints) -> float:
    """Return the mean F1 of the topics that occur or are predicted."""
    met = (confusion.sum(axis=0) + confusion.sum(axis=1)) > 0
    f1 = [scores.f1 for scores in topic_scores(confusion)]
    return float(np.mean(np.array(f1)[met])) if met.any() else 0.0


def pk(gold: Sequence[int], predicted: Sequence[int]) -> float | None:
    """Return Pk, the error of a segmentation (Beeferman, Berger and Lafferty 1999).

    The part of the pairs of paragraphs at a distance of k of which one
    segmentation says that they lie in one segment and the other that they do
    not; 0 is perfect. k is half the mean length of the gold segments, at
    least 2, as in the package segeval.

    Parameters
    ----------
    gold, predicted : sequence of int
        Labels of the paragraphs of one briefing; only where they change counts.

    Returns
    -------
    float or None
        None if the briefing has no two paragraphs at that distance.
    """
    return _windowed(gold, predicted, lambda in_gold, in_predicted: (in_gold == 0) != (in_predicted == 0))


def window_diff(gold: Sequence[int], predicted: Sequence[int]) -> float | None:
    """Return WindowDiff (Pevzner and Hearst 2002): as `pk`, but windows must agree on the number of boundaries."""
    return _windowed(gold, predicted, lambda in_gold, in_predicted: in_gold != in_predicted)


def _windowed(
    gold: Sequence[int],
    predicted: Sequence[int],
    differ: Callable[[Ints, Ints], NDArray[np.bool_]],
) -> float | None:
    if len(gold) != len(predicted):
        raise ValueError(f"gold has {len(gold)} labels, predicted has {len(predicted)}; expected as many")
    if not len(gold):
        return None
    g, p = _boundaries_before(gold), _boundaries_before(predicted)
    # Python rounds halves to even, as segeval does.
    k = max(2, round(len(gold) / (int(g[-1]) + 1) / 2))
    if k >= len(gold):
        return None
    return float(np.mean(differ(g[k:] - g[:-k], p[k:] - p[:-k])))


def _boundaries_before(labels: Sequence[int]) -> Ints:
    """Count the boundaries before each paragraph."""
    array = np.asarray(labels)
    return np.concatenate([[0], np.cumsum(array[1:] != array[:-1])])
