from __future__ import annotations

from topics import Briefing, Paragraph
from topics.corpus.statistics import corpus_statistics


def test_counts_by_topic_and_source():
    long = "this is a paragraph of eight words exactly"
    briefings = [
        Briefing(
            "a",
            tuple(
                Paragraph(text, label=label)
                for text, label in [("x y", "a"), ("z", "a"), ("w", "b"), ("v", None)]
            ),
            date="2026-01-02",
            metadata={"source": "Wire"},
        ),
        Briefing("b", (Paragraph(long, label="a"), Paragraph(long.upper(), label="a")), date="2025-01-02"),
    ]
    statistics = corpus_statistics(briefings).to_dict()
    assert (statistics["briefings"], statistics["paragraphs"], statistics["unlabelled"]) == (2, 6, 1)
    assert statistics["repeated"] == 1
    assert (statistics["first_date"], statistics["last_date"]) == ("2025-01-02", "2026-01-02")
    assert statistics["sources"] == {"Wire": 4, "(none)": 2}
    assert statistics["topics"]["a"] == {
        "paragraphs": 4, "briefings": 2, "words": 19, "segments": 2, "median_segment": 2, "longest_segment": 2,
    }  # fmt: skip
