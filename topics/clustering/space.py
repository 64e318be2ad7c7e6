"""Where units lie: TF-IDF, reduced to its main directions, each unit a point on a sphere.

Latent semantic analysis (Deerwester and others 1990): the rows of TF-IDF are
projected on their leading singular vectors and scaled to length 1. Two things
differ where units are the paragraphs of longer briefings, which are then read as
sequences. A term counts for more if it keeps to some briefings and comes again
in the paragraphs around it, as "sanctions" does and the name of a spokesman or
"thank you" does not; and a paragraph is drawn towards its neighbours, so that
"When?" stands with what was asked about.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.preprocessing import normalize

from topics.features.counts import Selection, TermCounts

COMPONENTS = 100
MAX_DF = 0.5  # terms in more of the units tell nothing
MAX_TERMS = 50_000
# What a paragraph takes of each neighbour at most, and how fast that grows with
# how much more alike neighbours are (their mean product by the mean square).
NEIGHBOUR, NEIGHBOUR_SLOPE = 0.5, 5.0
# How many times as often as by chance a term stands in paragraphs of one briefing,
# and in such as are near each other, if it counts in full.
IN_BRIEFINGS, IN_PARTS = 2.0, 3.0
PRIOR = 30.0  # pairs of paragraphs; without so much evidence a term counts in full
# Of the units; with more of them, a singular vector is no better known.
MOST_FITTED = 200_000
# What a transcript says of itself: "Q", "MR. CARNEY:", "(Laughter.)".
_SPEAKER = re.compile(r"^\s*(?:Q\b[:.]?|[^\W\d_a-z][^\d:]{0,40}[^\W\d_a-z]{3}:)\s*")
_STAGE = re.compile(r"[(\[][^()\[\]\s]+(?:\s[^()\[\]\s]+){0,2}[)\]]")
# What is said when people talk, of whatever.
_TALK = {
    "added", "answer", "answered", "ask", "asked", "asking", "did", "does", "doing", "dr", "going", "hello", "hi", "mr",
    "mrs", "ms", "oh", "ok", "okay", "please", "question", "questions", "said", "say", "saying", "says", "sir", "sorry",
    "tell", "thank", "thanks", "told", "welcome", "yeah", "yes",
}  # fmt: skip
# "Didn't" tells no more than "did".
_CONTRACTED = re.compile(r"(?<=\w)(?:n['’]t|['’](?:s|ll|ve|re|d|m))\b", re.IGNORECASE)
# Scripts that put no space between words: each two neighbouring characters are taken for one.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Space:
    """Units as points, and the terms they were made of.

    Parameters
    ----------
    points : ndarray of float32, shape (n_units, n_components)
        Rows have length 1, or 0 for a unit without any term and neighbour.
    terms : list of str
    occurs : csr_matrix of shape (n_units, n_terms)
        1 where a unit has a term.
    weights : ndarray of shape (n_terms,)
        How far a term tells what is spoken of, from 0 to 1.
    """

    points: NDArray[np.float32]
    terms: list[str]
    occurs: csr_matrix
    weights: NDArray[np.float64]

    def of(self, units: NDArray[np.int64]) -> Space:
        """Return the space with some of the units alone."""
        return replace(self, points=self.points[units], occurs=self.occurs[units])


def space_of(
    texts: Sequence[str], opens: NDArray[np.bool_], first: NDArray[np.bool_], in_order: bool, seed: int
) -> Space:
    """Learn a space from units and place them in it.

    Parameters
    ----------
    texts : sequence of str
    opens : ndarray of bool, shape (n_units,)
        Whether a unit is the first of its briefing.
    first : ndarray of bool, shape (n_units,)
        Units to learn from: of near-duplicates one.
    in_order : bool
        Whether units are paragraphs, so that those around one say something of it.
    seed : int
    """
    fitted = np.flatnonzero(first)
    min_df = _min_df(len(fitted))
    counts = TermCounts(map(_cleaned, texts), "words", at_least=min_df)
    chosen = counts.select(fitted, min_df=min_df, max_df=MAX_DF, max_terms=MAX_TERMS)
    kept = np.array([tells(term) for term in counts.texts(chosen.columns)], dtype=bool)
    chosen = Selection(chosen.columns[kept], chosen.idf[kept])
    rows = counts.rows(np.arange(len(texts)), chosen)
    occurs = csr_matrix(
        (np.ones(len(rows.values), np.float32), rows.indices, rows.indptr), (len(rows), len(chosen.idf))
    )
    weights = np.ones(len(chosen.idf))
    matrix = rows.to_scipy().astype(np.float32)
    if in_order:
        weights = _weights(occurs, opens)
        # Not scaled to length 1 again: what has no telling term has little to say in all that follows.
        matrix = matrix @ diags(weights.astype(np.float32))
    points = _reduced(matrix, fitted, seed)
    if in_order:
        points = _with_neighbours(points, opens)
    return Space(normalize(points, copy=False), counts.texts(chosen.columns), occurs, weights)


def tells(term: str) -> bool:
    """Whether a term may tell what is spoken of: no number, no word of mere talk, none of the commonest in English."""
    return term not in ENGLISH_STOP_WORDS and term not in _TALK and not term[0].isdigit()


def _cleaned(text: str) -> str:
    text = _CONTRACTED.sub("", _STAGE.sub(" ", _SPEAKER.sub("", text)))
    return _UNSPACED.sub(lambda run: f" {' '.join(map(''.join, itertools.pairwise(run.group())))} ", text)


def _min_df(n_units: int) -> int:
    return 1 if n_units < 50 else 2 if n_units < 1000 else 3


def _reduced(matrix: csr_matrix, fitted: NDArray[np.int64], seed: int) -> NDArray[np.float32]:
    n_components = min(COMPONENTS, matrix.shape[1] - 1, len(fitted) - 1)
    if n_components < 2:  # nothing to reduce; without any term, a column of zeros
        dense: NDArray[np.float32] = np.zeros((matrix.shape[0], max(1, matrix.shape[1])), np.float32)
        dense[:, : matrix.shape[1]] = matrix.toarray()
        return dense
    if len(fitted) > MOST_FITTED:
        fitted = np.sort(np.random.default_rng(seed).choice(fitted, MOST_FITTED, replace=False))
    svd = TruncatedSVD(n_components, n_iter=4, random_state=seed).fit(matrix[fitted])
    points: NDArray[np.float32] = (matrix @ svd.components_.T.astype(np.float32)).astype(np.float32)
    return points


def _with_neighbours(points: NDArray[np.float32], opens: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Add to each unit a part of the one before it and of the one after it in its briefing."""
    joined = ~opens[1:, None]
    part = np.float32(_neighbours_part(points, opens))
    result = points.copy()
    result[1:] += part * joined * points[:-1]
    result[:-1] += part * joined * points[1:]
    return result


def _neighbours_part(points: NDArray[np.float32], opens: NDArray[np.bool_]) -> float:
    """Say how far neighbours tell of each other: as they are more alike than other paragraphs of their briefings.

    In transcripts they are, since subjects last; in a list of short news they are not.
    """
    starts = np.flatnonzero(opens)
    n = np.diff(np.append(starts, len(points)))
    squares = (points.astype(np.float64) ** 2).sum(axis=1)
    sums = np.add.reduceat(points, starts, axis=0, dtype=np.float64)
    pairs = (sums**2).sum(axis=1) - np.add.reduceat(squares, starts)
    expected = np.divide(pairs, n, out=np.zeros(len(n)), where=n > 1).sum()  # of n - 1 pairs
    met = (points[1:] * points[:-1]).sum(axis=1, dtype=np.float64)[~opens[1:]].sum()
    scale = max(1, (n - 1).sum()) * squares.mean()
    return float(np.clip(NEIGHBOUR_SLOPE * (met - expected) / scale, 0, NEIGHBOUR)) if scale else 0.0


def _weights(occurs: csr_matrix, opens: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Say of each term how far it tells a subject, from 0 to 1.

    A subject's words keep to some briefings, and there to a part. Counted is how
    often a term stands in two paragraphs of one briefing, against how often it
    would if it were strewn over the corpus; and how often these two are one or two
    apart, against how often they would be by chance. As often: it tells nothing.
    """
    number = np.cumsum(opens) - 1  # of the briefing
    n = np.bincount(number).astype(np.float64)  # paragraphs
    member = csr_matrix((np.ones(len(number), np.float32), (number, np.arange(len(number)))))
    pairs = member @ occurs
    pairs.data = (pairs.data * (pairs.data - 1)).astype(np.float64)
    together = np.asarray(pairs.sum(axis=0)).ravel()
    df = np.asarray(occurs.sum(axis=0), dtype=np.float64).ravel()
    strewn = df * (df - 1) * (n * (n - 1)).sum() / max(1, len(number) * (len(number) - 1))
    near = np.zeros(occurs.shape[1])
    for distance in (1, 2):
        same = (number[distance:] == number[:-distance]).astype(np.float32)
        near += np.asarray(occurs[distance:].multiply(occurs[:-distance]).T @ same).ravel()
    n_near = np.maximum(n - 1, 0) + np.maximum(n - 2, 0)
    by_chance = pairs.T @ np.divide(n_near, n * (n - 1), out=np.zeros(len(n)), where=n > 1)
    # Where all briefings have the same subjects, these keep to none: they count in part.
    in_briefings = (1 + 2 * _part(together, strewn, IN_BRIEFINGS)) / 3
    return in_briefings * _part(near, by_chance, IN_PARTS)


def _part(observed: NDArray[np.float64], expected: NDArray[np.float64], full: float) -> NDArray[np.float64]:
    """Return 0 where no more is observed than expected, 1 where it is so many times as much, or nothing is known."""
    times = (observed + full * PRIOR) / (expected + PRIOR)
    return np.clip((times - 1) / (full - 1), 0.0, 1.0)
