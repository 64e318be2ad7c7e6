"""The shape of a paragraph: what tells headings, questions, short answers and page furniture apart.

Nothing here knows a word of any language; capitals and marks are Unicode's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

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
_QUESTION = re.compile(r"(?:Q|QUESTION)\b[:.]?")
_SPEAKER = re.compile(r"[^\W\d_a-z][^\d_a-z:]{1,40}:")


def shapes(texts: Iterable[str]) -> NDArray[np.float64]:
    """Describe paragraphs by their shape.

    Returns
    -------
    ndarray of shape (n_texts, len(NAMES))
        All values lie between 0 and about 1.
    """
    return np.array([_shape(text) for text in texts], dtype=np.float64).reshape(-1, len(NAMES))


def _shape(text: str) -> tuple[float, ...]:
    text = text.strip()
    words = text.split()
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return (
        math.log1p(len(text)) / 5,
        text.endswith((".", "!", "?", "…", '"', "”", "’", "'", "»", "。")),
        text.endswith(("?", "？")),
        text.endswith(":"),
        text.endswith((")", "]")),
        capitals / max(1, letters),
        sum(map(str.isdigit, text)) / max(1, len(text)),
        text.startswith(('"', "“", "„", "«", "'", "‘", "「")),
        text.startswith(("(", "[")),
        _QUESTION.match(text) is not None,
        _SPEAKER.match(text) is not None,
        len(words) < 4,
        len(words) < 8,
        len(words) < 15,
        text[:1].islower(),
        sum(word[0].isupper() for word in words) / max(1, len(words)),
        letters > 0 and text == text.upper() and capitals > 0,
    )
