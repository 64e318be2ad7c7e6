"""Linear scores of texts: TF-IDF, then a hyperplane for each class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.features.tfidf import Rows, Tfidf

# The score of a class without example: as sure as a margin gets.
ABSENT = -1.0


@dataclass(frozen=True, slots=True)
class LinearScorer:
    """A vocabulary and a hyperplane for each class; a text's score is its distance from it.

    Parameters
    ----------
    tfidf : Tfidf
    weights : ndarray of float32, shape (n_terms, n_classes)
    bias : ndarray of float64, shape (n_classes,)
    """

    tfidf: Tfidf
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def scores(self, rows: Rows) -> NDArray[np.float64]:
        """Return the scores of rows made by `tfidf`, shape (n_texts, n_classes)."""
        return rows.times(self.weights) + self.bias

    def score_texts(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return the scores of texts, shape (n_texts, n_classes)."""
        return self.scores(self.tfidf.transform(texts))


def fit_linear(
    texts: Sequence[str],
    classes: NDArray[Any],
    n_classes: int,
    *,
    tfidf: Tfidf,
    C: float,
    seed: int,
    by_ratio: bool = True,
) -> LinearScorer:
    """Train a support vector machine for each class against all others.

    The squared hinge loss of liblinear (Fan et al. 2008).

    Parameters
    ----------
    texts : sequence of str
    classes : ndarray of int, shape (n_texts,)
        Some of ``range(n_classes)`` may be missing. Texts of class -1 are
        passed over.
    n_classes : int
    tfidf : Tfidf
    C : float
        Inverse strength of the regularisation.
    seed : int
    by_ratio : bool, default=True
        Weight each term by how much more often it occurs in the class than
        outside it: the NB-SVM of Wang and Manning (2012, *Baselines and
        bigrams*). Words that tell nothing of a class then stay near zero,
        which matters most where labels are few.
    """
    from sklearn.svm import LinearSVC

    labelled = np.flatnonzero(classes >= 0)
    weights = np.zeros((len(tfidf.vocabulary), n_classes), dtype=np.float32)
    bias = np.full(n_classes, ABSENT)
    present = np.unique(classes[labelled])
    if len(present) < 2 or not len(tfidf.vocabulary):
        bias[present] = -ABSENT
        return LinearScorer(tfidf, weights, bias)
    rows = tfidf.transform(texts[int(i)] for i in labelled).to_scipy()
    for column in present:
        inside = classes[labelled] == column
        ratio = _log_count_ratio(rows, inside) if by_ratio else np.ones(rows.shape[1])
        machine = LinearSVC(C=C, random_state=seed).fit(rows.multiply(ratio).tocsr(), inside)
        weights[:, column] = machine.coef_[0] * ratio
        bias[column] = machine.intercept_[0]
    return LinearScorer(tfidf, weights, bias)


def _log_count_ratio(rows: Any, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return ln(P(term | inside) / P(term | outside)), counting texts, with one added to each count."""
    occurs = rows > 0
    in_count = 1 + np.asarray(occurs[inside].sum(axis=0)).ravel()
    out_count = 1 + np.asarray(occurs[~inside].sum(axis=0)).ravel()
    ratio: NDArray[np.float64] = np.log(in_count / in_count.sum()) - np.log(out_count / out_count.sum())
    return ratio
