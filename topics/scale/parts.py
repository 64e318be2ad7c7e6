"""One shard in, one part of the results out: what a worker does.

A part is written under a temporary name and renamed, so a worker that dies
leaves none behind. Whoever does the shard again writes the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from topics.classification.model import Model
from topics.classification.prediction import Prediction
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.output.formats import csv_rows, json_lines
from topics.output.parquet import paragraph_table, write_parquet
from topics.scale.places import join, whole, write_bytes
from topics.scale.shards import read_shard

PartWriter = Callable[[Iterable[Prediction], TopicList, BinaryIO], None]


def _text(pieces: Callable[[Iterable[Prediction], TopicList], Iterator[str]]) -> PartWriter:
    """Make a writer of bytes from one of pieces of text."""

    def write(predictions: Iterable[Prediction], topics: TopicList, file: BinaryIO) -> None:
        for piece in pieces(predictions, topics):
            file.write(piece.encode("utf-8"))

    return write


def _parquet(predictions: Iterable[Prediction], topics: TopicList, file: BinaryIO) -> None:
    write_parquet((paragraph_table([prediction]) for prediction in predictions), file)


# Formats of parts, by the end of their names.
WRITERS: dict[str, PartWriter] = {"jsonl": _text(json_lines), "csv": _text(csv_rows), "parquet": _parquet}


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with one shard: plain values, as they are sent to a worker.

    Parameters
    ----------
    number : int
        The shard's place in the sorted order, from 0.
    shard : str
        Its address.
    folder : str
        Where the part goes.
    format : str
        One of `WRITERS`.
    split : tuple of str
        Keep the briefings whose ``split`` is one of these; empty for all.
    """

    number: int
    shard: str
    folder: str
    format: str
    split: tuple[str, ...]

    @property
    def part(self) -> str:
        """The part's name."""
        return f"part-{self.number:05d}.{self.format}"


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a shard.

    Parameters
    ----------
    number : int
    part : str, optional
        The name of the part; None if nothing of the shard could be read.
    briefings, paragraphs : int
    failures : int
        Records that failed, or the shard as a whole.
    size : int
        In bytes.
    sha256 : str
    errors : tuple of str
        A line for each failure.
    """

    number: int
    part: str | None
    briefings: int = 0
    paragraphs: int = 0
    failures: int = 0
    size: int = 0
    sha256: str = ""
    errors: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """Return the record of it that lies beside a part."""
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode("utf-8")

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Part:
        """Read the values of `to_json`."""
        return cls(**{**record, "errors": tuple(record["errors"])})


def record_name(number: int) -> str:
    """Name the record that lies beside a part until the run is complete."""
    return f".part-{number:05d}.json"


def do(job: Job, model: Model) -> Part:
    """Classify a shard and write its part, then the record that it is done.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    errors: list[str] = []
    counts = {"briefings": 0, "paragraphs": 0}
    briefings = read_shard(job.shard, job.split, lambda error: errors.append(str(error)))
    try:
        with whole(join(job.folder, job.part)) as file:
            hashed = _Hashed(file)
            predictions = model.classify_many(_counted(briefings, counts))
            WRITERS[job.format](predictions, model.topics, hashed)  # type: ignore[arg-type]
            if errors and not counts["briefings"]:
                raise _NothingReadError
    except _NothingReadError:
        return Part(job.number, None, failures=len(errors), errors=tuple(errors))
    part = Part(
        job.number,
        job.part,
        **counts,
        failures=len(errors),
        size=hashed.size,
        sha256=hashed.digest.hexdigest(),
        errors=tuple(errors),
    )
    write_bytes(join(job.folder, record_name(job.number)), part.to_json())
    return part


def do_all(jobs: Sequence[Job], model: Model, processes: int) -> Iterator[Part]:
    """Do shards on this machine; parts come as they are ready."""
    if processes == 1:
        for job in jobs:
            yield do(job, model)
        return
    from joblib import Parallel, delayed

    run = Parallel(n_jobs=processes, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
    yield from run(delayed(do)(job, model) for job in jobs)


class _NothingReadError(Exception):
    """Keeps a part without a briefing from taking its name."""


class _Hashed(io.RawIOBase):
    """Passes bytes on to a file; knows how many, and their checksum."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.size += len(data)
        self.digest.update(data)
        self._file.write(data)
        return len(data)


def _counted(briefings: Iterator[Briefing], counts: dict[str, int]) -> Iterator[Briefing]:
    for briefing in briefings:
        counts["briefings"] += 1
        counts["paragraphs"] += len(briefing.paragraphs)
        yield briefing
