"""Predictions, explanations and reports as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from topics.classification.prediction import Prediction
from topics.corpus.topic_list import Topic, TopicList
from topics.output.terminal import bar, dim, fit, paint, printable, strong, width_of

# A briefing must not wait for what the other tables are of.
if TYPE_CHECKING:
    from topics.classification.explanation import Explanation, TermWeight
    from topics.corpus.statistics import CorpusStatistics, NearDuplicate
    from topics.evaluation.doubts import LabelDoubt
    from topics.evaluation.report import Report

BAR_WIDTH = 24
REVIEW = "review"


def prediction_table(prediction: Prediction, topics: TopicList, width: int = 100, color: bool = False) -> str:
    """Show a prediction: segments with their paragraphs, shares as bars, what wants review.

    Parameters
    ----------
    prediction : Prediction
    topics : TopicList
        Of the model; gives names and colours.
    width : int, default=100
        Columns of the terminal.
    color : bool, default=False
    """
    by_id = {topic.id: topic for topic in topics}
    name_width = _name_width([by_id[id] for id in dict.fromkeys(prediction.topics)])
    text_width = max(20, width - name_width - 22)
    briefing = prediction.briefing
    lines = [strong(printable(briefing.title or briefing.id), color)]
    if briefing.title:
        lines.append(dim(printable(f"{briefing.id}  {briefing.date or ''}").rstrip(), color))
    lines.append("")
    previous: object = None
    for paragraph in prediction.paragraphs:
        topic = by_id[paragraph.topic]
        group = ("segment", paragraph.segment) if topic.content else "none"
        name = fit(topic.name if group != previous else "", name_width)
        mark = "▌" if topic.content else " "
        line = (
            f"{paint(mark, topic.color, color)} {paint(name, topic.color, color, bold=topic.content)}"
            f"  {paragraph.index:>4}  {paragraph.probability:>4.0%}  {'?' if paragraph.review else ' '} "
        )
        text = fit(paragraph.paragraph.text, text_width).rstrip()
        lines.append((line + (text if topic.content else dim(text, color))).rstrip())
        previous = group
    lines += ["", *_shares(prediction, by_id, name_width, color)]
    n_review = sum(paragraph.review for paragraph in prediction.paragraphs)
    n = len(prediction.paragraphs)
    lines.append(
        dim(
            f"{n} paragraph{'s' * (n != 1)}, {len(prediction.segments)} segment{'s' * (len(prediction.segments) != 1)}"
            + (f"; {n_review} marked ? to {REVIEW}" if n_review else f"; none to {REVIEW}")
            + f".  Model: {prediction.model.name}",
            color,
        )
    )
    return "\n".join(lines) + "\n"


def _shares(prediction: Prediction, by_id: dict[str, Topic], name_width: int, color: bool) -> list[str]:
    if not prediction.shares:
        return ["No content: every paragraph is boilerplate.", ""]
    lines = []
    for id, share in prediction.shares.items():
        topic = by_id[id]
        lines.append(
            f"  {paint(fit(topic.name, name_width), topic.color, color, bold=True)}  {share:>4.0%}"
            f"  {paint(bar(share, BAR_WIDTH), topic.color, color)}"
        )
    return [*lines, ""]


def explanation_table(
    explanations: Sequence[Explanation], topics: TopicList, most: int = 6, color: bool = False
) -> str:
    """Show explanations: the parts of each score, and the terms for and against.

    Parameters
    ----------
    explanations : sequence of Explanation
    topics : TopicList
    most : int, default=6
        Terms shown on each side.
    color : bool, default=False
    """
    from topics.classification.explanation import PART_NAMES

    by_id = {topic.id: topic for topic in topics}
    blocks = []
    for explanation in explanations:
        topic = by_id[explanation.topic]
        lines = [
            f"{strong(str(explanation.index), color)}  {printable(explanation.text)}",
            f"   {paint(topic.name, topic.color, color, bold=True)}  {explanation.probability:.0%}"
            f" (by itself, without its neighbours: {explanation.alone:.0%})",
            *(f"   {value:>+7.2f}  {PART_NAMES[part]}" for part, value in explanation.parts.items()),
            f"   {explanation.score:>+7.2f}  score",
            f"   for:      {_terms(explanation.terms, 1, most)}",
            f"   against:  {_terms(explanation.terms, -1, most)}",
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _terms(terms: Sequence[TermWeight], sign: int, most: int) -> str:
    ordered = sorted(
        (term for term in terms if term.contribution * sign > 0), key=lambda t: -t.contribution * sign
    )
    shown = [f"{term.term} {term.contribution:+.2f}" for term in ordered[:most]]
    if len(ordered) > most:
        shown.append(f"and {len(ordered) - most} more")
    return ", ".join(shown) or "no known word"


def report_table(report: Report) -> str:
    """Show an evaluation: scores by topic, over all beside the baseline, calibration, confusion matrix."""
    ids = report.topics.ids
    name_width = max([width_of("all topics, mean"), *(width_of(id) for id in ids)])
    lines = [f"{'':{name_width}}  precision  recall      F1  paragraphs"]
    for id, scores in report.per_topic.items():
        lines.append(
            f"{fit(id, name_width)}  {scores.precision:>9.3f}  {scores.recall:>6.3f}  {scores.f1:>6.3f}"
            f"  {scores.support:>10,}"
        )
    lines += [
        f"{'all topics, mean':{name_width}}  {'':>9}  {'':>6}  {report.macro_f1:>6.3f}  {report.n_paragraphs:>10,}",
        "",
        *_overall(report),
        "",
        "the surest    " + "".join(f"{part:>7.0%}" for part in report.coverage),
        "are right     " + "".join(f"{value:>7.1%}" for value in report.coverage.values()),
        "",
        "probability   " + "".join(f"{bin.confidence:>7.2f}" for bin in report.reliability),
        "right         " + "".join(f"{bin.accuracy:>7.2f}" for bin in report.reliability),
        "paragraphs    " + "".join(f"{bin.paragraphs:>7,}" for bin in report.reliability),
        "",
        *_confusion(report, name_width),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def doubts_table(doubts: Sequence[LabelDoubt], most: int) -> str:
    """Show labels that are likely wrong, the most doubtful first."""
    lines = ["", f"{len(doubts):,} labels that held-out predictions disagree with; the most doubtful first:"]
    for doubt in doubts[:most]:
        lines += [
            "",
            f"{printable(doubt.briefing)}, paragraph {doubt.index}: labelled {doubt.label}, "
            f"looks like {doubt.topic} ({doubt.topic_probability:.0%})",
            f"  {fit(doubt.text, 110).rstrip()}",
        ]
    return "\n".join(lines) + "\n"


def duplicates_table(pairs: Sequence[NearDuplicate], most: int) -> str:
    """Show paragraphs that nearly repeat an earlier one, those with another label first."""
    lines = ["", f"near-duplicates of an earlier paragraph: {len(pairs):,}; those with another label first:"]
    for pair in pairs[:most]:
        labels = f": {pair.label}, there {pair.first_label}" if pair.disagrees else ""
        lines += [
            "",
            f"{printable(pair.briefing)}, paragraph {pair.index}, as {printable(pair.first_briefing)}, "
            f"paragraph {pair.first_index}{labels}",
            f"  {fit(pair.text, 110).rstrip()}",
        ]
    return "\n".join(lines) + "\n"


# Overall scores by the names of a report's properties, and what the table calls them.
_OVERALL = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "segment_f1": "segments F1",
    "pk": "Pk (error)",
    "window_diff": "WindowDiff (error)",
    "boundary_similarity": "boundary similarity",
    "calibration_error": "ECE (error)",
    "kept": "not for review",
    "kept_accuracy": "  of these right",
}


def _overall(report: Report) -> list[str]:
    """Show each overall score, its interval, and the baseline's."""
    lines = [f"{report.n_briefings:>6,} briefings        score   95 % interval    each paragraph alone"]
    for key, name in _OVERALL.items():
        low_high = report.intervals.get(key)
        interval = f"{low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else ""
        baseline = _number(getattr(report.baseline, key)) if report.baseline else ""
        lines.append(f"{name:<20}  {_number(getattr(report, key)):>9}   {interval:<14}  {baseline:>21}")
    return lines


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def statistics_table(statistics: CorpusStatistics) -> str:
    """Show what is in a corpus."""
    from statistics import median

    dates = f", {statistics.first_date} to {statistics.last_date}" if statistics.first_date else ""
    n, pairs = statistics.paragraphs, statistics.near_duplicates
    lines = [
        f"{statistics.briefings:,} briefings{dates}",
        f"{n:,} paragraphs, {statistics.words:,} words",
        f"{statistics.unlabelled:,} paragraphs without label ({statistics.unlabelled / max(1, n):.0%})",
        f"{len(pairs):,} near-duplicates of an earlier one ({len(pairs) / max(1, n):.0%}), "
        f"{sum(pair.elsewhere for pair in pairs):,} in another briefing, "
        f"{sum(pair.disagrees for pair in pairs):,} with another label",
    ]
    if statistics.topics:
        width = max([5, *(width_of(label) for label in statistics.topics)])
        lines += ["", f"{'label':{width}}  paragraphs         briefings     words  segments  median  longest"]
        labelled = n - statistics.unlabelled
        for label, counts in statistics.topics.items():
            lines.append(
                f"{fit(label, width)}  {counts.paragraphs:>10,}  {counts.paragraphs / labelled:>5.1%}"
                f"  {counts.briefings:>9,}  {counts.words:>8,}  {len(counts.segments):>8,}"
                f"  {median(counts.segments):>6g}  {max(counts.segments):>7,}"
            )
    if set(statistics.sources) != {"(none)"}:
        width = max([6, *(width_of(source) for source in statistics.sources)])
        lines += ["", f"{'source':{width}}  paragraphs"]
        lines += [f"{fit(source, width)}  {count:>10,}" for source, count in statistics.sources.items()]
    return "\n".join(lines) + "\n"


def _confusion(report: Report, name_width: int) -> list[str]:
    ids = report.topics.ids
    cell = max(7, *(len(f"{count:,}") for count in report.confusion.ravel()))
    numbers = [f"[{i}]" for i in range(len(ids))]
    lines = ["confusion: a row is a label, a column what the model said"]
    lines.append(f"{'':{name_width + 5}}{''.join(f'{number:>{cell}}' for number in numbers)}")
    for number, id, row in zip(numbers, ids, report.confusion, strict=True):
        cells = "".join(f"{count if count else '·':>{cell}}" for count in row)
        lines.append(f"{number:>4} {fit(id, name_width)}{cells}")
    return lines


def _name_width(topics: Sequence[Topic]) -> int:
    return min(28, max((width_of(topic.name) for topic in topics), default=0))
