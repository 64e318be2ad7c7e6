"""Cross-validation by whole briefings."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from topics.classification.labelled import folds, label_columns, source_of
from topics.classification.training import Progress, train
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import InputError, TopicsWarning
from topics.evaluation.report import Report, compare, probabilities_of


def cross_validate(
    corpus: Iterable[Briefing],
    *,
    topics: TopicList | None = None,
    n_folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Report:
    """Judge each briefing by a model trained on the other folds, and score the lot.

    Parameters
    ----------
    corpus : iterable of Briefing
    topics : TopicList, optional
        By default, the labels that occur.
    n_folds : int, default=5
    seed : int, default=0
    progress : callable, optional
        Called with what is being done, folds done, and folds in all.

    Raises
    ------
    InputError
        If there are fewer labelled briefings than folds, or a label is not in `topics`.
    TrainingError
        If nothing can be learned from a fold.
    """
    briefings = [briefing for briefing in corpus if any(label is not None for label in briefing.labels)]
    if n_folds < 2:
        raise ValueError(f"n_folds is {n_folds}; expected 2 or more")
    if len(briefings) < n_folds:
        raise InputError(
            f"the corpus has {len(briefings)} labelled briefings; {n_folds} folds need as many at least."
        )
    if topics is None:
        topics = TopicList.from_labels(
            Counter(label for briefing in briefings for label in briefing.labels if label is not None)
        )
    gold = label_columns(briefings, topics)
    lengths = [len(briefing.paragraphs) for briefing in briefings]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    probabilities = np.zeros((len(gold), len(topics)))
    alone = np.zeros_like(probabilities)
    thresholds = []
    fold_of = folds([source_of(briefing) for briefing in briefings], n_folds, seed)
    for fold in range(n_folds):
        if progress:
            progress("cross-validating", fold, n_folds)
        with warnings.catch_warnings():
            # A topic that a fold lacks is no news to the user; the report counts its misses.
            warnings.simplefilter("ignore", TopicsWarning)
            model = train(
                (b for b, f in zip(briefings, fold_of, strict=True) if f != fold), topics=topics, seed=seed
            )
        thresholds.append(model.review_below)
        columns = np.array([topics.ids.index(id) for id in model.topics.ids])
        for number in np.flatnonzero(fold_of == fold):
            rows = np.arange(starts[number], starts[number + 1])
            probabilities[np.ix_(rows, columns)] = probabilities_of(model, [briefings[number]])
            alone[np.ix_(rows, columns)] = probabilities_of(model.independent(), [briefings[number]])
    threshold = float(np.mean(thresholds))
    report, baseline = (compare(gold, p, lengths, topics, threshold) for p in (probabilities, alone))
    return replace(report, baseline=baseline)
