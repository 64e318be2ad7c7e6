"""The shape of a paragraph: what tells headings, questions, short answers and page furniture apart.

Nothing here knows a word of any language; capitals and marks are Unicode's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topics.features.characters import encoded, joined, table
from topics.features.compiled import compiled_for

NAMES = (
    "length",
    "ends a sentence",
    "ends as a question",
    "ends with a colon",
    "ends with a bracket",
    "capital letters",
    "digits",
    "opens with a quotation mark",
    "opens with a bracket",
    "opens as a question of a transcript",
    "opens with a speaker's name",
    "under 4 words",
    "under 8 words",
    "under 15 words",
    "opens in lower case",
    "words in capitals",
    "all in capitals",
)
_ENDS_SENTENCE = (".", "!", "?", "…", '"', "”", "’", "'", "»", "。")
_ENDS_QUESTION = ("?", "？")
_ENDS_BRACKET = (")", "]")
_OPENS_QUOTATION = ('"', "“", "„", "«", "'", "‘", "「")
_OPENS_BRACKET = ("(", "[")
_QUESTION = re.compile(r"(?:Q|QUESTION)\b[:.]?")
_SPEAKER = re.compile(r"[^\W\d_a-z][^\d_a-z:]{1,40}:")


def shapes(texts: Sequence[str]) -> NDArray[np.float64]:
    """Describe paragraphs by their shape.

    Returns
    -------
    ndarray of shape (n_texts, len(NAMES))
        All values lie between 0 and about 1.
    """
    compiled = compiled_for(texts)
    if compiled is None:
        counted = np.array([_counted(text) for text in texts], dtype=np.int64).reshape(-1, 16)
    else:
        characters, bounds = joined(texts)
        counted = compiled.shape_counts(characters, bounds, table(), _sets())
    return _described(counted)


def _counted(text: str) -> tuple[int, ...]:
    """Return what a text's shape is made of: counts, and 1 for what is the case."""
    text = text.strip()
    words = text.split()
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return (
        len(text),
        text.endswith(_ENDS_SENTENCE),
        text.endswith(_ENDS_QUESTION),
        text.endswith(":"),
        text.endswith(_ENDS_BRACKET),
        capitals,
        letters,
        sum(map(str.isdigit, text)),
        text.startswith(_OPENS_QUOTATION),
        text.startswith(_OPENS_BRACKET),
        _QUESTION.match(text) is not None,
        _SPEAKER.match(text) is not None,
        len(words),
        text[:1].islower(),
        sum(word[0].isupper() for word in words),
        letters > 0 and text == text.upper() and capitals > 0,
    )


def _described(counted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Turn counts into values that are alike for short and long texts."""
    length, capitals, letters, digits, n_words, capital_words = counted[:, [0, 5, 6, 7, 12, 14]].T
    return np.column_stack(
        [
            np.log1p(length) / 5,
            counted[:, 1:5],
            capitals / np.maximum(1, letters),
            digits / np.maximum(1, length),
            counted[:, 8:12],
            n_words < 4,
            n_words < 8,
            n_words < 15,
            counted[:, 13],
            capital_words / np.maximum(1, n_words),
            counted[:, 15],
        ]
    ).astype(np.float64)


@functools.cache
def _sets() -> tuple[NDArray[np.uint32], ...]:
    return tuple(
        encoded("".join(some))
        for some in (_ENDS_SENTENCE, _ENDS_QUESTION, _ENDS_BRACKET, _OPENS_QUOTATION, _OPENS_BRACKET)
    )
