"""A model's predictions beside people's labels: the report of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.classification.labelled import label_columns
from topics.classification.model import Model
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.evaluation.metrics import (
    ReliabilityBin,
    SegmentCounts,
    TopicScores,
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

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RESAMPLES = 1000


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
    pk, window_diff, boundary_similarity : float or None
        Of the boundaries, means over briefings; None if none can be measured.
        The first two are errors (0 is perfect), the last a similarity (1 is).
    segments : SegmentCounts
        Boundaries and labels together.
    reliability : list of ReliabilityBin
    coverage : dict of float to float
        Accuracy of the surest part of the paragraphs, by how large it is.
    kept, kept_accuracy : float, float or None
        Part of the paragraphs that are not marked for review, and their accuracy.
    intervals : dict of str to (float, float)
        95 % intervals of accuracy, macro-F1 and Pk, by bootstrap over briefings.
    baseline : Report or None
        The same for the model that judges each paragraph by its own terms.
    """

    topics: TopicList
    n_briefings: int
    n_paragraphs: int
    confusion: Ints
    pk: float | None
    window_diff: float | None
    boundary_similarity: float | None
    segments: SegmentCounts
    reliability: list[ReliabilityBin]
    coverage: dict[float, float]
    kept: float
    kept_accuracy: float | None
    intervals: dict[str, tuple[float, float]]
    baseline: Report | None = None

    @property
    def accuracy(self) -> float:
        """The part of labelled paragraphs that got their label."""
        return float(np.trace(self.confusion) / self.n_paragraphs)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the topics that occur or are predicted."""
        return macro_f1(self.confusion)

    @property
    def segment_f1(self) -> float:
        """Boundaries and labels together, see `segment_counts`."""
        return self.segments.f1

    @property
    def calibration_error(self) -> float:
        """The expected calibration error (ECE)."""
        return calibration_error(self.reliability)

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
            "pk": _rounded(self.pk),
            "window_diff": _rounded(self.window_diff),
            "boundary_similarity": _rounded(self.boundary_similarity),
            "segments": {**self.segments._asdict(), "f1": round(self.segments.f1, 6)},
            "ece": round(self.calibration_error, 6),
            "review": {"coverage": round(self.kept, 6), "accuracy": _rounded(self.kept_accuracy)},
            "accuracy_at_coverage": {f"{part:g}": round(value, 6) for part, value in self.coverage.items()},
            "reliability": [
                {
                    "paragraphs": b.paragraphs,
                    "confidence": round(b.confidence, 6),
                    "accuracy": round(b.accuracy, 6),
                }
                for b in self.reliability
            ],
            "intervals": {
                name: [round(low, 6), round(high, 6)] for name, (low, high) in self.intervals.items()
            },
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
            "baseline": None if self.baseline is None else self.baseline.to_dict(),
        }


def evaluate(model: Model, briefings: Iterable[Briefing]) -> Report:
    """Score a model on labelled briefings, which it must not have been trained on.

    The same scores for `Model.independent` stand beside it as the baseline.

    Raises
    ------
    InputError
        If there are no labels, or one that the model does not know.
    """
    scored = [briefing for briefing in briefings if any(label is not None for label in briefing.labels)]
    gold = label_columns(scored, model.topics)
    lengths = [len(briefing.paragraphs) for briefing in scored]
    report, baseline = (
        compare(gold, probabilities_of(each, scored), lengths, model.topics, each.review_below)
        for each in (model, model.independent())
    )
    return replace(report, baseline=baseline)


def probabilities_of(model: Model, briefings: Sequence[Briefing]) -> Floats:
    """Return a model's probabilities for all paragraphs of some briefings, as they are given out."""
    rows = [
        list(paragraph.probabilities.values())
        for prediction in model.classify_many(briefings)
        for paragraph in prediction.paragraphs
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(model.topics))


def compare(
    gold: Ints, probabilities: Floats, lengths: list[int], topics: TopicList, review_below: float
) -> Report:
    """Score probabilities against columns of labels.

    Parameters
    ----------
    gold : ndarray of int, shape (n_paragraphs,)
        -1 where there is no label; such paragraphs are left out.
    probabilities : ndarray of shape (n_paragraphs, n_topics)
    lengths : list of int
        Paragraphs in each briefing.
    topics : TopicList
    review_below : float

    Raises
    ------
    InputError
        If there are no labels.
    """
    labelled = gold >= 0
    if not labelled.any():
        raise InputError("the corpus has no labels; there is nothing to compare with.")
    predicted = probabilities.argmax(axis=1)
    ends = np.cumsum(lengths)[:-1]
    pairs = [
        (g[g >= 0], p[g >= 0]) for g, p in zip(np.split(gold, ends), np.split(predicted, ends), strict=True)
    ]
    matrices = np.array([confusion_matrix(g, p, len(topics)) for g, p in pairs])
    pks = [pk(g.tolist(), p.tolist()) for g, p in pairs]
    counts = [segment_counts(g.tolist(), p.tolist()) for g, p in pairs]
    confidence, right = probabilities[labelled].max(axis=1), predicted[labelled] == gold[labelled]
    kept = confidence >= review_below
    return Report(
        topics,
        len(lengths),
        int(labelled.sum()),
        matrices.sum(axis=0),
        _mean(pks),
        _mean([window_diff(g.tolist(), p.tolist()) for g, p in pairs]),
        _mean([boundary_similarity(g.tolist(), p.tolist()) for g, p in pairs]),
        SegmentCounts(*(sum(column) for column in zip(*counts, strict=True))),
        reliability(confidence, right),
        {part: accuracy_at_coverage(confidence, right, part) for part in COVERAGES},
        float(kept.mean()),
        float(right[kept].mean()) if kept.any() else None,
        _intervals(matrices, pks),
    )


def _intervals(matrices: Ints, pks: list[float | None]) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals by drawing briefings with replacement (Efron 1979); none from a single briefing."""
    n = len(matrices)
    if n < 2:
        return {}
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    k = matrices.shape[1]
    sums = (drawn @ matrices.reshape(n, -1)).reshape(-1, k, k)
    samples = {
        "accuracy": np.array([np.trace(matrix) / matrix.sum() for matrix in sums]),
        "macro_f1": np.array([macro_f1(matrix) for matrix in sums]),
    }
    known = np.array([value is not None for value in pks])
    if known.sum() >= 2:
        values = np.array([value for value in pks if value is not None])
        weights = drawn[:, known]
        filled = weights.sum(axis=1) > 0
        samples["pk"] = (weights[filled] @ values) / weights[filled].sum(axis=1)
    return {
        name: (float(np.quantile(sample, 0.025)), float(np.quantile(sample, 0.975)))
        for name, sample in samples.items()
    }


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
