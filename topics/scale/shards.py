"""The files that a large corpus lies in: one worker reads each from beginning to end."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topics.corpus.briefing import Briefing
from topics.corpus.readers import STREAMS, OnError, read_corpus
from topics.errors import InputError, listed
from topics.scale.places import absolute, fetched, files_at, size_of

KINDS = (*STREAMS, ".parquet")


@dataclass(frozen=True, order=True, slots=True)
class Shard:
    """A file with a part of a corpus.

    Parameters
    ----------
    address : str
        The same for every worker: a full path, or that of an object in a store.
    size : int, optional
        In bytes, by which a changed shard is known; None where the store does not say.
    """

    address: str
    size: int | None


def find_shards(places: Sequence[str]) -> tuple[Shard, ...]:
    """Find the shards of a corpus, in the order of their addresses.

    Parameters
    ----------
    places : sequence of str
        Files, folders of them (with subfolders; files of other kinds are
        passed over) and patterns, local or in a store.

    Raises
    ------
    InputError
        If a place holds no shard.
    """
    found: dict[str, int | None] = {}
    for place in places:
        if place == "-":
            raise InputError("standard input is no shard; give files, a folder or a pattern.")
        address = absolute(place)
        files = files_at(address)
        if files is None:
            if not _is_shard(address):
                raise InputError(
                    f"{place}: is no shard; expected {listed(KINDS)}, text forms also with .gz, "
                    "a folder of them or a pattern."
                )
            files = {address: size_of(address)}
        shards = {file: size for file, size in files.items() if _is_shard(file)}
        if not shards:
            raise InputError(
                f"{place}: no shard is there; expected {listed(KINDS)}, text forms also with .gz."
            )
        found |= shards
    return tuple(Shard(address, size) for address, size in sorted(found.items()))


def read_shard(address: str, split: Sequence[str], on_error: OnError) -> Iterator[Briefing]:
    """Read the briefings of a shard, as `read_corpus` does; that none has the split is no error.

    Parameters
    ----------
    address : str
    split : sequence of str
        As in `read_corpus`; empty for all.
    on_error : callable
        Called with each InputError; also if nothing can be read at all.
    """
    try:
        with fetched(address) as path:
            if not os.path.exists(path):  # though the client has found it
                raise InputError(
                    f"{address}: is not there on {socket.gethostname()}; "
                    "put shards where every worker can read them: on a shared disk or in an object store."
                )

            def told(error: InputError) -> None:
                on_error(InputError(str(error).replace(path, address, 1)))

            yield from _any_split(read_corpus(path, split=split, on_error=told))
    except InputError as error:
        on_error(error)


def _any_split(briefings: Iterator[Briefing]) -> Iterator[Briefing]:
    """Another shard may have the split that this one lacks, which is all that is raised here."""
    try:
        yield from briefings
    except InputError:
        return


def _is_shard(address: str) -> bool:
    name = address.lower()
    return name.endswith(KINDS) or (
        name.endswith(".gz") and name.removesuffix(".gz").endswith(tuple(STREAMS))
    )
