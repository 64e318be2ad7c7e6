"""`topics evaluate`: how well a model, or a corpus by itself, does."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from topics.cli.console import format_for, progress_bar, write
from topics.cli.options import (
    DEFAULT_MODEL,
    Corpus,
    ModelName,
    Output,
    Seed,
    Split,
    Topics,
    load_model,
    topic_list,
    usage_error,
)


def evaluate(
    corpus: Corpus,
    model: ModelName = DEFAULT_MODEL,
    folds: Annotated[
        int | None,
        typer.Option(metavar="N", help="Cross-validate by whole briefings instead of using a model."),
    ] = None,
    format: Annotated[Literal["table", "json"] | None, typer.Option("--format", "-f")] = None,
    output: Output = None,
    topics: Topics = None,
    split: Split = None,
    seed: Seed = 0,
) -> None:
    """Score topics and boundaries against people's labels.

    Example:  topics evaluate test.jsonl --model models/mine

    \b
    topics evaluate data.jsonl --split test --model models/mine
    topics evaluate corpus.jsonl --folds 5           train and test on its own folds
    topics evaluate test.jsonl -o scores.json

    A model must not have been trained on what it is scored on.
    """
    from topics.corpus.readers import read_corpus
    from topics.evaluation.crossval import cross_validate
    from topics.evaluation.report import evaluate as score
    from topics.output.table import report_table

    kind = format_for(output, format, {".json": "json"}, "table")
    if folds is not None and folds < 2:
        raise usage_error(f"--folds is {folds}; expected 2 or more")
    if folds is not None and model != DEFAULT_MODEL:
        raise usage_error("--folds trains its own models; leave --model out")
    if folds is None and topics is not None:
        raise usage_error("--topics goes with --folds; a model has its own topics")
    briefings = read_corpus(*corpus, split=split)
    if folds is None:
        report = score(load_model(model), briefings)
    else:
        with progress_bar() as progress:
            report = cross_validate(
                briefings, topics=topic_list(topics, corpus), n_folds=folds, seed=seed, progress=progress
            )
    if kind == "json":
        write([json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n"], output)
    else:
        write([report_table(report)], output)
