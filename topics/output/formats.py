"""Predictions as files for programs: JSON, JSON Lines, CSV, and IPTC's ninjs.

Each writer takes the predictions one by one and yields pieces of text, so that
a stream of any length passes through.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from topics import __version__
from topics.classification.prediction import Prediction
from topics.corpus.topic_list import Topic, TopicList

CSV_COLUMNS = (
    "briefing", "date", "index", "start", "end", "topic", "probability", "review", "segment", "label", "text",
)  # fmt: skip
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"


def json_lines(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield one JSON object a line."""
    for prediction in predictions:
        yield _dump(prediction.to_dict()) + "\n"


def json_list(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield one JSON list of all predictions."""
    separator = "[\n"
    for prediction in predictions:
        yield separator + _dump(prediction.to_dict(), indent=1)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def csv_rows(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield a table with a row for each paragraph."""
    yield CSV_HEADER
    yield from csv_lines(predictions, topics)


def csv_lines(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield the rows of `csv_rows` without the header, so that parts can be joined."""
    for row in paragraph_rows(predictions):
        yield _csv_line(str(cell).lower() if isinstance(cell, bool) else cell for cell in row)


def paragraph_rows(predictions: Iterable[Prediction]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of a table with a row for each paragraph, in the order of `CSV_COLUMNS`."""
    for prediction in predictions:
        for paragraph in prediction.paragraphs:
            given = paragraph.paragraph
            yield (
                prediction.briefing.id,
                prediction.briefing.date,
                paragraph.index,
                given.start,
                given.end,
                paragraph.topic,
                paragraph.probability,
                paragraph.review,
                paragraph.segment,
                given.label,
                given.text,
            )


def ninjs(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield one ninjs 3.1 news object a line.

    A topic's share of the words is its subject's ``relevance``, its mean
    probability the ``confidence``, both in percent. Segments are
    ``associations``, news objects of their own with one subject each: ninjs has
    no place for parts of a text, so this is a convention of this project.
    """
    by_id = {topic.id: topic for topic in topics}
    for prediction in predictions:
        yield _dump(_news_object(prediction, by_id)) + "\n"


def _news_object(prediction: Prediction, by_id: dict[str, Topic]) -> dict[str, Any]:
    briefing = prediction.briefing
    uri = f"urn:topics:briefing:{quote(briefing.id, safe='')}"
    item: dict[str, Any] = {"uri": uri, "type": "text"}
    if briefing.title:
        item["headlines"] = [{"role": "main", "value": briefing.title}]
    item["bodies"] = [_body("\n\n".join(briefing.texts))]
    item["subjects"] = [
        subject
        for id, share in prediction.shares.items()
        for subject in _subjects(
            by_id[id], _mean([s.probability for s in prediction.segments if s.topic == id]), share
        )
    ]
    item["associations"] = [
        {
            "name": f"segment-{segment.index}",
            "uri": f"{uri}#segment-{segment.index}",
            "type": "text",
            "bodies": [
                _body(
                    "\n\n".join(p.paragraph.text for p in prediction.paragraphs if p.segment == segment.index)
                )
            ],
            "subjects": _subjects(by_id[segment.topic], segment.probability, 1.0),
        }
        for segment in prediction.segments
    ]
    return item


def _body(text: str) -> dict[str, Any]:
    return {
        "role": "main",
        "contentType": "text/plain",
        "charCount": len(text),
        "wordCount": len(text.split()),
        "value": text,
    }


def _subjects(topic: Topic, probability: float, share: float) -> list[dict[str, Any]]:
    """Return a subject for each of a topic's IPTC codes, or one of the topic's own."""
    uris = [MEDIA_TOPICS + code.removeprefix("medtop:") for code in topic.iptc]
    return [
        {
            "name": topic.name,
            "uri": uri,
            "creator": f"topics {__version__}",
            "relevance": round(100 * share),
            "confidence": round(100 * probability),
        }
        for uri in uris or [f"urn:topics:topic:{quote(topic.id, safe='')}"]
    ]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _dump(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)


def _csv_line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


CSV_HEADER = _csv_line(CSV_COLUMNS)
