"""The chain's passes over briefings, compiled: one after the other, paragraph by paragraph.

Each sum is made in the order in which `topics.classification.chain` makes it,
so that both ways give the same to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from topics.jit import compiled


@compiled
def product(left: Any, right: Any) -> Any:
    """Multiply matrices, adding in the order of the columns of the left one."""
    result = np.zeros((left.shape[0], right.shape[1]))
    for row in range(left.shape[0]):
        for j in range(right.shape[1]):
            result[row, j] = left[row, 0] * right[0, j]
        for i in range(1, left.shape[1]):
            for j in range(right.shape[1]):
                result[row, j] += left[row, i] * right[i, j]
    return result


@compiled
def forward_backward(
    own: Any, freedom: Any, stay: Any, leave: Any, first: Any, last: Any, bounds: Any
) -> Any:
    """Pass messages along each briefing, both ways.

    Parameters
    ----------
    own : ndarray of shape (n_paragraphs, n_topics)
        What each paragraph's evidence says for each topic.
    freedom : ndarray of shape (n_paragraphs,)
        Of a change of topic before the paragraph.
    stay : ndarray of shape (n_topics,)
    leave : ndarray of shape (n_topics, n_topics)
        From the earlier paragraph's topic to another; 0 on the diagonal.
    first, last : ndarray of shape (n_topics,)
    bounds : ndarray of int64, shape (n_briefings + 1,)

    Returns
    -------
    before, after, forward : ndarray of shape (n_paragraphs, n_topics)
    scale : ndarray of shape (n_paragraphs,)
    totals : ndarray of shape (n_briefings,)
        1 for a briefing without paragraphs.
    """
    n_topics = len(stay)
    before, after, forward = np.empty_like(own), np.empty_like(own), np.empty_like(own)
    scale, totals = np.ones(len(own)), np.ones(len(bounds) - 1)
    arriving = np.empty(n_topics)
    for briefing in range(len(bounds) - 1):
        start, end = bounds[briefing], bounds[briefing + 1]
        if start == end:
            continue
        for t in range(start, end):
            total = 0.0
            for j in range(n_topics):
                if t == start:
                    before[t, j] = first[j]
                else:
                    change = forward[t - 1, 0] * leave[0, j]
                    for i in range(1, n_topics):
                        change += forward[t - 1, i] * leave[i, j]
                    before[t, j] = forward[t - 1, j] * stay[j] + change * freedom[t]
                forward[t, j] = before[t, j] * own[t, j]
                total += forward[t, j]
            scale[t] = total
            for j in range(n_topics):
                forward[t, j] /= total
        total = 0.0
        for j in range(n_topics):
            after[end - 1, j] = last[j]
            total += forward[end - 1, j] * last[j]
        totals[briefing] = total
        for t in range(end - 1, start, -1):
            for j in range(n_topics):
                arriving[j] = own[t, j] * after[t, j] / scale[t]
            for i in range(n_topics):
                change = arriving[0] * leave[i, 0]
                for j in range(1, n_topics):
                    change += arriving[j] * leave[i, j]
                after[t - 1, i] = arriving[i] * stay[i] + change * freedom[t]
    return before, after, forward, scale, totals


@compiled
def expectations(
    own: Any,
    freedom: Any,
    stay: Any,
    leave: Any,
    bounds: Any,
    after: Any,
    forward: Any,
    scale: Any,
    totals: Any,
) -> Any:
    """Return how often each transition is expected, and each paragraph's probability of a change before it.

    Parameters and results of `forward_backward`.
    """
    n_topics = len(stay)
    transitions, changes = np.zeros((n_topics, n_topics)), np.zeros(len(own))
    for briefing in range(len(bounds) - 1):
        for t in range(bounds[briefing] + 1, bounds[briefing + 1]):
            staying = 0.0
            for j in range(n_topics):
                arriving = own[t, j] * after[t, j] / scale[t] / totals[briefing]
                stayed = forward[t - 1, j] * stay[j] * arriving
                staying += stayed
                transitions[j, j] += stayed
                for i in range(n_topics):
                    transitions[i, j] += forward[t - 1, i] * freedom[t] * arriving * leave[i, j]
            changes[t] = 1 - staying
    return transitions, changes
