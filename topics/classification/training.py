"""Labelled briefings become a model."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics import __version__
from topics.classification.card import model_card
from topics.classification.chain import fit_chain, messages
from topics.classification.evidence import N_SHAPES, N_STEP, Evidence, gather
from topics.classification.linear import LinearScorer, fit_linear
from topics.classification.model import Model
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import TopicsWarning, TrainingError, listed
from topics.features.tfidf import Tfidf

MAX_TERMS = 200_000
# With few paragraphs each term counts; with many, those that occur once only cost.
RARE_TERMS_KEPT_BELOW = 500
FOLDS = 10
# Inverse strength of regularisation.
TOPIC_C = 0.1
CHANGE_C = 0.1
# Paragraphs not sent to review are to be right this often.
TARGET_ACCURACY = 0.95

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


def train(
    corpus: Iterable[Briefing],
    *,
    topics: TopicList | None = None,
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
    topics : TopicList, optional
        The closed list of topics. By default, the labels that occur.
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
    briefings = [briefing for briefing in corpus if any(label is not None for label in briefing.labels)]
    topics = _check(briefings, topics)
    k = len(topics)
    texts = [text for briefing in briefings for text in briefing.texts]
    lengths = [len(briefing.paragraphs) for briefing in briefings]
    labels = label_columns(briefings, topics)
    changes = _changes(labels, lengths)

    def fit_scorers(chosen: Ints) -> tuple[LinearScorer, LinearScorer]:
        inside = [texts[i] for i in chosen]
        return _fit_scorers(inside, labels[chosen], changes[chosen], k, seed)

    fold_of_briefing = folds(briefings, FOLDS, seed)
    n_folds = int(fold_of_briefing.max()) + 1
    n_steps = n_folds + 2
    fold_of = np.repeat(fold_of_briefing, lengths)
    evidence = Evidence(np.zeros((len(texts), k + N_SHAPES + 1)), np.zeros((len(texts), N_STEP)))
    for fold in range(n_folds):
        report("judging each briefing by the others", fold, n_steps)
        inside = np.flatnonzero(fold_of == fold)
        topic_scorer, change_scorer = fit_scorers(np.flatnonzero(fold_of != fold))
        held_out = [texts[i] for i in inside]
        found = gather(topic_scorer, change_scorer, held_out, topic_scorer.tfidf.transform(held_out))
        evidence.node[inside], evidence.step[inside] = found.node, found.step
    report("learning the order of topics", n_folds, n_steps)
    chain = fit_chain(evidence, labels, lengths, k)
    probabilities = messages(evidence, lengths, chain).probabilities
    review_below, held_out_scores = _held_out_scores(probabilities, labels)

    report("training on all briefings", n_folds + 1, n_steps)
    topic_scorer, change_scorer = fit_scorers(np.arange(len(texts)))
    report("training on all briefings", n_steps, n_steps)
    training = {
        "corpus": {"fingerprint": corpus_fingerprint(briefings), **_counts(briefings, topics)},
        "settings": {
            "C": TOPIC_C,
            "folds": n_folds,
            "seed": seed,
            "terms": len(topic_scorer.tfidf.vocabulary),
        },
        "versions": _versions(),
        "held_out": held_out_scores,
    }
    card = model_card(name, topics, training, review_below)
    return Model(name, topics, topic_scorer, change_scorer, chain, review_below, training, card)


def label_columns(briefings: Iterable[Briefing], topics: TopicList) -> Ints:
    """Return the labels of all paragraphs as columns of a list of topics, -1 where there is none.

    Raises
    ------
    InputError
        If a label is not in the list.
    """
    return np.array(
        [
            -1 if label is None else topics.index_of(label, f"briefing '{briefing.id}', paragraph {index}")
            for briefing in briefings
            for index, label in enumerate(briefing.labels)
        ],
        dtype=np.int64,
    )


def folds(briefings: Sequence[Briefing], n_folds: int, seed: int) -> Ints:
    """Deal whole briefings into folds of about equal size; return each briefing's fold.

    Where briefings name their ``source`` and there are at least as many
    sources as folds, a source stays whole too: what is measured, and learned
    from, is then how a model does on a source that it has not seen.
    """
    sources = [briefing.metadata.get("source") for briefing in briefings]
    if None not in sources and len(set(map(str, sources))) >= n_folds:
        groups = [str(source) for source in sources]
    else:
        groups = [str(number) for number in range(len(briefings))]
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    size = Counter(groups)
    members = [0] * min(n_folds, len(names))
    fold_of: dict[str, int] = {}
    for name in sorted((names[i] for i in order), key=lambda name: -size[name]):
        fold = members.index(min(members))
        fold_of[name] = fold
        members[fold] += size[name]
    return np.array([fold_of[group] for group in groups], dtype=np.int64)


def corpus_fingerprint(briefings: Iterable[Briefing]) -> str:
    """Return ``sha256:…`` over ids, texts and labels: equal corpora, equal fingerprints."""
    digest = hashlib.sha256()
    for briefing in briefings:
        digest.update(json.dumps([briefing.id, briefing.texts, briefing.labels]).encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _check(briefings: Sequence[Briefing], topics: TopicList | None) -> TopicList:
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


def _changes(labels: Ints, lengths: Sequence[int]) -> Ints:
    """Say for each paragraph whether the topic changes before it: 0, 1, or -1 where that is unknown."""
    changes = np.full(len(labels), -1, dtype=np.int64)
    known = (labels[1:] >= 0) & (labels[:-1] >= 0)
    changes[1:] = np.where(known, labels[1:] != labels[:-1], -1)
    changes[np.concatenate([[0], np.cumsum(lengths)[:-1]])] = -1
    return changes


def _fit_scorers(
    texts: Sequence[str], labels: Ints, changes: Ints, n_topics: int, seed: int
) -> tuple[LinearScorer, LinearScorer]:
    """Train the scorer of topics and that of changes."""
    min_df = 1 if len(texts) < RARE_TERMS_KEPT_BELOW else 2
    by_words = Tfidf.fit(texts, "words", min_df=min_df, max_terms=MAX_TERMS)
    by_cues = Tfidf.fit(texts, "cues", min_df=min_df + 1, max_terms=MAX_TERMS)
    return (
        fit_linear(texts, labels, n_topics, tfidf=by_words, C=TOPIC_C, seed=seed),
        fit_linear(texts, changes, 2, tfidf=by_cues, C=CHANGE_C, seed=seed, by_ratio=False),
    )


def _held_out_scores(probabilities: Floats, labels: Ints) -> tuple[float, dict[str, Any]]:
    """Choose the review threshold, and measure, on briefings each judged by the others."""
    from sklearn.metrics import f1_score

    labelled = labels >= 0
    best, gold = probabilities[labelled].argmax(axis=1), labels[labelled]
    confidence, right = probabilities[labelled].max(axis=1), best == gold
    threshold = review_threshold(confidence, right, TARGET_ACCURACY)
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


def _counts(briefings: Sequence[Briefing], topics: TopicList) -> dict[str, Any]:
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
