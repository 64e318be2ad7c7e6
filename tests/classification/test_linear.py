from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.svm import LinearSVC

from topics.classification import linear
from topics.classification.linear import ABSENT, fit_hyperplanes
from topics.features.tfidf import Rows


def random_rows(n_rows: int, n_columns: int, seed: int = 0) -> Rows:
    """Sparse rows of length 1."""
    random = np.random.default_rng(seed)
    columns = [np.sort(random.choice(n_columns, 6, replace=False)) for _ in range(n_rows)]
    values = random.random((n_rows, 6))
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    indptr = np.arange(0, 6 * n_rows + 1, 6)
    return Rows(indptr, np.concatenate(columns).astype(np.int32), values.ravel(), n_columns)


def loss(rows: Rows, inside, weights, bias, C: float) -> float:
    margins = np.where(inside, 1, -1) * (rows.to_scipy() @ weights + bias)
    return 0.5 * (weights @ weights + bias**2) + C * float((np.maximum(0, 1 - margins) ** 2).sum())


@pytest.mark.parametrize("C", [0.1, 1.0])
def test_a_hyperplane_is_as_good_as_that_of_liblinear(C):
    rows = random_rows(300, 40)
    classes = np.random.default_rng(1).integers(0, 3, 300)
    weights, bias = fit_hyperplanes(rows, classes, 3, C=C, seed=0, by_ratio=False)
    for column in range(3):
        inside = classes == column
        machine = LinearSVC(C=C, random_state=0, tol=1e-6, max_iter=100_000).fit(rows.to_scipy(), inside)
        best = loss(rows, inside, machine.coef_[0], machine.intercept_[0], C)
        assert loss(rows, inside, weights[:, column].astype(float), bias[column], C) <= 1.0001 * best


def test_terms_are_weighed_by_how_much_they_tell():
    """As if the rows had been multiplied by the log-count ratio, and the weights with it."""
    rows = random_rows(200, 30)
    inside = np.random.default_rng(2).random(200) < 0.3
    occurs = rows.to_scipy() > 0
    counts = [1 + np.asarray(occurs[part].sum(axis=0)).ravel() for part in (inside, ~inside)]
    ratio = np.log(counts[0] / counts[0].sum()) - np.log(counts[1] / counts[1].sum())
    machine = LinearSVC(C=0.3, random_state=0, tol=1e-6, max_iter=100_000)
    machine.fit(rows.to_scipy().multiply(ratio).tocsr(), inside)
    weights, bias = fit_hyperplanes(rows, inside.astype(int), 2, C=0.3, seed=0)
    assert weights[:, 1] == pytest.approx(machine.coef_[0] * ratio, abs=2e-3)
    assert bias[1] == pytest.approx(machine.intercept_[0], abs=2e-3)
    assert np.array_equal(weights[:, 0], -weights[:, 1]) and bias[0] == -bias[1]


@given(st.integers(0, 5))
def test_the_number_of_threads_changes_nothing(seed):
    rows = random_rows(60, 20, seed)
    classes = np.random.default_rng(seed).integers(0, 4, 60)
    with pytest.MonkeyPatch.context() as patch:
        results = []
        for n in (1, 3):
            patch.setattr(linear, "cores", lambda n=n: n)
            results.append(fit_hyperplanes(rows, classes, 4, C=0.3, seed=seed))
    (weights, bias), (again, bias_again) = results
    assert np.array_equal(weights, again) and np.array_equal(bias, bias_again)


def test_a_class_without_example_is_never_chosen():
    rows = random_rows(50, 10)
    classes = np.where(np.arange(50) % 2, 0, 2)
    weights, bias = fit_hyperplanes(rows, classes, 3, C=1, seed=0)
    assert not weights[:, 1].any() and bias[1] == ABSENT
