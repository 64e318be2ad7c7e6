"""TF-IDF: the vocabulary of a corpus, and paragraphs as weighted rows of it.

The weights are scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``: the
natural log of a term's count plus one, times
``idf = ln((1 + n) / (1 + df)) + 1``, rows scaled to Euclidean length 1
(Salton and Buckley 1988, *Term-weighting approaches in automatic text
retrieval*). It is written in NumPy alone, because a briefing must not wait for
scikit-learn to load; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topics.features.compiled import loaded
from topics.features.reading import Read, Reader, Vocabulary

# So many a text must have for the known share of them to say something.
ENOUGH_WORDS, ENOUGH_RUNS = 5, 60


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
        if len(weights) != self.n_columns:
            raise ValueError(f"weights have {len(weights)} rows; expected {self.n_columns}, one a column")
        kernel = loaded()
        if kernel is not None:
            product: NDArray[np.float64] = kernel.product(self.indptr, self.indices, self.values, weights)
            return product
        # bincount adds in order; reduceat and matrix products do not.
        owners = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        columns = [
            np.bincount(owners, self.values * weights[self.indices, output], len(self))
            for output in range(weights.shape[1])
        ]
        return np.array(columns, dtype=np.float64).reshape(weights.shape[1], len(self)).T.copy()

    def likeness(
        self, distance: int, keep: NDArray[np.bool_], place: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the cosine of each row with the one `distance` rows before it.

        Parameters
        ----------
        distance : int
        keep : ndarray of bool, shape (n_columns,)
            Columns that count.
        place : ndarray of int64, shape (n_rows,)
            Where in its briefing a row stands, from 0.

        Returns
        -------
        ndarray of shape (n_rows,)
            0 where a row is empty or has none before it in its briefing.
        """
        if len(keep) != self.n_columns or len(place) != len(self):
            raise ValueError(
                f"keep has {len(keep)} and place {len(place)}; expected {self.n_columns} and {len(self)}"
            )
        kernel = loaded()
        if kernel is not None:
            result: NDArray[np.float64] = kernel.likeness(
                self.indptr, self.indices, self.values, distance, keep, place
            )
            return result
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
        scale[place < distance] = 0
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
        self._reader = Reader(self.as_vocabulary())

    def as_vocabulary(self) -> Vocabulary:
        """Return the terms alone."""
        return Vocabulary(self.vocabulary, self.analyzer)

    def transform(self, texts: Sequence[str]) -> Rows:
        """Return each text's weights as a row; a text without known terms has an empty row."""
        return weigh(*self._reader.read(texts)[0].matrix, self.idf)


def inverse_document_frequencies(
    df: NDArray[np.int64], n_documents: int | NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the idf of terms from how many of how many documents each is in.

    As float32, as it is on disk, so that a model gives the same before and after saving.
    """
    return (np.log((1 + n_documents) / (1 + df)) + 1).astype(np.float32)


def known_share(read: Read, analyzer: str) -> NDArray[np.float64]:
    """Return which part of each text's words (or runs of characters) a vocabulary has.

    Texts that are too short to tell count as known.
    """
    enough = ENOUGH_RUNS if analyzer == "characters" else ENOUGH_WORDS
    return np.where(read.n_units >= enough, read.n_known / np.maximum(1, read.n_units), 1.0)


def weigh(
    indptr: NDArray[np.int64], columns: NDArray[np.int32], counts: NDArray[np.int32], idf: NDArray[Any]
) -> Rows:
    """Turn counts of terms into TF-IDF rows of length 1.

    Parameters
    ----------
    indptr, columns, counts : ndarray
        As in `Read`.
    idf : ndarray of shape (n_columns,)
    """
    kernel = loaded()
    if kernel is not None:
        logs = 1 + np.log(np.maximum(1, np.arange(counts.max(initial=0) + 1)))
        # Set aside here, not in the kernel: NumPy takes large pages of memory, many times as fast.
        values = np.empty(len(columns), dtype=np.float64)
        kernel.weight(indptr, columns, counts, idf, logs, values)
        return Rows(indptr, columns, values, len(idf))
    values = (1 + np.log(counts.astype(np.int64))) * idf[columns]
    owners = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    scale = np.sqrt(np.bincount(owners, values**2, len(indptr) - 1))
    return Rows(indptr, columns, values / scale[owners], len(idf))
