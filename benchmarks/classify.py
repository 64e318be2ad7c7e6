"""Texts to topics, beside scikit-learn and fastText: python benchmarks/classify.py DATA [--json FILE]

All are trained on the train split of AG News and name the topics of its test split, from text, on one core. This
project's model is the one that `topics.train` makes, and, which is what compares with the pipeline, TF-IDF and
hyperplanes alone; the pipeline has the same terms (but for marks at a text's edges), the same minimum frequency, and
the C that cross-validation on the train split finds best; fastText has word pairs, and of 10, 100 dimensions and 10,
25, 50 epochs what does best on a fifth of the train split. Then all 154,830 paragraphs of White House briefings by the
starter model, on one core and on two, as arrays, as predictions and as a file of JSON Lines.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import fasttext
import numpy as np
from measuring import (
    AG,
    WHITE_HOUSE,
    arguments,
    corpus,
    in_turn,
    medians,
    on_cores,
    show,
    texts_and_labels,
    write,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import topics
from topics.classification.linear import LinearScorer, fit_hyperplanes
from topics.features.compiled import load
from topics.features.counts import TermCounts

SCIKIT_LEARN = {
    "words": {},
    "pairs": {"ngram_range": (1, 2)},
    "characters": {"analyzer": "char_wb", "ngram_range": (3, 5)},
}


def scorer(texts, columns, n_classes, terms, C=0.3) -> LinearScorer:
    """TF-IDF and hyperplanes, which is what a pipeline of scikit-learn's is."""
    counts = TermCounts(texts, terms, at_least=2)
    everything = np.arange(len(texts))
    selection = counts.select(everything, min_df=2)
    planes = fit_hyperplanes(counts.rows(everything, selection), columns, n_classes, C=C, seed=0)
    return LinearScorer(counts.tfidf(selection), *planes)


def one_line(text: str) -> str:
    return " ".join(text.lower().split())


def fasttext_model(folder: Path, texts, labels, **settings):
    path = folder / "train.txt"
    path.write_text(
        "".join(
            f"__label__{label.replace(' ', '_')} {one_line(t)}\n"
            for t, label in zip(texts, labels, strict=True)
        )
    )
    return fasttext.train_supervised(
        str(path), wordNgrams=2, lr=0.5, minCount=2, thread=2, verbose=0, **settings
    )


def named(model, texts) -> list[str]:
    """Return the labels that a model of fastText gives."""
    found = model.predict([one_line(text) for text in texts])[0]
    return [labels[0].removeprefix("__label__").replace("_", " ") for labels in found]


def best_fasttext(folder: Path, texts, labels):
    """Choose the settings on a fifth of the texts, then train on all."""
    cut = len(texts) * 4 // 5
    order = np.random.default_rng(0).permutation(len(texts))
    texts, labels = [texts[i] for i in order], [labels[i] for i in order]

    def score(settings) -> float:
        model = fasttext_model(folder, texts[:cut], labels[:cut], **settings)
        found = model.predict([one_line(t) for t in texts[cut:]])[0]
        gold = [f"__label__{label.replace(' ', '_')}" for label in labels[cut:]]
        return float(np.mean([f[0] == g for f, g in zip(found, gold, strict=True)]))

    # Fewer dimensions are faster, and come first.
    candidates = [{"dim": dim, "epoch": epoch} for dim in (10, 100) for epoch in (10, 25, 50)]
    return (best := max(candidates, key=score)), fasttext_model(folder, texts, labels, **best)


def main() -> None:
    given = arguments(__doc__)
    load()
    briefings = corpus(given.data, AG, "train")
    texts, labels = texts_and_labels(briefings)
    unseen, gold = texts_and_labels(corpus(given.data, AG, "test"))
    model = topics.train(briefings)
    terms = model.training["settings"]["terms"]
    plain_terms = terms.removesuffix("+edges")
    pipeline = GridSearchCV(
        make_pipeline(
            TfidfVectorizer(sublinear_tf=True, min_df=2, **SCIKIT_LEARN[plain_terms]),
            LinearSVC(),
        ),
        {"linearsvc__C": [0.1, 0.3, 1, 3]},
        n_jobs=-1,
    ).fit(texts, labels)
    with tempfile.TemporaryDirectory() as folder:
        settings, fast = best_fasttext(Path(folder), texts, labels)
    ids = np.array(model.topics.ids)
    alone = scorer(texts, np.unique(labels, return_inverse=True)[1], len(model.topics), plain_terms)
    candidates = {
        "topics: TF-IDF and hyperplanes": lambda: ids[
            alone.scores(alone.tfidf.transform(unseen)).argmax(axis=1)
        ].tolist(),
        "topics": lambda: ids[model.judge(unseen)[0].argmax(axis=1)].tolist(),
        "scikit-learn pipeline": lambda: pipeline.best_estimator_.predict(unseen).tolist(),
        "fastText": lambda: named(fast, unseen),
    }
    with on_cores(1):
        seconds = in_turn(candidates, given.runs)
    found = medians(seconds)
    accuracy = {name: float(np.mean(np.array(run()) == np.array(gold))) for name, run in candidates.items()}
    rows = [
        [name, f"{len(unseen) / value:,.0f}", f"{value / found['topics']:.2f}", f"{accuracy[name]:.3f}"]
        for name, value in found.items()
    ]
    print(f"terms: {terms}; pipeline: {pipeline.best_params_}; fastText: {settings}")
    show("AG News, 7,600 texts, one core", ["", "texts a second", "time of topics", "accuracy"], rows)

    starter = topics.load()
    large = corpus(given.data, WHITE_HOUSE)
    paragraphs = [text for briefing in large for text in briefing.texts]
    lengths = [len(briefing.paragraphs) for briefing in large]
    rows, by_cores = [], {}
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "corpus.jsonl"
        subprocess.run(f"gzip -dc {given.data / WHITE_HOUSE} > {plain}", shell=True, check=True)
        for n in (1, 2):
            command = [
                sys.executable,
                "-m",
                "topics",
                "classify",
                plain,
                "-o",
                f"{folder}/out.jsonl",
                "--jobs",
                str(n),
            ]
            tasks = {
                "arrays: Model.judge": lambda n=n: starter.judge(paragraphs, lengths, jobs=n),
                "predictions: Model.classify_many": lambda n=n: sum(
                    1 for _ in starter.classify_many(large, jobs=n)
                ),
                "a file: topics classify": lambda c=command: subprocess.run(c, check=True),
            }
            with on_cores(n):
                by_cores[n] = in_turn(tasks, given.runs)
    for name in by_cores[1]:
        one, two = (len(paragraphs) / medians(by_cores[n])[name] for n in (1, 2))
        rows.append([name, f"{one:,.0f}", f"{two:,.0f}", f"{two / one:.2f}"])
    show(
        f"White House briefings, {len(paragraphs):,} paragraphs a second, starter model",
        ["", "one core", "two cores", "times"],
        rows,
    )
    figures = {"ag_news": seconds, "accuracy": accuracy, "white_house": by_cores}
    write(given.json, "classify", figures)


if __name__ == "__main__":
    main()
