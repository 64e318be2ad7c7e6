"""What a model says of one briefing: topics, segments, shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.corpus.briefing import Briefing, Paragraph
from topics.corpus.records import clean
from topics.corpus.topic_list import TopicList
from topics.corpus.values import (
    object_at,
    objects_at,
    optional_text_at,
    part_at,
    parts_at,
    place_at,
    text_at,
    true_or_false_at,
    whole_number_at,
)
from topics.errors import InputError

# Probabilities are given in millionths, so that results are short and equal
# on every machine; those of a paragraph add up to exactly one million.
UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelName:
    """Which model made a prediction."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PredictedParagraph:
    """One paragraph and what the model says of it.

    Parameters
    ----------
    paragraph : Paragraph
        As it was given.
    index : int
        Its place in the briefing, from 0.
    topic : str
        The most probable one.
    probability : float
        Of that topic.
    review : bool
        Whether the model is too unsure to be taken at its word.
    segment : int or None
        Index of its segment; None for what is no content.
    probabilities : mapping of str to float
        Of all topics; they sum to 1.
    """

    paragraph: Paragraph
    index: int
    topic: str
    probability: float
    review: bool
    segment: int | None
    probabilities: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON values; label and metadata only where given."""
        paragraph = self.paragraph
        result: dict[str, Any] = {
            "index": self.index,
            "start": paragraph.start,
            "end": paragraph.end,
            "text": paragraph.text,
            "topic": self.topic,
            "probability": self.probability,
            "review": self.review,
            "segment": self.segment,
            "probabilities": dict(self.probabilities),
        }
        if paragraph.label is not None:
            result["label"] = paragraph.label
        if paragraph.metadata:
            result["metadata"] = dict(paragraph.metadata)
        return result

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str) -> PredictedParagraph:
        """Read the values of `to_dict`; raises InputError where one is missing or of the wrong kind."""
        label = optional_text_at(record, "label", where)
        metadata = clean(object_at(record, "metadata", where)) if "metadata" in record else {}
        paragraph = Paragraph(
            text_at(record, "text", where), *place_at(record, where), label=label, metadata=metadata
        )
        return cls(
            paragraph,
            whole_number_at(record, "index", where),
            text_at(record, "topic", where),
            part_at(record, "probability", where),
            true_or_false_at(record, "review", where),
            None if record.get("segment") is None else whole_number_at(record, "segment", where),
            parts_at(record, "probabilities", where),
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring paragraphs of one topic; what is no content between them does not part them.

    Parameters
    ----------
    index : int
    topic : str
    first, last : int
        Index of its first and last paragraph.
    start, end : int or None
        Its place in the source text, in characters.
    probability : float
        The mean of its paragraphs', weighted by their words.
    """

    index: int
    topic: str
    first: int
    last: int
    start: int | None
    end: int | None
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return the segment as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str) -> Segment:
        """Read the values of `to_dict`; raises InputError where one is missing or of the wrong kind."""
        return cls(
            whole_number_at(record, "index", where),
            text_at(record, "topic", where),
            whole_number_at(record, "first", where),
            whole_number_at(record, "last", where),
            *place_at(record, where),
            part_at(record, "probability", where),
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """A briefing with its topics.

    Parameters
    ----------
    briefing : Briefing
    model : ModelName
    paragraphs : tuple of PredictedParagraph
    segments : tuple of Segment
    shares : mapping of str to float
        Each topic's part of the words of content paragraphs, largest first;
        they sum to 1. Empty where there is no content.
    """

    briefing: Briefing
    model: ModelName
    paragraphs: tuple[PredictedParagraph, ...]
    segments: tuple[Segment, ...]
    shares: Mapping[str, float]

    @property
    def topics(self) -> list[str]:
        """The paragraphs' topics."""
        return [paragraph.topic for paragraph in self.paragraphs]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON values, in the order of the file format."""
        briefing = self.briefing
        result: dict[str, Any] = {
            "id": briefing.id,
            "title": briefing.title,
            "date": briefing.date,
            "metadata": dict(briefing.metadata),
            "model": {"name": self.model.name, "fingerprint": self.model.fingerprint},
        }
        if briefing.text is not None:
            result["text"] = briefing.text
        result["paragraphs"] = [paragraph.to_dict() for paragraph in self.paragraphs]
        result["segments"] = [segment.to_dict() for segment in self.segments]
        result["shares"] = dict(self.shares)
        return result

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], where: str = "result") -> Prediction:
        """Read the values of `to_dict`: what was written comes back equal.

        Parameters
        ----------
        record : mapping
            As in a results file; other keys are passed over.
        where : str
            File and line, for messages.

        Raises
        ------
        InputError
            If a value is missing, of the wrong kind, or does not fit the others.
        """
        model = object_at(record, "model", where)
        paragraphs = tuple(
            PredictedParagraph.from_dict(item, f"{where}: paragraph {number}")
            for number, item in enumerate(objects_at(record, "paragraphs", where))
        )
        segments = tuple(
            Segment.from_dict(item, f"{where}: segment {number}")
            for number, item in enumerate(objects_at(record, "segments", where))
        )
        if [paragraph.index for paragraph in paragraphs] != list(range(len(paragraphs))):
            raise InputError(f"{where}: the paragraphs' 'index' does not count from 0.")
        for segment in segments:
            if not segment.first <= segment.last < len(paragraphs):
                raise InputError(
                    f"{where}: segment {segment.index} ends at paragraph {segment.last}; "
                    f"there are {len(paragraphs)} paragraphs."
                )
        for paragraph in paragraphs:
            if paragraph.segment is not None and paragraph.segment >= len(segments):
                raise InputError(
                    f"{where}: paragraph {paragraph.index} is in segment {paragraph.segment}; "
                    f"there are {len(segments)} segments."
                )
        briefing = Briefing(
            text_at(record, "id", where),
            tuple(paragraph.paragraph for paragraph in paragraphs),
            optional_text_at(record, "title", where),
            optional_text_at(record, "date", where),
            clean(object_at(record, "metadata", where)),
            optional_text_at(record, "text", where),
        )
        name = ModelName(text_at(model, "name", where), text_at(model, "fingerprint", where))
        return cls(briefing, name, paragraphs, segments, parts_at(record, "shares", where))


def predict(
    briefings: Sequence[Briefing],
    probabilities: NDArray[np.float64],
    topics: TopicList,
    review_below: float,
    foreign: NDArray[np.bool_],
    model: ModelName,
) -> list[Prediction]:
    """Make the results of briefings from their probabilities.

    Parameters
    ----------
    briefings : sequence of Briefing
    probabilities : ndarray of shape (n_paragraphs, n_topics)
        Of all paragraphs, briefing after briefing. Rows sum to 1.
    topics : TopicList
        The columns.
    review_below : float
        Paragraphs whose probability is lower are marked for review.
    foreign : ndarray of bool, shape (n_paragraphs,)
        Paragraphs unlike anything the model was trained on; marked too.
    model : ModelName
    """
    units = in_units(probabilities)
    best = units.argmax(axis=1)
    highest = units[np.arange(len(units)), best]
    review = (foreign | (highest < review_below * UNITS)).tolist()
    parts, columns = (units / UNITS).tolist(), best.tolist()
    content = [topic.id if topic.content else None for topic in topics]
    predictions, first = [], 0
    for briefing in briefings:
        last = first + len(briefing.paragraphs)
        in_segment = _segments([content[column] for column in columns[first:last]])
        paragraphs = tuple(
            PredictedParagraph(
                paragraph,
                index,
                topics.ids[columns[place]],
                parts[place][columns[place]],
                review[place],
                in_segment[index],
                dict(zip(topics.ids, parts[place], strict=True)),
            )
            for index, (place, paragraph) in enumerate(
                zip(range(first, last), briefing.paragraphs, strict=True)
            )
        )
        words = [len(paragraph.text.split()) for paragraph in briefing.paragraphs]
        segments = tuple(_build_segments(paragraphs, words))
        predictions.append(Prediction(briefing, model, paragraphs, segments, _shares(paragraphs, words)))
        first = last
    return predictions


def in_units(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round probabilities to millionths that sum to a million in each row.

    What rounding down leaves over goes to the values that lost most.

    >>> in_units(np.array([[1 / 3, 1 / 3, 1 / 3]]))
    array([[333334, 333333, 333333]])
    """
    exact = probabilities * UNITS
    units = np.floor(exact).astype(np.int64)
    left_over = UNITS - units.sum(axis=1, keepdims=True)
    order = np.argsort(units - exact, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(units.shape[1])[None, :], axis=1)
    units += ranks < left_over
    return units


def _segments(topics: Sequence[str | None]) -> list[int | None]:
    """Number the runs of equal topics, passing over None."""
    numbers: list[int | None] = []
    number, current = -1, None
    for topic in topics:
        if topic is not None and topic != current:
            number, current = number + 1, topic
        numbers.append(None if topic is None else number)
    return numbers


def _build_segments(paragraphs: Sequence[PredictedParagraph], words: Sequence[int]) -> list[Segment]:
    members: dict[int, list[PredictedParagraph]] = {}
    for paragraph in paragraphs:
        if paragraph.segment is not None:
            members.setdefault(paragraph.segment, []).append(paragraph)
    segments = []
    for number, inside in members.items():
        weights = [max(1, words[paragraph.index]) for paragraph in inside]
        weighted = sum(p.probability * weight for p, weight in zip(inside, weights, strict=True))
        segments.append(
            Segment(
                number,
                inside[0].topic,
                inside[0].index,
                inside[-1].index,
                inside[0].paragraph.start,
                inside[-1].paragraph.end,
                round(weighted / sum(weights), 6),
            )
        )
    return segments


def _shares(paragraphs: Sequence[PredictedParagraph], words: Sequence[int]) -> dict[str, float]:
    totals: dict[str, int] = {}
    for paragraph in paragraphs:
        if paragraph.segment is not None:
            totals[paragraph.topic] = totals.get(paragraph.topic, 0) + words[paragraph.index]
    total = sum(totals.values())
    if not total:
        return {}
    ids = sorted(totals, key=lambda id: -totals[id])
    units = in_units(np.array([[totals[id] / total for id in ids]]))[0]
    return {id: int(value) / UNITS for id, value in zip(ids, units, strict=True) if value}
