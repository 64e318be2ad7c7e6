"""Ways to read a briefing as a sequence, compared over the same TF-IDF.

    python benchmarks/methods.py ../shared/data [--json methods.json]

First each method trained on the whole train split, and on seeds/ for the last
two test sets; then on a few briefings drawn from them. The peers stand in
`peers.py`; python-crfsuite comes with the extra `benchmark`. About 15 minutes
on two cores.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import peers

import topics
from topics.classification.labelled import label_columns
from topics.corpus.topic_list import TopicList
from topics.errors import TopicsWarning
from topics.evaluation.metrics import confusion_matrix, macro_f1, pk
from topics.features.background import Background

SEEDS = Path(__file__).parent.parent / "seeds"
PEERS = {
    "LinearSVC, each paragraph alone": peers.linear_svm,
    "LinearSVC + Viterbi": peers.viterbi,
    "LinearSVC + semi-Markov": peers.semi_markov,
    "second stage on neighbours": peers.second_stage,
    "second stage + Viterbi": peers.second_stage_viterbi,
    "linear-chain CRF on terms": peers.crf,
}
PEERS_OF_FEW = [
    name for name, peer in PEERS.items() if peer in (peers.linear_svm, peers.viterbi, peers.second_stage)
]
ALONE, WHOLE = "topics --context none", "topics"
SIZES = (8, 22, 40, 80, 160)
DRAWS = 3
RESAMPLES = 1000


class Corpus(NamedTuple):
    """What is trained on, what few briefings are drawn from, and what is tested on, by name."""

    train: list
    drawn_from: list
    tests: dict
    background: Background | None


def corpora(data):
    """Yield the corpora one by one."""
    for name, train_splits in (("csabstruct_sentences", ["train"]), ("factbook_sections", ["train", "val"])):
        path = data / f"{name}.jsonl.gz"
        train, drawn_from, test = (
            list(topics.read_corpus(path, split=split)) for split in (train_splits, "train", "test")
        )
        yield Corpus(train, drawn_from, {name: test}, None)
    starter = list(topics.read_corpus(SEEDS / "starter"))
    tests = {
        name: list(topics.read_corpus(data / f"{name}.jsonl")) for name in ("wh_gold_dev", "briefings_dev")
    }
    yield Corpus(starter, starter, tests, Background.read(SEEDS / "background.tsv.gz"))


def answers(task, names):
    """Yield each method's name and the topics that it gives, as columns: the peers, then this project."""
    for name in names:
        yield name, PEERS[name](task)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopicsWarning)  # few briefings lack topics
        model = topics.train(task.train, topics=task.topics, background=task.background)
    for name, each in ((ALONE, model.independent()), (WHOLE, model)):
        found = [topic for prediction in each.classify_many(task.test) for topic in prediction.topics]
        yield name, np.array([task.topics.ids.index(topic) for topic in found])


class Judged(NamedTuple):
    """One method's answers on one test set: accuracy, macro-F1, Pk, and which paragraphs are right."""

    accuracy: float
    macro_f1: float
    pk: float
    right: list[np.ndarray]  # by briefing


def judge(task, tests, found):
    """Score answers on each test set by itself."""
    results, start = {}, 0
    for name, briefings in tests.items():
        gold = label_columns(briefings, task.topics)
        given = found[start : start + len(gold)]
        start += len(gold)
        ends = np.cumsum([len(b.paragraphs) for b in briefings])[:-1]
        pairs = list(zip(np.split(gold, ends), np.split(given, ends), strict=True))
        pks = [pk(g.tolist(), f.tolist()) for g, f in pairs]
        results[name] = Judged(
            float((gold == given).mean()),
            macro_f1(confusion_matrix(gold, given, task.n_topics)),
            float(np.mean([value for value in pks if value is not None])),
            [g == f for g, f in pairs],
        )
    return results


def gain(ours, theirs):
    """The 95 % interval of a difference in accuracy, by bootstrap over briefings (Efron 1979)."""
    sizes = np.array([len(right) for right in ours])
    more = np.array([int(a.sum()) - int(b.sum()) for a, b in zip(ours, theirs, strict=True)])
    drawn = np.random.default_rng(0).integers(len(more), size=(RESAMPLES, len(more)))
    low, high = np.quantile(more[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)


def on_all(corpus):
    """Yield a row for each test set and method, trained on the whole train split."""
    task = task_of(corpus, corpus.train)
    judged = {name: judge(task, corpus.tests, found) for name, found in answers(task, PEERS)}
    for test in corpus.tests:
        ours = judged[WHOLE][test]
        for name, of_tests in judged.items():
            theirs = of_tests[test]
            row = {"test": test, "briefings": len(corpus.train), "method": name, **figures([theirs])}
            yield row | {"gain of topics": gain(ours.right, theirs.right)}


def on_few(corpus):
    """Yield a row for each size, test set and method, means over draws of so many briefings."""
    for size in SIZES:
        judged = {}
        for draw in range(DRAWS):
            drawn = np.random.default_rng(draw).permutation(len(corpus.drawn_from))[:size]
            task = task_of(corpus, [corpus.drawn_from[i] for i in sorted(drawn)])
            for name, found in answers(task, PEERS_OF_FEW):
                for test, scores in judge(task, corpus.tests, found).items():
                    judged.setdefault((test, name), []).append(scores)
        for (test, name), draws in judged.items():
            row = {"test": test, "briefings": size, "method": name, **figures(draws)}
            yield row | {"draws": [round(scores.accuracy, 4) for scores in draws]}


def task_of(corpus, train):
    """What is trained on and all test sets, with the topics of the whole train split."""
    labels = Counter(label for briefing in corpus.train for label in briefing.labels)
    tests = [briefing for briefings in corpus.tests.values() for briefing in briefings]
    return peers.Task(train, tests, TopicList.from_labels(labels), corpus.background)


def figures(judged):
    """Means over draws."""
    return {
        name: round(float(np.mean([getattr(scores, name) for scores in judged])), 4)
        for name in ("accuracy", "macro_f1", "pk")
    }


def main() -> None:
    """Print the rows as they come, and write them as JSON if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {"all": [], "few": []}
    for corpus in corpora(options.data):
        for kind, rows in (("all", on_all(corpus)), ("few", on_few(corpus))):
            for row in rows:
                rest = row.get("gain of topics") or row["draws"]
                cells = f"{row['accuracy']:>8.3f}{row['macro_f1']:>7.3f}{row['pk']:>7.3f}"
                print(f"{row['test']:22}{row['briefings']:>5}  {row['method']:33}{cells}  {rest}", flush=True)
                results[kind].append(row)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
