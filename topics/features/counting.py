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
from topics.features.reading import in_one, stacked
from topics.features.terms import WITH_EDGES, WITH_PAIRS
from topics.threads import cores

Ints = NDArray[np.int64]
Columns = NDArray[np.int32]


class Counted(NamedTuple):
    """The terms of a corpus, sorted, and how often each text has them, columns rising; see `TermCounts`.

    Parameters
    ----------
    texts_of : callable
        Returns the texts of some columns.
    is_unit : ndarray of bool, shape (n_terms,)
        Whether a term is a single word, or a run of characters.
    indptr, columns, counts, n_units : ndarray
        As in `topics.features.reading.Read`.
    """

    texts_of: Callable[[Ints], list[str]]
    is_unit: NDArray[np.bool_]
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
        texts = _texts(strings, kept)  # a pair's words stand in as many texts as the pair at least
        order = np.array(sorted(range(len(kept)), key=texts.__getitem__), dtype=np.int64)
        rank = np.zeros(len(string_df), dtype=np.int64)
        rank[kept[order]] = np.arange(1, len(kept) + 1)
        firsts = np.concatenate([rank[kept], rank[pairs[:, 0]]])
        seconds = np.concatenate([np.zeros(len(kept), dtype=np.int64), rank[pairs[:, 1]]])
        in_order = np.argsort(firsts * (len(kept) + 1) + seconds)
        in_order = in_order[best_terms(np.concatenate([string_df[kept], pair_df])[in_order], most)]
        firsts, seconds = firsts[in_order], seconds[in_order]
        ranked = ["", *(texts[i] for i in order.tolist())]
        after = [f" {text}" for text in ranked]
        after[0] = ""

        def texts_of(columns: Ints) -> list[str]:
            both = zip(firsts[columns].tolist(), seconds[columns].tolist(), strict=True)
            return [ranked[first] + after[second] for first, second in both]

        is_word = np.array([text[:1] not in ("^", "$") for text in ranked], dtype=np.bool_)
        columns = np.arange(len(in_order), dtype=np.int32)
        single = in_order < len(kept)
        column_of = np.full(len(string_df), -1, dtype=np.int32)
        column_of[kept[in_order[single]]] = columns[single]
        chosen = pairs[in_order[~single] - len(kept)]
        keys = kernel.pairs_with_columns(chosen[:, 0].copy(), chosen[:, 1].copy(), columns[~single])
        counted = pool.map(lambda part: kernel.count_words(*part, column_of, keys, len(columns)), parts)
        n_units = [np.diff(part.bounds) for part in parts]
        is_unit = (seconds == 0) & is_word[firsts]
        return Counted(texts_of, is_unit, *stacked(list(counted)), np.concatenate(n_units))


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
        kept, in_order = kernel.frequent_runs(keys, df, at_least)
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
        return Counted(
            lambda columns: _runs_as_texts(in_order[columns]),
            np.ones(len(kept), dtype=np.bool_),
            *stacked(list(counted)),
            np.concatenate(n_units),
        )


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
            numbers = kernel.numbers_of(strings, own)
            parts.append(_Part(*(numbers[s] if s.dtype == np.int32 else s for s in streams)))
    return strings, parts


def _dealt(texts: Sequence[str]) -> list[Sequence[str]]:
    """Divide texts between the cores."""
    size = max(1, -(-len(texts) // cores()))
    return [texts[first : first + size] for first in range(0, max(1, len(texts)), size)]


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
    """Return the pairs of strings that stand in enough texts, and in how many; each thread counts a share of them."""
    kernel = load()
    n_shares = cores()

    def share(number: int) -> tuple[Ints, Ints]:
        # A guess: most pairs stand in one text only, and then twice as many words as different pairs.
        table = kernel.new_pairs(min(1 << 21, sum(len(part.numbers) for part in parts) // (2 * n_shares)))
        first = 0
        for part in parts:
            done, n_texts = 0, len(part.bounds) - 1
            while done < n_texts:
                done = kernel.pair_frequencies(
                    part.numbers, part.bounds, first, table, number, n_shares, done
                )
                if done < n_texts:
                    table = kernel.doubled(table)
            first += n_texts
        found: tuple[Ints, Ints] = kernel.frequent_pairs(table, at_least)
        return found

    shares = list(pool.map(share, range(n_shares)))
    return np.concatenate([pairs for pairs, _ in shares]), np.concatenate([df for _, df in shares])


def _texts(strings: Any, numbers: Ints) -> list[str]:
    """Return some strings of a table."""
    starts, ends = strings.entries[numbers, 1].tolist(), strings.entries[numbers, 2].tolist()
    letters = strings.letters[: strings.used[1]].tobytes().decode("utf-32-le", "surrogatepass")
    return [letters[start:end] for start, end in zip(starts, ends, strict=True)]


def _all_runs(strings: Any) -> tuple[Any, Ints, Columns, Ints]:
    """Return a table of all runs of characters, and the runs of each piece, how many in all."""
    kernel = load()
    keys = kernel.new_runs(1 << 15)
    n_pieces = int(strings.used[0])
    bounds, totals = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    runs = [np.zeros(0, dtype=np.int32)]
    for first in range(0, n_pieces, 4096):
        last = min(n_pieces, first + 4096)
        letters = strings.entries[last - 1, 2] - strings.entries[first, 1]
        most = 3 * (int(letters) + 2 * (last - first))
        keys = kernel.with_room_for_runs(keys, most)
        some_bounds, some_runs, some_totals = kernel.runs_of(strings, first, last, keys, True)
        bounds.append(bounds[-1][-1] + some_bounds[1:])
        runs.append(some_runs)
        totals.append(some_totals)
    return keys, np.concatenate(bounds), np.concatenate(runs), np.concatenate(totals)


def _runs_as_texts(keys: NDArray[np.uint64]) -> list[str]:
    """Return the texts of runs of characters from their keys."""
    codes = np.empty((len(keys), len(_PLACES)), dtype="<u4")
    for i, (column, shift) in enumerate(_PLACES):
        codes[:, i] = (keys[:, column] >> np.uint64(shift)) & np.uint64(LOWER)
    texts: list[str] = (codes - (codes > 0)).view(f"<U{len(_PLACES)}").ravel().tolist()
    # NumPy takes NUL at the end of a text for none.
    for i in np.flatnonzero((codes == 1).any(axis=1)).tolist():
        texts[i] = "".join(chr(code - 1) for code in codes[i] if code)
    return texts


# Where a run's key has its characters, each one more than its number: column, and bits to the right of it.
_PLACES = ((0, 42), (0, 21), (0, 0), (1, 21), (1, 0))
