"""A trained model: briefings in, predictions out; saved as a bundle and loaded from one."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from topics.classification.chain import Chain, messages
from topics.classification.evidence import N_STEP, Evidence, NodeLayout, gather
from topics.classification.linear import LinearScorer
from topics.classification.prediction import ModelName, Prediction, predict
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import BundleError, InputError
from topics.features.reading import Reader
from topics.features.shape import shapes
from topics.features.terms import ANALYZERS
from topics.features.tfidf import Rows, Tfidf, known_share, weigh
from topics.storage.bundle import REBUILD, Bundle, read_bundle, write_bundle

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

KIND = "topics model"
# Briefings are classified together until they have so much: more takes more memory, and is no faster.
BATCH_PARAGRAPHS = 2_000
BATCH_CHARACTERS = 1_000_000


@dataclass(frozen=True, eq=False)
class Model:
    """What training gives and `topics.load` reads.

    Parameters
    ----------
    name : str
    topics : TopicList
        The topics it tells apart, in the order of its columns.
    topic_scorer : LinearScorer
        What a paragraph's own terms say of its topic.
    change_scorer : LinearScorer
        What its first and last words say of a change of topic.
    chain : Chain
        How both are weighed against the neighbours.
    scale : float
        What a linear score is worth by itself, see `independent`.
    review_below : float
        Paragraphs of lower probability are marked for review.
    foreign_below : float
        So are paragraphs of which a smaller part of the words is known.
    training : mapping
        JSON values: corpus fingerprint, counts, settings, versions, scores.
    readme : str
        The same for people: the model card.
    fingerprint : str
        Of the bundle it was loaded from; empty before it is saved.
    """

    name: str
    topics: TopicList
    topic_scorer: LinearScorer
    change_scorer: LinearScorer
    chain: Chain
    scale: float
    review_below: float
    foreign_below: float
    training: Mapping[str, Any] = field(default_factory=dict)
    readme: str = ""
    fingerprint: str = ""

    def classify(self, briefing: Briefing) -> Prediction:
        """Say which topic each paragraph of a briefing belongs to."""
        return next(self.classify_many([briefing]))

    def classify_many(self, briefings: Iterable[Briefing], *, jobs: int = 1) -> Iterator[Prediction]:
        """Classify a stream of briefings, in order, a batch at a time.

        Parameters
        ----------
        briefings : iterable of Briefing
            May be endless; it is read a few batches ahead at most.
        jobs : int, default=1
            Threads, which help where there is much to read. The results are
            the same whatever their number.
        """
        name = ModelName(self.name, self.fingerprint)
        for batch, (probabilities, foreign) in _ahead(self._judge_batch, _batches(briefings), jobs):
            yield from predict(batch, probabilities, self.topics, self.review_below, foreign, name)

    def _judge_batch(self, batch: Sequence[Briefing]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        return self._judge([text for b in batch for text in b.texts], [len(b.paragraphs) for b in batch])

    def judge(
        self, texts: Sequence[str], lengths: Sequence[int] | None = None, *, jobs: int = 1
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the probabilities of all paragraphs of some briefings, as arrays.

        Parameters
        ----------
        texts : sequence of str
            Paragraphs, briefing after briefing.
        lengths : sequence of int, optional
            Paragraphs of each briefing; by default, each text is a briefing of its own.
        jobs : int, default=1
            Threads, as in `classify_many`.

        Returns
        -------
        probabilities : ndarray of shape (n_paragraphs, n_topics)
            Rows sum to 1.
        foreign : ndarray of bool, shape (n_paragraphs,)
            Whether a paragraph is unlike anything the model was trained on.
        """
        if lengths is None:
            lengths = [1] * len(texts)
        if sum(lengths) != len(texts) or min(lengths, default=0) < 0:
            raise ValueError(
                f"there are {len(texts)} texts; lengths add up to {sum(lengths)}, or one is negative"
            )
        found = [
            judged for _, judged in _ahead(lambda part: self._judge(*part), _parts(texts, lengths), jobs)
        ]
        if not found:
            return np.zeros((0, len(self.topics))), np.zeros(0, dtype=np.bool_)
        return np.concatenate([p for p, _ in found]), np.concatenate([foreign for _, foreign in found])

    def _judge(
        self, texts: Sequence[str], lengths: Sequence[int]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        _, evidence, known = self.evidence(texts, lengths)
        return messages(evidence, lengths, self.chain).probabilities, known < self.foreign_below

    def independent(self) -> Model:
        """Return the model that judges each paragraph by its own terms alone.

        The baseline of every evaluation: the same linear scores, turned into
        probabilities by their best scale, without shape, place, neighbours or
        order.
        """
        layout = NodeLayout.of(len(self.topics))
        return replace(self, chain=Chain.prior(len(self.topics), layout.width, N_STEP, self.scale))

    def evidence(
        self, texts: Sequence[str], lengths: Sequence[int]
    ) -> tuple[Rows, Evidence, NDArray[np.float64]]:
        """Return the TF-IDF rows of paragraphs, the evidence on them, and which part of their words is known.

        Parameters
        ----------
        texts, lengths
            As in `judge`.
        """
        topic, change = self.topic_scorer, self.change_scorer
        of_topic, of_change = self._reader.read(texts)
        rows = weigh(*of_topic.matrix, topic.tfidf.idf)
        change_scores = change.scores(weigh(*of_change.matrix, change.tfidf.idf))[:, 1]
        found = gather(shapes(texts), lengths, rows, topic.tfidf.idf, topic.scores(rows), change_scores)
        return rows, found, known_share(of_topic, topic.tfidf.analyzer)

    @cached_property
    def _reader(self) -> Reader:
        """Reads by both vocabularies at once."""
        return Reader(*(scorer.tfidf.as_vocabulary() for scorer in (self.topic_scorer, self.change_scorer)))

    def save(self, folder: str | os.PathLike[str]) -> Model:
        """Write the model as a bundle, whole or not at all; an older model there is replaced.

        Returns
        -------
        Model
            The saved model, with its fingerprint.

        Raises
        ------
        OutputError
            If the folder cannot be written, or holds something other than a model.
        """
        description = {
            "kind": KIND,
            "name": self.name,
            "topics": self.topics.to_records(),
            "terms": self.topic_scorer.tfidf.analyzer,
            "scale": self.scale,
            "review_below": self.review_below,
            "foreign_below": self.foreign_below,
            "training": dict(self.training),
        }
        arrays: dict[str, NDArray[Any]] = {
            f"chain_{name}": array for name, array in self.chain.arrays().items()
        }
        texts = {}
        for name, scorer in (("topic", self.topic_scorer), ("change", self.change_scorer)):
            arrays |= {f"{name}_idf": scorer.tfidf.idf}
            arrays |= {f"{name}_weights": scorer.weights, f"{name}_bias": scorer.bias}
            texts[f"{name}_terms"] = scorer.tfidf.vocabulary
        write_bundle(folder, Bundle(description, arrays, texts, self.readme))
        return replace(self, fingerprint=read_bundle(folder).fingerprint)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Model:
        """Read a model from a bundle, after checking all of it.

        Raises
        ------
        BundleError
            If the folder holds no model, or a damaged or newer one.
        """
        where = str(folder)
        bundle = read_bundle(folder)
        description = bundle.description
        if description.get("kind") != KIND:
            raise BundleError(f"{where}: holds no topics model; {REBUILD}.")
        try:
            name = _typed(description["name"], str)
            topics = TopicList.from_records(_typed(description["topics"], dict), where)
            scale = _typed(description["scale"], float)
            review_below = _typed(description["review_below"], float)
            foreign_below = _typed(description["foreign_below"], float)
            analyzer = _typed(description["terms"], str)
            training = _typed(description["training"], dict)
            if analyzer not in ANALYZERS:
                raise TypeError(f"'{analyzer}' is no kind of terms")
            if not all(map(math.isfinite, (scale, review_below, foreign_below))):
                raise TypeError("a number is not finite")
            for part in ("corpus", "settings", "versions", "held_out"):
                _typed(training[part], dict)
            terms = {name: bundle.texts[f"{name}_terms"] for name in ("topic", "change")}
        except (KeyError, TypeError, InputError) as error:
            raise BundleError(
                f"{where}: its description is not that of a model ({error}); {REBUILD}."
            ) from None

        def array(name: str, *shape: int, dtype: str = "float64") -> Any:
            return bundle.array(name, dtype, shape, where)

        def scorer(name: str, analyzer: str, n_classes: int) -> LinearScorer:
            vocabulary = terms[name]
            n_terms = len(vocabulary)
            return LinearScorer(
                Tfidf(vocabulary, array(f"{name}_idf", n_terms, dtype="float32"), analyzer),
                array(f"{name}_weights", n_terms, n_classes, dtype="float32"),
                array(f"{name}_bias", n_classes),
            )

        k = len(topics)
        return cls(
            name,
            topics,
            scorer("topic", analyzer, k),
            scorer("change", "cues", 2),
            Chain(
                array("chain_node", NodeLayout.of(k).width, k),
                array("chain_transitions", k, k),
                array("chain_change", N_STEP),
                array("chain_first", k),
                array("chain_last", k),
            ),
            scale,
            review_below,
            foreign_below,
            training,
            bundle.readme,
            bundle.fingerprint,
        )


def _ahead(function: Callable[[T], R], items: Iterable[T], jobs: int) -> Iterator[tuple[T, R]]:
    """Yield each item and the function's value for it, computed in threads a few items ahead."""
    if jobs == 1:
        for item in items:
            yield item, function(item)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[tuple[T, Future[R]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) > 2 * jobs:
                first, value = waiting.popleft()
                yield first, value.result()
        for first, value in waiting:
            yield first, value.result()


def _parts(texts: Sequence[str], lengths: Sequence[int]) -> Iterator[tuple[Sequence[str], Sequence[int]]]:
    """Divide paragraphs where briefings end."""
    first = start = n_paragraphs = 0
    for number, length in enumerate(lengths, 1):
        n_paragraphs += length
        if n_paragraphs >= BATCH_PARAGRAPHS or number == len(lengths):
            yield texts[start : start + n_paragraphs], lengths[first:number]
            first, start, n_paragraphs = number, start + n_paragraphs, 0


def _batches(briefings: Iterable[Briefing]) -> Iterator[list[Briefing]]:
    batch: list[Briefing] = []
    n_paragraphs = n_characters = 0
    for briefing in briefings:
        batch.append(briefing)
        n_paragraphs += len(briefing.paragraphs)
        n_characters += sum(map(len, briefing.texts))
        if n_paragraphs >= BATCH_PARAGRAPHS or n_characters >= BATCH_CHARACTERS:
            yield batch
            batch, n_paragraphs, n_characters = [], 0, 0
    if batch:
        yield batch


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value
