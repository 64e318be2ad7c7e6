"""From a corpus to its clusters: named, measured, dated, and traced to an earlier clustering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from topics.classification.model import Model
from topics.clustering.choosing import Trial, best_of, curve_of
from topics.clustering.kmeans import Grouping, Points, group
from topics.clustering.layout import mapped, positions
from topics.clustering.naming import coherence, name_cluster, telling
from topics.clustering.space import Space, space_of
from topics.clustering.stability import stabilities
from topics.clustering.tracking import Earlier, Tracked, track
from topics.clustering.trend import Trend, trends
from topics.clustering.units import Unit, UnitKind, units_of
from topics.corpus.briefing import Briefing
from topics.corpus.duplicates import near_duplicates
from topics.corpus.periods import day_of
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.threads import one_thread

EXAMPLES = 5
# An example should say something by itself: it has so many terms, if any unit of the cluster has.
EXAMPLE_TERMS = 8
# Stability is measured on so many units at most.
MEASURED = 10_000

Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A unit near the centre of its cluster."""

    briefing: str
    index: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of units that k-means found; not a topic, which is a label with a meaning.

    Parameters
    ----------
    id : int
        From 1; the same in a later clustering as long as the cluster is there.
    name : str
        Its most telling terms; after "mixed:" if they stand together less than by chance.
    terms : list of str
        Up to ten, most telling first.
    size : int
        Units.
    share : float
        Of all clustered units.
    coherence : float or None
        How often its terms stand together (mean NPMI), from -1 to 1.
    stability : float or None
        How well it is found again from halves of the corpus (mean Jaccard), from 0 to 1.
    examples : list of Example
        The five units nearest its centre.
    topics : mapping of str to float
        What a model calls its units, as shares of them; largest first. Empty without a model.
    trend : Trend
    status : str or None
        ``kept``, ``new``, ``split`` or ``merged`` since the earlier clustering; None without one.
    emerging : bool
        Whether it is of units that the model calls ``other`` or sends to review.
    """

    id: int
    name: str
    terms: list[str]
    size: int
    share: float
    coherence: float | None
    stability: float | None
    examples: list[Example]
    topics: Mapping[str, float]
    trend: Trend
    status: str | None
    emerging: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the cluster as JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "terms": self.terms,
            "size": self.size,
            "share": round(self.share, 6),
            "coherence": _rounded(self.coherence),
            "stability": _rounded(self.stability),
            "examples": [{"briefing": e.briefing, "index": e.index, "text": e.text} for e in self.examples],
            "topics": {topic: round(share, 6) for topic, share in self.topics.items()},
            "trend": [
                {"period": point.period, "share": round(point.share, 6), "count": point.count}
                for point in self.trend.points
            ],
            "change": _rounded(self.trend.change),
            "status": self.status,
            "emerging": self.emerging,
        }


@dataclass(frozen=True, slots=True)
class Member:
    """A unit in its cluster.

    Parameters
    ----------
    unit : Unit
    cluster : int
        The cluster's id.
    distance : float
        From the cluster's centre, from 0 to 2.
    """

    unit: Unit
    cluster: int
    distance: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters of a corpus.

    Parameters
    ----------
    clusters : list of Cluster
        Largest first.
    members : list of Member
        Every clustered unit, in the corpus's order.
    unit : str
        paragraph, segment or briefing.
    seed : int
    curve : list of Trial
        The numbers of clusters that were tried; empty if it was given.
    left_out : int
        Units that have no term to go by.
    duplicates : int
        Units that nearly repeat an earlier one; they did not count for the centres.
    gone : mapping of int to str
        Ids and names of clusters of the earlier clustering that are no longer there.
    last_id : int
        The highest id that was ever given.
    map : list of (float, float, int)
        Places of some units in the plane, and their clusters' ids.
    topics : TopicList
        The model's; empty without one.
    """

    clusters: list[Cluster]
    members: list[Member]
    unit: str
    seed: int
    curve: list[Trial]
    left_out: int
    duplicates: int
    gone: Mapping[int, str]
    last_id: int
    map: list[tuple[float, float, int]]
    topics: TopicList

    def __getitem__(self, id: int) -> Cluster:
        """Return a cluster by its id."""
        for cluster in self.clusters:
            if cluster.id == id:
                return cluster
        raise KeyError(id)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the members as JSON values, as in ``clusters.json``."""
        return {
            "clusters": [cluster.to_dict() for cluster in self.clusters],
            "gone": [{"id": id, "name": name} for id, name in self.gone.items()],
            "k": len(self.clusters),
            "unit": self.unit,
            "seed": self.seed,
            "units": len(self.members),
            "left_out": self.left_out,
            "duplicates": self.duplicates,
            "last_id": self.last_id,
            "known": self.topics.to_records(),
            "curve": [trial.to_dict() for trial in self.curve],
            "map": {
                "x": [round(x, 4) for x, _, _ in self.map],
                "y": [round(y, 4) for _, y, _ in self.map],
                "cluster": [id for _, _, id in self.map],
            },
        }


@one_thread
def cluster(
    corpus: Iterable[Briefing],
    *,
    k: int | Literal["auto"] = "auto",
    unit: UnitKind = "paragraph",
    model: Model | None = None,
    seed: int = 0,
    earlier: Earlier | None = None,
    progress: Progress | None = None,
) -> Clusters:
    """Find what a corpus speaks of, without labels.

    Units are placed in a space of TF-IDF reduced by latent semantic analysis and
    parted by k-means (see `topics.clustering.space` and ``kmeans``).

    Parameters
    ----------
    corpus : iterable of Briefing
    k : int or "auto"
        Number of clusters; "auto" chooses it, see `topics.clustering.choosing`.
    unit : "paragraph", "segment" or "briefing"
    model : Model, optional
        Leaves out what is no content, and clusters what it calls ``other`` or
        sends to review apart from the rest; k is divided between the two.
    seed : int, default=0
        Same corpus, same seed: same clusters, on any number of cores.
    earlier : Earlier, optional
        Clusters that are still there keep their ids.
    progress : callable, optional
        Takes what is being done, steps done, and steps in all (0 if unknown).

    Returns
    -------
    Clusters

    Raises
    ------
    InputError
        If there are fewer different units than clusters, or nothing in them to go by.
    """
    if k != "auto" and (not isinstance(k, int) or k < 1):
        raise ValueError(f"k is {k!r}; expected 'auto' or a whole number from 1")
    tell = progress or (lambda what, done, steps: None)
    units, n_found = [], 0
    for n_found, found in enumerate(units_of(corpus, unit, model), 1):
        units.append(found)
        if n_found % 1000 == 0:
            tell(f"{unit}s", n_found, 0)
    if not units:
        raise InputError(f"there is no {unit} with content to cluster; give briefings that have some.")
    tell("near-duplicates", 0, 0)
    first = near_duplicates([found.text for found in units]) == np.arange(len(units))
    _refuse_too_few(int(first.sum()), 2 if k == "auto" else k, unit)
    tell("terms", 0, 0)
    opens = np.array([found.opens for found in units])
    space = space_of([found.text for found in units], opens, first, unit == "paragraph", seed)
    placed = np.flatnonzero(space.points.any(axis=1))
    units, first, space = [units[i] for i in placed], first[placed], space.of(placed)
    fitted = np.flatnonzero(first)
    if not units:
        raise InputError(
            f"no {unit} has a word to go by: each word is a common one, or in most of them; give more text."
        )
    curve: list[Trial] = []
    if k == "auto":
        curve = curve_of(
            space.points[fitted], seed, lambda done, steps: tell("numbers of clusters", done, steps)
        )
        k = best_of(curve)
    _refuse_too_few(_n_different(space.points, fitted, k), k, unit)
    tell("clusters", 0, 0)
    emerging = np.array([found.emerging for found in units])
    grouping = _grouped(space.points, first, emerging, k, seed)
    k = len(grouping.centres)
    tracked = track([(found.briefing, found.index) for found in units], grouping.labels, k, earlier)
    tell("names", 0, 0)
    ids = np.array(tracked.ids)
    shown = mapped(grouping.labels, k, seed)
    clusters = _described(units, fitted, space, grouping, tracked, seed)
    tell("map", 0, 0)
    places = positions(space.points[shown], seed)
    return Clusters(
        clusters=clusters,
        members=[
            Member(found, id, distance)
            for found, id, distance in zip(
                units, ids[grouping.labels].tolist(), grouping.distances.tolist(), strict=True
            )
        ],
        unit=unit,
        seed=seed,
        curve=curve,
        left_out=n_found - len(units),
        duplicates=len(units) - len(fitted),
        gone={} if earlier is None else {id: earlier.names[id] for id in tracked.gone},
        last_id=tracked.last_id,
        topics=TopicList(()) if model is None else model.topics,
        map=[
            (float(x), float(y), int(id))
            for (x, y), id in zip(places, ids[grouping.labels[shown]], strict=True)
        ],
    )


def _refuse_too_few(n_different: int, k: int, unit: str) -> None:
    """Raise InputError if there are fewer different units than clusters."""
    if n_different < k:
        raise InputError(
            f"{k} clusters need as many {unit}s that differ in their words, and there "
            f"{'is 1' if n_different == 1 else f'are {n_different}'}; ask for fewer with --k, or give more text."
        )


def _n_different(points: Points, among: Ints, enough: int) -> int:
    """Count different points, up to as many as are needed."""
    different: set[bytes] = set()
    for i in among:
        different.add(points[i].tobytes())
        if len(different) == enough:
            break
    return len(different)


def _grouped(
    points: Points, first: NDArray[np.bool_], emerging: NDArray[np.bool_], k: int, seed: int
) -> Grouping:
    """Part units into k clusters, those that are emerging apart from the others; the largest cluster first."""
    labels, distances = np.zeros(len(points), np.int64), np.zeros(len(points))
    centres = np.zeros((0, points.shape[1]), np.float32)
    for part, part_k in _divided(points, first, emerging, k):
        found = group(points[part], np.flatnonzero(first[part]), part_k, seed)
        labels[part] = found.labels + len(centres)
        distances[part] = found.distances
        centres = np.concatenate([centres, found.centres])
    order = np.argsort(-np.bincount(labels), kind="stable")
    return Grouping(np.argsort(order)[labels], distances, centres[order])


def _divided(
    points: Points, first: NDArray[np.bool_], emerging: NDArray[np.bool_], k: int
) -> list[tuple[Ints, int]]:
    """Divide k between known and emerging units, by how many there are of each."""
    known, new = np.flatnonzero(~emerging), np.flatnonzero(emerging)
    most_known, most_new = (_n_different(points, part[first[part]], k) for part in (known, new))
    if k == 1 or not most_known or not most_new:
        return [(np.arange(len(points)), k)]
    for_known = round(k * len(known) / len(points))
    for_known = min(max(for_known, 1, k - most_new), k - 1, most_known)
    return [(known, for_known), (new, k - for_known)]


def _described(
    units: Sequence[Unit], fitted: Ints, space: Space, grouping: Grouping, tracked: Tracked, seed: int
) -> list[Cluster]:
    k = len(tracked.ids)
    labels = grouping.labels
    occurs = space.occurs[fitted]
    scores = telling(occurs, labels[fitted], k) * space.weights
    again = _stabilities(space.points[fitted], labels[fitted], k, seed)
    over_time = trends([day_of(unit.date) for unit in units], labels.tolist(), k)
    n_terms = np.diff(space.occurs.indptr)
    sizes = np.bincount(labels, minlength=k)
    clusters = []
    for label in range(k):
        members = np.flatnonzero(labels == label).tolist()
        distinct = fitted[labels[fitted] == label]
        nearest = distinct[np.argsort(grouping.distances[distinct], kind="stable")].tolist()
        naming = name_cluster(scores[label], space.terms, [units[i].text for i in nearest])
        telling_ones = [i for i in nearest if n_terms[i] >= EXAMPLE_TERMS] or nearest
        together = coherence(naming.columns, occurs)
        topics = Counter(unit.topic for i in members if (unit := units[i]).topic is not None)
        clusters.append(
            Cluster(
                id=tracked.ids[label],
                name=naming.name if together is None or together >= 0 else f"mixed: {naming.name}",
                terms=naming.terms,
                size=int(sizes[label]),
                share=float(sizes[label] / len(labels)),
                coherence=together,
                stability=again[label],
                examples=[
                    Example(units[i].briefing, units[i].index, units[i].text) for i in telling_ones[:EXAMPLES]
                ],
                topics={topic: count / int(sizes[label]) for topic, count in topics.most_common()},
                trend=over_time[label],
                status=tracked.statuses[label],
                emerging=bool(np.mean([units[i].emerging for i in members]) > 0.5),
            )
        )
    return clusters


def _stabilities(points: Points, labels: Ints, k: int, seed: int) -> list[float | None]:
    """Measure on a sample how well each cluster is found again; None for one that is not in it."""
    if k == 1:
        return [None]
    n = len(labels)
    sample = np.sort(np.random.default_rng(seed).choice(n, min(n, MEASURED), replace=False))
    values = stabilities(points[sample], labels[sample], k, seed)
    present = np.bincount(labels[sample], minlength=k) > 0
    return [float(value) if there else None for value, there in zip(values, present, strict=True)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
