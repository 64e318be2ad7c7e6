"""Results made by hand: briefings whose topics, dates and review marks a test can state."""

from __future__ import annotations

import numpy as np

from topics import Briefing, Paragraph, Prediction, TopicList
from topics.classification.prediction import ModelName, predict

TOPICS = TopicList.from_records(
    {
        "syria": {"name": "Syria", "color": "#0072B2"},
        "iran": {"name": "Iran", "color": "#009E73"},
        "other": {"name": "Other", "color": "#56B4E9"},
        "boilerplate": {"name": "Boilerplate"},
    }
)


def classified(
    id: str,
    rows: list[tuple[str, str, float]],
    *,
    date: str | None = None,
    title: str | None = None,
    topics: TopicList = TOPICS,
) -> Prediction:
    """Make a result of (text, topic, probability); less than 0.7 is for review."""
    probabilities = np.array(
        [[p if t == id else (1 - p) / (len(topics) - 1) for id in topics.ids] for _, t, p in rows]
    )
    return predict(
        [Briefing(id, tuple(Paragraph(text) for text, _, _ in rows), title, date)],
        probabilities.reshape(-1, len(topics)),
        topics,
        0.7,
        np.zeros(len(rows), dtype=bool),
        ModelName("small", "sha256:0"),
    )[0]


MONDAY = classified(
    "monday",
    [
        ("MOSCOW", "boilerplate", 0.99),
        ("The bases in Syria were discussed, Damascus said.", "syria", 0.95),
        ("(Photo)", "boilerplate", 0.9),
        ("It was on the agenda.", "syria", 0.55),
        ("On Iran, enrichment goes on.", "iran", 0.8),
    ],
    date="2026-01-05",
    title="Monday's briefing",
)  # fmt: skip
APRIL = classified("april", [("Grain prices rose.", "other", 0.9)], date="2026-04-20T10:00:00Z")
UNDATED = classified("undated", [("Iran answered.", "iran", 0.9), ("Unread.", "iran", 0.4)], date="last week")
ALL = [MONDAY, APRIL, UNDATED]

CLUSTERS = {
    "clusters": [
        {
            "id": 3, "name": "grain prices", "terms": ["grain", "prices", "harvest"], "size": 120, "share": 0.04,
            "coherence": 0.21, "stability": 0.8,
            "examples": [{"briefing": "april", "index": 0, "text": "Grain prices rose."}],
            "topics": {"other": 0.9, "iran": 0.1},
            "trend": [{"period": "2026-01", "share": 0.03, "count": 12}, {"period": "2026-02", "share": 0.0, "count": 0}],
            "change": 0.5, "status": "new", "emerging": True,
        },
        {
            "id": 7, "name": "bases", "terms": ["bases"], "size": 300, "share": 0.1, "coherence": None, "stability": 0.5,
            "examples": [], "topics": {"unheard-of": 1.0}, "trend": [], "change": None, "status": "kept", "emerging": False,
        },
    ],
    "gone": [{"id": 1, "name": "old harvest"}], "k": 2, "unit": "paragraph", "seed": 0, "units": 3000, "duplicates": 17,
    "left_out": 1, "last_id": 7, "known": {},
    "curve": [{"k": 2, "silhouette": 0.1, "stability": 0.8, "explained": 0.3, "score": 0.7}],
    "map": {"x": [], "y": [], "cluster": []},
}  # fmt: skip
