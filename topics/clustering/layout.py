"""Where units stand on a map: alike ones near each other (t-SNE, van der Maaten and Hinton 2008)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE

from topics.clustering.kmeans import Points

MOST = 2_000  # units on the map
EACH = 10  # of a cluster at least
PERPLEXITY = 30


def mapped(labels: NDArray[np.int64], k: int, seed: int) -> NDArray[np.int64]:
    """Choose units for the map: a random part of each cluster, all of a small one."""
    rng = np.random.default_rng(seed)
    part = min(1.0, MOST / max(1, len(labels)))
    chosen = []
    for label in range(k):
        own = np.flatnonzero(labels == label)
        wanted = min(len(own), max(EACH, round(part * len(own))))
        chosen.append(rng.choice(own, wanted, replace=False))
    return np.sort(np.concatenate(chosen))


def positions(points: Points, seed: int) -> NDArray[np.float64]:
    """Lay points out in the plane.

    Returns
    -------
    ndarray of shape (n_points, 2)
        Between 0 and 1.
    """
    n = len(points)
    if n < 5:
        angles = 2 * np.pi * np.arange(n) / max(1, n)
        places = np.column_stack([np.cos(angles), np.sin(angles)])
    else:
        layout = TSNE(perplexity=min(PERPLEXITY, (n - 1) / 3), init="random", random_state=seed)
        places = layout.fit_transform(points)
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    result: NDArray[np.float64] = (places - low) / np.where(span > 0, span, 1)
    return result
