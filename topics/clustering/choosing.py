"""How many clusters: several numbers tried on a sample, and the one chosen that is worth most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_score

from topics.clustering.kmeans import Points, best_centres, nearest
from topics.clustering.stability import stabilities

TRIED = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 24, 28, 34, 40, 50, 60)
SAMPLE = 5_000
SILHOUETTE_SAMPLE = 2_000
STARTS = 8
# Points a cluster has in the mean at most, where that does not ask for more than 30 clusters.
LARGEST, MOST_ASKED = 1_300, 30
# What it is worth to tell more apart, and what each cluster costs its reader.
DETAIL, COST = 0.2, 0.022
SIGN = 0.25  # of silhouette and explained variance, beside stability


@dataclass(frozen=True, slots=True)
class Trial:
    """What a number of clusters is worth.

    Parameters
    ----------
    k : int
    silhouette : float
        Mean over a sample, from -1 to 1 (Rousseeuw 1987).
    stability : float
        Mean over the points of how well their clusters are found again from
        random halves, from 0 to 1.
    explained : float
        Part of the variance that lies between clusters, from 0 to 1.
    """

    k: int
    silhouette: float
    stability: float
    explained: float

    @property
    def score(self) -> float:
        """Stability and a quarter of the two other signs, plus 0.2 ln k for detail, less 0.022 a cluster."""
        signs = self.stability + SIGN * (self.silhouette + self.explained)
        return float(signs + DETAIL * np.log(self.k) - COST * self.k)

    def to_dict(self) -> dict[str, float]:
        """Return the signs and the score as JSON values."""
        signs = {
            name: round(getattr(self, name), 4) for name in ("silhouette", "stability", "explained", "score")
        }
        return {"k": self.k, **signs}


def curve_of(points: Points, seed: int, progress: Callable[[int, int], None] | None = None) -> list[Trial]:
    """Try numbers of clusters on a sample of points.

    Parameters
    ----------
    points : ndarray of float32, shape (n_points, n_dimensions)
    seed : int
    progress : callable, optional
        Takes how many numbers were tried, and how many there are.

    Returns
    -------
    list of Trial
        By k; one at least.
    """
    rng = np.random.default_rng(seed)
    least = min(MOST_ASKED, len(points) / LARGEST)
    if len(points) > SAMPLE:
        points = points[np.sort(rng.choice(len(points), SAMPLE, replace=False))]
    some = np.sort(rng.choice(len(points), min(len(points), SILHOUETTE_SAMPLE), replace=False))
    most = max(2, math.isqrt(len(np.unique(points, axis=0))))
    tried = [k for k in TRIED if least <= k <= most] or [most]
    trials = []
    for number, trial in enumerate(_trials(points, some, tried, seed), 1):
        trials.append(trial)
        if progress:
            progress(number, len(tried))
    return trials


def best_of(curve: list[Trial]) -> int:
    """Return the number of clusters with the highest score."""
    return max(curve, key=lambda trial: trial.score).k


def _trials(points: Points, some: NDArray[np.int64], tried: list[int], seed: int) -> Iterator[Trial]:
    spread = float(((points - points.mean(axis=0)) ** 2).sum(dtype=np.float64))
    for k in tried:
        labels, distances = nearest(points, best_centres(points, k, seed, STARTS))
        silhouette = (
            silhouette_score(points[some], labels[some]) if 1 < len(set(labels[some])) < len(some) else 0.0
        )
        again = stabilities(points, labels, k, seed)
        part = np.bincount(labels, minlength=k) / len(labels)
        explained = 1 - float((distances**2).sum()) / spread if spread else 0.0
        yield Trial(k, float(silhouette), float(part @ again), explained)
