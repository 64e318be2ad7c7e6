"""`topics report`: results in, one page out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from topics.cli.console import refuse_to_overwrite, write
from topics.cli.options import ShownModel, ShownTopics, load_model, shown_topics, usage_error
from topics.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from topics.classification.prediction import Prediction


def report(
    results: Annotated[
        str,
        typer.Argument(
            metavar="RESULTS", help="What classify wrote as json or jsonl, or - for standard input."
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The page; - is standard output.")
    ],
    clusters: Annotated[
        str | None, typer.Option(metavar="DIR", help="Also show the clusters that cluster wrote here.")
    ] = None,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Leave out all that is taken from the texts.")
    ] = False,
    topics: ShownTopics = None,
    model: ShownModel = None,
) -> None:
    """Show results as one web page: shares, timeline, clusters, every briefing.

    Example:  topics report results.jsonl -o report.html

    \b
    topics report results.jsonl -o report.html --clusters clusters/
    topics report results.jsonl -o report.html --no-text     to be passed on
    topics classify reports/ -f jsonl | topics report - -o report.html

    The page stands alone: no network, no script. Terms that speak for a
    paragraph's topic are underlined if the model that made the results is found,
    or named. With --no-text ids, titles, dates, topics and numbers remain.
    """
    from topics.output.report import report_page
    from topics.output.results import read_results
    from topics.output.summaries import read_clusters

    refuse_to_overwrite(output, [results])
    record = None if clusters is None else read_clusters(clusters)
    predictions = list(read_results(results))
    if not predictions:
        raise InputError(f"{results}: holds no result; give a file that `topics classify` wrote.")
    shown = shown_topics(predictions, topics, model)
    telling = None if no_text else _telling(predictions, model)
    write(report_page(predictions, shown, clusters=record, telling=telling, with_text=not no_text), output)


def _telling(
    predictions: Sequence[Prediction], model: str | None
) -> Callable[[Prediction], list[list[str]]] | None:
    """Return what finds the terms to underline; None if the model is not at hand.

    Raises
    ------
    BadParameter
        If a model was named that did not make these results.
    """
    from topics.classification.explanation import telling_terms
    from topics.output.results import model_of

    if model is None:
        found = model_of(predictions)
    else:
        found = load_model(model)
        others = {p.model.fingerprint for p in predictions} - {found.fingerprint}
        if others:
            raise usage_error(f"--model {model} did not make these results; leave it out, or classify again")
    return None if found is None else partial(telling_terms, found)
