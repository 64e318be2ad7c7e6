"""Clusters on a page: a table of all, then each with its terms, topics, trend and examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from topics.output.shell import Look, bar, plural, table

MOST_TOPICS = 4
MEASURES = (
    "Trend: its share of the later half by that of the earlier. "
    "Coherence (NPMI): how often its terms stand together, from -1 to 1. "
    "Stability: how much of it is found again in parts of the corpus, from 0 to 1."
)


def cluster_section(
    record: Mapping[str, Any], looks: Mapping[str, Look], anchors: Mapping[str, str], with_text: bool
) -> Iterator[str]:
    """Yield the section.

    Parameters
    ----------
    record : mapping
        As in ``clusters.json``.
    looks : mapping of str to Look
        Topics that are not in it are shown by their id.
    anchors : mapping of str to str
        Ids of articles on the page by briefings' ids; examples link to them.
    with_text : bool
        Otherwise names, terms and examples, which are taken from the texts, are left out.
    """
    clusters = sorted(record["clusters"], key=lambda cluster: -cluster["size"])
    names = {cluster["id"]: _name(cluster, with_text) for cluster in clusters}
    yield '<section id="clusters">\n<h2>Clusters</h2>\n'
    yield f"<p>{escape(_facts(record))}</p>\n"
    if clusters:
        yield from _overview(clusters, names)
    gone = [_name(cluster, with_text) for cluster in record["gone"]]
    if gone:
        yield f"<p>No longer there: {escape(', '.join(gone))}.</p>\n"
    if record["curve"]:
        yield from _curve(record)
    for cluster in clusters:
        yield from _cluster(cluster, record["unit"], names[cluster["id"]], looks, anchors, with_text)
    yield "</section>\n"


def _name(cluster: Mapping[str, Any], with_text: bool) -> str:
    return cluster["name"] if with_text else f"Cluster {cluster['id']}"


def _facts(record: Mapping[str, Any]) -> str:
    facts = f"{plural(len(record['clusters']), 'cluster')} of {plural(record['units'], record['unit'])}"
    if record["duplicates"]:
        facts += f", {record['duplicates']:,} of them near-duplicates that counted once"
    return f"{facts}. {MEASURES}"


def _overview(clusters: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Iterator[str]:
    largest = max(cluster["share"] for cluster in clusters) or 1
    rows = (
        (
            f'<small>{cluster["id"]}</small> <a href="#c{cluster["id"]}">{escape(names[cluster["id"]])}</a>'
            f"{_marks(cluster)}"
            f"{bar(cluster['share'] / largest)}",
            [
                f"{cluster['share']:.1%}",
                f"{cluster['size']:,}",
                change_of(cluster["change"]) or "-",
                _number(cluster["coherence"]),
                _number(cluster["stability"]),
            ],
        )
        for cluster in clusters
    )
    yield from table(
        "Clusters by size", ("Cluster", "Share", "Size", "Trend", "Coherence", "Stability"), rows, "bars"
    )


def _marks(cluster: Mapping[str, Any]) -> str:
    """Say what has become of it since the last clustering, and whether it may be a new topic."""
    marks = [cluster["status"]] * (cluster["status"] not in (None, "kept")) + ["emerging"] * cluster[
        "emerging"
    ]
    return "".join(f" <mark>{escape(mark)}</mark>" for mark in marks)


def change_of(change: float | None) -> str:
    """Say how many times as large a share has become: ×2.0, ÷2.0, or nothing if it is near 1."""
    if change is None or 0.8 < change < 1.25:
        return ""
    return f"×{change:.1f}" if change > 1 else f"÷{1 / change:.1f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _curve(record: Mapping[str, Any]) -> Iterator[str]:
    measures = ("silhouette", "stability", "explained", "score")
    rows = ((str(point["k"]), [_number(point[name]) for name in measures]) for point in record["curve"])
    yield f"<details>\n<summary>How the number of clusters, {record['k']}, was chosen</summary>\n"
    yield from table("Numbers of clusters tried", ("k", *measures), rows)
    yield "</details>\n"


def _cluster(
    cluster: Mapping[str, Any],
    unit: str,
    name: str,
    looks: Mapping[str, Look],
    anchors: Mapping[str, str],
    with_text: bool,
) -> Iterator[str]:
    facts = (
        f"cluster {cluster['id']} · {plural(cluster['size'], unit)}, {cluster['share']:.1%} of all"
        f" · coherence {_number(cluster['coherence'])}"
        f" · stability {_number(cluster['stability'])}"
    )
    yield (
        f'<article id="c{cluster["id"]}">\n<h3 dir="auto">{escape(name)}{_marks(cluster)}</h3>\n'
        f'<p class="fact">{escape(facts)}</p>\n'
    )
    if with_text:
        yield f'<p dir="auto">{escape(", ".join(cluster["terms"]))}</p>\n'
    topics = sorted(cluster["topics"].items(), key=lambda item: -item[1])[:MOST_TOPICS]
    if topics:
        yield f'<ul class="legend">{"".join(_topic(id, share, looks) for id, share in topics if share >= 0.005)}</ul>\n'
    if cluster["trend"]:
        yield _trend(cluster["trend"])
    if with_text and cluster["examples"]:
        examples = "".join(_example(example, anchors) for example in cluster["examples"])
        yield f"<details>\n<summary>{plural(len(cluster['examples']), 'example')}</summary>\n{examples}</details>\n"
    yield "</article>\n"


def _topic(id: str, share: float, looks: Mapping[str, Look]) -> str:
    look = looks.get(id)
    if look is None:
        return f"<li>{escape(id)} {share:.0%}</li>"
    return f'<li class="{look.css}">{look.name} {share:.0%}</li>'


def _trend(trend: Sequence[Mapping[str, Any]]) -> str:
    """Draw the shares of the periods; the sentence says the same in numbers."""
    top = max(trend, key=lambda point: point["share"])
    first, last = trend[0], trend[-1]
    bars = "".join(
        f"M{10 * number} 100h9v-{round(100 * point['share'] / top['share'])}h-9z"
        for number, point in enumerate(trend)
        if point["share"]
    )
    sentence = f"{first['period']}: {first['share']:.1%}"
    if len(trend) > 1:
        sentence += f" · {last['period']}: {last['share']:.1%} · most, {top['share']:.1%}, {top['period']}"
    return (
        f'<svg class="trend" viewBox="0 0 {10 * len(trend)} 100" preserveAspectRatio="none" role="img" '
        f'aria-label="Share by period"><path d="{bars}"/></svg>\n<p class="fact">{escape(sentence)}</p>\n'
    )


def _example(example: Mapping[str, Any], anchors: Mapping[str, str]) -> str:
    place = escape(example["briefing"])
    if example["briefing"] in anchors:
        place = f'<a href="#{anchors[example["briefing"]]}">{place}</a>'
    if example["index"] is not None:
        place += f", paragraph {example['index']}"
    return f'<blockquote dir="auto">{escape(example["text"])}<br><small>{place}</small></blockquote>\n'
