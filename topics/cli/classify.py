"""`topics classify`: briefings in, their topics out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from topics.cli.console import (
    Failures,
    format_for,
    progress_bar,
    raise_if_nothing,
    refuse_to_overwrite,
    terminal_width,
    use_color,
    write,
)
from topics.cli.options import DEFAULT_MODEL, Jobs, ModelName, Output, Paths, Scheduler, Split, load_model
from topics.cli.shards import classify_to_folder, is_folder

if TYPE_CHECKING:
    from topics.classification.prediction import Prediction
    from topics.corpus.topic_list import TopicList

Format = Literal["table", "json", "jsonl", "csv", "html", "ninjs"]
BY_SUFFIX = {".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".html": "html", ".htm": "html"}


def classify(
    paths: Paths,
    model: ModelName = DEFAULT_MODEL,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="By default after the output's name, else table.")
    ] = None,
    output: Output = None,
    jobs: Jobs = 1,
    context: Annotated[
        Literal["full", "none"], typer.Option(help="none: judge each paragraph by its own words alone.")
    ] = "full",
    split: Split = None,
    scheduler: Scheduler = None,
) -> None:
    """Say which topic each paragraph of a briefing belongs to.

    Example:  topics classify briefing.txt

    \b
    topics classify reports/ -o results.jsonl        a folder, a result a line
    curl -s URL | topics classify -                  standard input
    topics classify corpus.jsonl -f csv --jobs 2     a row a paragraph
    topics classify shards/ -o parts/                a file in parts/ for each of shards/

    A probability stands beside each paragraph; ? marks those that a person
    should look at. Broken inputs are named on stderr and the rest is done.
    """
    if scheduler is not None or is_folder(output):
        classify_to_folder(paths, model, format, output, jobs, context, split, scheduler)
        return
    from topics.corpus.readers import read_corpus

    kind = format_for(output, format, BY_SUFFIX, "table")
    refuse_to_overwrite(output, paths)
    chosen = load_model(model)
    if context == "none":
        chosen = chosen.independent()
    failures = Failures()
    count = 0

    def counted(predictions: Iterator[Prediction]) -> Iterator[Prediction]:
        nonlocal count
        with progress_bar(output not in (None, "-")) as progress:
            for prediction in predictions:
                count += 1
                if progress:
                    progress("briefings", count, 0)
                yield prediction
        if not count:  # before the output takes its name
            raise_if_nothing(count, failures)
            raise typer.Exit(1)

    briefings = read_corpus(*paths, split=split, on_error=failures.add)
    predictions = counted(chosen.classify_many(briefings, jobs=jobs))
    write(_writer(kind, output)(predictions, chosen.topics), output)
    if failures.count:
        raise typer.Exit(1)


def _writer(kind: str, output: str | None) -> Callable[[Iterable[Prediction], TopicList], Iterator[str]]:
    """Return the function that turns predictions into pieces of text; each is loaded only if wanted."""
    if kind == "table":
        from topics.output.table import prediction_table

        def tables(predictions: Iterable[Prediction], topics: TopicList) -> Iterator[str]:
            for number, prediction in enumerate(predictions):
                if number:
                    yield "\n"
                yield prediction_table(prediction, topics, terminal_width(), use_color(output))

        return tables
    if kind == "html":
        from topics.output.page import prediction_page

        return prediction_page
    from topics.output.formats import csv_rows, json_lines, json_list, ninjs

    return {"json": json_list, "jsonl": json_lines, "csv": csv_rows, "ninjs": ninjs}[kind]
