"""The chain: a briefing's paragraphs are judged together, not one by one.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001).
A paragraph's topic depends on the evidence on it and on the topics of its two
neighbours; the evidence on the step between them says how freely the topic
may change there. The field is small: its evidence is not the terms but the
scores that models trained on *other* briefings gave, so that it learns how far
scores can be trusted on text that was not trained on. Trained by maximum
likelihood, its marginal probabilities are calibrated.

Everything is computed for many briefings at a time, step by step through the
text. Each briefing's numbers come from its own paragraphs alone, by the same
operations in the same order whatever else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from topics.classification.evidence import Evidence

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
    if (evidence.node.shape, evidence.step.shape) != expected:
        raise ValueError(
            f"evidence has shapes {evidence.node.shape} and {evidence.step.shape}; "
            f"expected {expected[0]} and {expected[1]}, as lengths and chain say"
        )
    own, steps = product(evidence.node, chain.node), product(evidence.step, chain.change[:, None])[:, 0]
    return _pass(own, steps, chain, _Steps.of(lengths)).messages


class _Steps(NamedTuple):
    """Briefings side by side, longest first, to be walked through paragraph by paragraph.

    Parameters
    ----------
    inside : list of ndarray of int
        For each step, the paragraphs that stand there; a briefing that is
        over by then has none.
    starts, ends : ndarray of int
        First and last paragraph of each briefing, longest first.
    """

    inside: list[Ints]
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, lengths: Sequence[int]) -> _Steps:
        """Lay out briefings; those without paragraphs are left out."""
        sizes = np.array(lengths, dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        order = np.argsort(-sizes, kind="stable")
        order = order[sizes[order] > 0]
        sizes, starts = sizes[order], starts[order]
        longest = int(sizes[0]) if len(sizes) else 0
        going_on = np.searchsorted(-sizes, -np.arange(longest), side="left")
        return cls([starts[:n] + t for t, n in enumerate(going_on)], starts, starts + sizes - 1)


def product(left: Floats, right: Floats) -> Floats:
    """Multiply matrices, adding in the same order whatever the number of rows (BLAS does not)."""
    result = left[:, :1] * right[:1]
    for i in range(1, left.shape[1]):
        result += left[:, i : i + 1] * right[i : i + 1]
    return result


class _Passed(NamedTuple):
    """What one run over all briefings gives, for use and for training."""

    messages: Messages
    log_total: float
    transitions: Floats
    changes: Floats


def _pass(own_logs: Floats, step_logs: Floats, chain: Chain, steps: _Steps) -> _Passed:
    """Run forward and backward.

    Returns the messages, the log of the sum over all sequences, the expected
    number of each transition, and each paragraph's probability of a change.
    """
    n_paragraphs, n_topics = own_logs.shape
    highest = own_logs.max(axis=1, keepdims=True, initial=-np.inf)
    own = np.exp(own_logs - highest)
    before, after, forward = np.ones_like(own), np.ones_like(own), np.ones_like(own)
    scale = np.ones(n_paragraphs)
    freedom = np.exp(step_logs)[:, None]
    stay = np.exp(np.diag(chain.transitions))
    leave = np.exp(chain.transitions)
    np.fill_diagonal(leave, 0.0)
    expected = np.zeros((n_topics, n_topics))
    changes = np.zeros(n_paragraphs)
    ends = steps.ends
    for t, here in enumerate(steps.inside):
        if t == 0:
            before[here] = np.exp(chain.first)
        else:
            earlier = forward[here - 1]
            before[here] = earlier * stay + product(earlier, leave) * freedom[here]
        joined = before[here] * own[here]
        scale[here] = joined.sum(axis=1)
        forward[here] = joined / scale[here, None]
    after[ends] = np.exp(chain.last)
    total = (forward[ends] * after[ends]).sum(axis=1)
    for here in reversed(steps.inside[1:]):
        weight = total[: len(here), None]
        arriving = own[here] * after[here] / scale[here, None]
        after[here - 1] = arriving * stay + product(arriving, leave.T) * freedom[here]
        earlier = forward[here - 1] / weight
        staying = earlier * stay * arriving
        expected += np.diag(staying.sum(axis=0)) + (earlier * freedom[here]).T @ arriving * leave
        changes[here] = 1 - staying.sum(axis=1)
    log_total = float(np.log(scale).sum() + np.log(total).sum() + highest.sum())
    return _Passed(Messages(before, own, after), log_total, expected, changes)


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

    steps = _Steps.of(lengths)
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
        passed = _pass(own_logs, step_logs, chain, steps)
        p = passed.messages.probabilities
        expected = (
            evidence.node.T @ p,
            passed.transitions,
            evidence.step.T @ passed.changes,
            p[steps.starts].sum(axis=0),
            p[steps.ends].sum(axis=0),
        )
        return passed.log_total, _joined(expected)

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
