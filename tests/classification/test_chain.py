from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.classification.chain import Chain, fit_chain, messages
from topics.classification.evidence import Evidence

from ..features.test_compiled import in_both_ways

K, D, G = 3, 5, 2


def random_chain(seed: int) -> Chain:
    rng = np.random.default_rng(seed)
    return Chain(
        rng.normal(size=(D, K)),
        rng.normal(size=(K, K)),
        rng.normal(size=G),
        rng.normal(size=K),
        rng.normal(size=K),
    )


def random_evidence(n: int, seed: int) -> Evidence:
    rng = np.random.default_rng(seed)
    return Evidence(rng.normal(size=(n, D)), rng.normal(size=(n, G)))


def part(evidence: Evidence, start: int, stop: int) -> Evidence:
    return Evidence(evidence.node[start:stop], evidence.step[start:stop])


def by_enumeration(evidence: Evidence, chain: Chain) -> np.ndarray:
    """Marginal probabilities, by weighing every sequence of topics."""
    n = len(evidence.node)
    own, freedom = evidence.node @ chain.node, evidence.step @ chain.change
    totals = np.zeros((n, K))
    for topics in itertools.product(range(K), repeat=n):
        log = chain.first[topics[0]] + chain.last[topics[-1]] + sum(own[i, t] for i, t in enumerate(topics))
        for i in range(1, n):
            a, b = topics[i - 1], topics[i]
            log += chain.transitions[a, b] + (freedom[i] if a != b else 0)
        for i, t in enumerate(topics):
            totals[i, t] += np.exp(log)
    return totals / totals.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_probabilities_are_those_of_all_sequences_weighed(n):
    evidence, chain = random_evidence(n, n), random_chain(7)
    assert np.allclose(messages(evidence, [n], chain).probabilities, by_enumeration(evidence, chain))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 99))
def test_a_briefing_does_not_depend_on_its_batch_to_the_last_bit(lengths, seed):
    evidence, chain = random_evidence(sum(lengths), seed), random_chain(seed)
    together = messages(evidence, lengths, chain).probabilities
    ends = np.cumsum(lengths)
    for start, end in zip(ends - lengths, ends, strict=True):
        alone = messages(part(evidence, start, end), [end - start], chain).probabilities
        assert np.array_equal(together[start:end], alone)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 12), st.integers(0, 99))
def test_the_compiled_way_gives_the_same_to_the_last_bit(lengths, n_topics, seed):
    random = np.random.default_rng(seed)
    chain = Chain(
        random.normal(size=(D, n_topics)),
        random.normal(size=(n_topics, n_topics)),
        random.normal(size=G),
        random.normal(size=n_topics),
        random.normal(size=n_topics),
    )
    plain, fast = in_both_ways(lambda: messages(random_evidence(sum(lengths), seed), lengths, chain))
    for name in ("before", "own", "after"):
        assert np.array_equal(getattr(plain, name), getattr(fast, name))


@given(st.integers(1, 30), st.integers(0, 99))
def test_probabilities_sum_to_one(n, seed):
    assert np.allclose(
        messages(random_evidence(n, seed), [n], random_chain(seed)).probabilities.sum(axis=1), 1
    )


def test_where_all_orders_are_alike_each_paragraph_is_judged_by_itself():
    evidence = random_evidence(6, 1)
    chain = Chain(random_chain(1).node, np.zeros((K, K)), np.zeros(G), np.zeros(K), np.zeros(K))
    own = np.exp(evidence.node @ chain.node)
    assert np.allclose(messages(evidence, [6], chain).probabilities, own / own.sum(axis=1, keepdims=True))


def sticky_corpus(seed: int = 0, n_briefings: int = 40):
    """Runs of four paragraphs of one topic, with noisy scores."""
    rng = np.random.default_rng(seed)
    topics = np.repeat(rng.integers(0, K, size=n_briefings * 3), 4)
    node = np.zeros((len(topics), D))
    node[:, :K] = 0.5 * np.eye(K)[topics] + rng.normal(scale=0.4, size=(len(topics), K))
    node[:, -1] = 1
    return Evidence(node, np.ones((len(topics), G))), topics, [12] * n_briefings


def test_an_odd_paragraph_is_outvoted_by_its_neighbours():
    evidence, topics, lengths = sticky_corpus()
    chain = fit_chain(evidence, topics, lengths, K, scale=3.0)
    scores = np.tile([0.6, 0.0, 0.0], (5, 1))
    scores[2] = [0.0, 0.3, 0.0]
    node = np.concatenate([scores, np.zeros((5, D - K - 1)), np.ones((5, 1))], axis=1)
    found = messages(Evidence(node, np.ones((5, G))), [5], chain).probabilities.argmax(axis=1)
    assert found.tolist() == [0, 0, 0, 0, 0]


def test_the_learned_chain_is_better_than_single_paragraphs_on_new_briefings():
    evidence, topics, lengths = sticky_corpus()
    chain = fit_chain(evidence, topics, lengths, K, scale=3.0)
    unseen, gold, lengths = sticky_corpus(seed=1)
    with_neighbours = messages(unseen, lengths, chain).probabilities.argmax(axis=1)
    assert (with_neighbours == gold).mean() > (unseen.node[:, :K].argmax(axis=1) == gold).mean() + 0.1


def test_a_chain_that_is_told_nothing_stays_where_it_began():
    evidence, topics, lengths = sticky_corpus()
    chain = fit_chain(evidence, np.full_like(topics, -1), lengths, K, scale=3.0)
    for found, prior in zip(
        chain.arrays().values(), Chain.prior(K, D, G, 3.0).arrays().values(), strict=True
    ):
        assert np.allclose(found, prior, atol=1e-6)


def test_paragraphs_without_label_are_context():
    evidence, topics, lengths = sticky_corpus()
    hidden = topics.copy()
    hidden[::3] = -1
    chain = fit_chain(evidence, hidden, lengths, K, scale=3.0)
    found = messages(evidence, lengths, chain).probabilities.argmax(axis=1)
    assert (found == topics).mean() > 0.85


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="evidence has shapes"):
        messages(random_evidence(3, 0), [4], random_chain(0))


def test_a_tempered_chain_is_less_sure_and_of_the_same_mind():
    evidence, chain = random_evidence(1, 3), random_chain(3)
    sure, tempered = (messages(evidence, [1], each).probabilities for each in (chain, chain.tempered(0.5)))
    assert tempered.argmax() == sure.argmax() and tempered.max() < sure.max()
    assert np.allclose(tempered, np.sqrt(sure) / np.sqrt(sure).sum())


def test_doubtful_evidence_counts_only_on_much_proof():
    rng = np.random.default_rng(0)
    topics = rng.integers(0, K, 60)
    node = np.concatenate([np.zeros((60, K)), np.eye(K)[topics][:, :1], np.ones((60, 1))], axis=1)
    evidence = Evidence(node, np.zeros((60, G)))
    trusting, doubting = (
        fit_chain(evidence, topics, [60], K, scale=1.0, doubtful=doubtful).node[K] for doubtful in ((), (K,))
    )
    assert 0 < np.abs(doubting).sum() < np.abs(trusting).sum() / 2
