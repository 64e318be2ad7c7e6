"""Predictions and explanations as a web page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from topics.classification.explanation import PART_NAMES, Explanation
from topics.classification.prediction import Prediction
from topics.corpus.topic_list import TopicList
from topics.output.article import article
from topics.output.shell import foot, head, looks_of


def prediction_page(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield a page that shows each briefing's shares and its paragraphs by topic."""
    looks = looks_of(topics)
    yield head("Topics", topics) + "<main>\n"
    model = ""
    for number, prediction in enumerate(predictions):
        model = f"Model {prediction.model.name}, {prediction.model.fingerprint}"
        yield from article(prediction, looks, anchor=f"b{number}", level=2)
    yield "</main>\n" + foot(model)


def explanation_page(
    explanations: Sequence[Explanation], topics: TopicList, title: str, most: int = 8
) -> Iterator[str]:
    """Yield a page that shows for each paragraph the parts of its score and its telling terms."""
    looks = looks_of(topics)
    yield head(f"Why: {title}", topics) + "<main>\n"
    for explanation in explanations:
        look = looks[explanation.topic]
        yield (
            f'<article>\n<h2 class="{look.css}">{look.name} <small>{explanation.probability:.0%}, '
            f"by itself {explanation.alone:.0%}</small></h2>\n"
            f'<div class="{look.css}"><p dir="auto"><bdi>{explanation.index}</bdi> '
            f"{escape(explanation.text)}</p></div>\n<table>\n"
        )
        parts = {PART_NAMES[part]: value for part, value in explanation.parts.items()}
        for name, value in {**parts, "score": explanation.score}.items():
            yield f'<tr><th scope="row">{name}</th><td>{value:+.2f}</td></tr>\n'
        yield "</table>\n"
        for name, sign in (("terms for", 1), ("terms against", -1)):
            ordered = sorted(explanation.terms, key=lambda term: -term.contribution * sign)
            shown = [f"{t.term} {t.contribution:+.2f}" for t in ordered[:most] if t.contribution * sign > 0]
            yield f'<p class="fact">{name}: {escape(", ".join(shown)) or "none"}</p>\n'
        yield "</article>\n"
    yield "</main>\n" + foot(
        "A score is the natural log of the probability, measured from the mean over all topics."
    )
