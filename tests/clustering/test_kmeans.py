"""K-means, stability, and the number of clusters, on points made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from topics.clustering import kmeans
from topics.clustering.choosing import best_of, curve_of
from topics.clustering.kmeans import group, nearest
from topics.clustering.layout import mapped, positions
from topics.clustering.stability import overlaps, stabilities


def blobs(k: int, n: int = 60, spread: float = 0.05, seed: int = 0):
    chance = np.random.default_rng(seed)
    centres = np.linalg.qr(chance.normal(size=(20, 20)))[0][:k]
    labels = np.repeat(np.arange(k), n)
    return (centres[labels] + spread * chance.normal(size=(k * n, 20))).astype(np.float32), labels


def test_separate_groups_are_found():
    points, labels = blobs(5)
    found = group(points, np.arange(len(points)), 5, seed=0)
    assert adjusted_rand_score(labels, found.labels) == 1
    gaps = np.linalg.norm(points - found.centres[found.labels], axis=1)
    assert found.distances == pytest.approx(gaps, abs=1e-3)


def test_points_that_are_not_fitted_go_to_the_nearest_centre():
    points, _ = blobs(3)
    far = np.vstack([points, np.full((50, 20), 3, np.float32)])
    with_far = group(far, np.arange(len(points)), 3, seed=0)
    assert with_far.centres == pytest.approx(group(points, np.arange(len(points)), 3, seed=0).centres)


def test_large_corpora_are_clustered_in_batches(monkeypatch):
    monkeypatch.setattr(kmeans, "SAMPLE", 100)
    points, labels = blobs(5)
    found = group(points, np.arange(len(points)), 5, seed=0)
    assert adjusted_rand_score(labels, found.labels) == 1


def test_a_centre_without_points_is_no_cluster(monkeypatch):
    points, _ = blobs(3)
    far = np.full((1, 20), 9, np.float32)
    monkeypatch.setattr(kmeans, "best_centres", lambda *_: np.vstack([points[:1], far, points[-1:]]))
    found = group(points, np.arange(len(points)), 3, seed=0)
    assert len(found.centres) == 2 and set(found.labels) == {0, 1}


def test_nearest_is_that_of_all_distances(monkeypatch):
    monkeypatch.setattr(kmeans, "BATCH", 7)
    points, _ = blobs(4, n=10)
    labels, distances = nearest(points, points[::11].copy())
    gaps = np.linalg.norm(points[:, None] - points[None, ::11], axis=2)
    assert (labels == gaps.argmin(axis=1)).all()
    assert distances == pytest.approx(gaps.min(axis=1), abs=1e-3)


def test_overlaps_are_jaccards():
    assert overlaps(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), 2) == pytest.approx(
        np.array([[0.5, 0.25], [0, 2 / 3]])
    )


def test_true_groups_are_stable_and_cut_ones_are_not():
    points, labels = blobs(3)
    assert stabilities(points, labels, 3, seed=0) == pytest.approx([1, 1, 1])
    chance = np.random.default_rng(1).normal(size=(300, 20)).astype(np.float32)
    cut = group(chance, np.arange(300), 8, seed=0).labels
    assert stabilities(chance, cut, 8, seed=0).mean() < 0.5


@pytest.mark.parametrize("k", [3, 5, 8])
def test_the_number_of_groups_is_chosen(k):
    curve = curve_of(blobs(k)[0], seed=0)
    assert best_of(curve) == k
    chosen = next(trial for trial in curve if trial.k == k)
    assert chosen.stability == pytest.approx(1) and chosen.silhouette > 0.7 and chosen.explained > 0.9


def test_every_cluster_is_on_the_map():
    labels = np.array([0] * 10_000 + [1] * 3)
    chosen = mapped(labels, 2, seed=0)
    assert set(labels[chosen]) == {0, 1} and (labels[chosen] == 1).sum() == 3
    assert 1_900 < len(chosen) < 2_100 and (np.diff(chosen) > 0).all()


@pytest.mark.parametrize("n", [1, 2, 4, 5, 40])
def test_positions_lie_in_the_unit_square(n):
    places = positions(np.random.default_rng(0).normal(size=(n, 5)).astype(np.float32), seed=0)
    assert places.shape == (n, 2) and np.isfinite(places).all() and 0 <= places.min() <= places.max() <= 1
    assert len(np.unique(places, axis=0)) == n
