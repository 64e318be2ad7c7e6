"""Labelled briefings become a model."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics import __version__
from topics.classification.card import model_card
from topics.classification.chain import Chain, best_scale, fit_chain, messages
from topics.classification.evidence import N_STEP, Evidence, NodeLayout, gather
from topics.classification.linear import LinearScorer, fit_hyperplanes
from topics.classification.model import Model
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import TopicsWarning, TrainingError, listed
from topics.features.counts import TermCounts
from topics.features.tfidf import Rows, Tfidf

MAX_TERMS = 200_000
# With few paragraphs each term counts; with many, those that occur once only cost.
RARE_TERMS_KEPT_BELOW = 500
FOLDS = 5
# What is tried, by held-out likelihood: first the terms, then C, the inverse
# strength of regularisation, with the best of them.
TERMS = ("pairs", "words", "pairs+edges")
FIRST_C = 0.3
OTHER_C = (0.1, 1.0)
# A corpus with more paragraphs is searched on whole briefings up to so many.
SEARCHED_PARAGRAPHS = 12_000
CHANGE_C = 0.1
# Paragraphs not sent to review are to be right this often, and, where sources
# are held out whole, in this part of the sources.
TARGET_ACCURACY = 0.95
SOURCES_TO_KEEP_IT = 0.9

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
    n_steps = len(TERMS) + len(OTHER_C) + 3
    searched = _searched(briefings, seed)
    part = _Labelled(searched, topics, seed)
    trials: list[_Trial] = []

    def attempt(terms: str, C: float) -> _Trial:
        report(f"trying {terms}, C {C:g}", len(trials), n_steps)
        trials.append(part.judge_by_others(terms, C))
        return min(trials, key=lambda trial: trial.loss)

    for terms in TERMS:
        best = attempt(terms, FIRST_C)
    terms = best.terms
    for C in OTHER_C:
        best = attempt(terms, C)
    whole = part
    if len(searched) < len(briefings):
        report("judging each briefing by the others", n_steps - 3, n_steps)
        whole = _Labelled(briefings, topics, seed)
        best = whole.judge_by_others(best.terms, best.C)
    report("learning the order of topics", n_steps - 2, n_steps)
    chain = fit_chain(
        best.evidence,
        whole.labels,
        whole.lengths,
        len(topics),
        scale=best.scale,
        start=best.chain,
        max_iterations=1000,
    )
    probabilities = messages(best.evidence, whole.lengths, chain).probabilities
    review_below, held_out = _held_out_scores(probabilities, whole.labels, whole.sources)
    report("training on all briefings", n_steps - 1, n_steps)
    topic_scorer, change_scorer = whole.fit_scorers(best.terms, best.C)
    report("training on all briefings", n_steps, n_steps)
    training = {
        "corpus": {"fingerprint": corpus_fingerprint(briefings), **_counts(briefings, topics)},
        "settings": {"terms": best.terms, "C": best.C, "folds": whole.n_folds, "seed": seed},
        "tried": [{"terms": t.terms, "C": t.C, "loss": round(t.loss, 4)} for t in trials],
        "versions": _versions(),
        "held_out": held_out,
    }
    card = model_card(name, topics, training, review_below)
    return Model(name, topics, topic_scorer, change_scorer, chain, best.scale, review_below, training, card)


def judge_by_others(
    briefings: Sequence[Briefing], topics: TopicList, seed: int = 0
) -> tuple[Ints, NDArray[np.float64]]:
    """Judge each briefing by models trained on the others, with the settings that are tried first.

    Parameters
    ----------
    briefings : sequence of Briefing
        Each with a label at least; two or more.
    topics : TopicList
    seed : int, default=0

    Returns
    -------
    labels : ndarray of int, shape (n_paragraphs,)
        Columns of `topics`, -1 where there is no label.
    probabilities : ndarray of shape (n_paragraphs, n_topics)
    """
    labelled = _Labelled(briefings, topics, seed)
    trial = labelled.judge_by_others(TERMS[0], FIRST_C)
    return labelled.labels, messages(trial.evidence, labelled.lengths, trial.chain).probabilities


class _Trial(NamedTuple):
    """How one setting does on briefings each judged by the others."""

    terms: str
    C: float
    scale: float
    evidence: Evidence
    chain: Chain
    loss: float


class _Labelled:
    """A labelled corpus, counted and dealt into folds, to be judged with different settings."""

    def __init__(self, briefings: Sequence[Briefing], topics: TopicList, seed: int) -> None:
        self.texts = [text for briefing in briefings for text in briefing.texts]
        self.lengths = [len(briefing.paragraphs) for briefing in briefings]
        self.labels = label_columns(briefings, topics)
        self.n_topics = len(topics)
        self.seed = seed
        sources = whole_sources(briefings, FOLDS)
        # One source each where they are held out whole, else all alike.
        self.sources = np.repeat(sources or ["" for _ in briefings], self.lengths)
        fold_of_briefing = folds(briefings, FOLDS, seed)
        self.n_folds = int(fold_of_briefing.max()) + 1
        self._fold_of = np.repeat(fold_of_briefing, self.lengths)
        self._starts: Ints = np.cumsum(self.lengths, dtype=np.int64) - np.array(self.lengths)
        self._changes = _changes(self.labels, self._starts)
        self._counts: dict[str, TermCounts] = {}
        self._change_scores: Floats | None = None

    def judge_by_others(self, terms: str, C: float) -> _Trial:
        """Score each fold by machines trained on the others, and fit the chain to those scores."""
        if self._change_scores is None:
            self._change_scores = np.zeros(len(self.texts))
            for inside, outside in self._splits():
                scorer = self._fit("cues", outside, self._changes, 2, CHANGE_C)
                self._change_scores[inside] = scorer.scores(self._rows("cues", inside, scorer.tfidf))[:, 1]
        evidence = Evidence(
            np.zeros((len(self.texts), NodeLayout.of(self.n_topics).width)),
            np.zeros((len(self.texts), N_STEP)),
        )
        for fold, (inside, outside) in enumerate(self._splits()):
            scorer = self._fit(terms, outside, self.labels, self.n_topics, C)
            rows = self._rows(terms, inside, scorer.tfidf)
            scores = scorer.scores(rows)
            lengths = np.array(self.lengths)[self._fold_of[self._starts] == fold].tolist()
            found = gather(
                [self.texts[i] for i in inside],
                lengths,
                rows,
                scorer.tfidf.idf,
                scores,
                self._change_scores[inside],
            )
            evidence.node[inside], evidence.step[inside] = found.node, found.step
        scale = best_scale(evidence.node[:, : self.n_topics], self.labels)
        chain = fit_chain(evidence, self.labels, self.lengths, self.n_topics, scale=scale)
        probabilities = messages(evidence, self.lengths, chain).probabilities
        labelled = np.flatnonzero(self.labels >= 0)
        chosen = probabilities[labelled, self.labels[labelled]]
        return _Trial(terms, C, scale, evidence, chain, float(-np.log(np.maximum(chosen, 1e-9)).mean()))

    def fit_scorers(self, terms: str, C: float) -> tuple[LinearScorer, LinearScorer]:
        """Train the scorers of topics and of changes on all of it."""
        everything = np.arange(len(self.texts))
        return (
            self._fit(terms, everything, self.labels, self.n_topics, C),
            self._fit("cues", everything, self._changes, 2, CHANGE_C),
        )

    def _splits(self) -> Iterator[tuple[Ints, Ints]]:
        for fold in range(self.n_folds):
            yield np.flatnonzero(self._fold_of == fold), np.flatnonzero(self._fold_of != fold)

    def _fit(self, analyzer: str, fitted: Ints, classes: Ints, n_classes: int, C: float) -> LinearScorer:
        min_df = (1 if len(fitted) < RARE_TERMS_KEPT_BELOW else 2) + (analyzer == "cues")
        tfidf = self._count(analyzer).tfidf(fitted, min_df=min_df, max_terms=MAX_TERMS)
        known = fitted[classes[fitted] >= 0]
        rows = self._rows(analyzer, known, tfidf)
        by_ratio = analyzer != "cues"
        weights, bias = fit_hyperplanes(
            rows, classes[known], n_classes, C=C, seed=self.seed, by_ratio=by_ratio
        )
        return LinearScorer(tfidf, weights, bias)

    def _rows(self, analyzer: str, texts: Ints, tfidf: Tfidf) -> Rows:
        return self._count(analyzer).rows(texts, tfidf)

    def _count(self, analyzer: str) -> TermCounts:
        if analyzer not in self._counts:
            self._counts[analyzer] = TermCounts(self.texts, analyzer)
        return self._counts[analyzer]


def _searched(briefings: Sequence[Briefing], seed: int) -> Sequence[Briefing]:
    """Return the briefings that settings are tried on: all, or some of a large corpus, drawn by seed."""
    sizes = np.array([len(briefing.paragraphs) for briefing in briefings])
    if sizes.sum() <= SEARCHED_PARAGRAPHS:
        return briefings
    order = np.random.default_rng(seed).permutation(len(briefings))
    n_drawn = max(2, int(np.searchsorted(np.cumsum(sizes[order]), SEARCHED_PARAGRAPHS)))
    return [briefings[i] for i in sorted(order[:n_drawn])]


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
    groups = whole_sources(briefings, n_folds) or [str(number) for number in range(len(briefings))]
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


def whole_sources(briefings: Sequence[Briefing], n_folds: int) -> list[str] | None:
    """Return each briefing's source, or None where one is not named or there are fewer sources than folds."""
    sources = [briefing.metadata.get("source") for briefing in briefings]
    if None in sources or len(set(map(str, sources))) < n_folds:
        return None
    return [str(source) for source in sources]


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


def _changes(labels: Ints, starts: Ints) -> Ints:
    """Say for each paragraph whether the topic changes before it: 0, 1, or -1 where that is unknown."""
    changes = np.full(len(labels), -1, dtype=np.int64)
    known = (labels[1:] >= 0) & (labels[:-1] >= 0)
    changes[1:] = np.where(known, labels[1:] != labels[:-1], -1)
    changes[starts] = -1
    return changes


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
