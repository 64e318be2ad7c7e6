"""How far clusters are found again in other samples of a corpus (Hennig 2007)."""

from __future__ import annotations

import os

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from topics.clustering.kmeans import Points, nearest
from topics.threads import one_thread

RESAMPLES = 10
STARTS = 2


def stabilities(points: Points, labels: NDArray[np.int64], k: int, seed: int) -> NDArray[np.float64]:
    """Measure how well each cluster is found again from random halves of the points.

    K-means is fitted to each half and then groups all points; a cluster's
    stability is the mean, over halves, of its largest Jaccard overlap with one of
    theirs.

    Parameters
    ----------
    points : ndarray of float32, shape (n_points, n_dimensions)
    labels : ndarray of int, shape (n_points,)
        From 0 to k - 1.
    k : int
    seed : int

    Returns
    -------
    ndarray of shape (k,)
        From 0 to 1; not a number for a cluster without points.
    """
    seeds = np.random.SeedSequence([seed, k, 1]).generate_state(RESAMPLES)
    others = Parallel(n_jobs=min(RESAMPLES, os.cpu_count() or 1), prefer="threads")(
        delayed(_from_half)(points, k, int(start)) for start in seeds
    )
    largest = [overlaps(labels, other, k).max(axis=1) for other in others]
    mean: NDArray[np.float64] = np.mean(largest, axis=0)
    return mean


def overlaps(labels: NDArray[np.int64], others: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return the Jaccard overlap of each cluster of one grouping with each of another, shape (k, k)."""
    shared = np.zeros((k, k))
    np.add.at(shared, (labels, others), 1)
    either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
    overlap: NDArray[np.float64] = np.divide(shared, either, out=np.zeros((k, k)), where=either > 0)
    return overlap


@one_thread
def _from_half(points: Points, k: int, seed: int) -> NDArray[np.int64]:
    half = np.random.default_rng(seed).choice(len(points), max(k, len(points) // 2), replace=False)
    fitted = KMeans(k, n_init=STARTS, random_state=seed).fit(points[half])
    return nearest(points, fitted.cluster_centers_)[0]
