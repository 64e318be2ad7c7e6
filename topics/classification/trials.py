"""Trying settings on held-out briefings: each is judged by models trained on the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.classification.chain import Chain, best_scale, fit_chain, messages
from topics.classification.evidence import N_STEP, Evidence, NodeLayout, gather
from topics.classification.labelled import folds, label_columns, whole_sources
from topics.classification.linear import LinearScorer, fit_hyperplanes
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.features.background import Background
from topics.features.counts import TermCounts
from topics.features.tfidf import Rows, Tfidf

MAX_TERMS = 200_000
# With few paragraphs each term counts; with many, those that occur once only cost.
RARE_TERMS_KEPT_BELOW = 500
FOLDS = 5
# What is tried, by held-out likelihood: first the terms, then C, the inverse
# strength of regularisation, with the best of them. What is as good as equal
# goes to the setting that is tried first, the simplest.
TERMS = ("words", "pairs", "pairs+edges", "characters")
FIRST_C = 0.3
OTHER_C = (0.1, 1.0)
AS_GOOD_AS = 1.005  # times the least loss, and one in a thousand more
# A larger corpus is searched on whole briefings up to so much; this is the time that training takes.
SEARCHED_PARAGRAPHS = 12_000
SEARCHED_CHARACTERS = 3_000_000
CHANGE_C = 0.1
# Enough to say how sure a chain may be; the one that is kept is trained on.
TEMPER_ITERATIONS = 60
FACTORS = (0.3, 1.5)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Trial(NamedTuple):
    """How one setting does on briefings each judged by the others."""

    terms: str
    C: float
    scale: float
    evidence: Evidence
    known: Floats
    chain: Chain
    loss: float


def best_of(trials: Sequence[Trial]) -> Trial:
    """Return the first trial whose loss is as good as the least."""
    least = min(trial.loss for trial in trials)
    return next(trial for trial in trials if trial.loss <= AS_GOOD_AS * least + 0.001)


class HeldOut:
    """A labelled corpus, counted and dealt into folds, to be judged with different settings."""

    def __init__(
        self,
        briefings: Sequence[Briefing],
        topics: TopicList,
        seed: int,
        background: Background | None = None,
    ) -> None:
        self._background = background
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

    def judge_by_others(self, terms: str, C: float) -> Trial:
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
        known = np.ones(len(self.texts))
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
            known[inside] = scorer.tfidf.known_share(self.texts[i] for i in inside)
        scale = best_scale(evidence.node[:, : self.n_topics], self.labels)
        chain = self.fit_chain(evidence, scale)
        probabilities = messages(evidence, self.lengths, chain).probabilities
        return Trial(terms, C, scale, evidence, known, chain, _loss(probabilities, self.labels))

    def fit_chain(
        self, evidence: Evidence, scale: float, start: Chain | None = None, max_iterations: int = 100
    ) -> Chain:
        """Learn a chain from evidence on the whole corpus."""
        return fit_chain(
            evidence,
            self.labels,
            self.lengths,
            self.n_topics,
            scale=scale,
            doubtful=NodeLayout.of(self.n_topics).broad_places,
            start=start,
            max_iterations=max_iterations,
        )

    def temper_by_others(self, trial: Trial) -> tuple[float, Floats]:
        """Judge each fold by a chain learned from the others as well, as sure of itself as fits best.

        The chain has seen no label of the fold, nor have the scorers behind its
        evidence: so a new briefing will be judged, and how sure the chain may
        be of it is measured here.

        Returns
        -------
        factor : float
            The chain's parameters times this make held-out labels most probable.
        probabilities : ndarray of shape (n_paragraphs, n_topics)
            With that factor.
        """
        from scipy.optimize import minimize_scalar

        lengths = np.array(self.lengths)
        fold_of_briefing = self._fold_of[self._starts]
        parts = []
        for fold, (inside, outside) in enumerate(self._splits()):
            chain = fit_chain(
                trial.evidence.of(outside),
                self.labels[outside],
                lengths[fold_of_briefing != fold].tolist(),
                self.n_topics,
                scale=trial.scale,
                doubtful=NodeLayout.of(self.n_topics).broad_places,
                max_iterations=TEMPER_ITERATIONS,
            )
            parts.append(
                (inside, trial.evidence.of(inside), lengths[fold_of_briefing == fold].tolist(), chain)
            )

        def probabilities(factor: float) -> Floats:
            result = np.zeros((len(self.labels), self.n_topics))
            for inside, evidence, sizes, chain in parts:
                result[inside] = messages(evidence, sizes, chain.tempered(factor)).probabilities
            return result

        found = minimize_scalar(
            lambda factor: _loss(probabilities(factor), self.labels),
            bounds=FACTORS,
            method="bounded",
            options={"xatol": 0.01},
        )
        return float(found.x), probabilities(float(found.x))

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
            background = None if analyzer in ("cues", "characters") else self._background  # of words
            self._counts[analyzer] = TermCounts(self.texts, analyzer, background)
        return self._counts[analyzer]


def part_to_search(briefings: Sequence[Briefing], seed: int) -> Sequence[Briefing]:
    """Return the briefings that settings are tried on: all, or some of a large corpus, drawn by seed."""
    order = np.random.default_rng(seed).permutation(len(briefings))
    paragraphs = np.cumsum([len(briefings[i].paragraphs) for i in order])
    characters = np.cumsum([sum(map(len, briefings[i].texts)) for i in order])
    within = (paragraphs <= SEARCHED_PARAGRAPHS) & (characters <= SEARCHED_CHARACTERS)
    if within.all():
        return briefings
    return [briefings[i] for i in sorted(order[: max(2, int(within.sum()))])]


def _loss(probabilities: Floats, labels: Ints) -> float:
    """Return the mean negative log probability of the labels that are known."""
    labelled = np.flatnonzero(labels >= 0)
    chosen = probabilities[labelled, labels[labelled]]
    return float(-np.log(np.maximum(chosen, 1e-9)).mean())


def _changes(labels: Ints, starts: Ints) -> Ints:
    """Say for each paragraph whether the topic changes before it: 0, 1, or -1 where that is unknown."""
    changes = np.full(len(labels), -1, dtype=np.int64)
    known = (labels[1:] >= 0) & (labels[:-1] >= 0)
    changes[1:] = np.where(known, labels[1:] != labels[:-1], -1)
    changes[starts] = -1
    return changes


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
    labelled = HeldOut(briefings, topics, seed)
    trial = labelled.judge_by_others(TERMS[0], FIRST_C)
    return labelled.labels, messages(trial.evidence, labelled.lengths, trial.chain).probabilities
