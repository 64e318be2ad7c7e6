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
# strength of regularisation, with the best of them.
TERMS = ("pairs", "words", "pairs+edges")
FIRST_C = 0.3
OTHER_C = (0.1, 1.0)
# A corpus with more paragraphs is searched on whole briefings up to so many.
SEARCHED_PARAGRAPHS = 12_000
CHANGE_C = 0.1

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
        chain = fit_chain(evidence, self.labels, self.lengths, self.n_topics, scale=scale)
        probabilities = messages(evidence, self.lengths, chain).probabilities
        labelled = np.flatnonzero(self.labels >= 0)
        chosen = probabilities[labelled, self.labels[labelled]]
        return Trial(terms, C, scale, evidence, known, chain, float(-np.log(np.maximum(chosen, 1e-9)).mean()))

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
            background = None if analyzer == "cues" else self._background
            self._counts[analyzer] = TermCounts(self.texts, analyzer, background)
        return self._counts[analyzer]


def part_to_search(briefings: Sequence[Briefing], seed: int) -> Sequence[Briefing]:
    """Return the briefings that settings are tried on: all, or some of a large corpus, drawn by seed."""
    sizes = np.array([len(briefing.paragraphs) for briefing in briefings])
    if sizes.sum() <= SEARCHED_PARAGRAPHS:
        return briefings
    order = np.random.default_rng(seed).permutation(len(briefings))
    n_drawn = max(2, int(np.searchsorted(np.cumsum(sizes[order]), SEARCHED_PARAGRAPHS)))
    return [briefings[i] for i in sorted(order[:n_drawn])]


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
