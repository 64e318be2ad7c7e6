"""A report on many briefings, one page: how topics are distributed, over time, in clusters, and in each briefing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from topics import __version__
from topics.classification.prediction import Prediction
from topics.corpus.periods import day_of
from topics.corpus.topic_list import TopicList
from topics.output.article import article, review_count
from topics.output.cluster_section import cluster_section
from topics.output.periods import timeline_of
from topics.output.shell import Look, bar, foot, head, looks_of, plural, table
from topics.output.timeline import timeline_section

MADE_BY = f"Made by topics {__version__}."


def report_page(
    predictions: Sequence[Prediction],
    topics: TopicList,
    *,
    clusters: Mapping[str, Any] | None = None,
    telling: Callable[[Prediction], list[list[str]]] | None = None,
    with_text: bool = True,
) -> Iterator[str]:
    """Yield a report.

    Parameters
    ----------
    predictions : sequence of Prediction
    topics : TopicList
        Names and colours; every topic of the predictions.
    clusters : mapping, optional
        As in the ``clusters.json`` of `topics cluster`.
    telling : callable, optional
        Gives for a prediction each paragraph's terms to underline, such as
        `topics.classification.explanation.telling_terms`.
    with_text : bool, default=True
        Otherwise nothing that was taken from the texts is on the page: no
        paragraph, no term, no cluster's name. Ids, titles, dates, topics and
        numbers remain.
    """
    looks = looks_of(topics)
    yield head(f"Topics in {plural(len(predictions), 'briefing')}", topics, _facts(predictions))
    yield _contents(clusters is not None) + "<main>\n"
    yield from _distribution(predictions, looks)
    yield from timeline_section(timeline_of(predictions), looks)
    anchors = {prediction.briefing.id: f"b{number}" for number, prediction in enumerate(predictions)}
    if clusters is not None:
        yield from cluster_section(clusters, looks, anchors, with_text)
    yield from _list_of_briefings(predictions, looks, with_text, telling is not None)
    for number, prediction in enumerate(predictions):
        terms = telling(prediction) if telling and with_text else ()
        yield from article(
            prediction, looks, anchor=f"b{number}", level=3, telling=terms, with_text=with_text
        )
    yield "</section>\n</main>\n" + foot(*_notes(predictions, telling is not None, with_text))


def clusters_page(record: Mapping[str, Any], with_text: bool = True) -> Iterator[str]:
    """Yield the report of `topics cluster`: its clusters alone."""
    topics = TopicList.from_records(record["known"])
    yield head(f"Clusters of {plural(record['units'], record['unit'])}", topics) + "<main>\n"
    yield from cluster_section(record, looks_of(topics), {}, with_text)
    yield "</main>\n" + foot(MADE_BY)


def _facts(predictions: Sequence[Prediction]) -> str:
    days = [day for p in predictions if (day := day_of(p.briefing.date)) is not None]
    facts = [
        plural(sum(len(p.paragraphs) for p in predictions), "paragraph"),
        f"{sum(map(review_count, predictions)):,} for review",
    ]
    if days:
        facts.insert(0, f"{min(days)} to {max(days)}" if min(days) < max(days) else str(min(days)))
    return " · ".join(facts)


def _contents(with_clusters: bool) -> str:
    sections = {
        "distribution": "Distribution",
        "timeline": "Timeline",
        "clusters": "Clusters",
        "briefings": "Briefings",
    }
    links = "".join(
        f'<li><a href="#{id}">{name}</a></li>'
        for id, name in sections.items()
        if id != "clusters" or with_clusters
    )
    return f'<nav class="few" aria-label="Contents"><ul>{links}</ul></nav>\n'


@dataclass(slots=True)
class _Count:
    words: int = 0
    paragraphs: int = 0
    briefings: int = 0
    review: int = 0


def _distribution(predictions: Sequence[Prediction], looks: Mapping[str, Look]) -> Iterator[str]:
    counts = {id: _Count() for id in looks}
    for prediction in predictions:
        for paragraph in prediction.paragraphs:
            count = counts[paragraph.topic]
            count.words += len(paragraph.paragraph.text.split()) * (paragraph.segment is not None)
            count.paragraphs += 1
            count.review += paragraph.review
        for id in set(prediction.topics):
            counts[id].briefings += 1
    total = sum(count.words for count in counts.values())
    largest = max((count.words for count in counts.values()), default=0)
    rows = []
    for id in sorted(counts, key=lambda id: (not looks[id].content, -counts[id].words)):
        look, count = looks[id], counts[id]
        shown = look.content and total > 0
        name = f'<span class="{look.css}" dir="auto">{look.name}{bar(count.words / largest) if shown else ""}</span>'
        numbers = [f"{number:,}" for number in (count.paragraphs, count.briefings, count.review)]
        rows.append((name, [f"{count.words / total:.1%}" if shown else "-", *numbers]))
    yield '<section id="distribution">\n<h2>Distribution</h2>\n'
    yield from table(
        "Distribution", ("Topic", "Share of words", "Paragraphs", "Briefings", "For review"), rows, "bars"
    )
    if any(not look.content for look in looks.values()):
        names = ", ".join(look.name for look in looks.values() if not look.content)
        yield f'<p class="fact">{names}: no subject, left out of shares.</p>\n'
    yield "</section>\n"


def _list_of_briefings(
    predictions: Sequence[Prediction], looks: Mapping[str, Look], with_text: bool, underlined: bool
) -> Iterator[str]:
    yield '<section id="briefings">\n<h2>Briefings</h2>\n'
    n_review = sum(map(review_count, predictions))
    if with_text:
        yield (
            '<p class="fact">Before each paragraph: its number and how probable its topic is; '
            "beside a heading: the mean. <mark>review</mark>: too unsure to be taken at its word."
            f"{' <u>Underlined</u>: terms that alone at least double the odds of the topic.' * underlined}</p>\n"
        )
    else:
        yield (
            '<p class="fact">Beside each segment: how probable its topic is, and the numbers of its paragraphs. '
            "For review: too unsure to be taken at its word.</p>\n"
        )
    if n_review:
        yield (
            '<input type="checkbox" id="review"> '
            f'<label for="review">Only what is for review ({plural(n_review, "paragraph")})</label>\n'
        )
    yield '<nav class="many" aria-label="Briefings"><ul>\n'
    for number, prediction in enumerate(predictions):
        briefing = prediction.briefing
        facts = [escape(briefing.date)] if briefing.date else []
        facts += [f"{looks[id].name} {share:.0%}" for id, share in list(prediction.shares.items())[:1]]
        review = review_count(prediction)
        if review:
            facts.append(f"{review:,} for review")
        yield (
            f"<li{' class=r' * bool(review)}><a href=#b{number}>{escape(briefing.title or briefing.id)}</a>"
            f" <small>{' · '.join(facts)}</small>\n"
        )
    yield "</ul></nav>\n"


def _notes(predictions: Sequence[Prediction], underlined: bool, with_text: bool) -> Iterator[str]:
    for name, fingerprint in sorted({(p.model.name, p.model.fingerprint) for p in predictions}):
        yield f"Model {name}, {fingerprint}."
    if not with_text:
        yield "Made without the text of the briefings."
    elif not underlined:
        yield "Telling terms are not underlined: the model that made these results is not at hand."
    yield MADE_BY
