"""Labelled briefings as columns of labels, and dealt into folds."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList

Ints = NDArray[np.int64]


def label_columns(briefings: Iterable[Briefing], topics: TopicList) -> Ints:
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


def folds(briefings: Sequence[Briefing], n_folds: int, seed: int) -> Ints:
    """Deal whole briefings into folds of about equal size; return each briefing's fold.

    Where briefings name their ``source`` and there are at least as many
    sources as folds, a source stays whole too: what is measured, and learned
    from, is then how a model does on a source that it has not seen.
    """
    groups = whole_sources(briefings, n_folds) or [str(number) for number in range(len(briefings))]
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


def whole_sources(briefings: Sequence[Briefing], n_folds: int) -> list[str] | None:
    """Return each briefing's source, or None where one is not named or there are fewer sources than folds."""
    sources = [briefing.metadata.get("source") for briefing in briefings]
    if None in sources or len(set(map(str, sources))) < n_folds:
        return None
    return [str(source) for source in sources]


def corpus_fingerprint(briefings: Iterable[Briefing]) -> str:
    """Return ``sha256:…`` over ids, texts and labels: equal corpora, equal fingerprints."""
    digest = hashlib.sha256()
    for briefing in briefings:
        digest.update(json.dumps([briefing.id, briefing.texts, briefing.labels]).encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"
