"""Text to TF-IDF, beside scikit-learn: python benchmarks/vectorise.py DATA [--json FILE]

The same texts, n-grams, minimum document frequency and weights; the vocabularies are compared before anything is
measured. One core for all; then this project on one core and on two.
"""

from __future__ import annotations

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
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer

from topics.features.compiled import load
from topics.features.counts import TermCounts

KINDS = {
    "words and pairs": ("pairs", {"ngram_range": (1, 2)}),
    "runs of 3 to 5 characters": ("characters", {"analyzer": "char_wb", "ngram_range": (3, 5)}),
}


def fitted(texts, analyzer):
    counts = TermCounts(texts, analyzer, at_least=2)
    everything = np.arange(len(texts))
    selection = counts.select(everything, min_df=2)
    return counts.tfidf(selection), counts.rows(everything, selection)


def main() -> None:
    given = arguments(__doc__)
    load()
    train, _ = texts_and_labels(corpus(given.data, AG, "train"))
    test, _ = texts_and_labels(corpus(given.data, AG, "test"))
    large, _ = texts_and_labels(corpus(given.data, WHITE_HOUSE))
    figures, rows, cores = [], [], []
    for corpus_name, fit_on, read in (
        ("AG News, 9,772 / 7,600 texts", train, test),
        ("White House, 40,000 / 20,000 paragraphs", large[:40_000], large[40_000:60_000]),
    ):
        for kind, (analyzer, settings) in KINDS.items():
            settings = settings | {"sublinear_tf": True}
            tfidf, _ = fitted(fit_on, analyzer)
            reference = TfidfVectorizer(min_df=2, **settings).fit(fit_on)
            assert tfidf.vocabulary == list(reference.get_feature_names_out())
            hashing = HashingVectorizer(**{key: settings[key] for key in settings if key != "sublinear_tf"})
            tasks = {
                "fit": (
                    fit_on,
                    {
                        "topics": lambda t=fit_on, a=analyzer: fitted(t, a),
                        "TfidfVectorizer": lambda t=fit_on, s=settings: TfidfVectorizer(min_df=2, **s).fit_transform(t),
                    },
                ),
                "transform": (
                    read,
                    {
                        "topics": lambda t=read, f=tfidf: f.transform(t),
                        "TfidfVectorizer": lambda t=read, r=reference: r.transform(t),
                        "HashingVectorizer": lambda t=read, h=hashing: h.transform(t),
                    },
                ),
            }  # fmt: skip
            for task, (texts, candidates) in tasks.items():
                megabytes = sum(len(text.encode()) for text in texts) / 1e6
                with on_cores(1):
                    seconds = in_turn(candidates, given.runs)
                found = medians(seconds)
                figures.append(
                    {"corpus": corpus_name, "terms": kind, "task": task, "cores": 1, "seconds": seconds}
                )
                speed = {name: f"{megabytes / value:.1f}" for name, value in found.items()}
                ratio = found["TfidfVectorizer"] / found["topics"]
                hashed = f"{speed['HashingVectorizer']}" if "HashingVectorizer" in speed else "-"
                rows.append(
                    [
                        corpus_name,
                        kind,
                        task,
                        speed["topics"],
                        speed["TfidfVectorizer"],
                        hashed,
                        f"{ratio:.1f}",
                    ]
                )
    for kind, (analyzer, _) in KINDS.items():
        tfidf, _ = fitted(large[:40_000], analyzer)
        tasks = {
            "fit": lambda a=analyzer: fitted(large, a),
            "transform": lambda f=tfidf: f.transform(large),
        }
        for task, candidate in tasks.items():
            found = {}
            for n in (1, 2):
                with on_cores(n):
                    seconds = in_turn({"topics": candidate}, given.runs)
                figures.append(
                    {"corpus": WHITE_HOUSE, "terms": kind, "task": task, "cores": n, "seconds": seconds}
                )
                found[n] = medians(seconds)["topics"]
            cores.append([kind, task, f"{found[1]:.2f}", f"{found[2]:.2f}", f"{found[1] / found[2]:.2f}"])
    columns = [
        "corpus",
        "terms",
        "",
        "topics",
        "TfidfVectorizer",
        "HashingVectorizer",
        "times TfidfVectorizer",
    ]
    show("Text to TF-IDF on one core, MB a second", columns, rows)
    show("154,830 paragraphs, seconds", ["terms", "", "one core", "two cores", "times"], cores)
    write(given.json, "vectorise", figures)


if __name__ == "__main__":
    main()
