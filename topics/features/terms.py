"""The terms of a text: its words and pairs of words, or the words it opens with."""

from __future__ import annotations

import itertools
import re

# Two word characters or more, as in scikit-learn's vectorisers.
_WORD = re.compile(r"\b\w\w+\b")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
OPENING_LENGTH = 5


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order.

    >>> words("Maybe two days, if it's a must.")
    ['maybe', 'two', 'days', 'if', 'it', 'must']
    """
    return _WORD.findall(text.lower())


def word_terms(text: str) -> list[str]:
    """Return the words of a text and its pairs of neighbouring words.

    >>> word_terms("peace talks resume")
    ['peace', 'talks', 'resume', 'peace talks', 'talks resume']
    """
    found = words(text)
    return found + [f"{first} {second}" for first, second in itertools.pairwise(found)]


def opening_terms(text: str) -> list[str]:
    """Return what a text opens with: its first words and marks, and how they follow each other.

    >>> opening_terms("Asked about Syria, he")
    ['asked', 'about', 'syria', ',', 'he', '^asked', '^asked about', '^asked about syria']
    """
    # The first five words lie within the first two hundred characters, or are no words.
    found = _WORD_OR_MARK.findall(text[:200].lower())[:OPENING_LENGTH]
    return found + [f"^{' '.join(found[:n])}" for n in range(1, min(3, len(found)) + 1)]


# By the name that a bundle keeps.
ANALYZERS = {"words": word_terms, "opening": opening_terms}
