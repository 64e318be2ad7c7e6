"""What an owner of a corpus must know: its problems, and what is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

from topics.corpus.briefing import Briefing, Paragraph
from topics.corpus.duplicates import near_duplicates
from topics.corpus.topic_list import TopicList
from topics.errors import InputError

# Shorter paragraphs ("Thank you all very much") come again by themselves.
LONG = 8  # words


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


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A paragraph that says nearly word for word what an earlier one says.

    Parameters
    ----------
    briefing, index : str, int
        The paragraph: its briefing's id and its place in it.
    label : str or None
    first_briefing, first_index, first_label
        The same of the earlier one.
    text : str
        Of the later one.
    """

    briefing: str
    index: int
    label: str | None
    first_briefing: str
    first_index: int
    first_label: str | None
    text: str

    @property
    def elsewhere(self) -> bool:
        """Whether the two stand in different briefings."""
        return self.briefing != self.first_briefing

    @property
    def disagrees(self) -> bool:
        """Whether the two have different labels."""
        return None not in (self.label, self.first_label) and self.label != self.first_label

    def to_dict(self) -> dict[str, Any]:
        """Return the near-duplicate as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass
class CorpusStatistics:
    """Counts over a corpus.

    Parameters
    ----------
    briefings, paragraphs, words : int
    unlabelled : int
        Paragraphs without label.
    near_duplicates : list of NearDuplicate
        Paragraphs of eight words or more that nearly repeat an earlier one, see
        `topics.corpus.duplicates`; those with different labels first.
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
    near_duplicates: list[NearDuplicate]
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
            "near_duplicates": {
                "paragraphs": len(self.near_duplicates),
                "elsewhere": sum(pair.elsewhere for pair in self.near_duplicates),
                "disagree": sum(pair.disagrees for pair in self.near_duplicates),
            },
            "first_date": self.first_date,
            "last_date": self.last_date,
            "topics": {label: counts.to_dict() for label, counts in self.topics.items()},
            "sources": self.sources,
        }


def corpus_statistics(corpus: Iterable[Briefing]) -> CorpusStatistics:
    """Count what is in a corpus, in one pass; its paragraphs are kept to find near-duplicates."""
    topics: dict[str, TopicCounts] = {}
    sources: Counter[str] = Counter()
    long: list[tuple[str, int, Paragraph]] = []
    dates: list[str] = []
    briefings = paragraphs = words = unlabelled = 0
    for briefing in corpus:
        briefings += 1
        paragraphs += len(briefing.paragraphs)
        sources[str(briefing.metadata.get("source", "(none)"))] += len(briefing.paragraphs)
        if briefing.date:
            dates = [min([briefing.date, *dates]), max([briefing.date, *dates])]
        for index, paragraph in enumerate(briefing.paragraphs):
            n_words = len(paragraph.text.split())
            words += n_words
            if n_words >= LONG:
                long.append((briefing.id, index, paragraph))
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
        _near_duplicates(long),
        dict(sorted(topics.items(), key=lambda item: -item[1].paragraphs)),
        dict(sources.most_common()),
        dates[0] if dates else None,
        dates[-1] if dates else None,
    )


def _near_duplicates(paragraphs: list[tuple[str, int, Paragraph]]) -> list[NearDuplicate]:
    """Pair each paragraph that nearly repeats an earlier one with the first such."""
    firsts = near_duplicates([paragraph.text for _, _, paragraph in paragraphs])
    pairs = []
    for place, first in enumerate(firsts):
        if first != place:
            briefing, index, paragraph = paragraphs[place]
            first_briefing, first_index, before = paragraphs[first]
            pairs.append(
                NearDuplicate(
                    briefing,
                    index,
                    paragraph.label,
                    first_briefing,
                    first_index,
                    before.label,
                    paragraph.text,
                )
            )
    return sorted(pairs, key=lambda pair: not pair.disagrees)


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
