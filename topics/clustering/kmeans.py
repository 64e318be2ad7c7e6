"""K-means (Lloyd 1982) from several k-means++ starts, in the same way on any number of cores."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans

from topics.threads import one_thread

STARTS = 10
# More units are clustered in mini-batches, from centres found on so many of them.
SAMPLE = 20_000
BATCH = 10_000

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Points parted into clusters.

    Parameters
    ----------
    labels : ndarray of int, shape (n_points,)
    distances : ndarray of float, shape (n_points,)
        Euclidean, of each point from its centre.
    centres : ndarray of float32, shape (k, n_dimensions)
    """

    labels: NDArray[np.int64]
    distances: NDArray[np.float64]
    centres: Points


def group(points: Points, fitted: NDArray[np.int64], k: int, seed: int) -> Grouping:
    """Part points into k clusters.

    Parameters
    ----------
    points : ndarray of float32, shape (n_points, n_dimensions)
    fitted : ndarray of int
        Indices of the points that the centres are fitted to; the others go to the nearest.
    k : int
        At most as many as there are different points among the fitted. There may
        be fewer clusters where points are clustered in batches.
    seed : int
    """
    sample = fitted
    if len(fitted) > SAMPLE:
        sample = np.sort(np.random.default_rng(seed).choice(fitted, SAMPLE, replace=False))
    centres = best_centres(points[sample], k, seed)
    if len(fitted) > SAMPLE:
        batches = MiniBatchKMeans(
            k, init=centres, n_init=1, batch_size=BATCH, random_state=seed, reassignment_ratio=0
        )
        centres = batches.fit(points[fitted]).cluster_centers_
    labels, distances = nearest(points, centres)
    kept = np.unique(labels)  # batches may leave a centre without points
    return Grouping(np.searchsorted(kept, labels), distances, centres[kept])


def best_centres(points: Points, k: int, seed: int, starts: int = STARTS) -> Points:
    """Return the centres of the best of several starts: the one with the least sum of squared distances."""
    seeds = np.random.SeedSequence([seed, k]).generate_state(starts)
    # Threads, since the work is done without Python's lock.
    runs = Parallel(n_jobs=min(starts, os.cpu_count() or 1), prefer="threads")(
        delayed(_run)(points, k, int(start)) for start in seeds
    )
    best: Points = min(runs, key=lambda run: run[0])[1]
    return best


@one_thread
def _run(points: Points, k: int, seed: int) -> tuple[float, Points]:
    fitted = KMeans(k, n_init=1, random_state=seed).fit(points)
    return fitted.inertia_, fitted.cluster_centers_


def nearest(points: Points, centres: Points) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each point's nearest centre and its distance, a part of the points at a time."""
    labels = np.empty(len(points), dtype=np.int64)
    distances = np.empty(len(points))
    squares = (centres**2).sum(axis=1)
    for first in range(0, len(points), BATCH):
        part = points[first : first + BATCH]
        gaps = squares - 2 * part @ centres.T  # of |p - c|², what differs between centres
        best = gaps.argmin(axis=1)
        gap = gaps[np.arange(len(part)), best].astype(np.float64) + (part.astype(np.float64) ** 2).sum(axis=1)
        labels[first : first + len(part)] = best
        distances[first : first + len(part)] = np.sqrt(np.maximum(gap, 0))
    return labels, distances
