"""Scores of two sequences of labels, given by people and by a model.

Each is a pure function of the labels. Boundaries are the places between
neighbouring paragraphs whose labels differ.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class TopicScores(NamedTuple):
    """How well one topic was found; precision is 0 where it was never predicted, recall where it never occurs."""

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


def boundary_similarity(gold: Sequence[int], predicted: Sequence[int]) -> float | None:
    """Return boundary similarity B (Fournier 2013), 1 is perfect.

    Boundaries that only one of the two has count 1 against it, pairs that miss
    each other by one paragraph a half; the sum is a part of all boundaries
    that either has, pairs counted once. With a near miss of one place, as in
    segeval's default.

    Returns
    -------
    float or None
        None if neither has a boundary.
    """
    _check_lengths(gold, predicted)
    ours, theirs = _boundaries(gold), _boundaries(predicted)
    matches = len(ours & theirs)
    missed, added = ours - theirs, theirs - ours
    near = 0
    for place in sorted(missed):
        for other in (place - 1, place + 1):
            if other in added:
                added.remove(other)
                missed.remove(place)
                near += 1
                break
    alone = len(missed) + len(added)
    total = matches + near + alone
    return 1 - (alone + near / 2) / total if total else None


class SegmentCounts(NamedTuple):
    """Segments of one or more briefings, and how many were found with their topic."""

    right: int
    gold: int
    predicted: int

    @property
    def f1(self) -> float:
        """The harmonic mean of right / gold and right / predicted."""
        return 2 * self.right / max(1, self.gold + self.predicted)


def segment_counts(gold: Sequence[int], predicted: Sequence[int]) -> SegmentCounts:
    """Pair segments by overlap, largest first, each once; a pair is right if its topics agree.

    Scores both halves of the work, boundaries and labels, together, as in the
    evaluation of SECTOR (Arnold et al. 2019).
    """
    _check_lengths(gold, predicted)
    ours, theirs = _runs(gold), _runs(predicted)
    overlaps = sorted(
        (
            (min(a.stop, b.stop) - max(a.start, b.start), -i, -j)
            for i, a in enumerate(ours)
            for j, b in enumerate(theirs)
            if min(a.stop, b.stop) > max(a.start, b.start)
        ),
        reverse=True,
    )
    paired_ours: set[int] = set()
    paired_theirs: set[int] = set()
    right = 0
    for _, i, j in overlaps:
        if i not in paired_ours and j not in paired_theirs:
            paired_ours.add(i)
            paired_theirs.add(j)
            right += gold[ours[-i].start] == predicted[theirs[-j].start]
    return SegmentCounts(right, len(ours), len(theirs))


class ReliabilityBin(NamedTuple):
    """Paragraphs of about one probability: how many, how sure the model was, how often it was right."""

    paragraphs: int
    confidence: float
    accuracy: float


def reliability(confidence: Floats, right: NDArray[np.bool_], n_bins: int = 10) -> list[ReliabilityBin]:
    """Group paragraphs by the probability of their topic into bins of equal width; empty ones are left out."""
    number = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    return [
        ReliabilityBin(int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for inside in (number == bin for bin in range(n_bins))
        if inside.any()
    ]


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy (Guo et al. 2017)."""
    total = sum(bin.paragraphs for bin in bins)
    return sum(bin.paragraphs * abs(bin.confidence - bin.accuracy) for bin in bins) / max(1, total)


def accuracy_at_coverage(confidence: Floats, right: NDArray[np.bool_], coverage: float) -> float:
    """Return the accuracy of the surest part of the paragraphs."""
    n = max(1, round(coverage * len(confidence)))
    return float(right[np.argsort(-confidence, kind="stable")[:n]].mean())


def _windowed(
    gold: Sequence[int],
    predicted: Sequence[int],
    differ: Callable[[Ints, Ints], NDArray[np.bool_]],
) -> float | None:
    _check_lengths(gold, predicted)
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


def _boundaries(labels: Sequence[int]) -> set[int]:
    return {i for i in range(1, len(labels)) if labels[i] != labels[i - 1]}


def _runs(labels: Sequence[int]) -> list[range]:
    """Return the segments: longest runs of equal labels."""
    if not len(labels):
        return []
    edges = [0, *sorted(_boundaries(labels)), len(labels)]
    return [range(start, stop) for start, stop in itertools.pairwise(edges)]


def _check_lengths(gold: Sequence[int], predicted: Sequence[int]) -> None:
    if len(gold) != len(predicted):
        raise ValueError(f"gold has {len(gold)} labels, predicted has {len(predicted)}; expected as many")
