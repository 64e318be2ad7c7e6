from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
import segeval
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as sk_confusion
from sklearn.metrics import f1_score, precision_recall_fscore_support

from topics.evaluation.metrics import confusion_matrix, macro_f1, pk, topic_scores, window_diff

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
