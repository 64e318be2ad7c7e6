from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
import segeval
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as sk_confusion
from sklearn.metrics import f1_score, precision_recall_fscore_support

from topics.evaluation.metrics import (
    accuracy_at_coverage,
    boundary_similarity,
    calibration_error,
    confusion_matrix,
    macro_f1,
    pk,
    reliability,
    segment_counts,
    topic_scores,
    window_diff,
)

labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)
runs = st.lists(st.integers(1, 6), min_size=1, max_size=8)


@given(labels)
def test_scores_of_topics_are_those_of_scikit_learn(pairs):
    gold, predicted = np.array(pairs).T
    matrix = confusion_matrix(gold, predicted, 4)
    assert (matrix == sk_confusion(gold, predicted, labels=range(4))).all()
    expected = precision_recall_fscore_support(gold, predicted, labels=range(4), zero_division=0)
    assert np.allclose(np.array(topic_scores(matrix)).T, expected)
    assert macro_f1(matrix) == pytest.approx(f1_score(gold, predicted, average="macro", zero_division=0))


def labelled(lengths):
    """A label for each paragraph of segments of these lengths."""
    return [number % 2 for number, length in enumerate(lengths) for _ in range(length)]


def masses(sequence):
    return tuple(len(list(run)) for _, run in groupby(sequence))


@given(runs, runs)
def test_boundaries_are_scored_as_by_segeval(gold, predicted):
    n = min(sum(gold), sum(predicted))
    gold, predicted = labelled(gold)[:n], labelled(predicted)[:n]
    k = max(2, round(n / len(masses(gold)) / 2))
    assume(k < n)
    assert pk(gold, predicted) == pytest.approx(float(segeval.pk(masses(predicted), masses(gold))))
    assert window_diff(gold, predicted) == pytest.approx(
        float(segeval.window_diff(masses(predicted), masses(gold)))
    )


@given(runs, runs)
def test_boundary_similarity_is_that_of_segeval(gold, predicted):
    n = min(sum(gold), sum(predicted))
    gold, predicted = labelled(gold)[:n], labelled(predicted)[:n]
    found = boundary_similarity(gold, predicted)
    if found is None:
        assert len(masses(gold)) == len(masses(predicted)) == 1
    else:
        assert found == pytest.approx(float(segeval.boundary_similarity(masses(gold), masses(predicted))))


def test_segments_are_paired_by_overlap():
    gold, predicted = [0, 0, 0, 0, 1, 1, 2, 2], [0, 0, 3, 3, 1, 1, 1, 2]
    # 0000 pairs with 00 or 33 (2 each; the first), 11 with 111, 22 with 2.
    assert segment_counts(gold, predicted) == (3, 3, 4)
    assert segment_counts(gold, gold).f1 == 1
    assert segment_counts([0, 0], [1, 1]) == (0, 1, 1)


def test_calibration_by_hand():
    confidence, right = np.array([0.95, 0.95, 0.55, 1.0]), np.array([True, False, True, True])
    bins = reliability(confidence, right)
    assert [bin.paragraphs for bin in bins] == [1, 3]
    assert calibration_error(bins) == pytest.approx((1 * 0.45 + 3 * abs((0.95 + 0.95 + 1) / 3 - 2 / 3)) / 4)
    assert accuracy_at_coverage(confidence, right, 0.5) == 1.0
    assert accuracy_at_coverage(confidence, right, 1.0) == 0.75


def test_pk_by_hand():
    """Six paragraphs, gold 3 + 3, so k = 2: of the four pairs, (0, 2) and (1, 3) agree with 4 + 2 in one only."""
    gold, predicted = [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]
    # Pairs at distance 2: gold parts (1,3) and (2,4); predicted parts (2,4) and (3,5).
    assert pk(gold, predicted) == pytest.approx(2 / 4)
    assert pk(gold, gold) == 0


def test_short_briefings_are_not_measured():
    assert pk([0, 1], [0, 1]) is None
    assert window_diff([], []) is None


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="gold has 2 labels, predicted has 1"):
        pk([0, 1], [0])
