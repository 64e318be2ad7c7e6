"""A corpus to be gone through several times, whether or not it fits in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from topics.corpus.briefing import Briefing

# Characters of text: a corpus of more is read again from its files each time.
HELD = 50_000_000


class Passes:
    """Briefings that can be gone through again and again.

    Parameters
    ----------
    read : callable
        Begins to read the corpus.
    held : int, default=HELD
        A corpus of at most so many characters is kept in memory from the first pass on.
    """

    def __init__(self, read: Callable[[], Iterator[Briefing]], held: int = HELD) -> None:
        self._read = read
        self._held = held
        self._kept: list[Briefing] | None = None

    def __iter__(self) -> Iterator[Briefing]:
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Briefing] = []
        size = 0
        for briefing in self._read():
            size += sum(map(len, briefing.texts))
            if size <= self._held:
                kept.append(briefing)
            else:
                kept.clear()
            yield briefing
        if size <= self._held:
            self._kept = kept
        else:
            self._held = 0  # known by now
