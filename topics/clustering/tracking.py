"""Clusters found again after a corpus has grown: which of them keep their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

# A unit's place: its briefing's id and its (first) paragraph there.
Place = tuple[str, int | None]
# Of the units that both clusterings have, an old and a new cluster share at least
# such a part of those that either has, if they are one cluster.
SAME = 1 / 3


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier clustering.

    Parameters
    ----------
    members : mapping of place to int
        The cluster of each unit.
    names : mapping of int to str
        Of all its clusters.
    last_id : int
        The highest id that was ever given; ids are not used again.
    """

    members: Mapping[Place, int]
    names: Mapping[int, str]
    last_id: int


@dataclass(frozen=True, slots=True)
class Tracked:
    """What has become of clusters.

    Parameters
    ----------
    ids : list of int
        Of each new cluster.
    statuses : list of str or None
        ``merged``, if most of two or more old clusters is in it; ``split``, if
        most of it was in one old cluster, and so was most of another new one;
        else ``kept`` or ``new``. None where there is no earlier clustering.
    gone : list of int
        Old ids that no cluster has now.
    last_id : int
    """

    ids: list[int]
    statuses: list[str | None]
    gone: list[int] = field(default_factory=list)
    last_id: int = 0


def track(places: Sequence[Place], labels: NDArray[np.int64], k: int, earlier: Earlier | None) -> Tracked:
    """Give clusters their ids: those of the old clusters that they are, by overlap, or new ones.

    Parameters
    ----------
    places : sequence of place
        Of each unit.
    labels : ndarray of int, shape (n_units,)
        From 0 to k - 1, the largest cluster first.
    k : int
    earlier : Earlier or None
    """
    if earlier is None:
        return Tracked(list(range(1, k + 1)), [None] * k, last_id=k)
    old_ids = sorted(earlier.names)
    row = {id: number for number, id in enumerate(old_ids)}
    shared = np.zeros((len(old_ids), k))
    for place, label in zip(places, labels.tolist(), strict=True):
        old = row.get(earlier.members.get(place, -1))
        if old is not None:
            shared[old, label] += 1
    of_old, of_new = shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True)
    overlap = shared / np.maximum(of_old + of_new - shared, 1)
    match = {
        int(new): int(old)
        for old, new in zip(*linear_sum_assignment(-overlap), strict=True)
        if overlap[old, new] >= SAME
    }
    most_of_old = shared * 2 > of_old  # most of the old cluster is in the new one
    most_of_new = shared * 2 > of_new  # most of the new cluster was in the old one
    ids: list[int] = []
    statuses: list[str | None] = []
    last_id = earlier.last_id
    for new in range(k):
        if new in match:
            ids.append(old_ids[match[new]])
        else:
            last_id += 1
            ids.append(last_id)
        sources = np.flatnonzero(most_of_new[:, new])
        if most_of_old[:, new].sum() > 1:
            statuses.append("merged")
        elif len(sources) and most_of_new[sources[0]].sum() > 1:
            statuses.append("split")
        else:
            statuses.append("kept" if new in match else "new")
    gone = [id for id in old_ids if id not in ids]
    return Tracked(ids, statuses, gone, last_id)
