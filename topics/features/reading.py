"""Texts read by vocabularies: which of their terms occur in each, how often, and how much is known.

There are two ways, which find the same. The plain one asks Python for a text's
terms and suits a few pages. The compiled one (`topics.features.kernel`) keeps
the strings of all vocabularies in one table, so that a word is looked up once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.features.characters import has_special, joined, table
from topics.features.compiled import compiled_for, load
from topics.features.terms import ANALYZERS, WITH_EDGES, WITH_PAIRS, words
from topics.storage.texts import Texts
from topics.threads import cores

# Texts that a thread reads at a time.
PART = 5_000

Ints = NDArray[np.int64]


class Vocabulary(NamedTuple):
    """Terms, sorted, and which analyzer finds them: a key of `topics.features.terms.ANALYZERS`."""

    terms: Sequence[str]
    analyzer: str


class Read(NamedTuple):
    """What a vocabulary finds in texts.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_texts + 1,)
    columns, counts : ndarray of int32
        Text ``i`` has its terms from ``indptr[i]`` to ``indptr[i + 1]``, columns rising.
    n_units : ndarray of int64, shape (n_texts,)
        Words (of a vocabulary of runs of characters: runs) that a text has.
    n_known : ndarray of int64, shape (n_texts,)
        Those of them that the vocabulary has.
    """

    indptr: Ints
    columns: NDArray[np.int32]
    counts: NDArray[np.int32]
    n_units: Ints
    n_known: Ints

    @property
    def matrix(self) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
        """The counts alone: indptr, columns, counts."""
        return self.indptr, self.columns, self.counts


class Reader:
    """Reads texts by some vocabularies.

    Parameters
    ----------
    *vocabularies : Vocabulary
    """

    def __init__(self, *vocabularies: Vocabulary) -> None:
        self._vocabularies = vocabularies

    def read(self, texts: Sequence[str]) -> list[Read]:
        """Return what each vocabulary finds."""
        if compiled_for(texts) is None:
            return [
                _plainly_read(texts, vocabulary.analyzer, places)
                for vocabulary, places in zip(self._vocabularies, self._places, strict=True)
            ]
        n_cores = cores()
        if n_cores == 1 or len(texts) < 2 * PART:
            return self._tables.read(texts)
        from concurrent.futures import ThreadPoolExecutor

        parts = [texts[first : first + PART] for first in range(0, len(texts), PART)]
        tables = self._tables
        with ThreadPoolExecutor(n_cores) as pool:
            by_part = list(pool.map(tables.read, parts))
        return [_stacked(reads) for reads in zip(*by_part, strict=True)]

    @cached_property
    def _places(self) -> list[Callable[[set[str]], Mapping[str, int]]]:
        """For each vocabulary, a function that says where in it terms are."""
        return [_finder(vocabulary.terms) for vocabulary in self._vocabularies]

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables(self._vocabularies)


def _stacked(reads: Sequence[Read]) -> Read:
    """Put what was read of texts one below the other."""
    matrix = stacked([read.matrix for read in reads])
    n_units, n_known = (np.concatenate(arrays) for arrays in zip(*(read[3:] for read in reads), strict=True))
    return Read(*matrix, n_units, n_known)


def stacked(
    matrices: Sequence[tuple[Ints, NDArray[np.int32], NDArray[np.int32]]],
) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
    """Put matrices of counts (indptr, columns, counts) one below the other."""
    lengths = np.concatenate([np.diff(indptr) for indptr, _, _ in matrices])
    return (
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([columns for _, columns, _ in matrices]),
        np.concatenate([counts for _, _, counts in matrices]),
    )


def _plainly_read(
    texts: Sequence[str], analyzer: str, places_of: Callable[[set[str]], Mapping[str, int]]
) -> Read:
    terms_of = ANALYZERS[analyzer]
    by_text = [terms_of(text) for text in texts]
    units_by_text = by_text if analyzer in ("characters", "words") else [words(text) for text in texts]
    columns = places_of({term for found in (*by_text, *units_by_text) for term in found})
    indptr, found_columns, counts, n_units, n_known = [0], [], [], [], []
    for some_terms, units in zip(by_text, units_by_text, strict=True):
        found: dict[int, int] = {}
        for term in some_terms:
            column = columns.get(term)
            if column is not None:
                found[column] = found.get(column, 0) + 1
        for column, count in sorted(found.items()):
            found_columns.append(column)
            counts.append(count)
        indptr.append(len(counts))
        n_units.append(len(units))
        n_known.append(sum(unit in columns for unit in units))
    return Read(
        np.array(indptr, dtype=np.int64),
        np.array(found_columns, dtype=np.int32),
        np.array(counts, dtype=np.int32),
        np.array(n_units, dtype=np.int64),
        np.array(n_known, dtype=np.int64),
    )


def _finder(terms: Sequence[str]) -> Callable[[set[str]], Mapping[str, int]]:
    if isinstance(terms, Texts):
        return terms.places_of
    places = {term: place for place, term in enumerate(terms)}
    return lambda wanted: places


class _Tables:
    """The tables in which compiled code finds terms."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        kernel = load()
        self._strings = kernel.new_strings(1, 1)
        finders = [
            _Runs(kernel.run_keys(*joined(terms)), len(terms))
            if analyzer == "characters"
            else self._words(terms, analyzer)
            for terms, analyzer in vocabularies
        ]
        self._strings = kernel.compact(self._strings)
        n = int(self._strings.used[0])
        self._finders = [
            finder.with_strings(n) if isinstance(finder, _Words) else finder for finder in finders
        ]
        self._edges = any(isinstance(finder, _Words) and finder.edges for finder in finders)

    def _words(self, terms: Sequence[str], analyzer: str) -> _Words:
        """Put a vocabulary's words, those of its pairs, and its edges into the table of strings."""
        kernel = load()
        with_pairs = analyzer in WITH_PAIRS
        is_pair = [with_pairs and term.count(" ") == 1 and term[0] not in "^$" for term in terms]
        single = [column for column, pair in enumerate(is_pair) if not pair]
        pairs = [column for column, pair in enumerate(is_pair) if pair]
        texts = [terms[column] for column in single]
        for column in pairs:
            texts += terms[column].split(" ")
        characters, bounds = joined(texts)
        self._strings = kernel.with_room(self._strings, len(texts), len(characters))
        numbers = kernel.numbers_of_texts(self._strings, characters, bounds)
        of_single, of_pairs = numbers[: len(single)], numbers[len(single) :].reshape(-1, 2)
        n = int(self._strings.used[0])
        columns, is_word = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.bool_)
        columns[of_single] = single
        is_word[of_single] = [terms[column][:1] not in ("^", "$") for column in single]
        keys = kernel.pairs_with_columns(
            of_pairs[:, 0].copy(), of_pairs[:, 1].copy(), np.array(pairs, dtype=np.int32)
        )
        return _Words(columns, is_word, keys, analyzer in WITH_EDGES, len(terms))

    def read(self, texts: Sequence[str]) -> list[Read]:
        kernel = load()
        characters, bounds = in_one(texts)
        found: Any = None
        pieces: Any = None
        results = []
        for finder in self._finders:
            if isinstance(finder, _Words):
                found = found or kernel.find_words(characters, bounds, table(), self._strings, self._edges)
                results.append(finder.read(*found))
            else:
                pieces = pieces or kernel.read_pieces(characters, bounds, table())
                results.append(finder.read(*pieces))
        return results


class _Words(NamedTuple):
    """A vocabulary of words, pairs and edges, by the numbers of their strings."""

    columns: NDArray[np.int32]
    is_word: NDArray[np.bool_]
    pairs: Any
    edges: bool
    n_columns: int

    def with_strings(self, n: int) -> _Words:
        """Return the same where there are more strings, of vocabularies put in later."""
        columns, is_word = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.bool_)
        columns[: len(self.columns)], is_word[: len(self.columns)] = self.columns, self.is_word
        return self._replace(columns=columns, is_word=is_word)

    def read(
        self, words: NDArray[np.int32], word_bounds: Ints, ends: NDArray[np.int32], end_bounds: Ints
    ) -> Read:
        kernel = load()
        ends = ends if self.edges else ends[:0]
        counted = kernel.count_words(
            words, word_bounds, ends, end_bounds, self.columns, self.pairs, self.n_columns
        )
        indptr, columns, counts = counted
        return Read(
            indptr, columns, counts, np.diff(word_bounds), kernel.sums(words, word_bounds, self.is_word)
        )


class _Runs(NamedTuple):
    """A vocabulary of runs of characters."""

    keys: Any
    n_columns: int

    def read(self, strings: Any, pieces: NDArray[np.int32], bounds: Ints) -> Read:
        kernel = load()
        run_bounds, runs, totals = kernel.runs_of(strings, 0, strings.used[0], self.keys, False)
        counted = kernel.count_runs(pieces, bounds, run_bounds, runs, self.n_columns)
        known = np.diff(run_bounds)
        indptr, columns, counts = counted
        return Read(
            indptr, columns, counts, kernel.sums(pieces, bounds, totals), kernel.sums(pieces, bounds, known)
        )


def in_one(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ints]:
    """Return the characters of texts and their bounds, to be put in lower case one by one."""
    return joined([text.lower() for text in texts] if has_special(texts) else texts)
