"""A model's predictions beside people's labels: the report of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.classification.model import Model
from topics.classification.training import label_columns
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.evaluation.metrics import (
    TopicScores,
    confusion_matrix,
    macro_f1,
    pk,
    topic_scores,
    window_diff,
)


@dataclass(frozen=True, slots=True)
class Report:
    """Scores of predictions on labelled briefings.

    Parameters
    ----------
    topics : TopicList
    n_briefings, n_paragraphs : int
        What was measured on: labelled paragraphs and their briefings.
    confusion : ndarray of int, shape (n_topics, n_topics)
        Rows are labels, columns predictions.
    pk, window_diff : float or None
        Errors of the boundaries, means over briefings; None if none is long
        enough.
    """

    topics: TopicList
    n_briefings: int
    n_paragraphs: int
    confusion: NDArray[np.int64]
    pk: float | None
    window_diff: float | None

    @property
    def accuracy(self) -> float:
        """The part of labelled paragraphs that got their label."""
        return float(np.trace(self.confusion) / self.n_paragraphs)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the topics that occur or are predicted."""
        return macro_f1(self.confusion)

    @property
    def per_topic(self) -> dict[str, TopicScores]:
        """Precision, recall, F1 and support by topic."""
        return dict(zip(self.topics.ids, topic_scores(self.confusion), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "briefings": self.n_briefings,
            "paragraphs": self.n_paragraphs,
            "accuracy": round(self.accuracy, 6),
            "macro_f1": round(self.macro_f1, 6),
            "pk": None if self.pk is None else round(self.pk, 6),
            "window_diff": None if self.window_diff is None else round(self.window_diff, 6),
            "topics": {
                id: {
                    "precision": round(scores.precision, 6),
                    "recall": round(scores.recall, 6),
                    "f1": round(scores.f1, 6),
                    "support": scores.support,
                }
                for id, scores in self.per_topic.items()
            },
            "confusion": {"labels": self.topics.ids, "rows": self.confusion.tolist()},
        }


def evaluate(model: Model, briefings: Iterable[Briefing]) -> Report:
    """Score a model on labelled briefings, which it must not have been trained on.

    Raises
    ------
    InputError
        If there are no labels, or one that the model does not know.
    """
    scored = [briefing for briefing in briefings if any(label is not None for label in briefing.labels)]
    gold = label_columns(scored, model.topics)
    index = {id: column for column, id in enumerate(model.topics.ids)}
    predicted = np.array(
        [index[topic] for prediction in model.classify_many(scored) for topic in prediction.topics],
        dtype=np.int64,
    )
    return compare(gold, predicted, [len(briefing.paragraphs) for briefing in scored], model.topics)


def compare(
    gold: NDArray[np.int64], predicted: NDArray[np.int64], lengths: list[int], topics: TopicList
) -> Report:
    """Score columns of predictions against columns of labels.

    Parameters
    ----------
    gold : ndarray of int, shape (n_paragraphs,)
        -1 where there is no label; such paragraphs are left out.
    predicted : ndarray of int, shape (n_paragraphs,)
    lengths : list of int
        Paragraphs in each briefing.
    topics : TopicList

    Raises
    ------
    InputError
        If there are no labels.
    """
    labelled = gold >= 0
    if not labelled.any():
        raise InputError("the corpus has no labels; there is nothing to compare with.")
    ends = np.cumsum(lengths)[:-1]
    pairs = [
        (g[g >= 0].tolist(), p[g >= 0].tolist())
        for g, p in zip(np.split(gold, ends), np.split(predicted, ends), strict=True)
    ]
    return Report(
        topics,
        len(lengths),
        int(labelled.sum()),
        confusion_matrix(gold[labelled], predicted[labelled], len(topics)),
        _mean([pk(g, p) for g, p in pairs]),
        _mean([window_diff(g, p) for g, p in pairs]),
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
