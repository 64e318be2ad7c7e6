"""The model as a scikit-learn estimator, for `clone`, `cross_validate` and `GridSearchCV`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from topics.classification.training import train
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList


class BriefingClassifier(BaseEstimator):  # type: ignore[misc]
    """Gives each paragraph of a briefing a topic.

    One sample is one briefing, so that scikit-learn's splitters keep briefings
    whole. Briefings have different lengths, so topics come as a sequence of
    sequences; `score` is the accuracy over all paragraphs.

    Parameters
    ----------
    topics : TopicList, default=None
        The closed list of topics; by default, the labels that occur.
    random_state : int, default=0
        Of the folds and the solver.

    Attributes
    ----------
    model_ : Model
        What was learned; it can be saved.
    classes_ : ndarray of str, shape (n_topics,)
    """

    def __init__(self, topics: TopicList | None = None, random_state: int = 0) -> None:
        self.topics = topics
        self.random_state = random_state

    def fit(
        self, X: Sequence[Briefing], y: Sequence[Sequence[str | None]] | None = None
    ) -> BriefingClassifier:
        """Train on briefings.

        Parameters
        ----------
        X : sequence of Briefing
        y : sequence of sequence of str or None, optional
            A topic for each paragraph of each briefing, None where there is
            no label. By default, the briefings' own labels.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X and y disagree on the number of briefings or paragraphs.
        TrainingError, InputError
            As in `train`.
        """
        briefings = X if y is None else _labelled(X, y)
        self.model_ = train(briefings, topics=self.topics, seed=int(self.random_state))
        self.classes_ = np.array(self.model_.topics.ids)
        return self

    def predict(self, X: Sequence[Briefing]) -> NDArray[Any]:
        """Return a topic for each paragraph: an object array of arrays of str, shape (n_briefings,)."""
        check_is_fitted(self)
        return _ragged([np.array(p.topics, dtype=object) for p in self.model_.classify_many(X)])

    def predict_proba(self, X: Sequence[Briefing]) -> NDArray[Any]:
        """Return probabilities: an object array of arrays of shape (n_paragraphs, n_topics)."""
        check_is_fitted(self)
        return _ragged(
            [
                np.array([list(paragraph.probabilities.values()) for paragraph in p.paragraphs])
                for p in self.model_.classify_many(X)
            ]
        )

    def score(self, X: Sequence[Briefing], y: Sequence[Sequence[str | None]] | None = None) -> float:
        """Return the accuracy over all labelled paragraphs of some briefings."""
        gold = [briefing.labels for briefing in X] if y is None else y
        pairs = [
            (topic, label)
            for topics, labels in zip(self.predict(X), gold, strict=True)
            for topic, label in zip(topics, labels, strict=True)
            if label is not None
        ]
        if not pairs:
            raise ValueError("there are no labels; nothing can be scored")
        return float(np.mean([topic == label for topic, label in pairs]))


def _labelled(briefings: Sequence[Briefing], topics: Sequence[Sequence[str | None]]) -> list[Briefing]:
    """Return the briefings with these labels instead of their own."""
    if len(briefings) != len(topics):
        raise ValueError(f"X has {len(briefings)} briefings, y has {len(topics)}; expected as many")
    labelled = []
    for briefing, labels in zip(briefings, topics, strict=True):
        if len(briefing.paragraphs) != len(labels):
            raise ValueError(
                f"briefing '{briefing.id}' has {len(briefing.paragraphs)} paragraphs and {len(labels)} topics; "
                "expected as many"
            )
        paragraphs = tuple(
            replace(paragraph, label=None if label is None else str(label))
            for paragraph, label in zip(briefing.paragraphs, labels, strict=True)
        )
        labelled.append(replace(briefing, paragraphs=paragraphs))
    return labelled


def _ragged(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Put arrays of different lengths into an object array, which NumPy does not do by itself."""
    result = np.empty(len(arrays), dtype=object)
    result[:] = list(arrays)
    return result
