"""Clusters, beside scikit-learn's recipe: python benchmarks/kmeans.py DATA [--json FILE]

Seconds and V-measure with as many clusters as labels. scikit-learn: TfidfVectorizer with English stop words, its LSA of
100 dimensions, k-means with ten starts. This project: all of `topics.cluster`, near-duplicates, stability, names and
map included.
"""

from __future__ import annotations

from measuring import AG, arguments, corpus, in_turn, medians, show, texts_and_labels, write
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import v_measure_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

import topics


def main() -> None:
    given = arguments(__doc__)
    rows, figures = [], []
    for name, split, k in (("bbc_news.jsonl.gz", None, 5), (AG, "test", 4)):
        briefings = corpus(given.data, name, split)
        texts, labels = texts_and_labels(briefings)
        found = {}

        def ours(briefings=briefings, k=k, found=found) -> None:
            members = topics.cluster(briefings, k=k).members
            found["topics"] = {(m.unit.briefing, m.unit.index): m.cluster for m in members}

        def recipe(texts=texts, k=k, found=found) -> None:
            points = make_pipeline(
                TfidfVectorizer(sublinear_tf=True, min_df=3, max_df=0.5, stop_words="english"),
                TruncatedSVD(100, random_state=0),
                Normalizer(copy=False),
            ).fit_transform(texts)
            found["scikit-learn"] = KMeans(k, n_init=10, random_state=0).fit_predict(points)

        seconds = in_turn({"topics": ours, "scikit-learn": recipe}, given.runs)
        placed = [
            (label, found["topics"].get((briefing.id, index), 0))
            for briefing in briefings
            for index, label in enumerate(briefing.labels)
        ]
        v = {
            "topics": v_measure_score(*zip(*placed, strict=True)),
            "scikit-learn": v_measure_score(labels, found["scikit-learn"]),
        }
        figures.append({"corpus": name, "seconds": seconds, "v_measure": v})
        for peer, value in medians(seconds).items():
            rows.append([name, k, peer, f"{value:.1f}", f"{v[peer]:.3f}"])
    show("Clusters on two cores", ["corpus", "k", "", "seconds", "V-measure"], rows)
    write(given.json, "kmeans", figures)


if __name__ == "__main__":
    main()
