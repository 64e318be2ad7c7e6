"""Why a paragraph got its topic: terms for and against, shape, neighbours, and how they add up.

A topic's *score* is the natural log of its probability, measured from the mean
over all topics: 0 is no opinion, and a difference of 0.7 between two topics
doubles the odds. In the chain a probability is a product of what the
paragraph's own evidence says and what the paragraphs before and after say, so
the score is a sum, and the parts given here add up to it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.classification.chain import messages
from topics.classification.evidence import NodeLayout
from topics.classification.model import Model
from topics.classification.prediction import Prediction
from topics.corpus.briefing import Briefing

# The parts of a score, and what people call them.
PART_NAMES = {
    "terms": "its own words",
    "shape": "its shape",
    "place": "its place in the briefing",
    "constant": "the topic's base rate",
    "neighbours": "its neighbours' words",
    "before": "the order of topics before it",
    "after": "the order of topics after it",
}


@dataclass(frozen=True, slots=True)
class TermWeight:
    """What one term said.

    Parameters
    ----------
    term : str
    value : float
        Its TF-IDF weight in the paragraph.
    weight : float
        The model's weight for this term and topic.
    contribution : float
        Their product, a part of the score.
    """

    term: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of one paragraph's score for one topic.

    Parameters
    ----------
    index : int
        The paragraph's place in the briefing.
    text : str
    topic : str
        The topic that is explained.
    probability : float
        With neighbours.
    alone : float
        Its probability by the paragraph's own evidence, without neighbours.
    score : float
        The sum of all the parts below.
    terms : tuple of TermWeight
        Every known term of the paragraph, from most for to most against.
    shape : float
        What its length, marks and capitals say.
    place : float
        What its place in the briefing says.
    constant : float
        What the model assumes of any paragraph.
    neighbours : float
        What the words of the paragraphs next to it say.
    before, after : float
        What all that comes before and after says, by the order of topics.
    """

    index: int
    text: str
    topic: str
    probability: float
    alone: float
    score: float
    terms: tuple[TermWeight, ...]
    shape: float
    place: float
    constant: float
    neighbours: float
    before: float
    after: float

    @property
    def from_terms(self) -> float:
        """What the paragraph's own terms say together."""
        return sum(term.contribution for term in self.terms)

    @property
    def parts(self) -> dict[str, float]:
        """The parts that add up to the score, by the names of `PART_NAMES`."""
        return {name: self.from_terms if name == "terms" else getattr(self, name) for name in PART_NAMES}

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON values."""
        return {
            "index": self.index,
            "text": self.text,
            "topic": self.topic,
            "probability": round(self.probability, 6),
            "alone": round(self.alone, 6),
            "score": self.score,
            "parts": self.parts,
            "terms": [{name: getattr(term, name) for name in TermWeight.__slots__} for term in self.terms],
        }


def explain(model: Model, briefing: Briefing, topic: str | None = None) -> list[Explanation]:
    """Explain every paragraph of a briefing.

    Parameters
    ----------
    model : Model
    briefing : Briefing
    topic : str, optional
        Explain this topic; by default, for each paragraph the one it got.

    Returns
    -------
    list of Explanation
        One for each paragraph, in order.

    Raises
    ------
    InputError
        If the model has no such topic.
    """
    layout = NodeLayout.of(len(model.topics))
    rows, evidence, _ = model.evidence(briefing.texts, [len(briefing.paragraphs)])
    passed = messages(evidence, [len(briefing.paragraphs)], model.chain)
    probabilities = passed.probabilities
    before, after = _centred(np.log(passed.before)), _centred(np.log(passed.after))

    def part(columns: slice) -> NDArray[np.float64]:
        return _centred(evidence.node[:, columns] @ model.chain.node[columns])

    shape, place, neighbours = part(layout.shape), part(layout.place), part(layout.neighbours)
    by_score = model.chain.node[layout.own]
    base = model.topic_scorer.bias @ by_score + model.chain.node[layout.constant][0]
    constant = _centred(base[None, :])[0]
    alone = np.exp(_centred(np.log(passed.own)) - neighbours)
    alone /= alone.sum(axis=1, keepdims=True)
    fixed = None if topic is None else model.topics.index_of(topic, "topic")
    vocabulary = model.topic_scorer.tfidf.vocabulary
    explanations = []
    for index, paragraph in enumerate(briefing.paragraphs):
        column = int(probabilities[index].argmax()) if fixed is None else fixed
        columns, values = rows.row(index)
        weights = _term_weights(model, columns)[:, column]
        terms = [
            TermWeight(vocabulary[c], float(value), float(weight), float(value * weight))
            for c, value, weight in zip(columns, values, weights, strict=True)
        ]
        terms.sort(key=lambda term: -term.contribution)
        parts = (
            float(shape[index, column]),
            float(place[index, column]),
            float(constant[column]),
            float(neighbours[index, column]),
            float(before[index, column]),
            float(after[index, column]),
        )
        explanations.append(
            Explanation(
                index,
                paragraph.text,
                model.topics.ids[column],
                float(probabilities[index, column]),
                float(alone[index, column]),
                sum(term.contribution for term in terms) + sum(parts),
                tuple(terms),
                *parts,
            )
        )
    return explanations


def telling_terms(model: Model, prediction: Prediction, most: int = 3) -> list[list[str]]:
    """Return for each paragraph the terms that speak loudest for the topic it got.

    Parameters
    ----------
    model : Model
        The one that made the prediction.
    prediction : Prediction
    most : int, default=3
        Terms for a paragraph.

    Returns
    -------
    list of list of str
        The most telling first; only terms that by themselves at least double
        the topic's odds against the mean of all topics, so often none. None
        either where a person put in a topic that the model does not have.
    """
    rows = model.topic_scorer.tfidf.transform(prediction.briefing.texts)
    vocabulary = model.topic_scorer.tfidf.vocabulary
    column_of = {id: column for column, id in enumerate(model.topics.ids)}
    telling: list[list[str]] = []
    for index, topic in enumerate(prediction.topics):
        if topic not in column_of:
            telling.append([])
            continue
        columns, values = rows.row(index)
        weights = _term_weights(model, columns)[:, column_of[topic]]
        contributions = weights * values
        order = np.argsort(-contributions, kind="stable")[:most]
        telling.append([vocabulary[columns[i]] for i in order if contributions[i] >= np.log(2)])
    return telling


def _term_weights(model: Model, columns: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the weights of terms in the chain's score of each topic, shape (n_terms, n_topics)."""
    by_score = model.chain.node[NodeLayout.of(len(model.topics)).own]
    return _centred(model.topic_scorer.weights[columns] @ by_score)


def _centred(logs: NDArray[Any]) -> NDArray[np.float64]:
    """Measure from the mean over topics, which no probability depends on."""
    centred: NDArray[np.float64] = logs - logs.mean(axis=1, keepdims=True)
    return centred
