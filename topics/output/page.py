"""Predictions and explanations as a web page that stands alone: no script, no network.

All text of a briefing is escaped; a topic is told by its name as well as its
colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from topics.classification.explanation import PART_NAMES, Explanation
from topics.classification.prediction import PredictedParagraph, Prediction
from topics.corpus.topic_list import Topic, TopicList

_STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1, h2, .name, .number, table, footer { font-family: system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
.p { display: grid; grid-template-columns: 10rem 1fr; gap: 1rem; margin: 0;
  border-left: .4rem solid; padding: .25rem .75rem; }
.p p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
.none { color: #595959; font-size: .85rem; }
.name { font-size: .85rem; font-weight: 600; overflow-wrap: anywhere; }
.number { font-size: .8rem; color: #595959; font-weight: 400; }
.name .number { white-space: nowrap; }
.review { background: #fff4cc; color: #1a1a1a; border-radius: .2rem; padding: 0 .3rem; }
table { border-collapse: collapse; font-size: .9rem; margin: .5rem 0 1.5rem; }
td, th { text-align: left; padding: .15rem .75rem .15rem 0; font-weight: 400; }
td.value { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: inline-block; height: .8rem; vertical-align: middle; }
footer { font-size: .8rem; overflow-wrap: anywhere; color: #595959; margin-top: 3rem;
  border-top: 1px solid #ddd; padding-top: .5rem; }
@media (max-width: 40rem) { .p { grid-template-columns: 1fr; gap: 0; } }
"""


def prediction_page(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
    """Yield a page that shows each briefing's shares and its paragraphs by topic."""
    by_id = {topic.id: topic for topic in topics}
    yield _head("Topics")
    model = ""
    for prediction in predictions:
        briefing = prediction.briefing
        model = f"Model {prediction.model.name}, {prediction.model.fingerprint}"
        yield f"<article>\n<h2>{escape(briefing.title or briefing.id)}</h2>\n"
        if briefing.title or briefing.date:
            yield f'<p class="number">{escape(" · ".join(filter(None, (briefing.id, briefing.date))))}</p>\n'
        yield _share_table(prediction, by_id)
        previous: int | None = None
        for paragraph in prediction.paragraphs:
            yield _paragraph(paragraph, by_id[paragraph.topic], paragraph.segment != previous)
            previous = paragraph.segment
        yield "</article>\n"
    yield _foot(model)


def explanation_page(
    explanations: Sequence[Explanation], topics: TopicList, title: str, most: int = 8
) -> Iterator[str]:
    """Yield a page that shows for each paragraph the parts of its score and its telling terms."""
    by_id = {topic.id: topic for topic in topics}
    yield _head(f"Why: {title}")
    for explanation in explanations:
        topic = by_id[explanation.topic]
        yield (
            f'<section class="p" style="border-color: {topic.color}">'
            f'<div class="name">{escape(topic.name)} <span class="number">{explanation.probability:.0%}<br>'
            f"paragraph {explanation.index}<br>by itself {explanation.alone:.0%}</span></div>"
            f"<div><p>{escape(explanation.text)}</p>\n<table>\n"
        )
        parts = {PART_NAMES[part]: value for part, value in explanation.parts.items()}
        for name, value in {**parts, "score": explanation.score}.items():
            yield f'<tr><th scope="row">{name}</th><td class="value">{value:+.2f}</td></tr>\n'
        yield "</table>\n"
        for name, sign in (("terms for", 1), ("terms against", -1)):
            ordered = sorted(explanation.terms, key=lambda term: -term.contribution * sign)
            shown = [f"{t.term} {t.contribution:+.2f}" for t in ordered[:most] if t.contribution * sign > 0]
            yield f'<p class="number">{name}: {escape(", ".join(shown)) or "none"}</p>\n'
        yield "</div></section>\n"
    yield _foot("A score is the natural log of the probability, measured from the mean over all topics.")


def _share_table(prediction: Prediction, by_id: dict[str, Topic]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(by_id[id].name)}</th><td class="value">{share:.0%}</td>'
        f'<td><span class="bar" style="background: {by_id[id].color}; width: {20 * share:.2f}rem"></span></td></tr>\n'
        for id, share in prediction.shares.items()
    )
    return (
        f"<table>\n<caption hidden>Shares of the words</caption>\n{rows}</table>\n"
        if rows
        else "<p>No content.</p>\n"
    )


def _paragraph(paragraph: PredictedParagraph, topic: Topic, first: bool) -> str:
    review = ' <span class="review">review</span>' if paragraph.review else ""
    name = escape(topic.name) if first or not topic.content else ""
    return (
        f'<section class="p{"" if topic.content else " none"}" style="border-color: {topic.color}">'
        f'<div class="name">{name} <span class="number">'
        f"{paragraph.index} · {paragraph.probability:.0%}{review}</span></div>"
        f'<p dir="auto">{escape(paragraph.paragraph.text)}</p></section>\n'
    )


def _head(title: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
    )


def _foot(note: str) -> str:
    return f"</main>\n<footer>{escape(note)}</footer>\n</body>\n</html>\n"
