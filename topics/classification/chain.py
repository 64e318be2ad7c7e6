"""The chain: a briefing's paragraphs are judged together, not one by one.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001).
A paragraph's topic depends on the evidence on it and on the topics of its two
neighbours; the evidence on the step between them says how freely the topic
may change there. The field is small: its evidence is not the terms but the
scores that models trained on *other* briefings gave, so that it learns how far
scores can be trusted on text that was not trained on. Trained by maximum
likelihood, its marginal probabilities are calibrated.

Each briefing's numbers come from its own paragraphs alone, by the same
operations in the same order whatever else is in the batch: in NumPy for many
briefings at a time, step by step through the text, or compiled
(`topics.classification.passing`) one briefing after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.classification.evidence import Evidence
from topics.features.compiled import loaded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# How firmly the prior is believed (inverse variances). A topic's own score and
# its base rate need little proof; what is often an accident of the briefings
# at hand needs more: which topic follows which, and what is marked as doubtful.
STRENGTH = 3.0
OWN_STRENGTH = 0.3
DOUBTFUL_STRENGTH = 10.0


@dataclass(frozen=True, slots=True)
class Chain:
    """The parameters of the field, all natural logs of weights.

    Parameters
    ----------
    node : ndarray of shape (n_node, n_topics)
        What each piece of evidence on a paragraph says for each topic. The
        first `n_topics` rows are for its linear scores, the last for a
        constant.
    transitions : ndarray of shape (n_topics, n_topics)
        From the earlier paragraph's topic (row) to the later one's.
    change : ndarray of shape (n_step,)
        What each piece of evidence on a step says for a change of topic.
    first, last : ndarray of shape (n_topics,)
        For the first and the last paragraph of a briefing.
    """

    node: Floats
    transitions: Floats
    change: Floats
    first: Floats
    last: Floats

    @classmethod
    def prior(cls, n_topics: int, n_node: int, n_step: int, scale: float) -> Chain:
        """Return the chain that goes by the linear scores alone: a margin of 1 is odds of e^scale."""
        node = np.zeros((n_node, n_topics))
        node[:n_topics] = scale * np.eye(n_topics)
        zeros = np.zeros(n_topics)
        return cls(node, np.zeros((n_topics, n_topics)), np.zeros(n_step), zeros, zeros)

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return len(self.first)

    def tempered(self, factor: float) -> Chain:
        """Return the chain that is surer (above 1) or less sure (below) of everything it says."""
        return Chain(*(factor * array for array in self.arrays().values()))

    def arrays(self) -> dict[str, Floats]:
        """Return the parameters by name, in a fixed order."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Messages:
    """What a paragraph's past, its own terms, and its future say of its topic.

    The product of the three, scaled to sum 1, is the probability. Each has
    shape (n_paragraphs, n_topics) and is fixed up to a factor for each
    paragraph.
    """

    before: Floats
    own: Floats
    after: Floats

    @property
    def probabilities(self) -> Floats:
        """Marginal probabilities, rows summing to 1."""
        joint = self.before * self.own * self.after
        scaled: Floats = joint / joint.sum(axis=1, keepdims=True)
        return scaled


def messages(evidence: Evidence, lengths: Sequence[int], chain: Chain) -> Messages:
    """Pass messages along each briefing: the forward-backward algorithm (Rabiner 1989).

    Parameters
    ----------
    evidence : Evidence
        On the paragraphs, briefing after briefing.
    lengths : sequence of int
        Paragraphs in each briefing.
    chain : Chain

    Raises
    ------
    ValueError
        If the shapes disagree.
    """
    expected = (sum(lengths), len(chain.node)), (sum(lengths), len(chain.change))
    if min(lengths, default=0) < 0 or (evidence.node.shape, evidence.step.shape) != expected:
        raise ValueError(
            f"evidence has shapes {evidence.node.shape} and {evidence.step.shape}; "
            f"expected {expected[0]} and {expected[1]}, as lengths and chain say"
        )
    own, freedom, weights = _Weights.of(
        product(evidence.node, chain.node), product(evidence.step, chain.change[:, None])[:, 0], chain
    )
    if loaded() is not None:
        from topics.classification.passing import forward_backward

        before, after, *_ = forward_backward(own, freedom, *weights, _bounds(lengths))
    else:
        before, after = _passed(own, freedom, weights, lengths)
    return Messages(before, own, after)


class _Weights(NamedTuple):
    """The chain's parameters as factors."""

    stay: Floats
    leave: Floats
    first: Floats
    last: Floats

    @classmethod
    def of(cls, own_logs: Floats, step_logs: Floats, chain: Chain) -> tuple[Floats, Floats, _Weights]:
        """Return the factors of each paragraph, of the steps before them, and of the chain."""
        highest = own_logs.max(axis=1, keepdims=True, initial=-np.inf)
        leave = np.exp(chain.transitions)
        np.fill_diagonal(leave, 0.0)
        stay = np.exp(np.diag(chain.transitions))
        return (
            np.exp(own_logs - highest),
            np.exp(step_logs),
            cls(stay, leave, np.exp(chain.first), np.exp(chain.last)),
        )


def _bounds(lengths: Sequence[int]) -> Ints:
    """Return where each briefing begins, and the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def product(left: Floats, right: Floats) -> Floats:
    """Multiply matrices, adding in the same order whatever the number of rows (BLAS does not)."""
    if loaded() is not None:
        from topics.classification.passing import product as compiled_product

        compiled: Floats = compiled_product(left, right)
        return compiled
    result = left[:, :1] * right[:1]
    for i in range(1, left.shape[1]):
        result += left[:, i : i + 1] * right[i : i + 1]
    return result


def _sums(rows: Floats) -> Floats:
    """Add up each row in order, which NumPy's sum does not."""
    total = rows[:, 0].copy()
    for column in rows.T[1:]:
        total += column
    return total


def _passed(own: Floats, freedom: Floats, weights: _Weights, lengths: Sequence[int]) -> tuple[Floats, Floats]:
    """Run forward and backward over briefings side by side; return the messages before and after."""
    sizes = np.array(lengths, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")  # longest first, so that those which go on stand in front
    order = order[sizes[order] > 0]
    sizes, starts = sizes[order], starts[order]
    going_on = np.searchsorted(-sizes, -np.arange(sizes.max(initial=0)), side="left")
    before, after, forward = np.ones_like(own), np.ones_like(own), np.ones_like(own)
    scale = np.ones(len(own))
    for t, n in enumerate(going_on):
        here = starts[:n] + t
        if t == 0:
            before[here] = weights.first
        else:
            earlier = forward[here - 1]
            before[here] = earlier * weights.stay + product(earlier, weights.leave) * freedom[here, None]
        joined = before[here] * own[here]
        scale[here] = _sums(joined)
        forward[here] = joined / scale[here, None]
    after[starts + sizes - 1] = weights.last
    for t, n in reversed(list(enumerate(going_on))[1:]):
        here = starts[:n] + t
        arriving = own[here] * after[here] / scale[here, None]
        after[here - 1] = arriving * weights.stay + product(arriving, weights.leave.T) * freedom[here, None]
    return before, after


def fit_chain(
    evidence: Evidence,
    topics: NDArray[Any],
    lengths: Sequence[int],
    n_topics: int,
    *,
    scale: float,
    doubtful: Sequence[int] = (),
    start: Chain | None = None,
    max_iterations: int = 100,
) -> Chain:
    """Learn a chain from evidence on paragraphs that was not trained on them.

    Maximum likelihood with a normal prior around `Chain.prior`, so that with
    few briefings the chain stays near what is reliable. Paragraphs without
    label take part as context: the likelihood sums over their topics.

    Parameters
    ----------
    evidence : Evidence
        With out-of-fold scores, briefing after briefing.
    topics : ndarray of int, shape (n_paragraphs,)
        -1 where there is no label.
    lengths : sequence of int
        Paragraphs in each briefing.
    n_topics : int
    scale : float
        Of the prior, see `best_scale`.
    doubtful : sequence of int
        Columns of evidence on paragraphs that are to count only on much proof.
    start : Chain, optional
        Where to begin; by default at the prior.
    max_iterations : int, default=100
        Of L-BFGS. The objective has one optimum, so enough of them give the
        same chain on every machine.
    """
    from scipy.optimize import minimize

    from topics.classification.passing import expectations, forward_backward

    bounds = _bounds(lengths)
    some = np.diff(bounds) > 0
    starts, ends = bounds[:-1][some], bounds[1:][some] - 1
    prior = Chain.prior(n_topics, evidence.node.shape[1], evidence.step.shape[1], scale)
    origin = _joined(prior.arrays().values())
    inverse_variance = _joined(_firmness(prior, doubtful).arrays().values())
    impossible = (topics[:, None] >= 0) & (topics[:, None] != np.arange(n_topics))

    def unpack(parameters: Floats) -> Chain:
        parts, place = [], 0
        for like in prior.arrays().values():
            parts.append(parameters[place : place + like.size].reshape(like.shape))
            place += like.size
        return Chain(*parts)

    def statistics(own_logs: Floats, step_logs: Floats, chain: Chain) -> tuple[float, Floats]:
        """Return the log of the sum over all sequences, and how much of everything is expected."""
        own, freedom, weights = _Weights.of(own_logs, step_logs, chain)
        before, after, forward, scales, totals = forward_backward(own, freedom, *weights, bounds)
        transitions, changes = expectations(
            own, freedom, weights.stay, weights.leave, bounds, after, forward, scales, totals
        )
        p = Messages(before, own, after).probabilities
        expected = (
            evidence.node.T @ p,
            transitions,
            evidence.step.T @ changes,
            p[starts].sum(axis=0),
            p[ends].sum(axis=0),
        )
        log_total = np.log(scales).sum() + np.log(totals).sum() + own_logs.max(axis=1).sum()
        return float(log_total), _joined(expected)

    def objective(parameters: Floats) -> tuple[float, Floats]:
        chain = unpack(parameters)
        own_logs, step_logs = evidence.node @ chain.node, evidence.step @ chain.change
        log_all, expected = statistics(own_logs, step_logs, chain)
        if counted is None:
            log_labelled, observed = statistics(np.where(impossible, -1e4, own_logs), step_logs, chain)
        else:
            log_labelled, observed = float(counted @ parameters), counted
        away = parameters - origin
        loss = log_all - log_labelled + 0.5 * float(inverse_variance @ away**2)
        return loss, expected - observed + inverse_variance * away

    counted: Floats | None = None
    if (topics >= 0).all():  # what is observed does not depend on the parameters
        blank = np.zeros((len(topics), n_topics))
        _, counted = statistics(np.where(impossible, -1e4, blank), np.zeros(len(topics)), unpack(0 * origin))
    begin = origin if start is None else _joined(start.arrays().values())
    options = {
        "maxiter": max_iterations,
        "maxfun": 2 * max_iterations,
        "ftol": 1e-11,
        "gtol": 1e-3,
        "maxcor": 20,
    }
    result = minimize(objective, begin, jac=True, method="L-BFGS-B", options=options)
    return unpack(result.x)


def _firmness(prior: Chain, doubtful: Sequence[int]) -> Chain:
    """Return the inverse variance of each parameter."""
    firmness = Chain(*(np.full_like(array, STRENGTH) for array in prior.arrays().values()))
    np.fill_diagonal(firmness.node, OWN_STRENGTH)
    firmness.node[-1] = OWN_STRENGTH
    firmness.node[list(doubtful)] = DOUBTFUL_STRENGTH
    firmness.transitions.fill(DOUBTFUL_STRENGTH)
    return firmness


def best_scale(scores: Floats, topics: NDArray[Any]) -> float:
    """Return the factor that makes the softmax of scores most likely: temperature scaling (Guo et al. 2017).

    Parameters
    ----------
    scores : ndarray of shape (n_paragraphs, n_topics)
        Out-of-fold linear scores.
    topics : ndarray of int, shape (n_paragraphs,)
        -1 where there is no label.
    """
    from scipy.optimize import minimize_scalar

    labelled = np.flatnonzero(topics >= 0)
    scores, chosen = scores[labelled], topics[labelled]

    def loss(log_scale: float) -> float:
        logs = scores * np.exp(log_scale)
        logs = logs - logs.max(axis=1, keepdims=True)
        return float((np.log(np.exp(logs).sum(axis=1)) - logs[np.arange(len(logs)), chosen]).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.1), np.log(20)), method="bounded")
    return float(np.exp(found.x))


def _joined(arrays: Iterable[Floats]) -> Floats:
    return np.concatenate([array.ravel() for array in arrays])
