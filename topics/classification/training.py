"""Labelled briefings become a model."""

from __future__ import annotations

import itertools
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics import __version__
from topics.classification.card import model_card
from topics.classification.labelled import Fingerprint, Outline, label_columns
from topics.classification.model import Model
from topics.classification.trials import (
    FIRST_C,
    MOST_VALUES,
    OTHER_C,
    SEARCHED_CHARACTERS,
    SEARCHED_PARAGRAPHS,
    TERMS,
    HeldOut,
    Trial,
    best_of,
    chosen_of,
    some_within,
)
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import TopicsWarning, TrainingError, listed
from topics.features.background import Background
from topics.threads import one_thread

# Paragraphs not sent to review are to be right this often, and, where sources
# are held out whole, in this part of the sources.
TARGET_ACCURACY = 0.95
SOURCES_TO_KEEP_IT = 0.7
# Of held-out paragraphs so many know too few words; others like them go to review.
FOREIGN = 0.002

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@one_thread
def train(
    corpus: Iterable[Briefing],
    *,
    topics: TopicList | None = None,
    background: Background | None = None,
    name: str = "model",
    seed: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Train a model on labelled briefings.

    Linear scorers of topics and of changes, then a chain over each briefing,
    learned from the scores that scorers trained on the other briefings give:
    no paragraph is judged by a model that has seen it, or its neighbours. Paragraphs without a
    label are context.

    Parameters
    ----------
    corpus : iterable of Briefing
        Gone through several times; an iterator, which can be gone through
        once, is kept in memory.
    topics : TopicList, optional
        The closed list of topics. By default, the labels that occur.
    background : Background, optional
        Document frequencies of words from a larger, unlabelled corpus.
    name : str, default="model"
    seed : int, default=0
        Of the folds and the solver. Same corpus and seed, same model.
    progress : callable, optional
        Called with what is being done, steps done, and steps in all.

    Returns
    -------
    Model

    Raises
    ------
    InputError
        If a label is not in `topics`.
    TrainingError
        If there are no labels, only one topic, or only one briefing.

    Warns
    -----
    TopicsWarning
        If a topic of `topics` has no paragraph, or a topic only one.
    """
    report = progress or (lambda what, done, steps: None)
    labelled = _Labelled(corpus)
    fingerprint, outlines = Fingerprint(), []
    for briefing in labelled:
        fingerprint.add(briefing)
        outlines.append(Outline.of(briefing))
    topics = _check(outlines, topics)
    n_steps = len(TERMS) + len(OTHER_C) + 4
    searched = some_within(outlines, seed, SEARCHED_PARAGRAPHS, SEARCHED_CHARACTERS)
    part = HeldOut(
        list(chosen_of(labelled, searched)),
        list(itertools.compress(outlines, searched)),
        topics,
        seed,
        background,
    )
    trials: list[Trial] = []

    def attempt(terms: str, C: float) -> Trial:
        report(f"trying {terms}, C {C:g}", len(trials), n_steps)
        trials.append(part.judge_by_others(terms, C))
        return best_of(trials)

    n_paragraphs = sum(len(outline.labels) for outline in outlines)
    for terms in TERMS:
        if not trials or part.values_each(terms) * n_paragraphs <= MOST_VALUES:
            best = attempt(terms, FIRST_C)
    terms = best.terms
    for C in OTHER_C:
        best = attempt(terms, C)
    whole = part
    if not searched.all():
        report("judging briefings by others", n_steps - 4, n_steps)
        whole = HeldOut(labelled, outlines, topics, seed, background)
        best = whole.judge_by_others(best.terms, best.C)
    report("learning the order of topics", n_steps - 3, n_steps)
    chain = whole.fit_chain(best.evidence, best.scale, start=best.chain, max_iterations=1000)
    report("measuring how sure it may be", n_steps - 2, n_steps)
    factor, probabilities = whole.temper_by_others(best)
    review_below, held_out = _held_out_scores(probabilities, whole.labels, whole.sources)
    foreign_below = float(np.quantile(best.known, FOREIGN))
    report("training on all briefings", n_steps - 1, n_steps)
    topic_scorer, change_scorer = whole.fit_scorers(best.terms, best.C)
    report("training on all briefings", n_steps, n_steps)
    training = {
        "corpus": {"fingerprint": str(fingerprint), **_counts(outlines, topics)},
        "settings": {
            "terms": best.terms,
            "C": best.C,
            "temper": round(factor, 4),
            "folds": whole.n_folds,
            "seed": seed,
        }
        | ({"background paragraphs": background.n_paragraphs} if background else {}),
        "tried": [{"terms": t.terms, "C": t.C, "loss": round(t.loss, 4)} for t in trials],
        "versions": _versions(),
        "held_out": held_out,
    }
    card = model_card(name, topics, training, review_below)
    return Model(
        name,
        topics,
        topic_scorer,
        change_scorer,
        chain.tempered(factor),
        best.scale,
        review_below,
        foreign_below,
        training,
        card,
    )


class _Labelled:
    """The briefings of a corpus that have a label; what can be read once only is kept."""

    def __init__(self, corpus: Iterable[Briefing]) -> None:
        self._corpus = list(corpus) if isinstance(corpus, Iterator) else corpus

    def __iter__(self) -> Iterator[Briefing]:
        return (b for b in self._corpus if any(label is not None for label in b.labels))


def _check(briefings: Sequence[Outline], topics: TopicList | None) -> TopicList:
    """Return the topics that the labels use, or say why nothing can be learned."""
    counts = Counter(label for briefing in briefings for label in briefing.labels if label is not None)
    if not counts:
        raise TrainingError("the corpus has no labels; give paragraphs a 'label'.")
    if topics is None:
        topics = TopicList.from_labels(counts)
    else:
        label_columns(briefings, topics)  # names a label that is not in the list
        unused = [id for id in topics.ids if id not in counts]
        if unused:
            warnings.warn(
                f"no paragraph is labelled {listed(unused)}; the model will not know "
                f"{'it' if len(unused) == 1 else 'them'}.",
                TopicsWarning,
                stacklevel=3,
            )
        topics = topics.only(counts)
    if len(topics) == 1:
        raise TrainingError(f"the corpus has one topic only, '{topics.ids[0]}'; at least two are needed.")
    if len(briefings) == 1:
        raise TrainingError(
            f"the corpus has one labelled briefing only, '{briefings[0].id}'; at least two are needed, "
            "since each is judged by a model trained on the others."
        )
    once = [id for id in topics.ids if counts[id] == 1]
    if once:
        warnings.warn(
            f"{listed(once)} labelled once only; a topic is learned from several paragraphs, "
            "so it will hardly ever be predicted; add examples.",
            TopicsWarning,
            stacklevel=3,
        )
    return topics


def _held_out_scores(
    probabilities: Floats, labels: Ints, sources: NDArray[np.str_]
) -> tuple[float, dict[str, Any]]:
    """Choose the review threshold, and measure, on briefings each judged by the others."""
    from sklearn.metrics import f1_score

    labelled = labels >= 0
    best, gold = probabilities[labelled].argmax(axis=1), labels[labelled]
    confidence, right = probabilities[labelled].max(axis=1), best == gold
    source_of = sources[labelled]
    thresholds = [
        review_threshold(confidence[source_of == source], right[source_of == source], TARGET_ACCURACY)
        for source in np.unique(source_of)
    ]
    threshold = float(np.quantile(thresholds, SOURCES_TO_KEEP_IT, method="higher"))
    kept = confidence >= threshold
    scores = {
        "accuracy": round(float(right.mean()), 4),
        "macro_f1": round(float(f1_score(gold, best, average="macro")), 4),
        "review": {
            "target_accuracy": TARGET_ACCURACY,
            "accuracy": round(float(right[kept].mean()), 4) if kept.any() else None,
            "coverage": round(float(kept.mean()), 4),
        },
    }
    return threshold, scores


def review_threshold(confidence: Floats, right: NDArray[np.bool_], target: float) -> float:
    """Return the lowest probability above which paragraphs are right as often as wanted.

    Parameters
    ----------
    confidence : ndarray of shape (n_paragraphs,)
        The probability of the chosen topic.
    right : ndarray of bool, shape (n_paragraphs,)
    target : float
        Wanted accuracy of all paragraphs at or above the threshold.

    Returns
    -------
    float
        1.0 if the target is never reached.

    >>> review_threshold(np.array([0.9, 0.8, 0.6]), np.array([True, True, False]), 0.95)
    0.8
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Equal probabilities stand or fall together.
    is_last_of_equals = np.append(ordered[1:] < ordered[:-1], True)
    reached = np.flatnonzero((accuracy >= target) & is_last_of_equals)
    return float(ordered[reached[-1]]) if len(reached) else 1.0


def _counts(briefings: Sequence[Outline], topics: TopicList) -> dict[str, Any]:
    labels = Counter(label for briefing in briefings for label in briefing.labels)
    return {
        "briefings": len(briefings),
        "paragraphs": sum(labels.values()),
        "unlabelled": labels[None],
        "labels": {id: labels[id] for id in topics.ids},
    }


def _versions() -> dict[str, str]:
    import scipy
    import sklearn

    return {
        "topics": __version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
