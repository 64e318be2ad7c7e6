"""Segments without labels: where the words of a briefing change.

A segment is taken to draw its words from a distribution of its own, and the
segmentation is chosen under which all words are most probable: the Bayesian
segmentation of Eisenstein and Barzilay (2008), after Utiyama and Isahara
(2001). It differs in what is expected of a segment: that it is like the whole
briefing, for words that are spread evenly over it, and unlike it for words that
keep to one part. So "the" and "said" say nothing, in any language, with no list
of stop words; and dashes, quotation marks or digits say something where they
belong to one part of the text only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.corpus.briefing import Briefing

Floats = NDArray[np.float64]

_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")

# Beginnings of words: "missile", "missiles" and most inflections elsewhere begin alike.
STEMS = (3, 5)  # letters
PARTS = 10  # of a briefing, over which a word's spread is measured
# Chosen on artificial documents (Choi 2000, the 220 of its fourth folder).
CONCENTRATION = 2.5  # the mean pseudo-count
# What stands in one paragraph depends on each other, so that each stem counts
# for less; for still less in long paragraphs.
DISCOUNT, LENGTH_DISCOUNT = 0.3, 0.3
BOUNDARY_RATES = np.array([0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3])
LONGEST = 300  # paragraphs in a segment; bounds time and memory


def segment(briefing: Briefing) -> list[int]:
    """Part a briefing where its words change, without labels or a model.

    Parameters
    ----------
    briefing : Briefing

    Returns
    -------
    list of int
        The segment of each paragraph, numbered from 0.

    Examples
    --------
    >>> from topics import Briefing, Paragraph
    >>> wheat = ["Wheat prices rose on wheat exports.", "Traders of wheat saw prices rise."] * 3
    >>> court = ["The court heard the judge.", "A judge of that court ruled."] * 3
    >>> segment(Briefing("news", tuple(Paragraph(text) for text in wheat + court)))
    [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    n = len(briefing.paragraphs)
    if n == 0:
        return []
    occurs = _occurrences(briefing.texts)
    likelihood = _log_likelihoods(occurs, _pseudo_counts(occurs))
    # The rate of boundaries that fits best, over all segmentations at each.
    evidence = _log_evidence(likelihood, BOUNDARY_RATES)
    rate = float(BOUNDARY_RATES[evidence.argmax()])
    starts = _best_starts(likelihood, rate)
    return (np.searchsorted(starts, np.arange(n), side="right") - 1).tolist()  # type: ignore[no-any-return]


def _occurrences(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Say which stems and marks occur in each paragraph, shape (n_paragraphs, n_stems)."""
    found = [
        sorted({(n, word[:n]) for word in _WORD_OR_MARK.findall(text.lower()) for n in STEMS})
        for text in texts
    ]
    column = {stem: i for i, stem in enumerate(sorted({stem for stems in found for stem in stems}))}
    occurs = np.zeros((len(texts), len(column)), dtype=np.bool_)
    for row, stems in zip(occurs, found, strict=True):
        row[[column[stem] for stem in stems]] = True
    return occurs


def _pseudo_counts(occurs: NDArray[np.bool_]) -> Floats:
    """Return what is expected of each stem in any segment.

    As often as in the briefing, and less so if it occurs in fewer parts of it
    than it would if its occurrences were strewn at random.
    """
    n, n_stems = occurs.shape
    part = np.arange(n) * PARTS // n
    parts = np.zeros(n_stems)
    for number in range(PARTS):
        parts += occurs[part == number].any(axis=0)
    count = occurs.sum(axis=0)
    at_random = PARTS * (1 - (1 - 1 / PARTS) ** count)
    expected: Floats = count * parts / at_random
    return CONCENTRATION * expected / (expected.mean() if n_stems else 1)


def _log_likelihoods(occurs: NDArray[np.bool_], pseudo: Floats) -> Floats:
    """Return how probable the stems of every span of paragraphs are, discounted.

    Given the paragraphs before it in the span, a stem's probability is its count
    so far plus its pseudo-count, by the sum of these over all stems: a Dirichlet
    compound multinomial distribution.

    Returns
    -------
    ndarray of shape (n_paragraphs, min(n_paragraphs, LONGEST))
        At [j, k] the natural log for the k + 1 paragraphs that end with j;
        minus infinity where there are not so many.
    """
    n = len(occurs)
    result = np.full((n, min(n, LONGEST)), -np.inf)
    sizes = np.maximum(occurs.sum(axis=1), 1)
    discounts = DISCOUNT * (sizes.mean() / sizes) ** LENGTH_DISCOUNT
    n_stems = np.concatenate([[0], np.cumsum(occurs.sum(axis=1))])
    log_sums = np.concatenate([[0.0], np.cumsum(np.log(pseudo.sum() + np.arange(n_stems[-1])))])
    spans = np.zeros(0)  # of those that end before j, by their first paragraph
    for j in range(n):
        first = max(0, j + 1 - LONGEST)
        here = np.flatnonzero(occurs[j])
        earlier = np.zeros((j - first + 1, len(here)))
        earlier[:-1] = np.cumsum(occurs[first:j, here][::-1], axis=0)[::-1]
        before = n_stems[j] - n_stems[first : j + 1]
        gain = np.log(pseudo[here] + earlier).sum(axis=1) - (log_sums[before + len(here)] - log_sums[before])
        spans = np.append(spans[len(spans) - (j - first) :], 0.0) + discounts[j] * gain
        result[j, : len(spans)] = spans[::-1]
    return result


def _log_evidence(likelihood: Floats, rates: Floats) -> Floats:
    """Return how probable a briefing's words are at each rate of boundaries, over all segmentations."""
    n = len(likelihood)
    total: Floats = np.zeros((n + 1, len(rates)))
    lengths = _log_lengths(likelihood.shape[1], rates)
    for j in range(n):
        spans = likelihood[j, : j + 1, None] + lengths[: j + 1]
        spans = spans + total[j + 1 - len(spans) : j + 1][::-1]
        highest = spans.max(axis=0)
        total[j + 1] = highest + np.log(np.exp(spans - highest).sum(axis=0))
    evidence: Floats = total[n]
    return evidence


def _best_starts(likelihood: Floats, rate: float) -> list[int]:
    """Return the first paragraph of each segment in the most probable segmentation."""
    n = len(likelihood)
    best, start = np.zeros(n + 1), np.zeros(n, dtype=np.int64)
    lengths = _log_lengths(likelihood.shape[1], np.array([rate]))[:, 0]
    for j in range(n):
        spans = likelihood[j, : j + 1] + lengths[: j + 1]
        spans = spans + best[j + 1 - len(spans) : j + 1][::-1]
        best[j + 1], start[j] = spans.max(), j - spans.argmax()
    starts = [int(start[n - 1])]
    while starts[-1] > 0:
        starts.append(int(start[starts[-1] - 1]))
    return starts[::-1]


def _log_lengths(n: int, rates: Floats) -> Floats:
    """Return the log probability of segments of 1 to n paragraphs at each rate of boundaries."""
    probabilities: Floats = np.log(rates) + np.arange(n)[:, None] * np.log1p(-rates)
    return probabilities
