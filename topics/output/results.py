"""Results read back: what `topics classify` wrote as JSON becomes predictions again."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from topics.classification.model import Model
from topics.classification.prediction import Prediction
from topics.corpus.encodings import decode, open_lines
from topics.corpus.streams import parse_object
from topics.corpus.topic_list import TopicList
from topics.errors import BundleError, InputError, did_you_mean
from topics.models import available, load

_EXPECTED = "expected the results of `topics classify -f json` or `-f jsonl`"


def read_results(path: str | os.PathLike[str]) -> Iterator[Prediction]:
    """Read predictions from a results file, one after the other.

    Parameters
    ----------
    path : path, or "-" for standard input
        A JSON list or JSON Lines (held one at a time); also with ``.gz``. The
        first character says which of the two it is.

    Yields
    ------
    Prediction
        Equal to the one that was written.

    Raises
    ------
    InputError
        If the file cannot be read or holds something else.
    """
    where = str(path)
    if os.fspath(path) == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed.")
        yield from _predictions(cast(io.BufferedReader, sys.stdin.buffer), "standard input")
        return
    try:
        with gzip.open(path) if where.lower().endswith(".gz") else open(path, "rb") as stream:
            yield from _predictions(stream, where)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{where}: is not a whole gzip file; it was cut or damaged.") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror or error}).") from None


def topics_of(predictions: Sequence[Prediction], chosen: TopicList | None = None) -> TopicList:
    """Return the topics of results, with the names and colours to show them by.

    Parameters
    ----------
    predictions : sequence of Prediction
    chosen : TopicList, optional
        To be used; it must have every topic of the results. Without it they
        are those of the model that the results name, if the very same one is
        found, else the ids in the results.

    Raises
    ------
    InputError
        If the chosen list lacks a topic.
    """
    ids = {
        id for prediction in predictions for p in prediction.paragraphs for id in (p.topic, *p.probabilities)
    }
    ids |= {
        id
        for prediction in predictions
        for id in (*prediction.shares, *(s.topic for s in prediction.segments))
    }
    if chosen is not None:
        for id in sorted(ids - set(chosen.ids)):
            raise InputError(
                f"the results have the topic '{id}', which the list of topics lacks; "
                f"give the list or the model that they were made with.{did_you_mean(id, chosen.ids)}"
            )
        return chosen
    model = model_of(predictions)
    if model is not None and ids <= set(model.topics.ids):
        return model.topics
    without_segment = {
        p.topic for prediction in predictions for p in prediction.paragraphs if p.segment is None
    }
    return TopicList.from_records(
        {id: {"content": False} if id in without_segment else {} for id in sorted(ids)}
    )


def model_of(predictions: Sequence[Prediction]) -> Model | None:
    """Return the model that made all of them, if the very same one is found."""
    names = {prediction.model for prediction in predictions}
    if len(names) != 1:
        return None
    name = names.pop()
    folder = available().get(name.name)
    if folder is None:
        return None
    try:
        model = load(folder)
    except BundleError:
        return None
    return model if model.fingerprint == name.fingerprint else None


def _predictions(stream: io.BufferedReader | gzip.GzipFile, where: str) -> Iterator[Prediction]:
    start = stream.peek(1024)[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"\x1f\x8b"):
        raise InputError(f"{where}: is compressed; give it a name that ends in .gz, or unpack it first.")
    if start.startswith(b"["):
        for number, record in enumerate(_list(stream.read(), where), 1):
            place = f"{where}: result {number}"
            if not isinstance(record, Mapping):
                raise InputError(f"{place}: is no object; {_EXPECTED}.")
            yield Prediction.from_dict(record, place)
        return
    if start.split(b"\n")[0].strip() == b"{":  # an object over many lines, such as an evaluation
        raise InputError(f"{where}: is JSON of another kind; {_EXPECTED}.")
    if start and not start.startswith(b"{"):
        raise InputError(f"{where}: is no JSON; {_EXPECTED}.")
    for number, line in enumerate(open_lines(cast(BinaryIO, stream), where), 1):
        if line.strip():
            place = f"{where}:{number}"
            yield Prediction.from_dict(parse_object(line, place), place)


def _list(data: bytes, where: str) -> list[Any]:
    try:
        values: list[Any] = json.loads(decode(data, where))
    except RecursionError:
        raise InputError(f"{where}: is nested too deeply; {_EXPECTED}.") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{where}:{error.lineno}: is not valid JSON ({error.msg}); {_EXPECTED}.") from None
    return values
