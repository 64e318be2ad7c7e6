"""Clusters against labels: python benchmarks/clusters.py DATA

V-measure (Rosenberg and Hirschberg 2007) with as many clusters as labels, mean and standard deviation over five
seeds, beside scikit-learn's TF-IDF and k-means (ten starts each, the same words); the number that `--k auto`
chooses; and `topics cluster` as a whole process on 154,830 paragraphs.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import v_measure_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

import topics
from topics import Briefing

SEEDS = 5
LARGE = "wh_briefings.jsonl.gz"


def corpora(data: Path) -> Iterator[tuple[str, list[Briefing], str]]:
    """Yield name, corpus, and which of its labels count: all of them, or those of one kind of paragraph."""

    def read(name: str, split: str | None = None) -> list[Briefing]:
        return list(topics.read_corpus(data / name, split=split))

    yield "BBC News", read("bbc_news.jsonl.gz"), "label"
    yield "AG News, test", read("ag_news_test_and_10k_train.jsonl.gz", "test"), "label"
    yield "Ohsumed", read("ohsumed_23.jsonl.gz"), "label"
    yield "Factbook sections, train", read("factbook_sections.jsonl.gz", "train"), "label"
    chosen = np.random.default_rng(1).choice(988, 200, replace=False)
    large = read(LARGE)
    stretches = [replace(b, id=f"stretch {b.id}") for b in read("wh_gold_dev.jsonl")]
    yield "White House stretches among 200 briefings", stretches + [large[i] for i in chosen], "fine"


def labels_of(corpus: list[Briefing], kind: str) -> dict[tuple[str, int], str]:
    found = {}
    for briefing in corpus:
        for index, paragraph in enumerate(briefing.paragraphs):
            label = paragraph.label if kind == "label" else paragraph.metadata.get("fine")
            if label not in (None, "procedural"):
                found[briefing.id, index] = label
    return found


def plain(
    corpus: list[Briefing], labels: dict[tuple[str, int], str], k: int, components: int | None
) -> list[float]:
    """Score scikit-learn's recipe."""
    texts = [text for briefing in corpus for text in briefing.texts]
    places = [(b.id, i) for b in corpus for i in range(len(b.paragraphs))]
    counted = [n for n, place in enumerate(places) if place in labels]
    true = [labels[places[n]] for n in counted]
    scores = []
    for seed in range(SEEDS):
        steps = [TfidfVectorizer(sublinear_tf=True, min_df=3, max_df=0.5, stop_words="english")]
        if components:
            steps += [TruncatedSVD(components, random_state=seed), Normalizer()]
        points = make_pipeline(*steps).fit_transform(texts)
        found = KMeans(k, n_init=10, random_state=seed).fit_predict(points)
        scores.append(v_measure_score(true, found[counted]))
    return scores


def ours(corpus: list[Briefing], labels: dict[tuple[str, int], str], k: int) -> list[float]:
    scores = []
    for seed in range(SEEDS):
        found = topics.cluster(corpus, k=k, seed=seed)
        cluster_of = {(m.unit.briefing, m.unit.index): m.cluster for m in found.members}
        scores.append(v_measure_score(list(labels.values()), [cluster_of.get(place, -1) for place in labels]))
    return scores


def shown(scores: list[float]) -> str:
    return f"{np.mean(scores):.3f} ± {np.std(scores):.3f}"


def main(data: Path) -> None:
    print(f"{'corpus':42} {'labels':>6}  {'TF-IDF':>13}  {'LSA 100':>13}  {'topics':>13}  k auto, five seeds")
    for name, corpus, kind in corpora(data):
        labels = labels_of(corpus, kind)
        k = len(set(labels.values()))
        # Plain TF-IDF takes minutes on the large ones.
        tfidf = shown(plain(corpus, labels, k, None)) if len(corpus) < 5_000 and kind == "label" else "-"
        lsa = shown(plain(corpus, labels, k, 100))
        mine = shown(ours(corpus, labels, k))
        chosen = [len(topics.cluster(corpus, seed=seed).clusters) for seed in range(SEEDS)]
        print(f"{name:42} {k:>6}  {tfidf:>13}  {lsa:>13}  {mine:>13}  {chosen}", flush=True)
    for k in ("50", "auto"):
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            command = [
                sys.executable,
                "-m",
                "topics",
                "cluster",
                data / LARGE,
                "--k",
                k,
                "-o",
                f"{folder}/found",
            ]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            print(
                f"topics cluster {LARGE} --k {k} -o …: {time.monotonic() - began:.0f} s, peak so far {peak:,} MB"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
