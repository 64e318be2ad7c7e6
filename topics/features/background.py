"""Document frequencies of words from a large unlabelled corpus, to weigh rare and common words better.

Where labelled text is scarce, how common a word is can be told from any text.
Nothing but counts is taken: no sentence, no label.
"""

from __future__ import annotations

import gzip
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from topics.errors import InputError
from topics.features.terms import words

HEADER = "word\tparagraphs"


@dataclass(frozen=True, slots=True)
class Background:
    """In how many paragraphs of some corpus each word stands.

    Parameters
    ----------
    n_paragraphs : int
    frequencies : mapping of str to int
        Words that are not in it stand in none.
    """

    n_paragraphs: int
    frequencies: Mapping[str, int]

    @classmethod
    def count(cls, texts: Iterable[str]) -> Background:
        """Count the words of paragraphs."""
        frequencies: Counter[str] = Counter()
        n = 0
        for text in texts:
            frequencies.update(set(words(text)))
            n += 1
        return cls(n, frequencies)

    @classmethod
    def is_table(cls, path: str | os.PathLike[str]) -> bool:
        """Tell whether a file is a table written by `write`."""
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                return file.readline().startswith(HEADER)
        except (OSError, UnicodeDecodeError):
            return False

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Background:
        """Read a table.

        Raises
        ------
        InputError
            If it is no such table.
        """
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file]
            total, table = rows[1], rows[2:]
            return cls(int(total[1]), {word: int(count) for word, count in table})
        except (OSError, EOFError, ValueError, IndexError):
            raise InputError(
                f"{path}: is no table of words and counts; expected one made with Background.write."
            ) from None

    def write(self, path: str | os.PathLike[str], at_least: int = 1) -> None:
        """Write a gzipped table of the words that stand in so many paragraphs, in alphabetical order."""
        kept = sorted((word, count) for word, count in self.frequencies.items() if count >= at_least)
        lines = [HEADER, f"(all)\t{self.n_paragraphs}", *(f"{word}\t{count}" for word, count in kept)]
        # Without a time in it, equal tables are equal files.
        with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
