"""What Python knows of every character, as one table, and texts as arrays of characters.

Compiled code asks the table instead of `str.lower` or a regular expression and
so finds the same terms, whatever version of Unicode this Python has.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

N_CHARACTERS = 0x110000
# The low bits of a character's entry are the character in lower case; the others say what it is.
LOWER = (1 << 21) - 1
WORD, SPACE, LETTER, CAPITAL, SMALL, DIGIT, DECIMAL, UPPER = (1 << bit for bit in range(21, 29))
# Their lower case is two characters, or depends on those around.
_SPECIAL = ("\u0130", "\u03a3")
# From here on there are ideographs and nothing else that is a letter: none has a case.
_IDEOGRAPHS = 0x20000


@functools.cache
def table() -> NDArray[np.uint32]:
    """Return an entry for each character: its lower case, and which of the classes above it is in.

    ``UPPER`` is set where upper case leaves a character as it is. The two
    characters whose lower case is no other single one stand for themselves.
    """
    numbers = np.arange(N_CHARACTERS, dtype=np.uint32)
    every = _decoded(numbers)
    for special in _SPECIAL:
        numbers[ord(special)] = ord(special.lower()[0])
    entries = encoded(_decoded(numbers).lower()).copy()
    for class_, pattern in ((WORD, r"\w+"), (SPACE, r"\s+"), (DECIMAL, r"\d+")):
        for run in re.finditer(pattern, every):
            entries[run.start() : run.end()] |= class_
    tested = every[:_IDEOGRAPHS]
    classes = {LETTER: str.isalpha, CAPITAL: str.isupper, SMALL: str.islower, DIGIT: str.isdigit}
    for class_, test in classes.items():
        entries[:_IDEOGRAPHS] |= np.fromiter(map(test, tested), bool) * np.uint32(class_)
    is_upper = map(operator.eq, map(str.upper, tested), tested)
    entries[:_IDEOGRAPHS] |= np.fromiter(is_upper, bool) * np.uint32(UPPER)
    entries[_IDEOGRAPHS:] |= UPPER
    entries[_IDEOGRAPHS:] |= np.where(entries[_IDEOGRAPHS:] & WORD, np.uint32(LETTER), np.uint32(0))
    return entries


def encoded(text: str) -> NDArray[np.uint32]:
    """Return a text's characters as numbers, halves of surrogate pairs too."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _decoded(numbers: NDArray[np.uint32]) -> str:
    return numbers.tobytes().decode("utf-32-le", "surrogatepass")


def has_special(texts: Sequence[str]) -> bool:
    """Tell whether a text holds a character whose lower case the table cannot give."""
    return any(special in text for text in texts for special in _SPECIAL)


def joined(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the characters of texts one after the other, and where each text begins (and the last ends)."""
    ends = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=ends[1:])
    return encoded("".join(texts)), ends
