"""Clusters read back: what `topics cluster` wrote into its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from topics.corpus.records import clean, kind_of
from topics.errors import InputError

_NUMBER = (int, float)
# The keys that are read, with the kinds their values may have.
_RECORD: dict[str, tuple[type, ...]] = {
    "clusters": (list,), "gone": (list,), "k": (int,), "unit": (str,), "units": (int,), "duplicates": (int,),
    "curve": (list,),
}  # fmt: skip
_CLUSTER: dict[str, tuple[type, ...]] = {
    "id": (int,), "name": (str,), "terms": (list,), "size": (int,), "share": _NUMBER,
    "coherence": (*_NUMBER, type(None)), "stability": (*_NUMBER, type(None)), "examples": (list,), "topics": (dict,),
    "trend": (list,), "status": (str,), "emerging": (bool,),
}  # fmt: skip
_EXAMPLE: dict[str, tuple[type, ...]] = {"briefing": (str,), "index": (int, type(None)), "text": (str,)}
_TREND: dict[str, tuple[type, ...]] = {"period": (str,), "share": _NUMBER, "count": (int,)}
_GONE: dict[str, tuple[type, ...]] = {"id": (int,), "name": (str,)}
_POINT: dict[str, tuple[type, ...]] = dict.fromkeys(
    ("k", "silhouette", "stability", "explained", "score"), (*_NUMBER, type(None))
)


def read_clusters(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Read ``clusters.json`` from the folder that `topics cluster` wrote.

    Raises
    ------
    InputError
        If there is none, or it holds something else.
    """
    path = Path(folder) / "clusters.json"
    try:
        record = clean(json.loads(path.read_bytes()))
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror or error}); expected a folder that `topics cluster` wrote."
        ) from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{path}: is not valid JSON; make the clusters again with `topics cluster`."
        ) from None
    where = str(path)
    _check(record, _RECORD, where)
    for number, cluster in enumerate(record["clusters"]):
        place = f"{where}: cluster {number}"
        _check(cluster, _CLUSTER, place)
        _check(
            dict(enumerate(cluster["terms"])),
            dict.fromkeys(range(len(cluster["terms"])), (str,)),
            f"{place}: terms",
        )
        _check(cluster["topics"], dict.fromkeys(cluster["topics"], _NUMBER), f"{place}: topics")
        for example in cluster["examples"]:
            _check(example, _EXAMPLE, f"{place}: example")
        for point in cluster["trend"]:
            _check(point, _TREND, f"{place}: trend")
    for gone in record["gone"]:
        _check(gone, _GONE, f"{where}: gone")
    for point in record["curve"]:
        _check(point, _POINT, f"{where}: curve")
    return cast(dict[str, Any], record)


def _check(record: Any, shape: Mapping[Any, tuple[type, ...]], where: str) -> None:
    if not isinstance(record, dict):
        raise InputError(f"{where}: is {kind_of(record)}; expected an object, as `topics cluster` writes it.")
    for key, kinds in shape.items():
        if key not in record:
            raise InputError(f"{where}: has no '{key}'; expected it as `topics cluster` writes it.")
        value = record[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise InputError(
                f"{where}: '{key}' is {kind_of(value)}; expected it as `topics cluster` writes it."
            )
