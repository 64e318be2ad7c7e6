"""The terms of a text: its words, pairs of words, runs of characters, or the words it opens with."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable

# Two word characters or more, as in scikit-learn's vectorisers.
_WORD = re.compile(r"\b\w\w+\b")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
CHARACTERS = (3, 4, 5)
EDGE = 5  # words and marks at the beginning or end of a paragraph that may announce something
REACH = 200  # characters in which they are looked for


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order.

    >>> words("Maybe two days, if it's a must.")
    ['maybe', 'two', 'days', 'if', 'it', 'must']
    """
    return _WORD.findall(text.lower())


def word_pair_terms(text: str) -> list[str]:
    """Return the words of a text and its pairs of neighbouring words.

    >>> word_pair_terms("peace talks resume")
    ['peace', 'talks', 'resume', 'peace talks', 'talks resume']
    """
    found = words(text)
    return found + [f"{first} {second}" for first, second in itertools.pairwise(found)]


def character_terms(text: str) -> list[str]:
    """Return the runs of 3 to 5 characters inside the words of a text, spaces at their ends included.

    Words are what spaces part, marks and all. These are the terms of
    scikit-learn's ``analyzer="char_wb"``; they are alike for inflections and
    compounds, and are found in scripts that put no space between words.

    >>> character_terms("On it")
    [' on', 'on ', ' on ', ' it', 'it ', ' it ']
    """
    found = []
    for word in text.lower().split():
        padded = f" {word} "
        for n in CHARACTERS:
            found += [padded[i : i + n] for i in range(max(1, len(padded) - n + 1))]
            if len(padded) <= n:
                break
    return found


def places_of(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Find words and pairs of words in the text that they were taken from.

    Returns
    -------
    list of (int, int)
        Start and end in characters, in order; places that overlap, or have one
        character between them, are joined.

    >>> places_of("Peace talks: no peace, no TALKS.", ["peace talks", "talks"])
    [(0, 11), (26, 31)]
    """
    wanted = set(terms)
    # Word by word, since a text in lower case may be longer than the text.
    found = [(word, *match.span()) for match in _WORD.finditer(text) for word in words(match.group())]
    places: list[tuple[int, int]] = []
    for (word, start, end), following in itertools.zip_longest(found, found[1:]):
        if following and f"{word} {following[0]}" in wanted:
            end = following[2]
        elif word not in wanted:
            continue
        while end < len(text) and unicodedata.category(text[end]).startswith("M"):
            end += 1  # marks belong to the letter before them
        if places and start <= places[-1][1] + 1:
            start, end = places[-1][0], max(end, places.pop()[1])
        places.append((start, end))
    return places


def edge_terms(text: str) -> list[str]:
    """Return how a text opens and how it ends, word by word.

    ``^`` marks what stands at the beginning, ``$`` at the end, ``~`` the last
    letters of the first words ("Turning", "Commenting", "Asked").

    >>> edge_terms("Asked twice, he left.")[:9]
    ['^asked', '^asked twice', '^asked twice ,', '^ asked', '^ twice', '^ ,', '^ he', '^ left', '^~ked']
    """
    text = text.lower()
    opening = _WORD_OR_MARK.findall(text[:REACH])[:EDGE]
    ending = _WORD_OR_MARK.findall(text[-REACH:])[-EDGE:]
    return [
        *(f"^{' '.join(opening[:n])}" for n in range(1, min(3, len(opening)) + 1)),
        *(f"^ {word}" for word in opening),
        *(f"^~{word[-3:]}" for word in opening[:2] if len(word) > 3),
        *(f"${' '.join(ending[-n:])}" for n in range(1, min(4, len(ending)) + 1)),
        *(f"$ {word}" for word in ending),
    ]


def cue_terms(text: str) -> list[str]:
    """Return what may announce a change of topic, or rule one out: a text's edges and its words."""
    return edge_terms(text) + words(text)


def pair_edge_terms(text: str) -> list[str]:
    """Return a text's words, pairs and edges."""
    return edge_terms(text) + word_pair_terms(text)


# By the name that a bundle keeps.
ANALYZERS = {
    "words": words,
    "pairs": word_pair_terms,
    "pairs+edges": pair_edge_terms,
    "characters": character_terms,
    "cues": cue_terms,
}
# Those of which a text's edges, or its pairs of words, are terms too.
WITH_EDGES = ("pairs+edges", "cues")
WITH_PAIRS = ("pairs", "pairs+edges")
