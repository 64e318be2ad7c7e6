"""What an owner of a corpus must know: its problems, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import InputError


@dataclass
class TopicCounts:
    """How much of a corpus has one label."""

    paragraphs: int = 0
    briefings: int = 0
    words: int = 0
    segments: list[int] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values; segment lengths in paragraphs."""
        return {
            "paragraphs": self.paragraphs,
            "briefings": self.briefings,
            "words": self.words,
            "segments": len(self.segments),
            "median_segment": median(self.segments) if self.segments else None,
            "longest_segment": max(self.segments, default=None),
        }


@dataclass
class CorpusStatistics:
    """Counts over a corpus.

    Parameters
    ----------
    briefings, paragraphs, words : int
    unlabelled : int
        Paragraphs without label.
    repeated : int
        Paragraphs of eight words or more whose text occurred before, letter case apart.
    topics : dict of str to TopicCounts
        By label, most frequent first.
    sources : dict of str to int
        Paragraphs by the briefings' ``source``, most frequent first.
    first_date, last_date : str or None
    """

    briefings: int
    paragraphs: int
    words: int
    unlabelled: int
    repeated: int
    topics: dict[str, TopicCounts]
    sources: dict[str, int]
    first_date: str | None
    last_date: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return the statistics as JSON values."""
        return {
            "briefings": self.briefings,
            "paragraphs": self.paragraphs,
            "words": self.words,
            "unlabelled": self.unlabelled,
            "repeated": self.repeated,
            "first_date": self.first_date,
            "last_date": self.last_date,
            "topics": {label: counts.to_dict() for label, counts in self.topics.items()},
            "sources": self.sources,
        }


def corpus_statistics(corpus: Iterable[Briefing]) -> CorpusStatistics:
    """Count what is in a corpus, in one pass."""
    topics: dict[str, TopicCounts] = {}
    sources: Counter[str] = Counter()
    seen: set[int] = set()
    dates: list[str] = []
    briefings = paragraphs = words = unlabelled = repeated = 0
    for briefing in corpus:
        briefings += 1
        paragraphs += len(briefing.paragraphs)
        sources[str(briefing.metadata.get("source", "(none)"))] += len(briefing.paragraphs)
        if briefing.date:
            dates = [min([briefing.date, *dates]), max([briefing.date, *dates])]
        for paragraph in briefing.paragraphs:
            n_words = len(paragraph.text.split())
            words += n_words
            key = hash(paragraph.text.casefold())
            repeated += n_words >= 8 and key in seen
            seen.add(key)
            if paragraph.label is None:
                unlabelled += 1
            else:
                counts = topics.setdefault(paragraph.label, TopicCounts())
                counts.paragraphs += 1
                counts.words += n_words
        for label in {label for label in briefing.labels if label is not None}:
            topics[label].briefings += 1
        for run_label, run in groupby(briefing.labels):
            if run_label is not None:
                topics[run_label].segments.append(len(list(run)))
    return CorpusStatistics(
        briefings,
        paragraphs,
        words,
        unlabelled,
        repeated,
        dict(sorted(topics.items(), key=lambda item: -item[1].paragraphs)),
        dict(sources.most_common()),
        dates[0] if dates else None,
        dates[-1] if dates else None,
    )


def label_problems(briefing: Briefing, topics: TopicList) -> list[InputError]:
    """Return an error for each label of a briefing that is not in the list."""
    problems = []
    for index, label in enumerate(briefing.labels):
        if label is not None:
            try:
                topics.index_of(label, f"briefing '{briefing.id}', paragraph {index}")
            except InputError as error:
                problems.append(error)
    return problems
