"""Labelled briefings as columns of labels, and dealt into folds."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is kept of a briefing while its text is not.

    Parameters
    ----------
    id : str
    source : str or None
    labels : tuple of str or None
        Of its paragraphs.
    n_characters : int
    """

    id: str
    source: str | None
    labels: tuple[str | None, ...]
    n_characters: int

    @classmethod
    def of(cls, briefing: Briefing) -> Outline:
        """Return the outline of a briefing."""
        # Labels are a few words over and over, and each was read as a text of its own.
        labels = tuple(None if label is None else sys.intern(str(label)) for label in briefing.labels)
        return cls(briefing.id, source_of(briefing), labels, sum(map(len, briefing.texts)))


def source_of(briefing: Briefing) -> str | None:
    """Return the source that a briefing names."""
    source = briefing.metadata.get("source")
    return None if source is None else str(source)


def label_columns(briefings: Iterable[Briefing | Outline], topics: TopicList) -> Ints:
    """Return the labels of all paragraphs as columns of a list of topics, -1 where there is none.

    Raises
    ------
    InputError
        If a label is not in the list.
    """
    return np.array(
        [
            -1 if label is None else topics.index_of(label, f"briefing '{briefing.id}', paragraph {index}")
            for briefing in briefings
            for index, label in enumerate(briefing.labels)
        ],
        dtype=np.int64,
    )


def folds(sources: Sequence[str | None], n_folds: int, seed: int) -> Ints:
    """Deal whole briefings into folds of about equal size; return each briefing's fold.

    Where briefings name their ``source`` and there are at least as many
    sources as folds, a source stays whole too: what is measured, and learned
    from, is then how a model does on a source that it has not seen.

    Parameters
    ----------
    sources : sequence of str or None
        Of each briefing.
    n_folds : int
    seed : int
    """
    groups = whole_sources(sources, n_folds) or [str(number) for number in range(len(sources))]
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    size = Counter(groups)
    members = [0] * min(n_folds, len(names))
    fold_of: dict[str, int] = {}
    for name in sorted((names[i] for i in order), key=lambda name: -size[name]):
        fold = members.index(min(members))
        fold_of[name] = fold
        members[fold] += size[name]
    return np.array([fold_of[group] for group in groups], dtype=np.int64)


def whole_sources(sources: Sequence[str | None], n_folds: int) -> list[str] | None:
    """Return the sources, or None where one is not named or there are fewer than folds."""
    named = [source for source in sources if source is not None]
    return named if len(named) == len(sources) and len(set(named)) >= n_folds else None


class Fingerprint:
    """``sha256:…`` over ids, texts and labels of briefings: equal corpora, equal fingerprints."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, briefing: Briefing) -> None:
        """Take one more briefing into account."""
        self._digest.update(json.dumps([briefing.id, briefing.texts, briefing.labels]).encode() + b"\n")

    def __str__(self) -> str:
        return f"sha256:{self._digest.hexdigest()}"
