"""`topics plot`: results in, a picture out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from topics.cli.console import progress_bar, refuse_to_overwrite, tell
from topics.cli.options import ShownModel, ShownTopics, load_model, shown_topics, usage_error
from topics.corpus.topic_list import TopicList
from topics.errors import InputError, did_you_mean, listed

if TYPE_CHECKING:
    from topics.classification.prediction import Prediction
    from topics.output.charts import Chart

Kind = Literal["shares", "timeline", "ribbon", "heatmap", "clusters", "k", "confusion", "reliability"]
Per = Literal["day", "week", "month"]
ENDINGS = (".png", ".svg", ".pdf")


def plot(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="What to draw, see above.")],
    results: Annotated[
        str,
        typer.Argument(
            metavar="RESULTS",
            help="What classify wrote as .json or .jsonl, a folder of cluster, or what evaluate wrote as .json.",
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The picture: .png, .svg or .pdf.")
    ],
    topics: ShownTopics = None,
    model: ShownModel = None,
    per: Annotated[Per | None, typer.Option(help="timeline: by default after the time it spans.")] = None,
    briefing: Annotated[
        str | None, typer.Option(metavar="ID", help="ribbon: which briefing; by default the first.")
    ] = None,
) -> None:
    """Draw results as a picture.

    Example:  topics plot ribbon results.jsonl -o ribbon.png

    \b
    of classify -o results.jsonl:
      shares       how large each topic's part is, in one briefing or many
      timeline     shares over time, with the number of paragraphs
      ribbon       one briefing, paragraph by paragraph
      heatmap      briefing by topic
    of cluster -o FOLDER:
      clusters     a map of the paragraphs with named clusters
      k            the curve behind --k auto
    of evaluate -o scores.json:
      confusion    which topic is taken for which
      reliability  how often it is right when it is so sure
    """
    if Path(output).suffix.lower() not in ENDINGS:
        raise usage_error(
            f"-o {output} names no kind of picture; expected a name that ends in {listed(ENDINGS)}"
        )
    if per is not None and kind != "timeline":
        raise usage_error("--per goes with timeline")
    if briefing is not None and kind != "ribbon":
        raise usage_error("--briefing goes with ribbon")
    if kind in ("clusters", "k", "reliability") and (topics is not None or model is not None):
        raise usage_error(f"--topics and --model do not go with {kind}, which shows no topics")
    refuse_to_overwrite(output, [results])
    from topics.output.charts import save

    draw = _drawing(kind, results, topics, model, per, briefing)
    try:
        chart = draw()
    except InputError as error:
        raise InputError(f"{results}: {error}") from None
    save(chart, output)


def _drawing(
    kind: Kind, results: str, topics: str | None, model: str | None, per: Per | None, briefing: str | None
) -> Callable[[], Chart]:
    """Read what a picture needs, and return the function that draws it."""
    from topics.output import charts
    from topics.output.summaries import read_clusters, read_evaluation

    if kind in ("clusters", "k"):
        return partial(charts.clusters if kind == "clusters" else charts.k_curve, read_clusters(results))
    if kind == "reliability":
        return partial(charts.reliability, read_evaluation(results))
    if kind == "confusion":
        return partial(charts.confusion, read_evaluation(results), _named(topics, model))
    if kind == "ribbon":
        chosen = _one(results, briefing)
        return partial(charts.ribbon, chosen, shown_topics([chosen], topics, model))
    predictions = _all(results)
    names = shown_topics(predictions, topics, model)
    if kind == "timeline":
        return partial(charts.timeline, predictions, names, per)
    return partial(charts.shares if kind == "shares" else charts.heatmap, predictions, names)


def _named(topics: str | None, model: str | None) -> TopicList | None:
    if topics is not None:
        return TopicList.read(topics)
    return None if model is None else load_model(model).topics


def _all(results: str) -> list[Prediction]:
    from topics.output.results import read_results

    predictions = []
    with progress_bar() as progress:
        for prediction in read_results(results):
            predictions.append(prediction)
            if progress:
                progress("results", len(predictions), 0)
    if not predictions:
        raise InputError(f"{results}: holds no result; there is nothing to draw.")
    return predictions


def _one(results: str, id: str | None) -> Prediction:
    from topics.output.results import read_results

    predictions = read_results(results)
    first = next(predictions, None)
    if first is None:
        raise InputError(f"{results}: holds no result; there is nothing to draw.")
    if id is None:
        if next(predictions, None) is not None:
            tell(
                f"{results}: holds more than one briefing; the first, '{first.briefing.id}', is drawn; "
                "choose another with --briefing."
            )
        return first
    ids = []
    for prediction in (first, *predictions):
        if prediction.briefing.id == id:
            return prediction
        ids.append(prediction.briefing.id)
    raise InputError(f"{results}: has no briefing '{id}'; there is {listed(ids, 5)}.{did_you_mean(id, ids)}")
