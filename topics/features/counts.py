"""A corpus counted once, weighted many times: TF-IDF on any part of it without reading it again.

Training tries several settings on several folds. Counting terms is most of
the work of TF-IDF, and is the same for all of them. Texts are taken from a
stream, a block at a time, and not kept.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.features.background import Background
from topics.features.compiled import compiled_for, loaded
from topics.features.counting import Counted, best_terms, count_runs, count_words
from topics.features.reading import Read
from topics.features.terms import ANALYZERS, words
from topics.features.tfidf import Rows, Tfidf, inverse_document_frequencies, weigh

Ints = NDArray[np.int64]
# Characters that are read at a time.
BLOCK = 2_000_000


class Selection(NamedTuple):
    """Some of the terms of a corpus, with weights.

    Parameters
    ----------
    columns : ndarray of int64
        Places of the terms among all that were counted, rising.
    idf : ndarray of float32
    """

    columns: Ints
    idf: NDArray[np.float32]


class TermCounts:
    """How often each term occurs in each text.

    Parameters
    ----------
    texts : iterable of str
        Read once.
    analyzer : str
        A key of `topics.features.terms.ANALYZERS`.
    background : Background, optional
        Counted in with the document frequencies of single words.
    at_least : int, default=1
        Terms in fewer texts are not kept; no selection should need them.
    most : int, optional
        So many terms at most are kept, those in most texts; of equals, the first in the alphabet.

    Attributes
    ----------
    n_units : ndarray of int64, shape (n_texts,)
        As in `topics.features.reading.Read`.
    """

    def __init__(
        self,
        texts: Iterable[str],
        analyzer: str,
        background: Background | None = None,
        *,
        at_least: int = 1,
        most: int | None = None,
    ) -> None:
        self.analyzer = analyzer
        self._background = background
        blocks = _blocks(texts)
        beginning = list(itertools.islice(blocks, 2))
        if len(beginning) < 2 and compiled_for(beginning[0] if beginning else []) is None:
            counted = _plainly_counted(beginning[0] if beginning else [], analyzer, at_least, most)
        else:
            count = count_runs if analyzer == "characters" else count_words
            counted = count(itertools.chain(beginning or [[]], blocks), analyzer, at_least, most)
        self._texts_of, self._is_unit, self._indptr, self._columns, self._counts, self.n_units = counted

    @property
    def n_values(self) -> int:
        """How many different terms the texts have, added up."""
        return len(self._columns)

    @property
    def terms(self) -> list[str]:
        """All terms that are kept, sorted."""
        return self.texts(np.arange(len(self._is_unit)))

    def texts(self, columns: Ints) -> list[str]:
        """Return the terms of some columns."""
        return self._texts_of(columns)

    def __len__(self) -> int:
        return len(self._indptr) - 1

    def select(
        self, fitted: Ints, *, min_df: int, max_df: float = 1.0, max_terms: int | None = None
    ) -> Selection:
        """Choose and weigh terms by some of the texts.

        Parameters
        ----------
        fitted : ndarray of int
            Indices of the texts.
        min_df : int
            Terms in fewer of these texts are left out.
        max_df : float, default=1.0
            So are terms in a greater part of them.
        max_terms : int, optional
            Keep the terms in most texts; of equals, the first in the alphabet.
        """
        kernel = loaded()
        if kernel is not None:
            df = kernel.frequencies(self._indptr, self._columns, fitted, len(self._is_unit))
        else:
            df = np.bincount(self._columns[self._values_of(fitted)], minlength=len(self._is_unit))
        kept = np.flatnonzero((df >= min_df) & (df <= max_df * len(fitted)))
        if max_terms is not None and len(kept) > max_terms:
            kept = np.sort(kept[np.argsort(-df[kept], kind="stable")[:max_terms]])
        n = np.full(len(kept), len(fitted))
        df = df[kept]
        if self._background is not None:
            units = self._is_unit[kept]
            more = np.zeros(len(kept), dtype=np.int64)
            frequencies = self._background.frequencies
            more[units] = [frequencies.get(term, 0) for term in self.texts(kept[units])]
            df, n = df + more, n + units * self._background.n_paragraphs
        return Selection(kept, inverse_document_frequencies(df, n))

    def read(self, texts: Ints, selection: Selection) -> Read:
        """Return what the selected terms are in some of the texts, as a `Reader` of them would."""
        indptr, columns, counts = self._taken(texts, selection)
        units = np.cumsum(np.concatenate([[0], counts * self._is_unit[selection.columns][columns]]))
        n_known = units[indptr[1:]] - units[indptr[:-1]]
        return Read(indptr, columns, counts, self.n_units[texts], n_known)

    def rows(self, texts: Ints, selection: Selection) -> Rows:
        """Return some texts' TF-IDF rows."""
        return weigh(*self._taken(texts, selection), selection.idf)

    def _taken(self, texts: Ints, selection: Selection) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
        """Return the counts of some texts and terms: indptr, columns, counts."""
        if len(selection.columns) == len(self._is_unit) and np.array_equal(texts, np.arange(len(self))):
            return self._indptr, self._columns, self._counts
        column_of = np.full(len(self._is_unit), -1, dtype=np.int32)
        column_of[selection.columns] = np.arange(len(selection.columns), dtype=np.int32)
        kernel = loaded()
        if kernel is not None:
            found: tuple[Ints, NDArray[np.int32], NDArray[np.int32]] = kernel.taken(
                self._indptr, self._columns, self._counts, texts, column_of
            )
            return found
        values = self._values_of(texts)
        columns, counts = column_of[self._columns[values]], self._counts[values]
        ends = np.cumsum(self._indptr[texts + 1] - self._indptr[texts])
        known = columns >= 0
        indptr = np.concatenate([[0], np.concatenate([[0], np.cumsum(known)])[ends]]).astype(np.int64)
        return indptr, columns[known], counts[known]

    def tfidf(self, selection: Selection) -> Tfidf:
        """Return the selected terms as a vocabulary for other texts."""
        return Tfidf(self.texts(selection.columns), selection.idf, self.analyzer)

    def _values_of(self, texts: Ints) -> Ints:
        """Return the places of the values of some texts, text after text."""
        lengths = self._indptr[texts + 1] - self._indptr[texts]
        starts = np.repeat(self._indptr[texts] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        places: Ints = starts + np.arange(lengths.sum())
        return places


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield texts by lists of about `BLOCK` characters."""
    block, size = [], 0
    for text in texts:
        block.append(text)
        size += len(text) + 100  # a text takes some room by itself
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _plainly_counted(texts: Sequence[str], analyzer: str, at_least: int, most: int | None) -> Counted:
    terms_of = ANALYZERS[analyzer]
    units_of = terms_of if analyzer == "characters" else words
    by_text = [Counter(terms_of(text)) for text in texts]
    df: Counter[str] = Counter()
    for found in by_text:
        df.update(found.keys())
    terms = sorted(term for term, n in df.items() if n >= at_least)
    terms = [terms[i] for i in best_terms(np.array([df[term] for term in terms], dtype=np.int64), most)]
    column_of = {term: column for column, term in enumerate(terms)}
    indptr, columns, counts = [0], [], []
    for found in by_text:
        for column, count in sorted((column_of[t], n) for t, n in found.items() if t in column_of):
            columns.append(column)
            counts.append(count)
        indptr.append(len(columns))
    single = [analyzer == "characters" or (" " not in term and term[0] not in "^$") for term in terms]
    return Counted(
        lambda columns: [terms[column] for column in columns.tolist()],
        np.array(single, dtype=np.bool_),
        np.array(indptr, dtype=np.int64),
        np.array(columns, dtype=np.int32),
        np.array(counts, dtype=np.int32),
        np.array([len(units_of(text)) for text in texts], dtype=np.int64),
    )
