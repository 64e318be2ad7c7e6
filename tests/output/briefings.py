"""Predictions made by hand for charts: any number of topics and briefings, long names, gaps in time."""

from __future__ import annotations

import datetime

import numpy as np

from topics import Briefing, Paragraph, TopicList
from topics.classification.prediction import ModelName, Prediction, predict

LONG_NAMES = (
    "Negotiations, mediation and ceasefire plans to end the war",
    "Bundesinformationstechnikzusammenarbeitsgesetzentwurf",
    "Aid of $5 bn to $6 bn & <tariffs>",
    "Health",
)


def topic_list(n: int, long: bool = True) -> TopicList:
    """So many topics, and boilerplate."""
    names = {f"t{i}": f"{LONG_NAMES[i % 4]} {i}" if long else f"Topic {i}" for i in range(n)}
    records = {id: {"name": name} for id, name in names.items()}
    return TopicList.from_records({**records, "boilerplate": {"name": "Boilerplate"}})


def prediction_of(topics: TopicList, rows: list[tuple[str, int, float]], **given: str | None) -> Prediction:
    """A briefing whose paragraphs have these topics, numbers of words and probabilities; review below .6."""
    probabilities = np.empty((len(rows), len(topics)))
    for row, (id, _, probability) in zip(probabilities, rows, strict=True):
        row[:] = (1 - probability) / max(1, len(topics) - 1)
        row[topics.ids.index(id)] = probability
    paragraphs = tuple(Paragraph(" ".join(["word"] * n)) for _, n, _ in rows)
    briefing = Briefing(given.get("id") or "b", paragraphs, given.get("title"), given.get("date"))
    unsure = np.zeros(len(rows), dtype=bool)
    return predict([briefing], probabilities, topics, 0.6, unsure, ModelName("m", "sha256:0"))[0]


def many(topics: TopicList, n: int, longest: int = 40, long: bool = True) -> list[Prediction]:
    """So many briefings over four years with a gap of eight months; every ninth has no date."""
    random = np.random.default_rng(n)
    mean = random.dirichlet(np.full(len(topics), 0.5))
    begin = datetime.date(2020, 3, 2)
    found = []
    for number in range(n):
        mix = random.dirichlet(mean * 8 + 0.02)
        current, rows = "", []
        for _ in range(random.integers(1, longest + 1)):
            if not current or random.random() < 0.25:
                current = str(random.choice(topics.ids, p=mix))
            rows.append((current, int(random.integers(2, 90)), float(random.uniform(0.55, 1))))
        days = 1200 * number // n + (240 if number > n // 2 else 0)
        date = (begin + datetime.timedelta(days=days)).isoformat() if number % 9 != 8 else None
        title = "Questions on tariffs, $3 bn in aid and the ceasefire, then remarks and a statement, number"
        found.append(
            prediction_of(
                topics, rows, id=f"b{number}", title=f"{title} {number}" if long else None, date=date
            )
        )
    return found


def cluster_record(n: int, long: bool = False) -> dict:
    """What `topics cluster` writes, with so many clusters on 2,000 dots."""
    random = np.random.default_rng(n)
    member = random.integers(0, n, 2000)
    member[:n] = np.arange(n)
    dots = (random.normal(size=(n, 2)) * 3)[member] + random.normal(size=(2000, 2)) * 0.4
    names = LONG_NAMES if long else ("oil spill", "jobs report", "health care", "gaza talks")
    ks = sorted({5, 8, 12, 18, 27, n})
    return {
        "clusters": [
            {
                "id": i, "name": f"{names[i % 4]} {i}", "terms": [], "size": int((member == i).sum()) * 7,
                "share": float((member == i).mean()), "coherence": None, "stability": None, "examples": [],
                "topics": {}, "trend": [], "change": None, "status": None, "emerging": False,
            }
            for i in range(n)
        ],
        "gone": [],
        "k": n,
        "unit": "paragraph",
        "seed": 0,
        "units": 14_000,
        "duplicates": 0,
        "left_out": 0,
        "last_id": n,
        "known": {},
        "curve": [
            {"k": k, "silhouette": 0.2 - abs(k - n) / 400, "stability": 0.9 - k / 100, "explained": k / 90,
             "score": 0.8 - abs(k - n) / 100}
            for k in ks
        ],
        "map": {"x": dots[:, 0].tolist(), "y": dots[:, 1].tolist(), "cluster": member.tolist()},
    }  # fmt: skip


def evaluation(labels: list[str]) -> dict:
    """What `topics evaluate -f json` writes, for so many topics."""
    n = len(labels)
    rows = [[40 + 3 * i if i == j else (i * 7 + j * 3) % 5 for j in range(n)] for i in range(n)]
    bins = [(3, 0.35, 0.67), (16, 0.46, 0.5), (53, 0.55, 0.43), (88, 0.85, 0.73), (1472, 0.98, 0.92)]
    return {
        "briefings": 8,
        "paragraphs": sum(map(sum, rows)),
        "accuracy": 0.837,
        "macro_f1": 0.84,
        "ece": 0.086,
        "reliability": [{"paragraphs": k, "confidence": c, "accuracy": a} for k, c, a in bins],
        "confusion": {"labels": labels, "rows": rows},
    }
