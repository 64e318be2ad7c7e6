"""How accurate, beside a tuned TF-IDF + linear SVM: trained on the train split, scored on the test split.

    python benchmarks/accuracy.py ../shared/data [--json accuracy.json]

Three columns: scikit-learn's TF-IDF + LinearSVC, each paragraph alone, its
n-grams and C chosen by cross-validation over whole briefings of the train
split; this project's linear scores alone; the whole method. The last two rows
train on seeds/, as the starter model is, and test on real briefings.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import topics
from topics.features.background import Background

SEEDS = Path(__file__).parent.parent / "seeds"
CORPORA = [
    ("factbook_sections.jsonl.gz", ["train", "val"], "test"),
    ("csabstruct_sentences.jsonl.gz", ["train"], "test"),
    ("bbc_news.jsonl.gz", ["train"], "test"),
    ("ohsumed_23.jsonl.gz", ["train"], "test"),
    ("ag_news_test_and_10k_train.jsonl.gz", ["train"], "test"),
    ("wh_gold_dev.jsonl", None, None),
    ("briefings_dev.jsonl", None, None),
]


def flat(briefings):
    """Texts, labels and the briefing's number of all labelled paragraphs."""
    rows = [
        (p.text, p.label, n) for n, b in enumerate(briefings) for p in b.paragraphs if p.label is not None
    ]
    texts, labels, groups = zip(*rows, strict=True)
    return list(texts), np.array(labels), np.array(groups)


def linear_svm(train, test):
    """The peer: a tuned scikit-learn pipeline, each paragraph alone."""
    texts, labels, groups = flat(train)
    search = GridSearchCV(
        make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC(random_state=0)),
        {"tfidfvectorizer__ngram_range": [(1, 1), (1, 2)], "linearsvc__C": [0.1, 0.3, 1, 3]},
        cv=GroupKFold(3, shuffle=True, random_state=0),
        n_jobs=-1,
    ).fit(texts, labels, groups=groups)
    unseen, gold, _ = flat(test)
    predicted = search.predict(unseen)
    return accuracy_score(gold, predicted), f1_score(gold, predicted, average="macro")


def main() -> None:
    """Print the table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = []
    columns = f"{'LinearSVC':>14}{'scores alone':>15}{'topics':>14}{'Pk':>7}{'ECE':>7}{'train':>8}"
    print(f"{'accuracy / macro-F1':36}{columns}")
    for name, train_split, test_split in CORPORA:
        path = options.data / name
        source = (
            topics.read_corpus(path, split=train_split)
            if train_split
            else topics.read_corpus(SEEDS / "starter")
        )
        train = list(source)
        test = list(topics.read_corpus(path, split=test_split))
        peer = linear_svm(train, test)
        began = time.perf_counter()
        background = None if train_split else Background.read(SEEDS / "background.tsv.gz")
        report = topics.evaluate(topics.train(train, background=background), test)
        seconds = time.perf_counter() - began
        base = report.baseline
        pairs = [peer, (base.accuracy, base.macro_f1), (report.accuracy, report.macro_f1)]
        pk = "-" if report.pk is None else f"{report.pk:.3f}"
        cells = "".join(f"{a:>8.3f} {f:.3f}" for a, f in pairs)
        print(f"{name:36}{cells}{pk:>7}{report.calibration_error:>7.3f}{seconds:>7.0f}s", flush=True)
        results.append({"corpus": name, "linear_svm": peer, "topics": report.to_dict(), "seconds": seconds})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
