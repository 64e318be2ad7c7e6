"""What a cluster speaks of: its most telling terms, and a name made of them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

TERMS = 10
IN_NAME = 3
NAMELESS = "(no telling word)"
# Texts in which the spelling of terms and the phrases they stand in are looked up.
READ = 400
_CANDIDATES = 40
_WORD = re.compile(r"\b\w\w+\b")
_STEM = 4  # letters that two forms of a word share at least
_ENDING = 3  # letters in which they may differ


@dataclass(frozen=True, slots=True)
class Naming:
    """A cluster's name and terms.

    Parameters
    ----------
    name : str
        Its first three terms that are no two forms of one word.
    terms : list of str
        Words and phrases as they are mostly spelt, most telling first.
    columns : list of int
        Of the words, in the vocabulary.
    """

    name: str
    terms: list[str]
    columns: list[int]


def telling(occurs: csr_matrix, labels: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Say how far each term tells a cluster: class-based TF-IDF.

    The part of the cluster's units that have the term, times the log of how many
    times that is the part of all units (after Grootendorst 2022, whose second
    factor does not fall to nothing for terms that are as common everywhere).

    Parameters
    ----------
    occurs : csr_matrix of shape (n_units, n_terms)
        1 where a unit has a term.
    labels : ndarray of int, shape (n_units,)
    k : int

    Returns
    -------
    ndarray of shape (k, n_terms)
    """
    member = csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(k, len(labels)))
    inside = (member @ occurs).toarray().astype(np.float64)
    in_all = inside.sum(axis=0) / len(labels)
    inside /= np.maximum(np.bincount(labels, minlength=k), 1)[:, None]
    ratio = np.divide(inside, in_all, out=np.ones_like(inside), where=inside > 0)
    result: NDArray[np.float64] = inside * np.log(ratio)
    if k == 1:  # nothing to tell it from: plain TF-IDF
        result = -inside * np.log(np.maximum(in_all, 1 / len(labels)))
    return result


def name_cluster(scores: NDArray[np.float64], terms: Sequence[str], texts: Sequence[str]) -> Naming:
    """Choose a cluster's terms and name.

    Parameters
    ----------
    scores : ndarray of shape (n_terms,)
        See `telling`.
    terms : sequence of str
    texts : sequence of str
        Of the cluster, those nearest its centre first.
    """
    order = [int(c) for c in np.argsort(-scores, kind="stable")[:_CANDIDATES] if scores[c] > 0]
    columns: list[int] = []
    for column in order:
        if not any(same_word(terms[column], terms[other]) for other in columns):
            columns.append(column)
    columns = columns[:TERMS]
    read = [_WORD.findall(text) for text in texts[:READ]]
    spelling = _spelling(read)
    phrases = _phrases([terms[column] for column in columns], read)
    shown = [" ".join(spelling.get(word, word) for word in phrase.split()) for phrase in phrases]
    return Naming(", ".join(shown[:IN_NAME]) or NAMELESS, shown, columns)


def coherence(columns: Sequence[int], occurs: csr_matrix) -> float | None:
    """Measure how often a cluster's terms stand together, from -1 to 1.

    The mean normalised pointwise mutual information of its pairs of terms
    (Bouma 2009; Aletras and Stevenson 2013), counted over all units.

    Returns
    -------
    float or None
        None for fewer than two terms.
    """
    if len(columns) < 2:
        return None
    has = occurs[:, list(columns)]
    n = occurs.shape[0]
    together = (has.T @ has).toarray().astype(np.float64) / n
    alone = together.diagonal()
    first, second = np.triu_indices(len(columns), 1)
    both, by_chance = together[first, second], alone[first] * alone[second]
    # Terms that never meet have the least value if they should have, else none;
    # terms that always do have the greatest.
    values = np.where(both > 0, 1.0, np.where(by_chance * n >= 1, -1.0, 0.0))
    met = (both > 0) & (both < 1)
    values[met] = np.log(both[met] / by_chance[met]) / -np.log(both[met])
    return float(values.mean())


def same_word(first: str, second: str) -> bool:
    """Tell whether two words look like forms of one: they begin alike and differ in a short ending.

    >>> same_word("missile", "missiles"), same_word("tax", "taxes"), same_word("iran", "iraq")
    (True, True, False)
    """
    shared = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    shorter = min(len(first), len(second))
    if shared == shorter >= 3 and max(len(first), len(second)) - shared <= 2:
        return True
    return shared >= _STEM and max(len(first), len(second)) - shared <= _ENDING and shorter - shared <= 1


def _phrases(found: Sequence[str], texts: Sequence[Sequence[str]]) -> list[str]:
    """Join words that mostly stand side by side in the texts, such as "health" and "care"; the order stays."""
    known = set(found)
    alone: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        lower = [word.lower() for word in text]
        alone.update(word for word in lower if word in known)
        pairs.update(
            pair for pair in itertools.pairwise(lower) if known.issuperset(pair) and pair[0] != pair[1]
        )
    partner: dict[str, tuple[str, str]] = {}
    for pair, count in pairs.most_common():
        first, second = pair
        if count * 2 < min(alone[first], alone[second]) or count < 2:
            continue
        if first not in partner and second not in partner:
            partner[first] = partner[second] = pair
    result = []
    for word in found:
        phrase = " ".join(partner.get(word, (word,)))
        if phrase not in result:
            result.append(phrase)
    return result


def _spelling(texts: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return how each word is mostly spelt, by its form in lower case."""
    seen: dict[str, Counter[str]] = {}
    for text in texts:
        for word in text:
            seen.setdefault(word.lower(), Counter())[word] += 1
    return {word: max(sorted(forms), key=lambda form: forms[form]) for word, forms in seen.items()}
