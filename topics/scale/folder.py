"""The folder that the parts of a run go to: what it is a run of, what is done, and that all is done.

::

    part-00000.jsonl    the result of the first shard, and so on
    manifest.json       the model, and a record of each part with its checksum
    _SUCCESS            empty, written last: every shard has its part

While the run is not complete there are also ``.run.json``, which says what it is
a run of, and ``.part-00000.json`` for each part that is done. The same run, started
again, goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from topics import __version__
from topics.classification.prediction import ModelName
from topics.errors import OutputError
from topics.scale.parts import Job, Part, record_name
from topics.scale.places import join, make_folder, names_in, read_bytes, remove, write_bytes
from topics.scale.shards import Shard

RUN = ".run.json"
MANIFEST = "manifest.json"
SUCCESS = "_SUCCESS"
NEW = "give the name of a new folder"


@dataclass(frozen=True, slots=True)
class Run:
    """What decides about the bytes of the parts.

    Parameters
    ----------
    model : ModelName
    format : str
    context : str
        ``full``, or ``none`` for a model that judges each paragraph by itself.
    split : tuple of str
    shards : tuple of Shard
        In order.
    """

    model: ModelName
    format: str
    context: str
    split: tuple[str, ...]
    shards: tuple[Shard, ...]

    def jobs(self, folder: str) -> list[Job]:
        """Return what is to be done for each shard."""
        return [
            Job(number, shard.address, folder, self.format, self.split)
            for number, shard in enumerate(self.shards)
        ]

    def to_dict(self, parts: Mapping[int, Part]) -> dict[str, Any]:
        """Return the manifest as JSON values; of shards without an entry in `parts`, only what is known before."""
        return {
            "model": {"name": self.model.name, "fingerprint": self.model.fingerprint},
            "topics": __version__,
            "format": self.format,
            "context": self.context,
            "split": list(self.split),
            "parts": [
                {"shard": shard.address, "shard_bytes": shard.size, **_outcome(parts.get(number))}
                for number, shard in enumerate(self.shards)
            ],
        }


def begin(folder: str, run: Run) -> dict[int, Part]:
    """Make the folder ready, or find what is done in it already.

    Returns
    -------
    dict of int to Part
        Shards by their number that need not be done again.

    Raises
    ------
    OutputError
        If the folder holds anything else than this run.
    """
    names = names_in(folder)
    if not set(names) - {RUN}:  # new, or nothing is done yet
        make_folder(folder)
        write_bytes(join(folder, RUN), _json(run.to_dict({})))
        return {}
    complete = SUCCESS in names and MANIFEST in names
    if not complete and RUN not in names:
        raise OutputError(f"{folder}: holds other files; {NEW}.")
    try:
        found = json.loads(read_bytes(join(folder, MANIFEST if complete else RUN)))
        if difference := _difference(found, run.to_dict({})):
            raise OutputError(f"{folder}: holds the results of {difference}; {NEW}.")
        if complete:
            parts = [_from_outcome(number, outcome) for number, outcome in enumerate(found["parts"])]
        else:
            parts = [
                Part.from_record(json.loads(read_bytes(join(folder, record_name(number)))))
                for number in range(len(run.shards))
                if record_name(number) in names
            ]
    except (ValueError, KeyError, TypeError):
        raise OutputError(
            f"{folder}: holds a damaged record of a run, or that of another program; {NEW}."
        ) from None
    return {part.number: part for part in parts if part.part and names.get(part.part) == part.size}


def finish(folder: str, run: Run, parts: Mapping[int, Part]) -> bool:
    """Write the manifest and, if every shard has its part, ``_SUCCESS``; then remove what marks an unfinished run.

    Returns
    -------
    bool
        Whether every shard has its part.

    Raises
    ------
    OutputError
        If a part is not there, or the folder cannot be written.
    """
    names = names_in(folder)
    for part in parts.values():
        if part.part and names.get(part.part) != part.size:
            raise OutputError(
                f"{join(folder, part.part)}: was written by a worker, but is not there; "
                "give a folder that every machine sees: on a shared disk or in an object store."
            )
    write_bytes(join(folder, MANIFEST), _json(run.to_dict(parts)))
    if not all(part.part for part in parts.values()):
        return False
    write_bytes(join(folder, SUCCESS), b"")
    # Records, and what workers that died have left half-written.
    for name in names:
        if name == RUN or name.startswith(".part-"):
            remove(join(folder, name))
    return True


def discard(folder: str, parts: Mapping[int, Part]) -> None:
    """Remove what a run has left that has come to nothing."""
    for number, part in parts.items():
        for name in (part.part, record_name(number)):
            if name:
                remove(join(folder, name))
    remove(join(folder, RUN))


def _outcome(part: Part | None) -> dict[str, Any]:
    if part is None:
        return {}
    return {
        "part": part.part,
        "briefings": part.briefings,
        "paragraphs": part.paragraphs,
        "failures": part.failures,
        "bytes": part.size,
        "sha256": part.sha256,
    }


def _from_outcome(number: int, outcome: Mapping[str, Any]) -> Part:
    """Read a part from a manifest, which holds how many records failed, not why."""
    counts = {name: outcome[name] for name in ("part", "briefings", "paragraphs", "failures", "sha256")}
    failed = [f"{outcome['shard']}: {outcome['failures']:,} failed."] if outcome["failures"] else []
    return Part(number, **counts, size=outcome["bytes"], errors=tuple(failed))


def _difference(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str | None:
    """Say what another run is of that differs from this one; None if nothing does."""
    if found["model"] != wanted["model"]:
        return f"another model ({found['model']['name']}, {found['model']['fingerprint'][:19]}…)"
    if found["topics"] != wanted["topics"]:
        return f"version {found['topics']} of topics; this is {wanted['topics']}"
    for key in ("format", "context", "split"):
        if found[key] != wanted[key]:
            return f"a run with another {key} ({found[key] or 'none'})"
    if _shards(found["parts"]) != _shards(wanted["parts"]):
        return "other shards, or of shards that have changed since"
    return None


def _shards(parts: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    return [(part["shard"], part["shard_bytes"]) for part in parts]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
