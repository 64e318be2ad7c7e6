"""A cluster becomes a topic: its paragraphs as labels, and its place in a list of topics."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topics.clustering.units import BREAK
from topics.corpus.readers import read_corpus
from topics.corpus.topic_list import PALETTE, TopicList
from topics.errors import InputError, OutputError
from topics.output.cluster_folder import PROMOTED, Row, read_rows
from topics.output.summaries import read_clusters
from topics.storage.files import whole_file

LABELLED = "labelled.jsonl"
TOPICS = "topics.toml"


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was written.

    Parameters
    ----------
    folder : Path
        With ``labelled.jsonl`` and ``topics.toml``.
    paragraphs, briefings : int
        That have the new label now, and in how many briefings.
    kept : int
        Paragraphs of the cluster that had another label from an earlier
        promotion, which stays.
    """

    folder: Path
    paragraphs: int
    briefings: int
    kept: int


def promote(
    folder: str | os.PathLike[str], cluster: int, topic: str, *, topics: TopicList | None = None
) -> Promotion:
    """Label a cluster's paragraphs with a topic, and add it to a list of topics.

    Both are written into the folder ``promoted`` in that of the clusters, and
    added to what earlier promotions left there. The other clustered paragraphs of
    the same briefings stand beside them without a label, as context.

    Parameters
    ----------
    folder : path
        Written by `topics cluster`.
    cluster : int
        Its id.
    topic : str
        The label; a topic's id, old or new.
    topics : TopicList, optional
        To add to; by default the model's that the corpus was clustered with.

    Raises
    ------
    InputError
        If the folder cannot be read, or has no such cluster.
    OutputError
        If the files cannot be written.
    """
    record = read_clusters(folder)
    found = {item["id"]: item for item in record["clusters"]}
    if cluster not in found:
        raise InputError(f"{folder}: has no cluster {cluster}; its ids are in clusters.json and report.html.")
    target = Path(folder) / PROMOTED
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{target}: cannot be made ({error.strerror or error}).") from None
    known = record["known"] if topics is None else topics.to_records()
    topics = _with_topic(known, target / TOPICS, topic, found[cluster])
    rows = list(read_rows(folder))
    members = {row.briefing for row in rows if row.cluster == cluster}
    briefings = _read_labelled(target / LABELLED)
    kept = 0
    for row in rows:
        if row.briefing in members:
            kept += _add(
                briefings.setdefault(row.briefing, {}), row, topic if row.cluster == cluster else None
            )
    with whole_file(target / TOPICS) as file:
        file.write(topics.to_toml().encode())
    with whole_file(target / LABELLED) as file:
        for id, paragraphs in briefings.items():
            file.write(_line(id, paragraphs).encode())
    labelled = [
        sum(paragraph.get("label") == topic for paragraph in paragraphs.values())
        for paragraphs in briefings.values()
    ]
    return Promotion(target, sum(labelled), sum(map(bool, labelled)), kept)


# A briefing's paragraphs, by where they stand in it.
_Place = tuple[int, int]
_Paragraphs = dict[_Place, dict[str, Any]]


def _add(paragraphs: _Paragraphs, row: Row, label: str | None) -> bool:
    """Add a unit's paragraphs; say whether one had another label, which it keeps."""
    kept = False
    for number, text in enumerate(row.text.split(BREAK)):
        paragraph = paragraphs.setdefault((row.index or 0, number), {"text": text})
        if label is not None:
            kept = kept or paragraph.get("label", label) != label
            paragraph.setdefault("label", label)
    return kept


def _line(id: str, paragraphs: _Paragraphs) -> str:
    record = {
        "id": id,
        "paragraphs": [{**paragraphs[place], "place": list(place)} for place in sorted(paragraphs)],
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _read_labelled(path: Path) -> dict[str, _Paragraphs]:
    """Read what earlier promotions wrote; labels may have been mended by hand."""
    briefings: dict[str, _Paragraphs] = {}
    if not path.exists():
        return briefings
    for briefing in read_corpus(path):
        paragraphs = briefings.setdefault(briefing.id, {})
        for paragraph in briefing.paragraphs:
            place = paragraph.metadata.get("place")
            if not (isinstance(place, list) and len(place) == 2 and all(isinstance(n, int) for n in place)):
                raise InputError(
                    f"{path}: briefing '{briefing.id}': a paragraph has no 'place'; move the file away."
                )
            label = {} if paragraph.label is None else {"label": paragraph.label}
            paragraphs[place[0], place[1]] = {"text": paragraph.text, **label}
    return briefings


def _with_topic(
    known: Mapping[str, Mapping[str, Any]], path: Path, topic: str, cluster: Mapping[str, Any]
) -> TopicList:
    """Return what is known, what was promoted so far, and one more if it is new."""
    records = TopicList.from_records(known).to_records()
    if path.exists():
        records |= TopicList.read(path).to_records()
    if topic not in records:
        used = {record["color"] for record in records.values()}
        records[topic] = {
            "name": _name(topic, cluster["terms"]),
            "description": f"From a cluster named: {cluster['name']}",
            "terms": cluster["terms"],
        } | _color(used)
    return TopicList.from_records(records)


def _name(topic: str, terms: Iterable[str]) -> str:
    """Write a topic's id for people, its words spelt as in the cluster's terms."""
    spelling = {word.lower(): word for term in terms for word in term.split()}
    name = " ".join(spelling.get(word.lower(), word) for word in topic.replace("-", " ").split())
    return name[:1].upper() + name[1:]


def _color(used: Iterable[str]) -> dict[str, str]:
    """Return the first colour of the palette that no topic has, if there is one."""
    free = [color for color in PALETTE if color not in set(used)]
    return {"color": free[0]} if free else {}
