"""Summaries read back: what `topics evaluate` and `topics cluster` wrote as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from topics.corpus.encodings import decode, without_surrogates
from topics.corpus.records import kind_of
from topics.errors import InputError

RECORD = "clusters.json"
# What charts and reports need of each: a type or one of several, a list of one
# shape, the keys of an object, or an object of any keys with values of one shape.
_MAYBE = (float, type(None))
_EVALUATION = {
    "briefings": int,
    "paragraphs": int,
    "accuracy": float,
    "macro_f1": float,
    "ece": float,
    "reliability": [{"paragraphs": int, "confidence": float, "accuracy": float}],
    "confusion": {"labels": [str], "rows": [[int]]},
}
_CLUSTERS = {
    "clusters": [
        {
            "id": int,
            "name": str,
            "terms": [str],
            "size": int,
            "share": float,
            "coherence": _MAYBE,
            "stability": _MAYBE,
            "examples": [{"briefing": str, "index": (int, type(None)), "text": str}],
            "topics": {str: float},
            "trend": [{"period": str, "share": float, "count": int}],
            "change": _MAYBE,
            "status": (str, type(None)),
            "emerging": bool,
        }
    ],
    "gone": [{"id": int, "name": str}],
    "k": int,
    "unit": str,
    "seed": int,
    "units": int,
    "left_out": int,
    "duplicates": int,
    "last_id": int,
    "known": {str: dict},
    "curve": [{"k": int, "silhouette": float, "stability": float, "explained": float, "score": float}],
    "map": {"x": [float], "y": [float], "cluster": [int]},
}
_NAMES: dict[type, str] = {
    int: "a whole number", float: "a number", str: "a text", bool: "true or false", type(None): "null",
    dict: "an object",
}  # fmt: skip


def read_evaluation(path: str | os.PathLike[str]) -> Mapping[str, Any]:
    """Read what `topics evaluate -f json` wrote.

    Raises
    ------
    InputError
        If the file cannot be read or holds something else.
    """
    record = _read(Path(path), _EVALUATION, "expected what `topics evaluate -f json` writes")
    n = len(record["confusion"]["labels"])
    if [len(row) for row in record["confusion"]["rows"]] != [n] * n:
        raise InputError(f"{path}: confusion: its rows are not {n} of {n}, as its labels are.")
    return record


def read_clusters(folder: str | os.PathLike[str]) -> Mapping[str, Any]:
    """Read ``clusters.json`` in a folder that `topics cluster` wrote.

    Raises
    ------
    InputError
        If the folder has none, or it cannot be read or holds something else.
    """
    path = Path(folder) / RECORD
    expected = "expected a folder that `topics cluster` wrote"
    if Path(folder).exists() and not path.is_file():
        raise InputError(f"{folder}: holds no {RECORD}; {expected}.")
    record = _read(path, _CLUSTERS, expected)
    lengths = {len(values) for values in record["map"].values()}
    if len(lengths) != 1:
        raise InputError(f"{path}: map: its lists are not of one length; cluster again.")
    return record


def _read(path: Path, shape: Any, expected: str) -> Mapping[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); {expected}.") from None
    try:
        record = json.loads(decode(data, str(path)), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InputError(f"{path}: is not valid JSON; {expected}.") from None
    if problem := _problem(record, shape):
        raise InputError(f"{path}: {problem}; {expected}.")
    checked: Mapping[str, Any] = _chosen(record, shape)
    return checked


def _problem(value: Any, shape: Any) -> str | None:
    """Say where a value has not the shape that it should have, if so."""
    if isinstance(shape, type | tuple):
        kinds = shape if isinstance(shape, tuple) else (shape,)
        if any(_is_a(value, kind) for kind in kinds):
            return None
        return f"is {kind_of(value)} where {' or '.join(_NAMES[kind] for kind in kinds)} should be"
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"is {kind_of(value)} where a list should be"
        return next((problem for item in value if (problem := _problem(item, shape[0]))), None)
    if not isinstance(value, Mapping):
        return f"is {kind_of(value)} where an object should be"
    for key, inner in _keys(value, shape).items():
        if key not in value:
            return f"has no '{key}'"
        if problem := _problem(value[key], inner):
            return f"{key}: {problem}"
    return None


def _is_a(value: Any, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    return isinstance(value, int | float if kind is float else kind)


def _keys(value: Mapping[str, Any], shape: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return the shape of each key: those of the value itself where any will do."""
    return dict.fromkeys(value, shape[str]) if str in shape else shape


def _chosen(value: Any, shape: Any) -> Any:
    """Return the part of a value that the shape names, without half characters."""
    if isinstance(shape, type | tuple):
        return without_surrogates(value) if isinstance(value, str) else value
    if isinstance(shape, list):
        return [_chosen(item, shape[0]) for item in value]
    return {without_surrogates(key): _chosen(value[key], inner) for key, inner in _keys(value, shape).items()}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
