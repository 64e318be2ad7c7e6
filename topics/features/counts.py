"""A corpus counted once, weighted many times: TF-IDF on any part of it without reading it again.

Training tries several settings on several folds. Counting terms is most of
the work of TF-IDF, and is the same for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.features.background import Background
from topics.features.terms import ANALYZERS
from topics.features.tfidf import Rows, Tfidf, weigh

Ints = NDArray[np.int64]


class TermCounts:
    """How often each term occurs in each text.

    Parameters
    ----------
    texts : sequence of str
    analyzer : str
        A key of `topics.features.terms.ANALYZERS`.
    background : Background, optional
        Counted in with the document frequencies of single words.
    """

    def __init__(self, texts: Sequence[str], analyzer: str, background: Background | None = None) -> None:
        columns: dict[str, int] = {}
        indptr, indices, counts = [0], [], []
        terms_of = ANALYZERS[analyzer]
        for text in texts:
            for term, count in Counter(terms_of(text)).items():
                indices.append(columns.setdefault(term, len(columns)))
                counts.append(count)
            indptr.append(len(indices))
        order = np.array([columns[term] for term in sorted(columns)], dtype=np.int64)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        self.terms = sorted(columns)
        self.analyzer = analyzer
        self._background = background
        self._indptr = np.array(indptr, dtype=np.int64)
        self._columns = place[np.array(indices, dtype=np.int64)]
        self._counts = np.array(counts, dtype=np.int64)

    def tfidf(self, fitted: Ints, *, min_df: int, max_df: float = 1.0, max_terms: int | None = None) -> Tfidf:
        """Learn vocabulary and document frequencies from some of the texts.

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
        df = np.bincount(self._columns[self._values_of(fitted)], minlength=len(self.terms))
        kept = np.flatnonzero((df >= min_df) & (df <= max_df * len(fitted)))
        if max_terms is not None and len(kept) > max_terms:
            kept = np.sort(kept[np.argsort(-df[kept], kind="stable")[:max_terms]])
        vocabulary = [self.terms[c] for c in kept]
        n = np.full(len(kept), len(fitted))
        df = df[kept]
        if self._background is not None:
            more = np.array(
                [self._background.frequencies.get(term, 0) for term in vocabulary], dtype=np.int64
            )
            counted = np.array([term.isalnum() for term in vocabulary], dtype=bool)  # single words
            df, n = df + more, n + counted * self._background.n_paragraphs
        return Tfidf.from_frequencies(vocabulary, df, n, self.analyzer)

    def rows(self, texts: Ints, tfidf: Tfidf) -> Rows:
        """Return some texts' rows by a vocabulary learned with `tfidf`."""
        column_of = np.full(len(self.terms), -1, dtype=np.int64)
        column_of[
            np.searchsorted(np.array(self.terms, dtype=object), np.array(tfidf.vocabulary, dtype=object))
        ] = np.arange(len(tfidf.vocabulary))
        values = self._values_of(texts)
        columns = column_of[self._columns[values]]
        owners = np.repeat(np.arange(len(texts)), self._indptr[texts + 1] - self._indptr[texts])
        known = columns >= 0
        owners, columns, counts = owners[known], columns[known], self._counts[values][known]
        order = np.lexsort((columns, owners))
        lengths = np.bincount(owners, minlength=len(texts))
        return weigh(lengths, columns[order], counts[order], tfidf.idf)

    def _values_of(self, texts: Ints) -> Ints:
        """Return the places of the values of some texts, text after text."""
        lengths = self._indptr[texts + 1] - self._indptr[texts]
        starts = np.repeat(self._indptr[texts] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        return starts + np.arange(lengths.sum())
