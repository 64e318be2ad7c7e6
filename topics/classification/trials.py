"""Trying settings on held-out briefings: each is judged by models trained on the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.classification.chain import Chain, best_scale, fit_chain, messages
from topics.classification.evidence import N_STEP, Evidence, NodeLayout, gather
from topics.classification.labelled import Outline, folds, label_columns, whole_sources
from topics.classification.linear import LinearScorer, fit_hyperplanes
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import TrainingError
from topics.features.background import Background
from topics.features.counts import Selection, TermCounts
from topics.features.shape import shapes
from topics.features.tfidf import known_share, weigh

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
# Kinds of terms of which a corpus has more occurrences are not tried on it: each takes 20 bytes.
MOST_VALUES = 80_000_000
# So much of a large corpus is judged by the rest; the chain, which has few parameters, learns from that.
JUDGED_PARAGRAPHS = 60_000
JUDGED_CHARACTERS = 60_000_000
CHANGE_C = 0.1
# Enough to say how sure a chain may be; the one that is kept is trained on.
TEMPER_ITERATIONS = 60
FACTORS = (0.3, 1.5)

CHANGED = "the corpus changed while it was read; train again."

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
    """A labelled corpus, counted and dealt into folds, to be judged with different settings.

    Of a large corpus some briefings are judged, all at once, by those of other
    sources; that is enough to learn how far to trust a score. All are counted.

    Parameters
    ----------
    corpus : iterable of Briefing
        Gone through once for each kind of terms.
    outlines : sequence of Outline
        Of its briefings.
    topics : TopicList
    seed : int
    background : Background, optional
    """

    def __init__(
        self,
        corpus: Iterable[Briefing],
        outlines: Sequence[Outline],
        topics: TopicList,
        seed: int,
        background: Background | None = None,
    ) -> None:
        self._corpus = corpus
        self._background = background
        self.n_topics = len(topics)
        self.seed = seed
        self._labels = label_columns(outlines, topics)
        all_lengths = np.array([len(outline.labels) for outline in outlines], dtype=np.int64)
        self._changes = _changes(self._labels, np.cumsum(all_lengths) - all_lengths)
        within, learned = _dealt(outlines, seed)
        self._judged: Ints = np.flatnonzero(np.repeat(within, all_lengths))
        self._learned: Ints = np.flatnonzero(np.repeat(learned, all_lengths))
        chosen = [outline for outline, inside in zip(outlines, within, strict=True) if inside]
        self.lengths = [len(outline.labels) for outline in chosen]
        self.labels = self._labels[self._judged]
        sources = whole_sources([outline.source for outline in chosen], FOLDS)
        # One source each where they are held out whole, else all alike.
        self.sources = np.repeat(sources or ["" for _ in chosen], self.lengths)
        fold_of_briefing = folds([outline.source for outline in chosen], FOLDS, seed)
        self.n_folds = int(fold_of_briefing.max()) + 1
        self._fold_of_briefing = fold_of_briefing
        self._fold_of = np.repeat(fold_of_briefing, self.lengths)
        texts = (text for briefing in chosen_of(corpus, within) for text in briefing.texts)
        self._shapes = shapes(list(texts))
        self._counts: dict[str, TermCounts] = {}
        self._change_scores: Floats | None = None

    def judge_by_others(self, terms: str, C: float) -> Trial:
        """Score each fold by machines trained on the others, and fit the chain to those scores."""
        if self._change_scores is None:
            self._change_scores = np.zeros(len(self.labels))
            for inside, outside in self._scored():
                selection, weights, bias = self._fit("cues", outside, self._changes, 2, CHANGE_C)
                rows = self._count("cues").rows(self._judged[inside], selection)
                self._change_scores[inside] = (rows.times(weights) + bias)[:, 1]
        evidence = Evidence(
            np.zeros((len(self.labels), NodeLayout.of(self.n_topics).width)),
            np.zeros((len(self.labels), N_STEP)),
        )
        known = np.ones(len(self.labels))
        lengths = np.array(self.lengths)
        for inside, outside in self._scored():
            selection, weights, bias = self._fit(terms, outside, self._labels, self.n_topics, C)
            read = self._count(terms).read(self._judged[inside], selection)
            rows = weigh(*read.matrix, selection.idf)
            found = gather(
                self._shapes[inside],
                lengths[np.isin(self._fold_of_briefing, np.unique(self._fold_of[inside]))].tolist(),
                rows,
                selection.idf,
                rows.times(weights) + bias,
                self._change_scores[inside],
            )
            evidence.node[inside], evidence.step[inside] = found.node, found.step
            known[inside] = known_share(read, terms)
        scale = best_scale(evidence.node[:, : self.n_topics], self.labels)
        chain = self.fit_chain(evidence, scale)
        probabilities = messages(evidence, self.lengths, chain).probabilities
        return Trial(terms, C, scale, evidence, known, chain, _loss(probabilities, self.labels))

    def values_each(self, terms: str) -> float:
        """Return how many different terms of a kind a paragraph has."""
        return self._count(terms).n_values / max(1, len(self._labels))

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

        The chain has seen no label of the fold, nor have the scorers behind the
        evidence on it: so a new briefing will be judged, and how sure the chain may
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
        fold_of_briefing = self._fold_of_briefing
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
        everything = np.arange(len(self._labels))
        return (
            self._scorer(terms, *self._fit(terms, everything, self._labels, self.n_topics, C)),
            self._scorer("cues", *self._fit("cues", everything, self._changes, 2, CHANGE_C)),
        )

    def _scored(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield those of the judged paragraphs that are scored at a time, and the paragraphs to learn from."""
        if len(self._learned):
            yield np.arange(len(self._judged)), self._learned
        else:
            yield from self._splits()

    def _splits(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield the judged paragraphs in each fold, and those in the others."""
        for fold in range(self.n_folds):
            yield np.flatnonzero(self._fold_of == fold), np.flatnonzero(self._fold_of != fold)

    def _fit(
        self, analyzer: str, fitted: Ints, classes: Ints, n_classes: int, C: float
    ) -> tuple[Selection, NDArray[np.float32], Floats]:
        counts = self._count(analyzer)
        selection = counts.select(fitted, min_df=_min_df(analyzer, len(fitted)), max_terms=MAX_TERMS)
        known = fitted[classes[fitted] >= 0]
        by_ratio = analyzer != "cues"
        weights, bias = fit_hyperplanes(
            counts.rows(known, selection), classes[known], n_classes, C=C, seed=self.seed, by_ratio=by_ratio
        )
        return selection, weights, bias

    def _scorer(
        self, analyzer: str, selection: Selection, weights: NDArray[np.float32], bias: Floats
    ) -> LinearScorer:
        return LinearScorer(self._count(analyzer).tfidf(selection), weights, bias)

    def _count(self, analyzer: str) -> TermCounts:
        if analyzer not in self._counts:
            counts = TermCounts(
                (text for briefing in self._corpus for text in briefing.texts),
                analyzer,
                None if analyzer in ("cues", "characters") else self._background,  # of words
                at_least=min(_min_df(analyzer, len(outside)) for _, outside in self._scored()),
                most=2 * MAX_TERMS,
            )
            if len(counts) != len(self._labels):
                raise TrainingError(CHANGED)
            self._counts[analyzer] = counts
        return self._counts[analyzer]


def _min_df(analyzer: str, n_fitted: int) -> int:
    return (1 if n_fitted < RARE_TERMS_KEPT_BELOW else 2) + (analyzer == "cues")


def chosen_of(corpus: Iterable[Briefing], chosen: NDArray[np.bool_]) -> Iterator[Briefing]:
    """Yield the chosen briefings of a corpus.

    Raises
    ------
    TrainingError
        If it has not as many as there were when they were chosen.
    """
    n = 0
    for n, briefing in enumerate(corpus, 1):
        if n > len(chosen):
            break
        if chosen[n - 1]:
            yield briefing
    if n != len(chosen):
        raise TrainingError(CHANGED)


def _dealt(outlines: Sequence[Outline], seed: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which briefings of a corpus are judged, and which ones are learned from to judge them.

    All are judged, and none is named to learn from, where folds do: in a corpus
    that is not large. Of a large one, a fold's part is held out at most, whole
    sources where they are named, and of that as much judged as is enough.
    """
    within = some_within(outlines, seed, JUDGED_PARAGRAPHS, JUDGED_CHARACTERS)
    if within.all():
        return within, np.zeros(len(outlines), dtype=np.bool_)
    sources = whole_sources([outline.source for outline in outlines], FOLDS)
    groups = np.array(sources or [str(n) for n in range(len(outlines))])
    names, group_of = np.unique(groups, return_inverse=True)
    sizes = np.bincount(group_of, [len(outline.labels) for outline in outlines])
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.cumsum(sizes[order]) <= sizes.sum() / FOLDS]
    held_out = np.isin(group_of, order if len(order) else [int(sizes.argmin())])
    places = np.flatnonzero(held_out)
    judged = np.zeros(len(outlines), dtype=np.bool_)
    judged[places] = some_within(
        [outlines[i] for i in places.tolist()], seed, JUDGED_PARAGRAPHS, JUDGED_CHARACTERS
    )
    return judged, ~held_out


def some_within(
    outlines: Sequence[Outline], seed: int, most_paragraphs: int, most_characters: int
) -> NDArray[np.bool_]:
    """Say which briefings are within a limit: all, or some of a large corpus, drawn by seed; two at the least."""
    order = np.random.default_rng(seed).permutation(len(outlines))
    paragraphs = np.cumsum([len(outlines[i].labels) for i in order])
    characters = np.cumsum([outlines[i].n_characters for i in order])
    within = (paragraphs <= most_paragraphs) & (characters <= most_characters)
    chosen = np.zeros(len(outlines), dtype=np.bool_)
    chosen[order[: max(2, int(within.sum()))]] = True
    return chosen


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
    labelled = HeldOut(briefings, [Outline.of(briefing) for briefing in briefings], topics, seed)
    trial = labelled.judge_by_others(TERMS[0], FIRST_C)
    return labelled.labels, messages(trial.evidence, labelled.lengths, trial.chain).probabilities
