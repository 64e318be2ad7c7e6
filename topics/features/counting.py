"""A corpus counted by the compiled kernel, on all cores, in memory that its words' numbers take.

Twice through the words, which stand for their numbers by then: first it is
counted in how many texts each term stands, and terms are chosen; then these
are counted in each text. What is found does not depend on the number of cores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.features.characters import LOWER, table
from topics.features.compiled import load
from topics.features.reading import in_one
from topics.features.terms import WITH_EDGES, WITH_PAIRS
from topics.threads import cores

Ints = NDArray[np.int64]
Columns = NDArray[np.int32]


class Counted(NamedTuple):
    """The terms of a corpus, sorted, and how often each text has them, columns rising; see `TermCounts`."""

    terms: list[str]
    indptr: Ints
    columns: Columns
    counts: Columns
    n_units: Ints


def best_terms(df: Ints, most: int | None) -> Ints:
    """Return the places of the terms in most texts, in order; of equals, the first ones."""
    if most is None or len(df) <= most:
        return np.arange(len(df))
    return np.sort(np.argsort(-df, kind="stable")[:most])


class _Part(NamedTuple):
    """Some texts as numbers of strings: words, or pieces between spaces; and edges."""

    numbers: Columns
    bounds: Ints
    ends: Columns = np.zeros(0, dtype=np.int32)
    end_bounds: Ints = np.zeros(1, dtype=np.int64)


def count_words(blocks: Iterable[Sequence[str]], analyzer: str, at_least: int, most: int | None) -> Counted:
    """Count words, and pairs and edges if the analyzer has them; see `TermCounts`."""
    kernel = load()
    with ThreadPoolExecutor(cores()) as pool:
        edges = analyzer in WITH_EDGES
        strings, parts = _numbered(blocks, lambda *texts: kernel.read_words(*texts, edges), pool)
        string_df = _string_frequencies(parts, int(strings.used[0]))
        kept = np.flatnonzero(string_df >= at_least)
        pairs, pair_df = _pairs(parts, pool, at_least) if analyzer in WITH_PAIRS else _NO_PAIRS
        # A pair comes after its first word, and pairs with one first word by their second.
        needed = np.unique(np.concatenate([kept, pairs.ravel()]))
        texts = _texts(strings, needed)
        order = np.array(sorted(range(len(needed)), key=texts.__getitem__), dtype=np.int64)
        rank = np.zeros(len(string_df), dtype=np.int64)
        rank[needed[order]] = np.arange(1, len(needed) + 1)
        firsts = np.concatenate([rank[kept], rank[pairs[:, 0]]])
        seconds = np.concatenate([np.zeros(len(kept), dtype=np.int64), rank[pairs[:, 1]]])
        in_order = np.argsort(firsts * (len(needed) + 1) + seconds, kind="stable")
        in_order = in_order[best_terms(np.concatenate([string_df[kept], pair_df])[in_order], most)]
        firsts, seconds = firsts[in_order], seconds[in_order]
        ranked = ["", *(texts[i] for i in order)]
        terms = [
            f"{ranked[first]} {ranked[second]}" if second else ranked[first]
            for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True)
        ]
        number = np.concatenate([[0], needed[order]])
        single = np.flatnonzero(seconds == 0)
        double = np.flatnonzero(seconds)
        column_of = np.full(len(string_df), -1, dtype=np.int32)
        column_of[number[firsts[single]]] = single
        keys = kernel.pair_keys(number[firsts[double]], number[seconds[double]], double.astype(np.int32))
        counted = pool.map(
            lambda part: kernel.count_words(
                part.numbers, part.bounds, part.ends, part.end_bounds, column_of, keys, len(terms)
            ),
            parts,
        )
        n_units = [np.diff(part.bounds) for part in parts]
        return Counted(terms, *_stacked(list(counted)), np.concatenate(n_units))


_NO_PAIRS = np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64)


def count_runs(blocks: Iterable[Sequence[str]], analyzer: str, at_least: int, most: int | None) -> Counted:
    """Count runs of characters; see `TermCounts`."""
    kernel = load()
    with ThreadPoolExecutor(cores()) as pool:
        strings, parts = _numbered(blocks, kernel.read_pieces, pool)
        keys, run_bounds, runs, totals = _all_runs(strings)
        df, seen = np.zeros(int(keys.used[0]), dtype=np.int64), np.full(int(keys.used[0]), -1, dtype=np.int32)
        first = 0
        for part in parts:
            kernel.run_frequencies(part.numbers, part.bounds, first, run_bounds, runs, df, seen)
            first += len(part.bounds) - 1
        kept, in_order = kernel.frequent_keys(keys, int((df >= at_least).sum()), df, at_least)
        places = np.lexsort((in_order[:, 1], in_order[:, 0]))
        places = places[best_terms(df[kept[places]], most)]
        kept, in_order = kept[places], in_order[places]
        column_of = np.full(len(df), -1, dtype=np.int32)
        column_of[kept] = np.arange(len(kept), dtype=np.int32)
        run_bounds, runs = kernel.kept_runs(run_bounds, runs, column_of)
        counted = pool.map(
            lambda part: kernel.count_runs(part.numbers, part.bounds, run_bounds, runs, len(kept)), parts
        )
        n_units = [kernel.sums(part.numbers, part.bounds, totals) for part in parts]
        return Counted(_runs_as_texts(in_order), *_stacked(list(counted)), np.concatenate(n_units))


def _numbered(
    blocks: Iterable[Sequence[str]], read: Callable[..., Any], pool: ThreadPoolExecutor
) -> tuple[Any, list[_Part]]:
    """Read texts in threads and number what they consist of by one table."""
    kernel = load()
    strings = kernel.new_strings(1, 1)
    parts = []
    for block in blocks:
        for own, *streams in pool.map(lambda texts: read(*in_one(texts), table()), _dealt(block)):
            strings = kernel.with_room(strings, int(own.used[0]), int(own.used[1]))
            numbers = kernel.numbers_of(strings, own, True)
            parts.append(_Part(*(numbers[s] if s.dtype == np.int32 else s for s in streams)))
    return strings, parts


def _dealt(texts: Sequence[str]) -> list[Sequence[str]]:
    """Divide texts between the cores."""
    size = max(1, -(-len(texts) // cores()))
    return [texts[first : first + size] for first in range(0, len(texts), size)]


def _string_frequencies(parts: Sequence[_Part], n_strings: int) -> Ints:
    """Count in how many texts each word or edge stands."""
    kernel = load()
    df, seen = np.zeros(n_strings, dtype=np.int64), np.full(n_strings, -1, dtype=np.int32)
    first = 0
    for part in parts:
        # A word is never an edge, which begins with a mark of its own.
        kernel.string_frequencies(part.numbers, part.bounds, first, df, seen)
        kernel.string_frequencies(part.ends, part.end_bounds, first, df, seen)
        first += len(part.bounds) - 1
    return df


def _pairs(parts: Sequence[_Part], pool: ThreadPoolExecutor, at_least: int) -> tuple[Ints, Ints]:
    """Return the pairs of strings that stand in enough texts, and in how many."""
    kernel = load()
    n_shares = cores()

    def share(number: int) -> tuple[Ints, Ints]:
        # A guess: most pairs stand in one text only, and then twice as many words as different pairs.
        keys = kernel.new_keys(min(1 << 21, sum(len(part.numbers) for part in parts) // (2 * n_shares)))
        df, seen = np.zeros(len(keys.keys) // 2, dtype=np.int32), np.full(len(keys.keys) // 2, -1, np.int32)
        first = 0
        for part in parts:
            done, n_texts = 0, len(part.bounds) - 1
            while done < n_texts:
                done = kernel.pair_frequencies(
                    part.numbers, part.bounds, first, keys, df, seen, number, n_shares, done
                )
                if done < n_texts:
                    keys = kernel.with_room_for_keys(keys, len(keys.keys) // 2 + len(part.numbers) // n_texts)
                    df, seen = _longer(df, len(keys.keys) // 2, 0), _longer(seen, len(keys.keys) // 2, -1)
            first += n_texts
        n_kept = int((df[: keys.used[0]] >= at_least).sum())
        numbers, pairs = kernel.frequent_keys(keys, n_kept, df, at_least)
        return pairs.astype(np.int64) - 1, df[numbers].astype(np.int64)

    shares = list(pool.map(share, range(n_shares)))
    return np.concatenate([pairs for pairs, _ in shares]), np.concatenate([df for _, df in shares])


def _longer(array: Columns, size: int, filling: int) -> Columns:
    return np.concatenate([array, np.full(size - len(array), filling, dtype=np.int32)])


def _texts(strings: Any, numbers: Ints) -> list[str]:
    """Return some strings of a table."""
    starts, ends = strings.entries[numbers, 1], strings.entries[numbers, 2]
    letters = strings.letters[: strings.used[1]].tobytes().decode("utf-32-le", "surrogatepass")
    return [letters[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _all_runs(strings: Any) -> tuple[Any, Ints, Columns, Ints]:
    """Return a table of all runs of characters, and the runs of each piece, how many in all."""
    kernel = load()
    keys = kernel.new_keys(1 << 15)
    n_pieces = int(strings.used[0])
    bounds, totals = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    runs = [np.zeros(0, dtype=np.int32)]
    for first in range(0, n_pieces, 4096):
        last = min(n_pieces, first + 4096)
        letters = strings.entries[last - 1, 2] - strings.entries[first, 1]
        most = 3 * (int(letters) + 2 * (last - first))
        keys = kernel.with_room_for_keys(keys, most)
        some_bounds, some_runs, some_totals = kernel.runs_of(strings, first, last, keys, True)
        bounds.append(bounds[-1][-1] + some_bounds[1:])
        runs.append(some_runs)
        totals.append(some_totals)
    return keys, np.concatenate(bounds), np.concatenate(runs), np.concatenate(totals)


def _runs_as_texts(keys: NDArray[np.uint64]) -> list[str]:
    """Return the texts of runs of characters from their keys."""
    codes = np.empty((len(keys), len(_PLACES)), dtype=np.uint32)
    for i, (column, shift) in enumerate(_PLACES):
        codes[:, i] = (keys[:, column] >> np.uint64(shift)) & np.uint64(LOWER)
    lengths = (codes > 0).sum(axis=1)
    letters = (codes - (codes > 0)).tobytes().decode("utf-32-le", "surrogatepass")
    starts = np.arange(0, len(letters), len(_PLACES))
    return [
        letters[start:end] for start, end in zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    ]


# Where a run's key has its characters, each one more than its number: column, and bits to the right of it.
_PLACES = ((0, 42), (0, 21), (0, 0), (1, 21), (1, 0))


def _stacked(parts: Sequence[tuple[Ints, Columns, Columns]]) -> tuple[Ints, Columns, Columns]:
    """Put the counts of texts one below the other."""
    lengths = np.concatenate([np.diff(indptr) for indptr, _, _ in parts])
    return (
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([columns for _, columns, _ in parts]),
        np.concatenate([counts for _, _, counts in parts]),
    )
