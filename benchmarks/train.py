"""Labelled texts to a model, beside scikit-learn and fastText: python benchmarks/train.py DATA [--json FILE]

On the train split of AG News, scored on its test split. What compares with the pipeline is TF-IDF and hyperplanes
with the same terms, minimum frequency and C, on one core for all and on two; `topics train` does more: it tries six
settings, judges each briefing by models of the others, and learns the chain and how sure it may be. fastText trains in
two threads, with the settings that `benchmarks/classify.py` finds best.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from classify import SCIKIT_LEARN, best_fasttext, fasttext_model, named, scorer
from measuring import AG, arguments, corpus, in_turn, medians, on_cores, show, texts_and_labels, write
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import topics
from topics.features.compiled import load

TERMS, C = "pairs", 0.3


def main() -> None:
    given = arguments(__doc__)
    load()
    briefings = corpus(given.data, AG, "train")
    texts, labels = texts_and_labels(briefings)
    unseen, gold = texts_and_labels(corpus(given.data, AG, "test"))
    names, columns = np.unique(labels, return_inverse=True)
    kept = {}

    def keep(name, model):
        kept[name] = model

    with tempfile.TemporaryDirectory() as folder:
        settings, _ = best_fasttext(Path(folder), texts, labels)
        candidates = {
            "topics: TF-IDF and hyperplanes": lambda: keep(
                "scorer", scorer(texts, columns, len(names), TERMS, C)
            ),
            "scikit-learn: TfidfVectorizer and LinearSVC": lambda: keep(
                "pipeline",
                make_pipeline(
                    TfidfVectorizer(sublinear_tf=True, min_df=2, **SCIKIT_LEARN[TERMS]), LinearSVC(C=C)
                ).fit(texts, labels),
            ),
        }
        with on_cores(1):
            one = in_turn(candidates, given.runs)
        candidates |= {
            "fastText": lambda: keep("fast", fasttext_model(Path(folder), texts, labels, **settings)),
            "topics: all of `topics train`": lambda: keep("whole", topics.train(briefings)),
        }
        two = in_turn(candidates, given.runs)
    topic_scorer = kept["scorer"]
    scores = topic_scorer.scores(topic_scorer.tfidf.transform(unseen))
    whole = kept["whole"]
    found = {
        "topics: TF-IDF and hyperplanes": names[scores.argmax(axis=1)],
        "scikit-learn: TfidfVectorizer and LinearSVC": kept["pipeline"].predict(unseen),
        "fastText": np.array(named(kept["fast"], unseen)),
        "topics: all of `topics train`": np.array(whole.topics.ids)[whole.judge(unseen)[0].argmax(axis=1)],
    }
    base_one, base_two = (medians(seconds)["topics: TF-IDF and hyperplanes"] for seconds in (one, two))
    rows = []
    for name, value in medians(two).items():
        alone = medians(one).get(name)
        rows.append(
            [
                name,
                "-" if alone is None else f"{alone:.2f} ({alone / base_one:.1f})",
                f"{value:.2f} ({value / base_two:.1f})",
                f"{float(np.mean(found[name] == np.array(gold))):.3f}",
            ]
        )
    print(f"{TERMS}, C {C:g}; fastText: {settings}")
    show(
        "AG News, 9,772 texts, seconds (times the first line)",
        ["", "one core", "two cores", "accuracy on test"],
        rows,
    )
    write(
        given.json, "train", {"one core": one, "two cores": two, "accuracy": {row[0]: row[3] for row in rows}}
    )


if __name__ == "__main__":
    main()
