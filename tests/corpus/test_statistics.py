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
    assert statistics["near_duplicates"] == {"paragraphs": 1, "elsewhere": 0, "disagree": 0}
    assert (statistics["first_date"], statistics["last_date"]) == ("2025-01-02", "2026-01-02")
    assert statistics["sources"] == {"Wire": 4, "(none)": 2}
    assert statistics["topics"]["a"] == {
        "paragraphs": 4, "briefings": 2, "words": 19, "segments": 2, "median_segment": 2, "longest_segment": 2,
    }  # fmt: skip


def test_a_repeated_paragraph_with_another_label_comes_first():
    wire = "Talks between the two sides resumed in Geneva on Monday after a pause of six weeks"
    other = "The bank left its main rate unchanged and said prices had risen less than feared"
    paragraphs = [(wire, "talks"), (other, "money"), (other + ".", "money"), (wire + ", he said", "money")]
    corpus = [
        Briefing(f"b{n}", (Paragraph(text, label=label),)) for n, (text, label) in enumerate(paragraphs)
    ]
    pairs = corpus_statistics(corpus).near_duplicates
    assert [(pair.briefing, pair.first_briefing) for pair in pairs] == [("b3", "b0"), ("b2", "b1")]
    assert [(pair.disagrees, pair.elsewhere) for pair in pairs] == [(True, True), (False, True)]
