"""Near-duplicates: the same text again, perhaps with a few words changed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Words, or single characters of scripts that put no space between words.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_SHINGLE = 3  # words
# Shorter texts are the same only if all their words are.
_SHORT = 8  # words
SIMILARITY = 0.8
# Texts are compared that agree in all numbers of a band of their sketches: of those
# that are just similar enough, 1 in 5,000 is missed.
_BANDS, _ROWS = 16, 4


def near_duplicates(texts: Sequence[str]) -> NDArray[np.int64]:
    """Group texts that say the same in nearly the same words.

    Two texts belong together if they share at least four fifths of their runs of
    three words (Jaccard; Broder 1997), letter case and marks apart. Candidates
    are found by MinHash and locality-sensitive hashing, then measured exactly.
    Each text is compared with the first of each group, in order.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    ndarray of int, shape (n_texts,)
        For each text the place of its group's first text: its own if it is new.

    Examples
    --------
    >>> wire = "Talks resumed in Geneva on Monday after a pause of six weeks, diplomats said"
    >>> near_duplicates([wire, "No comment.", wire.upper() + ".", "No comment"]).tolist()
    [0, 1, 0, 1]
    """
    group = np.arange(len(texts), dtype=np.int64)
    first_of: dict[str, int] = {}
    different: list[int] = []
    for place, text in enumerate(texts):
        words = _words(text)
        group[place] = first_of.setdefault(" ".join(words), place)
        if group[place] == place and len(words) >= _SHORT:
            different.append(place)
    shared = _shared_bands([texts[place] for place in different])
    firsts_with: dict[tuple[int, int], list[int]] = {}
    shingles_of: dict[int, set[int]] = {}
    for place, bands in zip(different, shared, strict=True):
        if not bands:
            continue
        shingles = _shingles(_words(texts[place]))
        candidates = sorted({first for band in bands for first in firsts_with.get(band, ())})
        same = [first for first in candidates if _jaccard(shingles, shingles_of[first]) >= SIMILARITY]
        if same:
            group[place] = same[0]
        else:
            shingles_of[place] = shingles
            for band in bands:
                firsts_with.setdefault(band, []).append(place)
    return group[group]  # an exact copy goes where its first goes


def _shared_bands(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return the bands of each text's sketch, as number and content, that another text has too.

    Most texts have none, so that little is kept of a large corpus.
    """
    from datasketch import MinHash

    empty = MinHash(num_perm=_BANDS * _ROWS, hashfunc=_itself)
    mix = np.array(
        [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], np.uint64
    )
    bands = np.empty((len(texts), _BANDS), dtype=np.uint64)
    for row, text in enumerate(texts):
        sketch = empty.copy()
        sketch.update_batch(list(_shingles(_words(text))))
        bands[row] = (sketch.hashvalues.reshape(_BANDS, _ROWS) * mix).sum(axis=1)
    shared: list[list[tuple[int, int]]] = [[] for _ in texts]
    for number in range(_BANDS):
        _, content, counts = np.unique(bands[:, number], return_inverse=True, return_counts=True)
        for row in np.flatnonzero(counts[content] > 1).tolist():
            shared[row].append((number, int(content[row])))
    return shared


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _shingles(words: Sequence[str]) -> set[int]:
    return {zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)}


def _jaccard(first: set[int], second: set[int]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def _itself(value: int) -> int:
    return value
