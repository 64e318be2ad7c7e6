"""TF-IDF: the vocabulary of a corpus, and paragraphs as weighted rows of it.

The weights are scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``: the
natural log of a term's count plus one, times
``idf = ln((1 + n) / (1 + df)) + 1``, rows scaled to Euclidean length 1
(Salton and Buckley 1988, *Term-weighting approaches in automatic text
retrieval*). It is written in NumPy alone, because a briefing must not wait for
scikit-learn to load; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.features.terms import ANALYZERS, words


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows: row ``i`` has the columns and values from ``indptr[i]`` to ``indptr[i + 1]``.

    Parameters
    ----------
    indptr : ndarray of int64, shape (n_rows + 1,)
    indices : ndarray of int32, shape (n_values,)
        Columns, rising within a row.
    values : ndarray of float64, shape (n_values,)
    n_columns : int
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.float64]
    n_columns: int

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def row(self, index: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the columns and values of one row."""
        place = slice(self.indptr[index], self.indptr[index + 1])
        return self.indices[place], self.values[place]

    def times(self, weights: NDArray[Any]) -> NDArray[np.float64]:
        """Multiply by a dense matrix.

        A row's result depends on that row alone, to the last bit, so that
        results do not change with what else is in a batch.

        Parameters
        ----------
        weights : ndarray of shape (n_columns, n_outputs)

        Returns
        -------
        ndarray of shape (n_rows, n_outputs)
        """
        result = np.zeros((len(self), weights.shape[1]))
        filled = np.flatnonzero(np.diff(self.indptr))
        if len(filled):
            products = self.values[:, None] * weights[self.indices]
            result[filled] = np.add.reduceat(products, self.indptr[filled], axis=0)
        return result

    def likeness(self, distance: int, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the cosine of each row with the one `distance` rows before it.

        Parameters
        ----------
        distance : int
        keep : ndarray of bool, shape (n_columns,)
            Columns that count.

        Returns
        -------
        ndarray of shape (n_rows,)
            0 where a row is empty or has none before it.
        """
        owners = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        kept = keep[self.indices]
        owners, columns, values = owners[kept], self.indices[kept].astype(np.int64), self.values[kept]
        squares = np.bincount(owners, values**2, minlength=len(self))
        keys = owners * self.n_columns + columns
        wanted = (owners + distance) * self.n_columns + columns
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        met = keys[places] == wanted if len(keys) else np.zeros(0, dtype=bool)
        products = np.bincount(owners[met] + distance, values[met] * values[places[met]], minlength=len(self))
        scale = np.sqrt(squares)
        scale[distance:] *= np.sqrt(squares[:-distance])
        scale[:distance] = 0
        return np.divide(products, scale, out=np.zeros(len(self)), where=scale > 0)

    def to_scipy(self) -> Any:
        """Return the same as a ``scipy.sparse.csr_matrix``."""
        from scipy.sparse import csr_matrix

        return csr_matrix((self.values, self.indices, self.indptr), shape=(len(self), self.n_columns))


class Tfidf:
    """A vocabulary with its inverse document frequencies.

    Parameters
    ----------
    vocabulary : sequence of str
        The terms, sorted; a term's place is its column.
    idf : ndarray of shape (n_terms,)
    analyzer : str, default="words"
        Which terms a text has: a key of `topics.features.terms.ANALYZERS`.
    """

    def __init__(self, vocabulary: Sequence[str], idf: NDArray[Any], analyzer: str = "words") -> None:
        if len(vocabulary) != len(idf):
            raise ValueError(f"vocabulary has {len(vocabulary)} terms, idf has {len(idf)}")
        self.vocabulary = vocabulary
        self.idf = idf
        self.analyzer = analyzer
        self._terms = ANALYZERS[analyzer]
        self._columns = {term: column for column, term in enumerate(vocabulary)}

    @classmethod
    def from_frequencies(
        cls,
        vocabulary: Sequence[str],
        df: NDArray[np.int64],
        n_documents: int | NDArray[np.int64],
        analyzer: str,
    ) -> Tfidf:
        """Make a vocabulary from terms, sorted, and how many of how many documents each is in."""
        # Kept as float32, as it is on disk, so that a model gives the same before and after saving.
        idf = (np.log((1 + n_documents) / (1 + df)) + 1).astype(np.float32)
        return cls(vocabulary, idf, analyzer)

    def known_share(self, texts: Iterable[str], at_least: int = 5) -> NDArray[np.float64]:
        """Return which part of each text's different words is in the vocabulary.

        Texts of fewer than `at_least` different words are too short to tell and count as known.
        """
        shares = []
        for text in texts:
            found = set(words(text))
            known = sum(word in self._columns for word in found)
            shares.append(known / len(found) if len(found) >= at_least else 1.0)
        return np.array(shares, dtype=np.float64)

    def transform(self, texts: Iterable[str]) -> Rows:
        """Return each text's weights as a row; a text without known terms has an empty row."""
        columns = self._columns
        indptr, indices, counts = [0], [], []
        for text in texts:
            found: dict[int, int] = {}
            for term in self._terms(text):
                column = columns.get(term)
                if column is not None:
                    found[column] = found.get(column, 0) + 1
            for column, count in sorted(found.items()):
                indices.append(column)
                counts.append(count)
            indptr.append(len(indices))
        return weigh(
            np.diff(np.array(indptr)).astype(np.int64),
            np.array(indices, dtype=np.int64),
            np.array(counts, dtype=np.int64),
            self.idf,
        )


def weigh(
    lengths: NDArray[np.int64], columns: NDArray[np.int64], counts: NDArray[np.int64], idf: NDArray[Any]
) -> Rows:
    """Turn counts of terms into TF-IDF rows of length 1.

    Parameters
    ----------
    lengths : ndarray of int, shape (n_texts,)
        Different terms in each text.
    columns, counts : ndarray of int, shape (n_values,)
        Text after text, columns rising within a text.
    idf : ndarray of shape (n_columns,)
    """
    starts = np.concatenate([[0], np.cumsum(lengths)])
    values = (1 + np.log(counts)) * idf[columns]
    filled = np.flatnonzero(lengths)
    if len(filled):
        squares = np.add.reduceat(values**2, starts[filled])
        values /= np.repeat(np.sqrt(squares), lengths[filled])
    return Rows(starts, columns.astype(np.int32), values.astype(np.float64), len(idf))
