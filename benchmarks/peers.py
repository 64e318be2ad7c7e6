"""Other linear ways to read a briefing as a sequence, for `methods.py` to compare with.

All see this project's TF-IDF (`topics.features`), and all choose their settings
by accuracy on held-out briefings of the training corpus. A method is a function
of a `Task`; it returns the topic of each paragraph of `task.test`, as a column.
"""

from __future__ import annotations

import itertools
import tempfile
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pycrfsuite
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from topics.classification.chain import best_scale
from topics.classification.evidence import places
from topics.classification.labelled import folds, label_columns, source_of
from topics.features.counts import TermCounts

TERMS = ("words", "pairs", "pairs+edges")
SVM_C = (0.1, 0.3, 1.0, 3.0)
ORDER_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
SECOND_C = (0.01, 0.1, 1.0)
CRF_C2 = (0.01, 0.1, 1.0)
REACH = 3
N_FOLDS = 5


class Task:
    """Briefings to learn from and briefings to judge, paragraph by paragraph.

    Parameters
    ----------
    train, test : sequence of Briefing
        Every paragraph with a label.
    topics : TopicList
        May hold topics of which `train` has no example.
    background : Background, optional
    """

    def __init__(self, train, test, topics, background=None):
        self.train, self.test, self.topics, self.background = train, test, topics, background
        self.n_topics = len(topics)
        self.labels = label_columns(train, topics)
        self.lengths = np.array([len(briefing.paragraphs) for briefing in train])
        self.test_lengths = np.array([len(briefing.paragraphs) for briefing in test])
        self.everything = np.arange(self.lengths.sum())
        self.unseen = len(self.everything) + np.arange(self.test_lengths.sum())
        self._texts = [text for briefing in [*train, *test] for text in briefing.texts]
        self._counts = {}
        self._fold_of = folds([source_of(briefing) for briefing in train], N_FOLDS, seed=0)

    def splits(self):
        """Yield each fold's paragraphs, then those of all other folds."""
        of_paragraph = np.repeat(self._fold_of, self.lengths)
        for fold in range(self._fold_of.max() + 1):
            yield np.flatnonzero(of_paragraph == fold), np.flatnonzero(of_paragraph != fold)

    def lengths_of(self, paragraphs):
        """Return the number of paragraphs of each briefing, of those that have these paragraphs."""
        if len(paragraphs) and paragraphs[0] >= len(self.everything):
            return self.test_lengths
        inside = np.isin(np.cumsum(self.lengths) - self.lengths, paragraphs)
        return self.lengths[inside]

    def rows(self, terms, fitted, wanted):
        """Return TF-IDF learned on some paragraphs, their rows, and those of others."""
        if terms not in self._counts:
            self._counts[terms] = TermCounts(self._texts, terms, self.background)
        counts = self._counts[terms]
        tfidf = counts.tfidf(fitted, min_df=1 if len(fitted) < 500 else 2)
        return tfidf, counts.rows(fitted, tfidf), counts.rows(wanted, tfidf)

    def accuracy(self, predicted):
        """Return the part of the training labels that held-out predictions meet."""
        return float((predicted == self.labels).mean())

    @cached_property
    def first_stages(self):
        """Held-out scores at every setting, the most accurate first."""
        tried = [FirstStage.judged_by_others(self, terms, C) for terms in TERMS for C in SVM_C]
        return sorted(tried, key=lambda stage: -self.accuracy(stage.log_p.argmax(axis=1)))

    @cached_property
    def second_stage(self):
        """The second stage at its best setting, on the best first stage."""
        tried = [SecondStage.judged_by_others(self, self.first_stages[0], C) for C in SECOND_C]
        return max(tried, key=lambda stage: self.accuracy(stage.log_p.argmax(axis=1)))


# Each paragraph alone


class FirstStage(NamedTuple):
    """Linear support vector machines, each topic against all others, paragraph by paragraph.

    `log_p` are the log-probabilities that machines trained on other briefings
    give the training paragraphs, at the scale that makes the labels most likely.
    """

    terms: str
    C: float
    scale: float
    log_p: np.ndarray

    @classmethod
    def judged_by_others(cls, task, terms, C):
        scores = np.zeros((len(task.labels), task.n_topics))
        for inside, outside in task.splits():
            scores[inside] = _svm_scores(task, terms, C, outside, inside)
        scale = best_scale(scores, task.labels)
        return cls(terms, C, scale, _log_softmax(scale * scores))

    def unseen(self, task):
        """Return the log-probabilities of the paragraphs to judge."""
        scores = _svm_scores(task, self.terms, self.C, task.everything, task.unseen)
        return _log_softmax(self.scale * scores)


def _svm_scores(task, terms, C, fitted, wanted):
    """Return scores: -1 for a topic without example here, far less for one without any.

    Solved in the primal, which takes no random numbers.
    """
    _, known, new = task.rows(terms, fitted, wanted)
    model = LinearSVC(C=C, dual=False).fit(known.to_scipy(), task.labels[fitted])
    found = model.decision_function(new.to_scipy())
    scores = np.full((len(wanted), task.n_topics), -1000.0)
    scores[:, task.labels] = -1.0
    scores[:, model.classes_] = found if found.ndim == 2 else np.stack([-found, found], axis=1)
    return scores


def _by_briefing(rows, lengths):
    return np.split(rows, np.cumsum(lengths)[:-1])


def _log_softmax(scores):
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def linear_svm(task):
    """Each paragraph alone."""
    return task.first_stages[0].unseen(task).argmax(axis=1)


# The order of topics


class Order(NamedTuple):
    """How topics follow one another, as natural logs of shares.

    A classifier's P(topic | words) divided by P(topic), times P(topic | topic
    before), makes a hidden Markov model of it (Bourlard and Morgan 1994). In a
    semi-Markov model what follows one another is segments, of such a length.
    """

    share: np.ndarray  # of all paragraphs, (n_topics,)
    first: np.ndarray
    then: np.ndarray  # (topic, next topic)
    last: np.ndarray
    length: np.ndarray | None = None  # of a segment, (paragraphs - 1, its topic)

    @classmethod
    def of_paragraphs(cls, sequences, n_topics, added=0.1):
        """Count which topic follows which, the beginning and the end among them."""
        counts = np.full((n_topics + 1, n_topics + 1), added)  # the last row and column are the outside
        for topics in sequences:
            np.add.at(counts, ([n_topics, *topics], [*topics, n_topics]), 1)
        logs = np.log(counts / counts.sum(axis=1, keepdims=True))
        share = counts.sum(axis=0)[:-1]
        return cls(np.log(share / share.sum()), logs[-1, :-1], logs[:-1, :-1], logs[:-1, -1])

    @classmethod
    def of_segments(cls, sequences, n_topics, longest=500, added=5):
        """Count which topic's segment follows which, and how long they are.

        Lengths as observed, and with the weight of `added` segments as the
        geometric distribution has them.
        """
        runs = [[(topic, len(list(run))) for topic, run in itertools.groupby(topics)] for topics in sequences]
        order = cls.of_paragraphs([[topic for topic, _ in briefing] for briefing in runs], n_topics)
        topic, size = np.array([run for briefing in runs for run in briefing]).T
        n_segments = np.bincount(topic, minlength=n_topics)
        mean = (size.mean() * added + np.bincount(topic, size, n_topics)) / (added + n_segments)
        stay = 1 - 1 / np.maximum(mean, 1.01)
        shares = added * (1 - stay) * stay ** np.arange(longest)[:, None]
        np.add.at(shares, (size - 1, topic), 1)
        share = np.bincount(topic, size, n_topics) + added
        return order._replace(
            share=np.log(share / share.sum()),
            length=np.log(np.maximum(shares / shares.sum(axis=0), 1e-300)),
        )


def best_path(log_p, order, weight):
    """Return the most probable topics of one briefing: the Viterbi search (Rabiner 1989)."""
    own = log_p - weight * order.share
    score, came_from = own[0] + weight * order.first, []
    for here in own[1:]:
        ways = score[:, None] + weight * order.then
        came_from.append(ways.argmax(axis=0))
        score = ways.max(axis=0) + here
    path = [int((score + weight * order.last).argmax())]
    for step in reversed(came_from):
        path.append(int(step[path[-1]]))
    return path[::-1]


def best_segments(log_p, order, weight):
    """Return the topics of the most probable segments of one briefing (Sarawagi and Cohen 2004)."""
    n, k = log_p.shape
    total = np.concatenate([np.zeros((1, k)), np.cumsum(log_p - weight * order.share, axis=0)])
    then = weight * order.then
    np.fill_diagonal(then, -np.inf)
    begin = np.zeros((n, k))  # score of all before a segment of this topic that begins here
    begin[0] = weight * order.first
    came_from, size = np.zeros((n + 1, k), dtype=int), np.zeros((n + 1, k), dtype=int)
    for end in range(1, n + 1):
        ways = begin[:end] - total[:end] + weight * order.length[:end][::-1]
        size[end] = end - ways.argmax(axis=0)
        score = ways.max(axis=0) + total[end]
        if end < n:
            onward = score[:, None] + then
            came_from[end], begin[end] = onward.argmax(axis=0), onward.max(axis=0)
    path, end, topic = [], n, int((score + weight * order.last).argmax())
    while end:
        path += [topic] * size[end, topic]
        end -= size[end, topic]
        topic = came_from[end, topic]
    return path[::-1]


def viterbi(task):
    """The machines' probabilities, then the best path over the order of topics, at its best weight."""
    return _decoded(task, task.first_stages[:3], Order.of_paragraphs, best_path)


def semi_markov(task):
    """The same over whole segments, with their lengths."""
    return _decoded(task, task.first_stages[:3], Order.of_segments, best_segments)


def _decoded(task, stages, learn, search):
    """Choose stage and weight on held-out briefings, by the order that the others show; decode the rest."""

    def paths(log_p, wanted, fitted, weight):
        order = learn(
            [b.tolist() for b in _by_briefing(task.labels[fitted], task.lengths_of(fitted))], task.n_topics
        )
        briefings = _by_briefing(log_p, task.lengths_of(wanted))
        return np.array([topic for own in briefings for topic in search(own, order, weight)])

    def accuracy(stage, weight):
        found = np.zeros_like(task.labels)
        for inside, outside in task.splits():
            found[inside] = paths(stage.log_p[inside], inside, outside, weight)
        return task.accuracy(found)

    options = itertools.product(stages, ORDER_WEIGHTS)
    stage, weight = max(options, key=lambda option: accuracy(*option))
    return paths(stage.unseen(task), task.unseen, task.everything, weight)


# A second look, at the neighbours


class SecondStage(NamedTuple):
    """A logistic regression on the first stage's log-probabilities of the paragraphs around, and the place."""

    first: FirstStage
    C: float
    log_p: np.ndarray

    @classmethod
    def judged_by_others(cls, task, first, C):
        around = _around(first.log_p, task.lengths)
        log_p = np.zeros_like(first.log_p)
        for inside, outside in task.splits():
            log_p[inside] = _logistic(task, around[outside], task.labels[outside], around[inside], C)
        return cls(first, C, log_p)

    def unseen(self, task):
        """Return the log-probabilities of the paragraphs to judge."""
        known = _around(self.first.log_p, task.lengths)
        new = _around(self.first.unseen(task), task.test_lengths)
        return _logistic(task, known, task.labels, new, self.C)


def _around(log_p, lengths):
    """Return log-probabilities up to REACH paragraphs before and after, 0 where there are none, and the place."""
    parts = []
    for own in _by_briefing(log_p, lengths):
        padded = np.pad(own, ((REACH, REACH), (0, 0)))
        parts.append(np.concatenate([padded[i : i + len(own)] for i in range(2 * REACH + 1)], axis=1))
    return np.concatenate([np.concatenate(parts), places(lengths)], axis=1)


def _logistic(task, known, labels, new, C):
    """Fit to columns of unit variance; a topic without example gets next to no probability."""
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-9
    model = LogisticRegression(C=C, max_iter=1000).fit((known - mean) / spread, labels)
    log_p = np.full((len(new), task.n_topics), -20.0)
    log_p[:, model.classes_] = model.predict_log_proba((new - mean) / spread)
    return log_p


def second_stage(task):
    """A second linear model on what the first says of the paragraphs around."""
    return task.second_stage.unseen(task).argmax(axis=1)


def second_stage_viterbi(task):
    """Both: the second model's probabilities, then the best path over the order of topics."""
    return _decoded(task, [task.second_stage], Order.of_paragraphs, best_path)


# A conditional random field over the terms


def crf(task):
    """A linear-chain CRF whose features are the TF-IDF weights: terms first, then the strength of its prior."""

    def held_out(terms, c2):
        found = np.zeros_like(task.labels)
        for inside, outside in task.splits():
            found[inside] = _crf_paths(task, terms, c2, outside, inside)
        return task.accuracy(found)

    terms = max(TERMS, key=lambda terms: held_out(terms, CRF_C2[1]))
    c2 = max(CRF_C2, key=lambda c2: held_out(terms, c2))
    return _crf_paths(task, terms, c2, task.everything, task.unseen)


def _crf_paths(task, terms, c2, fitted, wanted):
    tfidf, known, new = task.rows(terms, fitted, wanted)
    trainer = pycrfsuite.Trainer(verbose=False)
    labels = [list(map(str, part)) for part in _by_briefing(task.labels[fitted], task.lengths_of(fitted))]
    for items, topics in zip(_items(known, tfidf, task.lengths_of(fitted)), labels, strict=True):
        trainer.append(items, topics)
    trainer.set_params({"c1": 0.0, "c2": c2, "max_iterations": 200, "feature.possible_transitions": True})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        return np.array(
            [int(t) for items in _items(new, tfidf, task.lengths_of(wanted)) for t in tagger.tag(items)]
        )


def _items(rows, tfidf, lengths):
    """Return each briefing as crfsuite takes it: a sequence of mappings of term to weight."""
    weights = (
        {tfidf.vocabulary[column]: float(value) for column, value in zip(*rows.row(i), strict=True)}
        for i in range(len(rows))
    )
    return [pycrfsuite.ItemSequence(list(itertools.islice(weights, int(length)))) for length in lengths]
