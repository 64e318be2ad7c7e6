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
_HASHES = 64
# Shorter texts are the same only if all their words are.
_SHORT = 8  # words


def near_duplicates(texts: Sequence[str], similarity: float = 0.8) -> NDArray[np.int64]:
    """Group texts that say the same in nearly the same words.

    Two texts belong together if they share at least `similarity` of their runs
    of three words (Jaccard; Broder 1997), letter case and marks apart. Candidates
    are found by MinHash and locality-sensitive hashing, then measured exactly.
    Each text is compared with the first of each group, in order.

    Parameters
    ----------
    texts : sequence of str
    similarity : float, default=0.8
        Above 0, at most 1.

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
    from datasketch import MinHash, MinHashLSH

    if not 0 < similarity <= 1:
        raise ValueError(f"similarity is {similarity}; expected above 0 and at most 1")
    empty = MinHash(num_perm=_HASHES, hashfunc=_itself)
    # A candidate too many costs little, since it is measured; one too few would be missed.
    index = MinHashLSH(threshold=similarity, num_perm=_HASHES, weights=(0.05, 0.95))
    first_of_words: dict[tuple[str, ...], int] = {}
    shingles_of: dict[int, set[int]] = {}
    group = np.arange(len(texts), dtype=np.int64)
    for place, text in enumerate(texts):
        words = tuple(_WORD.findall(text.casefold()))
        first = first_of_words.setdefault(words, place)
        if first == place and len(words) >= _SHORT:
            shingles = _shingles(words)
            sketch = empty.copy()
            sketch.update_batch(sorted(shingles))
            found = [p for p in index.query(sketch) if _jaccard(shingles, shingles_of[p]) >= similarity]
            if found:
                first = first_of_words[words] = min(found)
            else:
                index.insert(place, sketch, check_duplication=False)
                shingles_of[place] = shingles
        group[place] = first
    return group


def _shingles(words: Sequence[str]) -> set[int]:
    return {zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)}


def _jaccard(first: set[int], second: set[int]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def _itself(value: int) -> int:
    return value
