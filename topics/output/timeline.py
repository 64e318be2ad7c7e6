"""Topics over time on a page: stacked bars, and the same as a table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from topics.output.periods import Period, Timeline
from topics.output.shell import Look, plural, table

MOST_TOPICS = 8
WIDTH = 10  # of a bar, with the gap after it
HEIGHT = 1000
_MOST_LABELS = {"day": 4, "week": 4, "month": 6, "year": 8}  # that fit on a phone


def timeline_section(timeline: Timeline, looks: Mapping[str, Look]) -> Iterator[str]:
    """Yield the section: shares of the words by period, and how many paragraphs each rests on."""
    yield '<section id="timeline">\n<h2>Timeline</h2>\n'
    totals = sum((period.words for period in timeline.periods), Counter[str]())
    if totals:
        yield from _pictures(timeline, _Columns.of(totals, looks))
    else:
        what = "briefing with a date has content" if timeline.periods else "briefing has a date (YYYY-MM-DD)"
        yield f"<p>No {what}, so there is nothing to show over time.</p>\n"
    yield "</section>\n"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The topics shown, largest first, and whether the rest follows as one."""

    ids: list[str]
    names: list[str]
    css: list[str]

    @classmethod
    def of(cls, totals: Counter[str], looks: Mapping[str, Look]) -> _Columns:
        ids = [id for id, _ in totals.most_common()]
        if len(ids) <= MOST_TOPICS:
            return cls(ids, [looks[id].name for id in ids], [looks[id].css for id in ids])
        ids, rest = ids[: MOST_TOPICS - 1], ids[MOST_TOPICS - 1 :]
        names = [*(looks[id].name for id in ids), f"{len(rest)} other topics"]
        return cls(ids, names, [*(looks[id].css for id in ids), "rest"])

    def shares(self, period: Period) -> list[float]:
        """Return each column's part of the words; empty if there are none."""
        total = period.words.total()
        if not total:
            return []
        shares = [period.words[id] / total for id in self.ids]
        return shares if len(self.css) == len(self.ids) else [*shares, max(0.0, 1 - sum(shares))]


def _pictures(timeline: Timeline, columns: _Columns) -> Iterator[str]:
    legend = (f'<li class="{css}">{name}</li>' for css, name in zip(columns.css, columns.names, strict=True))
    yield f'<ul class="legend">{"".join(legend)}</ul>\n'
    yield _stacks(timeline, columns)
    yield _counts(timeline)
    yield _axis(timeline)
    most = max(period.paragraphs for period in timeline.periods)
    yield (
        f'<p class="fact">Above: parts of the words by {timeline.unit}; empty where there is no briefing. '
        f"Below: content paragraphs, {most:,} at most."
    )
    if timeline.undated:
        yield f" {plural(timeline.undated, 'briefing')} without a date (YYYY-MM-DD) left out."
    yield "</p>\n<details>\n<summary>The same as a table</summary>\n"
    nothing = [""] * len(columns.names)
    rows = (
        (
            period.name,
            [
                f"{period.briefings:,}",
                f"{period.paragraphs:,}",
                *([f"{share:.0%}" for share in columns.shares(period)] or nothing),
            ],
        )
        for period in timeline.periods
    )
    names = (timeline.unit.capitalize(), "Briefings", "Paragraphs", *columns.names)
    yield from table("Topics over time", names, rows)
    yield "</details>\n"


def _stacks(timeline: Timeline, columns: _Columns) -> str:
    paths: dict[str, list[str]] = {css: [] for css in columns.css}
    hover = []
    for number, period in enumerate(timeline.periods):
        left, low, below = WIDTH * number, 0, 0.0
        for css, share in zip(columns.css, columns.shares(period), strict=False):
            below += share
            high = round(HEIGHT * below)
            if high > low:
                paths[css].append(f"M{left} {HEIGHT - low}h{WIDTH - 1}V{HEIGHT - high}H{left}z")
            low = high
        hover.append(
            f'<rect x="{left}" width="{WIDTH}" height="{HEIGHT}"><title>{_sentence(period, columns)}</title></rect>'
        )
    drawn = "".join(f'<path class="{css}" d="{"".join(parts)}"/>' for css, parts in paths.items())
    first, last = timeline.periods[0].name, timeline.periods[-1].name
    return (
        f'<svg class="stacks" viewBox="0 0 {WIDTH * len(timeline.periods)} {HEIGHT}" preserveAspectRatio="none" '
        f'role="img" aria-label="Parts of the words by topic for each {timeline.unit} from {first} to {last}; '
        f'the table below has the numbers">{drawn}{"".join(hover)}</svg>\n'
    )


def _sentence(period: Period, columns: _Columns) -> str:
    shares = [
        f"{name} {share:.0%}"
        for name, share in zip(columns.names, columns.shares(period), strict=False)
        if share >= 0.005
    ]
    return f"{period.name}: {', '.join([plural(period.paragraphs, 'paragraph'), *shares])}"


def _counts(timeline: Timeline) -> str:
    most = max(period.paragraphs for period in timeline.periods)
    bars = "".join(
        f"M{WIDTH * number} 0h{WIDTH - 1}v{max(1, round(100 * period.paragraphs / most))}h-{WIDTH - 1}z"
        for number, period in enumerate(timeline.periods)
        if period.paragraphs
    )
    return (
        f'<svg class="counts" viewBox="0 0 {WIDTH * len(timeline.periods)} 100" preserveAspectRatio="none" '
        f'role="img" aria-label="Content paragraphs for each {timeline.unit}"><path d="{bars}"/></svg>\n'
    )


def _axis(timeline: Timeline) -> str:
    names = [period.name for period in timeline.periods]
    if timeline.unit == "month" and len(names) > 18:
        labels = {number: name[:4] for number, name in enumerate(names) if name.endswith("-01")}
    else:
        step = math.ceil(len(names) / _MOST_LABELS[timeline.unit])
        labels = {number: names[number] for number in range(0, len(names), step)}
    spans = "".join(
        f'<span style="left: {number / len(names):.2%}">{label}</span>'
        for number, label in labels.items()
        if number <= 0.8 * len(names)  # one further right would not fit
    )
    return f'<div class="axis" aria-hidden="true">{spans}</div>\n'
